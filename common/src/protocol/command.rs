//! What a client may ask on the socket and by `POST /commands`: one type a command.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use crate::command::Target;
use crate::ids::{AgentId, ChatId, InviteId, OfferId, QueueId};
use crate::quantity::{Priority, SkillLevel};
use crate::words::{Mode, Status, Visibility};

/// A command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub enum ClientCommand {
    #[serde(rename = "agent.status")]
    AgentStatus(AgentStatus),
    #[serde(rename = "offer.accept")]
    OfferAccept(OfferAnswer),
    #[serde(rename = "offer.decline")]
    OfferDecline(OfferAnswer),
    #[serde(rename = "chat.send")]
    ChatSend(ChatSend),
    #[serde(rename = "chat.typing")]
    ChatTyping(ChatMark),
    #[serde(rename = "chat.read")]
    ChatRead(ChatMark),
    #[serde(rename = "chat.add_agent")]
    ChatAddAgent(ChatAddAgent),
    #[serde(rename = "chat.add_queue")]
    ChatAddQueue(ChatAddQueue),
    #[serde(rename = "chat.cancel_invite")]
    ChatCancelInvite(ChatCancelInvite),
    #[serde(rename = "chat.leave")]
    ChatLeave(ChatLeave),
    #[serde(rename = "chat.transfer")]
    ChatTransfer(ChatTransfer),
    #[serde(rename = "chat.remove_participant")]
    ChatRemoveParticipant(ChatRemoveParticipant),
    #[serde(rename = "chat.reassign")]
    ChatReassign(ChatReassign),
    #[serde(rename = "chat.monitor")]
    ChatMonitor(ChatMonitor),
    #[serde(rename = "agent.force_status")]
    AgentForceStatus(AgentForceStatus),
    #[serde(rename = "chat.end")]
    ChatEnd(ChatEnd),
    #[serde(rename = "chat.update")]
    ChatUpdate(ChatUpdate),
    #[serde(rename = "wrapup.complete")]
    WrapupComplete(WrapupComplete),
    #[serde(rename = "dm.send")]
    DmSend(DmSend),
    #[serde(rename = "dm.history")]
    DmHistory(DmHistory),
    #[serde(rename = "watch")]
    Watch(Watch),
    #[serde(rename = "unwatch")]
    Unwatch(Watch),
    #[serde(rename = "token.renew")]
    TokenRenew(TokenRenew),
    #[serde(rename = "ping")]
    Ping(Ping),
}

/// Chooses a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct AgentStatus {
    pub status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub reason: Option<SmolStr>,
    /// Not before the current work ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_work: Option<bool>,
}

/// Takes or refuses an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct OfferAnswer {
    pub offer_id: OfferId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub reason: Option<SmolStr>,
}

/// Says something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatSend {
    pub chat_id: ChatId,
    pub text: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub client_id: SmolStr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
}

/// Types, or has read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatMark {
    pub chat_id: ChatId,
    /// Id of the last line that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub upto: Option<SmolStr>,
}

/// "+" for an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatAddAgent {
    pub chat_id: ChatId,
    pub agent: AgentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// "+" for a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatAddQueue {
    pub chat_id: ChatId,
    pub queue: QueueId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<SkillLevel>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Takes an invitation back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatCancelInvite {
    pub chat_id: ChatId,
    pub invite_id: InviteId,
}

/// End Chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatLeave {
    pub chat_id: ChatId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blind: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub disposition: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Adds and leaves in one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatTransfer {
    pub chat_id: ChatId,
    pub to: Target,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Removes an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatRemoveParticipant {
    pub chat_id: ChatId,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub participant: SmolStr,
}

/// Gives a chat to somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatReassign {
    pub chat_id: ChatId,
    pub to: Target,
}

/// Joins a chat to oversee it, goes on in another way, or leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatMonitor {
    pub chat_id: ChatId,
    pub mode: MonitorMode,
}

/// A supervisor's way of being in a chat, or of not being there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MonitorMode {
    /// Nobody sees it.
    Monitor,
    /// Agents see it.
    Coach,
    /// Everybody sees it.
    Barge,
    /// Not there any more.
    Off,
}

impl MonitorMode {
    /// The way of being there; none: not there.
    pub const fn mode(self) -> Option<Mode> {
        match self {
            Self::Monitor => Some(Mode::Monitor),
            Self::Coach => Some(Mode::Coach),
            Self::Barge => Some(Mode::Barge),
            Self::Off => None,
        }
    }
}

/// Sets an agent's status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct AgentForceStatus {
    pub agent: AgentId,
    pub status: Status,
    /// Their chats go on without them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evict: Option<bool>,
}

/// Ends a chat for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatEnd {
    pub chat_id: ChatId,
}

/// Changes the contact panel; `null` removes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct ChatUpdate {
    pub chat_id: ChatId,
    pub attributes: BTreeMap<String, Value>,
}

/// Finishes a wrap-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct WrapupComplete {
    pub chat_id: ChatId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub disposition: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Says something to a colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct DmSend {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub to: SmolStr,
    pub text: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub client_id: SmolStr,
}

/// Reads what was said with a colleague, or the last line with each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct DmHistory {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub to: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// Begins or ends watching `queues`, `agents`, `chat:<id>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct Watch {
    pub topics: Vec<String>,
}

/// Prolongs a connection.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct TokenRenew {
    pub token: String,
}

/// Asks for a sign of life.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ping {}

impl std::fmt::Debug for TokenRenew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenRenew { token: [REDACTED] }")
    }
}

impl ClientCommand {
    /// The chat that it names.
    pub fn chat(&self) -> Option<&ChatId> {
        Some(match self {
            Self::ChatSend(c) => &c.chat_id,
            Self::ChatTyping(c) | Self::ChatRead(c) => &c.chat_id,
            Self::ChatAddAgent(c) => &c.chat_id,
            Self::ChatAddQueue(c) => &c.chat_id,
            Self::ChatCancelInvite(c) => &c.chat_id,
            Self::ChatLeave(c) => &c.chat_id,
            Self::ChatTransfer(c) => &c.chat_id,
            Self::ChatRemoveParticipant(c) => &c.chat_id,
            Self::ChatReassign(c) => &c.chat_id,
            Self::ChatMonitor(c) => &c.chat_id,
            Self::ChatEnd(c) => &c.chat_id,
            Self::ChatUpdate(c) => &c.chat_id,
            Self::WrapupComplete(c) => &c.chat_id,
            _ => return None,
        })
    }
}
