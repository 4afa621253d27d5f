//! A client of Baton written from the public contract alone, and the audit of what it saw. It
//! shares no type with Baton, so that a change of the protocol shows here; starting processes is
//! left to the tests.
//!
//! Two clients. [`Socket`], [`Agent`], [`Customer`] are for tests that script every step: they keep
//! every frame with its time and fail with that history. [`Session`] is for runs with faults in
//! them: it follows the contract through lost connections, dying gateways and leaderless moments,
//! and keeps compact facts in a [`Ledger`] that all clients of a run share. Both stand on one
//! socket ([`open`]), which measurements that keep nothing use bare ([`Frames`]):
//!
//! ```no_run
//! # async fn run() -> anyhow::Result<()> {
//! use baton_client::{Gateways, Happening, Ledger, Session, Who, start_chat};
//! use serde_json::json;
//!
//! let gateways = Gateways::new(["http://127.0.0.1:7080".to_owned()]);
//! let ledger = Ledger::new();
//! let started = start_chat(&gateways, &json!({"text": "hello"}), &ledger).await?;
//! let who = Who::Customer { workspace: "default".into(), chat: started.chat.clone() };
//! let customer = Session::open(&gateways, who, &started.token, &ledger).await?;
//! let line = json!({"chat_id": started.chat, "text": "anybody there?"});
//! customer.command("chat.send", line).await?;
//! while let Happening::Event(event) = customer.next().await {
//!     if event["type"] == "chat.state" && event["state"] == "closed" {
//!         break;
//!     }
//! }
//! customer.close().await;
//! # Ok(()) }
//! ```
//!
//! A run ends with the [`audit`]: it reads the journal and the transcripts from the broker, folds
//! them by itself, and joins them with the ledger.

pub mod audit;
mod frames;
mod gateways;
mod history;
mod http;
pub mod ledger;
mod lines;
mod people;
mod publish;
mod refusal;
mod session;
mod socket;
mod start;
mod streams;
mod wait;

pub use frames::{Frames, Line, open};
pub use gateways::Gateways;
pub use history::{End, Heard, History, Missing};
pub use http::{Http, Reply, status_of};
pub use ledger::{
    Answered, ChatFacts, CommandFact, Facts, Ledger, LineFact, Mark, PersonFacts, Wait, Waits, Who,
    Witness,
};
pub use lines::{check_socket_lines, same_lines, transcript};
pub use people::{Agent, Customer, Supervisor};
pub use publish::publish;
pub use refusal::Refusal;
pub use session::{Happening, Session, SessionError};
pub use socket::{Answer, ConnectError, Socket};
pub use start::{Started, start_chat};
pub use streams::{read_stream, stream_names};
pub use wait::until;

use std::time::Duration;

/// What follows a command on a healthy system, on a slow and busy machine, arrives within this.
pub const SOON: Duration = Duration::from_secs(10);

/// What follows a fault that Baton heals by itself arrives within this.
pub const HEALED: Duration = Duration::from_secs(40);

/// A fresh idempotency key or client id: 32 random hexadecimal digits.
pub fn fresh_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}
