//! Pages of lists.

use serde::{Deserialize, Serialize};

use super::chat::Chat;
use super::rows::{AgentRow, QueueRow};

/// `GET /chats`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Chats {
    /// Oldest first.
    pub chats: Vec<Chat>,
    /// Goes into `cursor` for more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `GET /queues`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queues {
    /// By id.
    pub queues: Vec<QueueRow>,
    /// Goes into `cursor` for more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `GET /agents`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agents {
    /// By id.
    pub agents: Vec<AgentRow>,
    /// Goes into `cursor` for more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
