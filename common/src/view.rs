//! What a leader shows of its state to gateways: complete rows, without anything personal.
//!
//! Gateways join names of customers and attributes from the transcript, add `seq`, and cut the
//! copy that a reader may see.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::code::Code;
use crate::command::{Person, Target};
use crate::event::Assigned;
use crate::ids::{
    AgentId, ChatId, CustomerId, EntryId, InviteId, NoteId, OfferId, QueueId, WorkspaceId,
};
use crate::quantity::{Permille, SkillLevel};
use crate::time::{Span, Timestamp};
use crate::words::{
    Activity, ChatState, CloseReason, Connectivity, InviteState, Mode, NoteKind, OfferKind, Origin,
    ParticipantState, Status, Withdrawn,
};

/// Where in the journal a view or answer was taken: later ones are newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The leader's term.
    pub epoch: u64,
    /// Sequence of the newest frame that is in it.
    pub seq: u64,
}

/// Expected wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ewt {
    /// Half of such waits are shorter.
    pub p50: Span,
    /// Nine in ten of such waits are shorter.
    pub p90: Span,
}

/// Who has a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The agent connected longest.
    Agent(AgentId),
    /// The queue it waits in.
    Queue(QueueId),
    /// A running deadline.
    Unattended(Timestamp),
}

/// A chat, complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatView {
    /// Which.
    pub chat: ChatId,
    /// Of which workspace.
    pub workspace: WorkspaceId,
    /// Rises with every change.
    pub rev: u64,
    /// Where it stands.
    pub state: ChatState,
    /// Queue of the newest served entry, or of the live one while no agent is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// Place in that queue while no agent is connected, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Expected wait there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ewt: Option<Ewt>,
    /// None when over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The customer as a participant.
    pub customer: CustomerId,
    /// Everybody who is or was in it, invited agents included, in order of joining.
    pub participants: Vec<ParticipantView>,
    /// Live invitations.
    pub invites: Vec<InviteView>,
    /// What agents left for whoever comes after them, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteView>,
    /// Transfers so far.
    pub hops: u32,
    /// The chat before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ChatId>,
    /// Chats after it: who may read one of those may read this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub followed_by: Vec<ChatId>,
    /// When it began.
    pub opened_at: Timestamp,
    /// Set from `wrapup` on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<ClosedView>,
    /// Until when the customer's token may be renewed; none while the chat is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_until: Option<Timestamp>,
    /// How often `Spoke` is worth sending: a tenth of the inactivity time.
    pub spoke_every: Span,
}

/// How a chat ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedView {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: CloseReason,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
    /// For a deflected one: the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

/// A person in a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantView {
    /// Who.
    pub person: Person,
    /// Configured name; empty for customers.
    pub name: SmolStr,
    /// Where they stand.
    pub state: ParticipantState,
    /// A supervisor's way of joining: who sees them follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// An agent whom somebody put out: they may not read on, though their wrap-up runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// When an agent's running wrap-up ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapup_until: Option<Timestamp>,
}

/// What an agent left in a chat for whoever comes after them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AgentId,
    /// On which occasion.
    pub kind: NoteKind,
    /// Its text in the transcript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<NoteId>,
    /// A wrap-up's outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposition: Option<SmolStr>,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InviteView {
    /// Which.
    pub invite: InviteId,
    /// Agent or queue.
    pub to: Target,
    /// The agent who added.
    pub by: AgentId,
    /// Where it stands.
    pub state: InviteState,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Withdrawn>,
    /// When it was made.
    pub at: Timestamp,
    /// A queue's: the place there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// A queue's: the expected wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ewt: Option<Ewt>,
}

/// An offer, as the agent it is for gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferView {
    /// Which.
    pub offer: OfferId,
    /// For whom.
    pub agent: AgentId,
    /// An entry or an invitation.
    pub kind: OfferKind,
    /// The invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<InviteId>,
    /// The entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// The entry's queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// How the entry came to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Who transfers or invites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_agent: Option<AgentId>,
    /// The chat.
    pub chat: ChatView,
    /// What the entry requires.
    pub skills: Vec<SkillLevel>,
    /// How long the entry waited when the offer was made.
    pub wait: Span,
    /// When it expires.
    pub expires_at: Timestamp,
    /// By whose order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assigned>,
    /// The leader's time as of this view: the remaining time without anybody's clock.
    pub now: Timestamp,
    /// The transfer's note in the transcript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<NoteId>,
}

/// An agent's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentView {
    /// Who.
    pub agent: AgentId,
    /// Configured name.
    pub name: SmolStr,
    /// Chosen status.
    pub status: Status,
    /// Its reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<SmolStr>,
    /// What it becomes when the work ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_status: Option<Status>,
    /// Derived.
    pub activity: Activity,
    /// Pending offers.
    pub offered: u32,
    /// Chats they are in.
    pub handling: u32,
    /// Wrap-ups that run.
    pub wrapup: u32,
    /// Reachability.
    pub connectivity: Connectivity,
    /// What offers, chats and wrap-ups take.
    pub used: Permille,
    /// What the agent can carry.
    pub total: Permille,
    /// Configured skills.
    pub skills: Vec<SkillLevel>,
    /// Last change of `status`.
    pub since: Timestamp,
    /// Rises with every change.
    pub rev: u64,
}

/// A queue's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueView {
    /// Which.
    pub queue: QueueId,
    /// Configured name.
    pub name: SmolStr,
    /// Entries waiting or offered.
    pub waiting: u32,
    /// The oldest's age; zero without any.
    pub oldest_wait: Span,
    /// Could take a chat if they had room.
    pub eligible: u32,
    /// Could take a new chat this moment.
    pub available: u32,
    /// Expected wait of a chat that came now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ewt: Option<Ewt>,
    /// Takes new chats.
    pub open: bool,
    /// Service level since midnight.
    pub service_level: ServiceLevelView,
    /// Rises with every change.
    pub rev: u64,
}

/// Counts from which the four service levels follow; a ratio without data is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLevelView {
    /// The target.
    pub target: Span,
    /// Counted from here.
    pub since: Timestamp,
    /// Accepted within the target.
    pub accepted_in_target: u64,
    /// Accepted.
    pub accepted: u64,
    /// Abandoned within the target.
    pub abandoned_in_target: u64,
    /// Abandoned.
    pub abandoned: u64,
    /// All that ended, however.
    pub removed: u64,
}

impl ServiceLevelView {
    /// accepted ≤ T ÷ accepted.
    pub fn answered(&self) -> Option<f64> {
        ratio(self.accepted_in_target, self.accepted)
    }

    /// accepted ≤ T ÷ (accepted + abandoned).
    pub fn offered(&self) -> Option<f64> {
        ratio(self.accepted_in_target, self.accepted + self.abandoned)
    }

    /// accepted ≤ T ÷ (accepted + abandoned after T).
    pub fn excl_short(&self) -> Option<f64> {
        let late = self.abandoned - self.abandoned_in_target;
        ratio(self.accepted_in_target, self.accepted + late)
    }

    /// (accepted + abandoned) ≤ T ÷ all removed.
    pub fn removed(&self) -> Option<f64> {
        ratio(self.accepted_in_target + self.abandoned_in_target, self.removed)
    }
}

#[allow(clippy::cast_precision_loss, reason = "nobody counts 2^52 chats")]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_service_levels_differ_as_defined() {
        let counts = ServiceLevelView {
            accepted_in_target: 6,
            accepted: 8,
            abandoned_in_target: 1,
            abandoned: 4,
            removed: 14,
            ..ServiceLevelView::default()
        };
        assert_eq!(counts.answered(), Some(0.75));
        assert_eq!(counts.offered(), Some(0.5));
        assert_eq!(counts.excl_short(), Some(6.0 / 11.0));
        assert_eq!(counts.removed(), Some(0.5));
        assert_eq!(ServiceLevelView::default().answered(), None);
    }
}
