//! The roles of a node, each with what it needs and nothing else, so that a follower cannot
//! answer and a leader cannot fold.

use baton_common::limits;

use super::base::Base;
use super::following::{Claiming, Following};
use super::leading::Leading;

/// What a node is at the moment.
#[derive(Debug)]
pub(crate) enum Role {
    /// Waits for an image, or for the news that there is none. Also a router that was deposed:
    /// its memory is gone, and it does not claim before its bar is over.
    Restoring,
    /// Folds the journal up to the end that was known at the start.
    Folding {
        /// That end.
        until: u64,
    },
    /// Folds what the leader appends.
    Following(Following),
    /// Tries to become the leader.
    Claiming(Claiming),
    /// Decides.
    Leading(Box<Leading>),
    /// Cannot follow the journal.
    Halted {
        /// Why.
        problem: String,
    },
    /// Stepped down for good.
    Stopped,
}

/// A node as its operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The role in a word.
    pub role: &'static str,
    /// The term that is led, if this router leads.
    pub leads: Option<u64>,
    /// Why the shard is not served as far as this router knows; none when it is.
    pub not_ready: Option<String>,
}

impl Role {
    pub(crate) fn status(&self, base: &Base) -> Status {
        let not_ready = |why: &str| Some(why.to_owned());
        let barred = base.bar.until > base.clock;
        let (role, leads, not_ready) = match self {
            Self::Restoring if barred => ("deposed", None, not_ready("deposed, rebuilding")),
            Self::Restoring => ("restoring", None, not_ready("restoring its state")),
            Self::Folding { .. } => ("folding", None, not_ready("replaying the journal")),
            Self::Following(following) if following.hears(base) => ("following", None, None),
            Self::Following(_) => ("following", None, not_ready("no leader is heard")),
            Self::Claiming(_) => ("claiming", None, not_ready("claiming the shard")),
            Self::Leading(leading) => {
                let stuck = leading.unresolved(base) >= limits::APPEND_UNKNOWN;
                let why = stuck.then(|| "an append is not acknowledged".to_owned());
                ("leading", Some(leading.epoch()), why)
            }
            Self::Halted { problem } => ("halted", None, Some(problem.clone())),
            Self::Stopped => ("stopped", None, not_ready("stepped down")),
        };
        Status { role, leads, not_ready }
    }
}
