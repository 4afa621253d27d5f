//! A chat as clients see it: the part for everybody, and what agents and supervisors see beside.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use crate::code::Code;
use crate::command::Target;
use crate::ids::{AgentId, ChatId, InviteId, QueueId};
use crate::time::ApiTime;
use crate::words::{
    ChatState, CloseReason, InviteState, Mode, NoteKind, ParticipantState, Role, Withdrawn,
};

/// A chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Chat {
    /// Which.
    pub chat_id: ChatId,
    /// Where it stands.
    pub state: ChatState,
    /// Queue of the newest served entry, or of the live one while no agent is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// Place there while no agent is connected, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Expected wait there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ewt: Option<Ewt>,
    /// One row a person.
    pub participants: Vec<Participant>,
    /// When it began.
    pub opened_at: ApiTime,
    /// Set once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// Number of the last line for the reader.
    pub seq: u64,
    /// Rises with every change.
    pub rev: u64,
    /// Not in a customer's copy.
    #[serde(flatten)]
    pub inside: Option<Inside>,
}

/// What agents and supervisors see of a chat beyond the customer's copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inside {
    /// Null when over.
    pub owner: Option<Owner>,
    /// Who the customer is.
    pub customer: CustomerCard,
    /// There while an invitation or a transfer's entry lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// Completed transfers.
    pub hops: u32,
    /// The contact panel.
    pub attributes: BTreeMap<String, Value>,
    /// The chat before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ChatId>,
    /// What agents noted in transfers and wrap-ups, oldest first; the newest 8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// What an agent left for whoever comes after them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// When.
    pub at: ApiTime,
    /// Who.
    pub by: AgentId,
    /// On which occasion.
    pub kind: NoteKind,
    /// The note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A wrap-up's outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub disposition: Option<SmolStr>,
}

/// Expected wait.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ewt {
    /// Half of such waits are shorter.
    pub p50_s: f64,
    /// Nine in ten are shorter.
    pub p90_s: f64,
}

/// Who has a chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Owner {
    /// The agent connected longest.
    Agent(AgentId),
    /// The queue it waits in.
    Queue(QueueId),
    /// A running deadline.
    Unattended(ApiTime),
}

/// A person in a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Participant {
    /// Who.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: SmolStr,
    /// As what.
    pub role: Role,
    /// Name, empty if none is known.
    pub name: String,
    /// Where they stand.
    pub state: ParticipantState,
    /// A supervisor's way of joining.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// When a running wrap-up ends by itself; not in a customer's copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapup_until: Option<ApiTime>,
}

/// Who the customer is, as far as they said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerCard {
    /// The caller's own id for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Invitations that live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Transfer {
    /// Oldest first.
    pub invites: Vec<Invite>,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invite {
    /// Which.
    pub invite_id: InviteId,
    /// An agent or a queue.
    pub to: Target,
    /// The agent who added.
    pub by: AgentId,
    /// Where it stands.
    pub state: InviteState,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Withdrawn>,
    /// When it was made.
    pub at: ApiTime,
    /// A queue's: the place there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// A queue's: the expected wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ewt: Option<Ewt>,
}

/// How a chat ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Closed {
    /// When.
    pub at: ApiTime,
    /// Why.
    pub reason: CloseReason,
    /// Id of the person who ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub by: Option<SmolStr>,
    /// Of a deflected one: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}
