//! What an observer of a run is told: each moment with the state right after the decision that
//! brought it, so that anything the engine can be asked may be asked then. What is made of it is
//! the observer's: pass a closure to `World::new` or `try_model`.

use baton_common::ids::{ChatId, EntryId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::words::EntryOutcome;
use baton_core::State;

/// One moment of a run.
pub struct Seen<'a> {
    /// The engine's state, with the whole decision applied; agents have not answered yet.
    pub state: &'a State,
    /// The engine's time.
    pub now: Timestamp,
    /// The workspace that everything is in.
    pub workspace: &'a WorkspaceId,
    /// What happened.
    pub moment: Moment<'a>,
}

/// What can happen.
#[derive(Clone, Copy, Debug)]
pub enum Moment<'a> {
    /// A customer stands in line now.
    Enqueued {
        /// Whose entry.
        who: Who<'a>,
        /// Whether an agent was free: the wait will be none.
        offered: bool,
    },
    /// A customer's wait ended.
    Settled {
        /// Whose.
        who: Who<'a>,
        /// How: served or abandoned, in a model without other ends.
        outcome: EntryOutcome,
        /// How long it was.
        wait: Span,
    },
    /// A chat ended, and nobody waits whom the agent could take.
    Freed {
        /// The agent's number in the model.
        agent: usize,
    },
}

/// A customer in a line.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// Numbered in the order of coming, from 0.
    pub number: u64,
    /// The place of their class in the model.
    pub class: usize,
    /// Their chat.
    pub chat: &'a ChatId,
    /// The chat's entry.
    pub entry: &'a EntryId,
}
