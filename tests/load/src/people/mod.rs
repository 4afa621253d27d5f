//! Virtual people, who know the public protocol and nothing else. When customers come, and when
//! agents go home, is left to `run`.

mod agent;
mod conversation;
mod customer;
mod desk;
mod view;
mod words;

pub(crate) use agent::Agent;
pub(crate) use customer::visit;

/// The id of an agent of the run.
pub(crate) fn agent_id(index: usize) -> String {
    format!("agent{index}")
}
