//! The roles of a node, each with what it needs and nothing else, so that a follower cannot
//! answer and a leader cannot fold.

use baton_common::limits;
use baton_common::notice::RouterPart;

use super::base::Base;
use super::claiming::Claiming;
use super::following::Following;
use super::leading::Leading;
use super::resting::Resting;

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
    /// Is not needed.
    Resting(Resting),
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
    /// What the others are told; nothing of a router that cannot lead.
    pub(crate) fn part(&self, base: &Base) -> Option<RouterPart> {
        match self {
            Self::Following(_) if base.bar.until > base.clock => Some(RouterPart::Rebuilds),
            Self::Restoring | Self::Folding { .. } => Some(RouterPart::Rebuilds),
            Self::Following(_) | Self::Claiming(_) => Some(RouterPart::Follows),
            Self::Resting(_) => Some(RouterPart::Rests),
            Self::Leading(leading) => {
                let stuck = leading.unresolved(base) >= limits::APPEND_UNKNOWN;
                (!stuck).then_some(RouterPart::Leads)
            }
            Self::Halted { .. } | Self::Stopped => None,
        }
    }

    pub(crate) fn status(&self, base: &Base) -> Status {
        let not_ready = |why: &str| Some(why.to_owned());
        let barred = base.bar.until > base.clock;
        let (role, leads, not_ready) = match self {
            Self::Restoring if barred => ("deposed", None, not_ready("deposed, rebuilding")),
            Self::Restoring => ("restoring", None, not_ready("restoring its state")),
            Self::Folding { .. } => ("folding", None, not_ready("replaying the journal")),
            Self::Following(following) if following.hears(base) => ("following", None, None),
            Self::Following(_) => ("following", None, not_ready("no leader is heard")),
            Self::Resting(resting) if resting.hears(base) => ("resting", None, None),
            Self::Resting(_) => ("resting", None, not_ready("no leader is heard")),
            Self::Claiming(_) => ("claiming", None, not_ready("claiming the shard")),
            Self::Leading(leading) => {
                let stuck = leading.unresolved(base) >= limits::APPEND_UNKNOWN;
                let why = stuck.then(|| "an append is not acknowledged".to_owned());
                ("leading", Some(leading.epoch()), why)
            }
            Self::Halted { problem } => ("halted", None, Some(problem.clone())),
            Self::Stopped => ("stopped", None, not_ready("stepped down")),
        };
        let not_ready = match &not_ready {
            Some(_) if matches!(self, Self::Halted { .. } | Self::Stopped) => not_ready,
            _ if !base.attached => Some("not connected to NATS".to_owned()),
            _ if base.broker_silence() > limits::BROKER_SILENCE => {
                Some("NATS does not answer".to_owned())
            }
            _ => not_ready,
        };
        Status { role, leads, not_ready }
    }
}
