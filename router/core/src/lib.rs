//! The pure engine: who gets which chat, and what every event means.
//!
//! `decide` says what a command leads to, `apply` folds an event into the state, `effects` says
//! what an event tells people. Nothing here reads a clock, draws a random number or does any
//! input or output: time comes in, deadlines and effects go out. `node` adds the leader's side of
//! the journal protocol, as pure as the rest.

mod apply;
pub mod asks;
mod decide;
mod effects;
pub mod engine;
mod ewt;
mod fire;
mod laws;
mod matching;
pub mod node;
mod settle;
pub mod state;
pub mod stats;
mod view;
mod why;

#[cfg(feature = "measure")]
pub use matching::measure;
pub use state::State;
