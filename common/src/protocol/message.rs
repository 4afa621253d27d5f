//! Lines of a chat as clients see them.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::bounds;
use crate::ids::ChatId;
use crate::record::{LineEvent, LineKind, Sender};
use crate::rejection::Rejection;
use crate::time::ApiTime;
use crate::words::Visibility;

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Which.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub message_id: SmolStr,
    /// In which chat.
    pub chat_id: ChatId,
    /// Its number for the reader.
    pub seq: u64,
    /// Who said it.
    pub from: Sender,
    /// What kind.
    pub kind: LineKind,
    /// What was said.
    pub text: String,
    /// For whom.
    pub visibility: Visibility,
    /// When it was stored.
    pub at: ApiTime,
    /// The sender's own id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub client_id: Option<SmolStr>,
    /// What a system line tells, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<LineEvent>,
}

/// Body of `POST /chats/{id}/messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostMessage {
    /// What to say.
    pub text: String,
    /// For whom; `all` unless given.
    pub visibility: Option<Visibility>,
    /// The sender's own id: repeats are the same line.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub client_id: SmolStr,
}

impl PostMessage {
    /// Everything within its bounds.
    pub fn check(&self) -> Result<(), Rejection> {
        bounds::text("text", &self.text)?;
        bounds::key("client_id", &self.client_id)
    }
}

/// A page of lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Messages {
    /// Ascending, without gaps.
    pub messages: Vec<Message>,
    /// The chat's last number, not the page's.
    pub last: u64,
}
