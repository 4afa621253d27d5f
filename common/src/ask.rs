//! Questions of gateways to a shard's leader and their replies. A reply is sent only once the
//! newest event that it saw is acknowledged.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::answer::Welcome;
use crate::command::{Actor, Person, Target};
use crate::frame::Packed;
use crate::ids::{AgentId, ChatId, GatewayId, QueueId, WorkspaceId};
use crate::notice::OutcomeNotice;
use crate::protocol::history::QueueHistory;
use crate::protocol::quote::Quote;
use crate::protocol::statistics::AgentStatistics;
use crate::protocol::why::{AgentWhy, ChatWhy};
use crate::rejection::Rejection;
use crate::view::{AgentView, ChatView, Ewt, Position, QueueView};
use crate::words::ChatState;

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Ask {
    /// One chat.
    Chat {
        /// Of this workspace.
        workspace: WorkspaceId,
        /// Which.
        chat: ChatId,
    },
    /// A page of chats, oldest first.
    Chats(ChatsFilter),
    /// Places in line, for customers who wait.
    Positions {
        /// Of this workspace.
        workspace: WorkspaceId,
        /// Which chats.
        chats: Vec<ChatId>,
    },
    /// All queues.
    Queues {
        /// Of this workspace.
        workspace: WorkspaceId,
    },
    /// All agents.
    Agents {
        /// Of this workspace.
        workspace: WorkspaceId,
    },
    /// What a person holds.
    Welcome {
        /// In this workspace.
        workspace: WorkspaceId,
        /// Who.
        person: Person,
    },
    /// The configuration.
    Config {
        /// Of this workspace.
        workspace: WorkspaceId,
    },
    /// An earlier configuration.
    ConfigVersion {
        /// Of this workspace.
        workspace: WorkspaceId,
        /// Which.
        version: u64,
    },
    /// Which configurations are kept at hand.
    ConfigVersions {
        /// Of this workspace.
        workspace: WorkspaceId,
    },
    /// Why a chat went where it went, and what it waits for.
    ChatWhy {
        /// Of this workspace.
        workspace: WorkspaceId,
        /// Which.
        chat: ChatId,
    },
    /// Why an agent gets nothing now.
    AgentWhy {
        /// Of this workspace.
        workspace: WorkspaceId,
        /// Who.
        agent: AgentId,
    },
    /// What an agent's time went into.
    AgentStatistics {
        /// Of this workspace.
        workspace: WorkspaceId,
        /// Who.
        agent: AgentId,
    },
    /// What a queue went through in the last hours.
    QueueHistory {
        /// Of this workspace.
        workspace: WorkspaceId,
        /// Which.
        queue: QueueId,
    },
    /// What a transfer would do.
    Quote {
        /// In this workspace.
        workspace: WorkspaceId,
        /// Who would transfer.
        by: Actor,
        /// Of this chat.
        chat: ChatId,
        /// Where to.
        to: Target,
    },
    /// The origins of all workspaces, in their order, a page at a time.
    Origins {
        /// After this one; none: from the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// What became of a command frame.
    Outcome {
        /// Of this gateway life.
        gateway: GatewayId,
        /// The frame's number.
        n: u64,
    },
}

/// Which chats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatsFilter {
    /// Of this workspace.
    pub workspace: WorkspaceId,
    /// In this state; none: all that are not closed.
    #[serde(default)]
    pub state: Option<ChatState>,
    /// In or last served by this queue.
    #[serde(default)]
    pub queue: Option<QueueId>,
    /// With this agent present.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// After this one.
    #[serde(default)]
    pub after: Option<ChatCursor>,
    /// At most so many.
    pub limit: u32,
}

/// A place in the list of chats: they are ordered by start and id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChatCursor {
    /// Start of the last one listed.
    pub opened_at: crate::time::Timestamp,
    /// Its id.
    pub chat: ChatId,
}

/// A configuration that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigVersion {
    /// Which.
    pub version: u64,
    /// When.
    pub at: crate::time::Timestamp,
    /// Who published it.
    pub by: SmolStr,
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// What the state was when it was taken.
    pub position: Position,
    /// The reply or refusal.
    pub body: Result<ReplyBody, Rejection>,
}

/// What is replied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "is", rename_all = "snake_case")]
pub enum ReplyBody {
    /// To [`Ask::Chat`].
    Chat(Box<ChatView>),
    /// To [`Ask::Chats`]: the page and, if there is more, where it goes on.
    Chats(Vec<ChatView>, Option<ChatCursor>),
    /// To [`Ask::Positions`]; chats that do not wait are left out.
    Positions(Vec<(ChatId, u32, Option<Ewt>)>),
    /// To [`Ask::Queues`].
    Queues(Vec<QueueView>),
    /// To [`Ask::Agents`].
    Agents(Vec<AgentView>),
    /// To [`Ask::Welcome`].
    Welcome(Box<Welcome>),
    /// To [`Ask::Config`]: version and document; version 0 and none without any.
    Config(u64, Option<Packed>),
    /// To [`Ask::ConfigVersions`]: newest first.
    ConfigVersions(Vec<ConfigVersion>),
    /// To [`Ask::ChatWhy`].
    ChatWhy(Box<ChatWhy>),
    /// To [`Ask::AgentWhy`].
    AgentWhy(Box<AgentWhy>),
    /// To [`Ask::AgentStatistics`].
    AgentStatistics(Box<AgentStatistics>),
    /// To [`Ask::QueueHistory`].
    QueueHistory(Box<QueueHistory>),
    /// To [`Ask::Quote`].
    Quote(Box<Quote>),
    /// To [`Ask::Origins`]: a page, and whether there is more.
    Origins(Vec<String>, bool),
    /// To [`Ask::Outcome`]; none: not decided yet (or forgotten).
    Outcome(Option<Vec<OutcomeNotice>>),
}
