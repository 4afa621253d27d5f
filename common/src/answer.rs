//! What a command that took effect answers: the part that is remembered (`Done`) and the views
//! that are joined to it when it is told (`Answer`).

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::ids::{AgentId, ChatId, InviteId, QueueId};
use crate::view::{AgentView, ChatView, OfferView};

/// What is remembered of a command that took effect. Persisted in the journal: keep stable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The chat it was about; its view goes with the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatId>,
    /// The agent it was about; the row goes with the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The invitation that it made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<InviteId>,
    /// The queue where it went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// The place there, as of then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// For a start: whether it was offered at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offered: bool,
    /// A warning about that queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<Code>,
    /// Whether leaving will need `confirm`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// The version of the configuration that it published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// For a connection: whether there are others whose place it takes once it has proved to live.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rivals: bool,
}

/// What a command answers, as of the commit of its effects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The remembered part.
    pub done: Done,
    /// The chat named by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Box<ChatView>>,
    /// The agent named by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Box<AgentView>>,
    /// For a connection that was announced: what its person holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub welcome: Option<Box<Welcome>>,
}

/// What a person holds, complete.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// Their chats.
    pub chats: Vec<ChatView>,
    /// Their row, for agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentView>,
    /// Their pending offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OfferView>,
}
