//! An entry: one chat's stay in one queue, and its place in line.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use baton_common::ids::{
    AgentId, ChatId, EntryId, InviteId, NoteId, OfferId, QueueId, WorkspaceId,
};
use baton_common::quantity::{Permille, Priority, SkillLevel};
use baton_common::time::{Span, Timestamp};
use baton_common::words::Origin;
use serde::{Deserialize, Serialize};

/// The order of a line: what has waited beyond the starvation bound, then priority, then the
/// virtual age, then the order of coming. Among those beyond the bound no priority counts: else
/// whoever has one would go first for ever in a line that is too long for everybody.
///
/// It never changes as time passes, so a line needs no sorting again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineKey {
    /// Within the starvation bound; what is beyond it goes first.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub(crate) in_time: bool,
    /// The entry's; of those beyond the bound the highest there is.
    pub(crate) priority: Reverse<Priority>,
    pub(crate) due: Timestamp,
    pub(crate) number: u64,
}

impl LineKey {
    /// The same place, within the starvation bound or beyond it.
    pub(crate) fn within(self, in_time: bool, priority: Priority) -> Self {
        let counts = if in_time { priority } else { Priority::HIGHEST };
        Self { in_time, priority: Reverse(counts), ..self }
    }
}

/// One chat's stay in one queue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub(crate) id: EntryId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) chat: ChatId,
    pub(crate) queue: QueueId,
    pub(crate) origin: Origin,
    pub(crate) priority: Priority,
    /// Required beyond the queue's.
    pub(crate) skills: Vec<SkillLevel>,
    pub(crate) weight: Permille,
    pub(crate) key: LineKey,
    pub(crate) routed_at: Timestamp,
    /// The time up to which it has aged: rules that look at its age hold as of then.
    #[serde(default)]
    pub(crate) aged: Timestamp,
    pub(crate) enqueued_at: Timestamp,
    pub(crate) excluded: BTreeSet<AgentId>,
    /// Excluded until they connect again.
    pub(crate) away: BTreeSet<AgentId>,
    pub(crate) preferred: Option<(AgentId, Timestamp)>,
    pub(crate) by: Option<AgentId>,
    pub(crate) invite: Option<InviteId>,
    pub(crate) note: Option<NoteId>,
    /// The pending offer; none: waiting.
    pub(crate) offer: Option<OfferId>,
    /// Whether an offer of it was ever made: `time_to_offer` counts the first.
    pub(crate) was_offered: bool,
}

impl Entry {
    /// The schema of events from which on entries age.
    pub(crate) const AGES: u32 = 3;

    /// The age that rules look at.
    pub(crate) fn age(&self) -> Span {
        self.aged.since(self.routed_at)
    }
}

fn yes() -> bool {
    true
}
