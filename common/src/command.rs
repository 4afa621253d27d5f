//! What people and gateways ask of a shard's engine. Persisted in the command stream: keep stable.
//!
//! No text, name or attribute of a customer is here: those go to the chat's transcript first.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::frame::Packed;
use crate::hash::Mark;
use crate::ids::{
    AgentId, ChatId, ConnectionId, GatewayId, InviteId, NoteId, OfferId, QueueId, SupervisorId,
    WorkspaceId,
};
use crate::quantity::{Priority, SkillLevel};
use crate::words::{Mode, Role, Status};

/// One command: who asks for what, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The workspace of the asker.
    pub workspace: WorkspaceId,
    /// Who asks; verified by the gateway.
    pub by: Actor,
    /// Makes a repeat give the same answer and have its effect once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<CommandKey>,
    /// What is asked.
    pub ask: CommandBody,
}

/// Stands for an idempotency key and for the body that came with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CommandKey {
    /// Mark of the key's owner and the key.
    pub id: Mark,
    /// Mark of the request's body: the same key with another body is a `conflict`.
    pub body: Mark,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The customer of this chat.
    Customer(ChatId),
    /// A configured agent.
    Agent(AgentId),
    /// A supervisor.
    Supervisor(SupervisorId),
    /// An admin; may what supervisors may.
    Admin(SupervisorId),
    /// A gateway, for itself; or the leading router's own housekeeping.
    Gateway(GatewayId),
}

/// A person who can hold connections and be told things.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// The customer of this chat.
    Customer(ChatId),
    /// A configured agent.
    Agent(AgentId),
    /// A supervisor or admin.
    Supervisor(SupervisorId),
}

impl Person {
    /// The role under which the person takes part in chats.
    pub const fn role(&self) -> Role {
        match self {
            Self::Customer(_) => Role::Customer,
            Self::Agent(_) => Role::Agent,
            Self::Supervisor(_) => Role::Supervisor,
        }
    }
}

impl Actor {
    /// The person behind it, if it is one.
    pub fn person(&self) -> Option<Person> {
        match self {
            Self::Customer(chat) => Some(Person::Customer(chat.clone())),
            Self::Agent(agent) => Some(Person::Agent(agent.clone())),
            Self::Supervisor(id) | Self::Admin(id) => Some(Person::Supervisor(id.clone())),
            Self::Gateway(_) => None,
        }
    }
}

/// Where a transfer goes. The same shape as in the API: `{"agent": …}` or `{"queue": …}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Target {
    /// To an agent.
    Agent(AgentId),
    /// To a queue.
    Queue(QueueId),
}

/// One connection of one person at a gateway.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Presence {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Whose connection.
    pub person: Person,
    /// Which connection.
    pub connection: ConnectionId,
    /// Stands for the client's own id of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Mark>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CommandBody {
    /// A customer starts a chat.
    StartChat(StartChat),
    /// End it for everybody.
    EndChat {
        /// Which.
        chat: ChatId,
    },
    /// The contact panel changed in the transcript; tell everybody.
    TouchChat {
        /// Which.
        chat: ChatId,
    },
    /// The asker wrote a line to all; sent rarely, for the inactivity clock.
    Spoke {
        /// Where.
        chat: ChatId,
    },
    /// A customer without a socket was heard of.
    CustomerSeen {
        /// Whose.
        chat: ChatId,
    },
    /// An agent chooses a status.
    SetStatus {
        /// The status.
        status: Status,
        /// Why, in the agent's words from a list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<SmolStr>,
        /// Not before the current work ends.
        #[serde(default)]
        after_work: bool,
    },
    /// An agent takes an offer.
    AcceptOffer {
        /// Which.
        offer: OfferId,
    },
    /// An agent refuses an offer.
    DeclineOffer {
        /// Which.
        offer: OfferId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<SmolStr>,
    },
    /// "+" for an agent.
    AddAgent {
        /// To which chat.
        chat: ChatId,
        /// Whom.
        agent: AgentId,
        /// The note in the transcript that goes with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
    },
    /// "+" for a queue.
    AddQueue(AddQueue),
    /// Take an invitation back.
    CancelInvite {
        /// In which chat.
        chat: ChatId,
        /// Which.
        invite: InviteId,
    },
    /// End Chat: leave it to whom it was given.
    Leave {
        /// Which.
        chat: ChatId,
        /// With only an invitation pending: leave all the same.
        #[serde(default)]
        blind: bool,
        /// With the chat held for the initiator: leave all the same.
        #[serde(default)]
        confirm: bool,
        /// The wrap-up, done at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disposition: Option<SmolStr>,
        /// The wrap-up's note in the transcript.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
    },
    /// Add and leave in one commit.
    Transfer {
        /// Which.
        chat: ChatId,
        /// Where to.
        to: Target,
        /// See `Leave`.
        #[serde(default)]
        confirm: bool,
        /// The note in the transcript that goes with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
    },
    /// Remove an agent from a chat.
    RemoveParticipant {
        /// From which chat.
        chat: ChatId,
        /// Whom.
        agent: AgentId,
    },
    /// A supervisor gives the chat to somebody else.
    Reassign {
        /// Which.
        chat: ChatId,
        /// Where to.
        to: Target,
    },
    /// A supervisor joins a chat, goes on in it in another way, or leaves it.
    Monitor {
        /// Which.
        chat: ChatId,
        /// How; none: not any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<Mode>,
    },
    /// A supervisor sets an agent's status.
    ForceStatus {
        /// Whose.
        agent: AgentId,
        /// The status.
        status: Status,
        /// Their chats go on without them.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        evict: bool,
    },
    /// Finish the wrap-up.
    CompleteWrapup {
        /// Of which chat.
        chat: ChatId,
        /// Outcome code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disposition: Option<SmolStr>,
        /// The note in the transcript.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
    },
    /// Replace the workspace's configuration.
    PublishConfig {
        /// The whole configuration.
        config: Packed,
        /// The version that must be the newest, if given. 0: there must be none yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        if_match: Option<u64>,
    },
    /// A connection was authenticated.
    Connected {
        /// Which connection.
        connection: ConnectionId,
        /// At which gateway.
        gateway: GatewayId,
        /// Stands for the client's own id of itself: the newer connection of a client takes the
        /// older one's place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<Mark>,
        /// Said once more of a connection whose client was heard of after its welcome: only now
        /// does it take the place of those that were there when it came.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        proven: bool,
    },
    /// A connection ended.
    Disconnected {
        /// Which connection.
        connection: ConnectionId,
        /// At which gateway.
        gateway: GatewayId,
    },
    /// All connections of a gateway whose ids are in a range, in place of what is known of them.
    /// Many come in parts whose ranges meet, each true by itself.
    Announce {
        /// Which gateway.
        gateway: GatewayId,
        /// All it has in the range that belong to this shard.
        connections: Vec<Presence>,
        /// The range begins after this id; none: with the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<ConnectionId>,
        /// The range ends with this id; none: with the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        upto: Option<ConnectionId>,
    },
    /// A gateway is gone: its connections are too. Said by the leading router.
    GatewayLost {
        /// Which.
        gateway: GatewayId,
    },
}

/// See [`CommandBody::StartChat`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartChat {
    /// The id, derived from workspace and key.
    pub chat: ChatId,
    /// The queue asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// Required beyond the queue's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillLevel>,
    /// In place of the queue's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Whom the customer would like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_agent: Option<AgentId>,
    /// Stands for the caller's own id of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_mark: Option<Mark>,
    /// The chat whose token came with the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ChatId>,
    /// Language of automated messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<SmolStr>,
    /// What the workspace's rules say; none if no rule holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed: Option<Routed>,
}

/// What a routing rule says of a start: evaluated by the gateway, which has the attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routed {
    /// Of this version of the configuration.
    pub version: u64,
    /// The rule's place there, from 0.
    pub rule: u32,
    /// Where the chat goes; none: where it asked to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// In place of any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Required beyond the queue's and the start's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillLevel>,
}

/// See [`CommandBody::AddQueue`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddQueue {
    /// To which chat.
    pub chat: ChatId,
    /// Which queue.
    pub queue: QueueId,
    /// In place of the queue's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Required beyond the queue's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillLevel>,
    /// Leaving shall not ask for `confirm`.
    #[serde(default)]
    pub confirm: bool,
    /// The note in the transcript that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<NoteId>,
}
