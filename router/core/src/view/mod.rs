//! Views: complete rows of the state for gateways, without anything personal.

mod agent;
mod chat;
mod history;
mod offer;
mod queue;
mod statistics;

pub(crate) use agent::agent;
pub(crate) use chat::{chat, invite, person, position, waiting};
pub(crate) use history::history;
pub(crate) use offer::offer;
pub(crate) use queue::{oldest_wait, queue};
pub(crate) use statistics::statistics;
