//! What a leader tells gateways after a commit, and the pulses of both. Lossy by design: every
//! feed has a repair path (`ask`).

use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::command::Person;
use crate::ids::{AgentId, ChatId, ConnectionId, GatewayId, OfferId, RouterId, WorkspaceId};
use crate::rejection::Rejection;
use crate::view::{AgentView, ChatView, InviteView, OfferView, ParticipantView, Position};
use crate::words::{Change, OfferOutcome, Withdrawn};

/// One message a frame and gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeFrame {
    /// Which shard speaks.
    pub shard: u16,
    /// The frame that was committed.
    pub position: Position,
    /// The position of the notice that this leader sent this gateway before: a gap shows a loss.
    pub previous: Position,
    /// What became of this gateway's commands.
    pub outcomes: Vec<OutcomeNotice>,
    /// What happened to people that this gateway serves.
    pub items: Vec<Notice>,
}

/// What became of one command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeNotice {
    /// The gateway's frame number.
    pub n: u64,
    /// Place in the frame.
    pub index: u32,
    /// The answer or refusal.
    pub result: Result<Answer, Rejection>,
}

/// One thing to tell some people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// The workspace of all of them.
    pub workspace: WorkspaceId,
    /// Whom.
    pub to: Vec<Person>,
    /// What.
    pub news: News,
}

/// What can be told. The order of the variants is the order in which one commit's news are told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum News {
    /// An offer for an agent.
    OfferNew(Box<OfferView>),
    /// An agent's offer ended.
    OfferGone {
        /// Which.
        offer: OfferId,
        /// Whose.
        agent: AgentId,
        /// How.
        why: OfferOutcome,
        /// Why it was revoked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<Withdrawn>,
    },
    /// Somebody's part in a chat changed.
    Participant {
        /// Which chat.
        chat: ChatId,
        /// Who, as they stand now.
        participant: ParticipantView,
        /// What happened.
        change: Change,
    },
    /// An invitation changed.
    Invite {
        /// In which chat.
        chat: ChatId,
        /// As it stands now.
        invite: InviteView,
    },
    /// A chat changed.
    Chat(Box<ChatView>),
    /// An agent's row changed.
    Agent(Box<AgentView>),
    /// The workspace's configuration changed.
    Config {
        /// To this version.
        version: u64,
    },
    /// A newer connection took this one's place: its gateway closes it.
    Replaced {
        /// At which gateway.
        gateway: GatewayId,
        /// Which.
        connection: ConnectionId,
    },
}

/// A leader's heartbeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterPulse {
    /// Which router.
    pub router: RouterId,
    /// Which shard.
    pub shard: u16,
    /// Its newest acknowledged frame.
    pub position: Position,
    /// Commands stored but not yet decided; those of frames that it has not read are estimated.
    pub command_lag: u64,
    /// The position of the newest notice sent to each gateway.
    pub noticed: Vec<(GatewayId, Position)>,
}

/// A router's heartbeat in one shard, for the other routers; those that do not lead send it too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterBeat {
    /// Which life of which router.
    pub router: RouterId,
    /// Which shard.
    pub shard: u16,
    /// Its part in the shard.
    pub part: RouterPart,
    /// Its newest frame, folded or acknowledged.
    pub position: Position,
    /// The newest schema of events that it knows.
    pub schema: u32,
    /// Set in the last heartbeat of a planned stop.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leaving: bool,
    /// A leader's newest mark of its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
}

/// What a state amounts to at a frame: the same for every router that remembers it rightly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The layout of the state: marks of different layouts cannot be compared.
    pub layout: u32,
    /// The frame.
    pub seq: u64,
    /// Digest of a sample of the state.
    pub mark: u64,
}

/// What a router does in a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouterPart {
    /// Decides.
    Leads,
    /// Folds what the leader appends, and could lead at once.
    Follows,
    /// Reads up, or was deposed: will follow.
    Rebuilds,
    /// Holds no memory: enough others follow.
    Rests,
}

/// A gateway's heartbeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayPulse {
    /// Which life of which gateway.
    pub gateway: GatewayId,
    /// Per shard: how many connections, and the digest of their ids.
    pub connections: Vec<ConnectionDigest>,
    /// Set in the last pulse of a planned stop.
    #[serde(default)]
    pub leaving: bool,
}

/// The connections of one gateway that belong to one shard, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionDigest {
    /// Which shard.
    pub shard: u16,
    /// How many.
    pub count: u32,
    /// Exclusive or of [`connection_hash`] of each.
    pub xor: u64,
}

/// The part of one connection in a [`ConnectionDigest`].
pub fn connection_hash(connection: &str) -> u64 {
    let mark = crate::hash::Mark::of(&["connection", connection]);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&mark.0[..8]);
    u64::from_be_bytes(bytes)
}
