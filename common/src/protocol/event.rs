//! Frames from the server that nobody asked for, and the first frame from the client.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::chat::{Chat, Ewt, Invite, Participant};
use super::dm::Dm;
use super::message::Message;
use super::offer::Offer;
use super::rows::{AgentRow, QueueRow};
use crate::code::Code;
use crate::ids::{ChatId, OfferId, WorkspaceId};
use crate::record::Sender;
use crate::time::ApiTime;
use crate::words::{Change, OfferOutcome, Role, Withdrawn};

/// The fields of the client's first frame.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct Hello {
    pub token: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub client_id: SmolStr,
    /// Chat → number of the last line that the client has.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<BTreeMap<String, u64>>))]
    pub resume: Option<BTreeMap<ChatId, u64>>,
    /// Not used; every frame may have one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub id: Option<SmolStr>,
}

impl std::fmt::Debug for Hello {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hello {{ client_id: {:?}, resume: {:?} }}", self.client_id, self.resume)
    }
}

/// An event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type")]
#[allow(missing_docs)]
pub enum Event {
    #[serde(rename = "welcome")]
    Welcome(Box<Welcome>),
    #[serde(rename = "offer.new")]
    OfferNew { offer: Box<Offer> },
    #[serde(rename = "offer.gone")]
    OfferGone {
        offer_id: OfferId,
        why: OfferOutcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<Withdrawn>,
    },
    #[serde(rename = "chat.participant")]
    ChatParticipant {
        chat_id: ChatId,
        seq: u64,
        participant: Participant,
        change: Change,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        reason: Option<SmolStr>,
    },
    #[serde(rename = "chat.invite")]
    ChatInvite {
        chat_id: ChatId,
        seq: u64,
        #[serde(flatten)]
        invite: Invite,
    },
    #[serde(rename = "chat.state")]
    ChatState(Box<Chat>),
    #[serde(rename = "chat.message")]
    ChatMessage { chat_id: ChatId, seq: u64, message: Message },
    #[serde(rename = "chat.typing")]
    ChatTyping {
        chat_id: ChatId,
        seq: u64,
        from: Sender,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        upto: Option<SmolStr>,
    },
    #[serde(rename = "chat.read")]
    ChatRead {
        chat_id: ChatId,
        seq: u64,
        from: Sender,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        upto: Option<SmolStr>,
    },
    #[serde(rename = "chat.position")]
    ChatPosition { chat_id: ChatId, seq: u64, position: u32, ewt: Option<Ewt> },
    #[serde(rename = "agent.state")]
    AgentState(Box<AgentRow>),
    #[serde(rename = "queue.state")]
    QueueState(Box<QueueRow>),
    #[serde(rename = "dm.message")]
    DmMessage { dm: Dm },
    #[serde(rename = "resync")]
    Resync(Box<Holdings>),
    #[serde(rename = "bye")]
    Bye(Bye),
}

/// The first frame from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct Welcome {
    pub role: Role,
    /// The person's id as a participant.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: SmolStr,
    pub workspace: WorkspaceId,
    pub heartbeat_s: u64,
    pub expires_at: ApiTime,
    #[serde(flatten)]
    pub holdings: Holdings,
}

/// What a person holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct Holdings {
    pub chats: Vec<Chat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offers: Option<Vec<Offer>>,
}

/// The last frame from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct Bye {
    pub reason: ByeReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Without it, stay away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconnect_in_s: Option<f64>,
}

/// Why the server closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ByeReason {
    /// The gateway stops.
    Draining,
    /// A newer connection took its place.
    Replaced,
    /// The token's time is over.
    TokenExpired,
    /// The client reads too slowly.
    Slow,
    /// Something was wrong before `welcome`.
    Invalid,
    /// No router answers.
    Unavailable,
}

impl ByeReason {
    /// The code of the close frame.
    pub const fn close_code(self) -> u16 {
        match self {
            Self::Draining => 1012,
            Self::Slow | Self::Unavailable => 1013,
            Self::Replaced | Self::TokenExpired | Self::Invalid => 1008,
        }
    }
}
