//! Proxies that do what networks and wrong programs do: cut a line, hold it, slow it down, take a
//! header away, tell two people that they have the same chat. Negative controls and fault tests
//! put one between two processes of Baton; Baton itself has no switch for any of it. `line` moves
//! bytes, `nats` changes what routers and gateways say to the broker, `socket` what gateways say
//! to people. It leaves what must follow to the tests.

mod doubling;
mod line;
mod nats;
mod operations;
mod socket;

pub use line::{Passage, Weather};
pub use nats::NatsProxy;
pub use socket::SocketProxy;
