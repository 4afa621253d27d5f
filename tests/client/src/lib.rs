//! A client of Baton written from the public contract alone: HTTP, socket, and the people who use
//! them. It keeps every frame with its time and fails with that history. It shares no type with
//! Baton, so that a change of the protocol shows here; starting processes is left to the tests.

mod history;
mod http;
mod lines;
mod people;
mod socket;

pub use history::{End, Heard, History, Missing};
pub use http::{Http, Reply, status_of};
pub use lines::{check_socket_lines, same_lines, transcript};
pub use people::{Agent, Customer, Supervisor};
pub use socket::{Answer, ConnectError, Socket};

use std::time::Duration;

/// What follows a command on a healthy system, on a slow and busy machine, arrives within this.
pub const SOON: Duration = Duration::from_secs(10);

/// What follows a fault that Baton heals by itself arrives within this.
pub const HEALED: Duration = Duration::from_secs(40);

/// A fresh idempotency key or client id: 32 random hexadecimal digits.
pub fn fresh_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}
