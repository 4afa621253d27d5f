//! The connection to NATS and what Baton demands of it: version, streams, the meaning of an
//! append's answer. Leaves subjects to `baton-common` and what is published to its callers.

mod append;
mod connect;
mod ensure;
mod facts;
mod requests;
mod streams;

pub use append::{AppendOutcome, Conflict, append_outcome, reply_outcome};
pub use connect::{ConnectError, Link, LinkOptions, LinkState, connect};
pub use ensure::{StreamError, Wanted, ensure_snapshots, ensure_streams};
pub use facts::{FactError, MINIMUM_VERSION, check_version, replicas_for};
pub use requests::{NoReply, Replies, Request, Requests};
