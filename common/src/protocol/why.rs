//! Explanations: why a chat went where it went, what it waits for, and why an agent gets nothing.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::ids::{AgentId, ChatId, EntryId, OfferId, QueueId, SkillId, SupervisorId};
use crate::quantity::Level;
use crate::time::ApiTime;
use crate::words::{OfferOutcome, Selection};

/// `GET /chats/{id}/why`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatWhy {
    /// Which.
    pub chat_id: ChatId,
    /// What it waits for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// The offers that were made of it, oldest first.
    pub decisions: Vec<Decision>,
}

/// What a chat waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Waiting {
    /// Where.
    pub queue: QueueId,
    /// Since when.
    pub since: ApiTime,
    /// In one sentence.
    pub text: String,
    /// When it is old enough that others come in question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others_at: Option<ApiTime>,
    /// Who does not take it now and why, the nearest first.
    pub candidates: Vec<Candidate>,
    /// How many are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<u32>,
}

/// A routing decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// When.
    pub at: ApiTime,
    /// The offer it led to.
    pub offer_id: OfferId,
    /// Of this entry.
    pub entry_id: EntryId,
    /// Which waited here.
    pub queue: QueueId,
    /// To whom it was offered.
    pub chosen: AgentId,
    /// The policy that chose; absent where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Selection>,
    /// Why this one, in one sentence.
    pub text: String,
    /// How the offer ended; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OfferOutcome>,
    /// The agent who transferred the chat to just this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transferred_by: Option<AgentId>,
    /// The supervisor who assigned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_by: Option<SupervisorId>,
    /// Their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub assigned_by_name: Option<SmolStr>,
    /// Who was not chosen and why, the nearest first.
    pub candidates: Vec<Candidate>,
    /// How many are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<u32>,
}

/// Somebody who was not chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// Who.
    pub agent: AgentId,
    /// Why not, with what it says.
    #[serde(flatten)]
    pub because: Because,
}

/// A reason and what goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Because {
    /// The reason.
    pub reason: Reason,
    /// `skill`: the one that is lacked ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<SkillId>,
    /// ... and the least level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// `not_ready`: for what, or `after_work` while another status waits for the work to end.
    /// `offline`: `logged_out`, if so. `excluded`: `declined`, `in_chat`, `invited`, `away` (lost
    /// the chat, and was not back since), `was_in_chat` (when the queue was added to it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub detail: Option<SmolStr>,
}

/// Why somebody does not get something. Nearest to getting it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Reason {
    /// Nothing but the policy's order.
    Later,
    /// Less free than it takes.
    NoRoom,
    /// Was offered something just now.
    RampUp,
    /// Not for this one: declined it, is in the chat, or is being asked into it.
    Excluded,
    /// Not ready, or soon not ready any more.
    NotReady,
    /// Logged out, or without a connection.
    Offline,
    /// Lacks a skill, or has it at a lower level.
    Skill,
    /// The profile does not have the queue, or not for chats that wait so short.
    Profile,
    /// Of queues: nobody waits there, or all who do are being offered to somebody.
    NobodyWaits,
}

/// `GET /agents/{id}/why`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentWhy {
    /// Who.
    pub agent: AgentId,
    /// Why they get nothing now, in one sentence.
    pub text: String,
    /// The same of each queue.
    pub queues: Vec<QueueWhy>,
    /// How many are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<u32>,
}

/// Why an agent gets nothing from a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueWhy {
    /// Which.
    pub queue: QueueId,
    /// How many wait there or are being offered.
    pub waiting: u32,
    /// Why not the first of those who wait; without any, why not a chat that came now.
    #[serde(flatten)]
    pub because: Because,
    /// In words.
    pub text: String,
}
