//! An entry: one chat's stay in one queue, and its place in line.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use baton_common::ids::{
    AgentId, ChatId, EntryId, InviteId, NoteId, OfferId, QueueId, WorkspaceId,
};
use baton_common::quantity::{Permille, Priority, SkillLevel};
use baton_common::time::Timestamp;
use baton_common::words::Origin;
use serde::{Deserialize, Serialize};

/// The order of a line: priority first, then the virtual age, then the order of coming.
///
/// It never changes as time passes, so a line needs no sorting again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineKey {
    pub(crate) priority: Reverse<Priority>,
    pub(crate) due: Timestamp,
    pub(crate) number: u64,
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
