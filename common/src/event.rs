//! What happened, as the journal records it. Shapes are frozen: persisted, keep stable.
//!
//! Folding events never decides again; what a rule concluded is in the event.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::code::Code;
use crate::command::{Person, Target};
use crate::frame::Packed;
use crate::hash::Mark;
use crate::ids::{
    AgentId, ChatId, ConnectionId, CustomerId, EntryId, GatewayId, InviteId, NoteId, OfferId,
    QueueId, RouterId, SupervisorId, WorkspaceId,
};
use crate::quantity::{Permille, Priority, SkillLevel};
use crate::time::{Span, Timestamp};
use crate::why::Why;
use crate::words::{
    CloseReason, EntryOutcome, IdleFor, InviteState, Mode, OfferOutcome, Origin, Role, Status,
    TransferKind, Withdrawn,
};

/// An event and when it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedEvent {
    /// The leader's time of the decision.
    pub at: Timestamp,
    /// What happened.
    #[serde(rename = "e")]
    pub event: Event,
}

/// What an offer is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferOf {
    /// A queue's entry.
    Entry(EntryId),
    /// An invitation into a chat.
    Invite(InviteId),
}

/// A supervisor's order to give a chat to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Who ordered it.
    pub by: SupervisorId,
    /// The agent had no room for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over_capacity: bool,
}

/// How an agent or a supervisor stopped being in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// By their own wish, or because the chat ended.
    Left,
    /// By somebody else's wish.
    Removed,
    /// Their connection did not come back.
    Lost,
}

/// An agent who leaves because the chat is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departing {
    /// Who.
    pub agent: AgentId,
    /// The wrap-up's deadline; none: no wrap-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapup_until: Option<Timestamp>,
}

/// What happened. The fields are the domain's words; those that say more have a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Event {
    /// The journal's first event: what the shard is.
    JournalOpened { shards: u16, shard: u16 },
    /// A router leads from here on.
    LeaderElected { epoch: u64, router: RouterId, nonce: Mark },
    /// The leader stepped down by plan.
    LeaderResigned {
        epoch: u64,
        /// This router claims at once, the others wait for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<RouterId>,
    },
    /// From here on the journal may hold kinds of this [schema](Event::schema).
    SchemaRaised { v: u32 },
    /// The command stream was found to be another than the cursor names; reading began anew.
    CommandsRewound { first: u64 },

    /// A configuration replaced the one before.
    ConfigPublished { workspace: WorkspaceId, version: u64, by: SmolStr, config: Packed },

    /// Opening hours were looked at: queues with these are closed now, those with others open.
    HoursTurned {
        workspace: WorkspaceId,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        closed: Vec<SmolStr>,
        /// When the next of them open or close.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
    },
    /// A slice of a closed queue's line was looked at: who could go on elsewhere does.
    QueueSwept {
        workspace: WorkspaceId,
        queue: QueueId,
        /// The last entry of the slice; none: the line's end was reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<EntryId>,
        /// When it goes on, or begins again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
    },
    /// From here on somebody who could serve chats that wait in a queue has room and is not asked,
    /// or no longer so: this is measured.
    QueueIdled {
        workspace: WorkspaceId,
        queue: QueueId,
        /// Why nobody is asked; none: it is over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<IdleFor>,
    },

    /// A customer started a chat.
    ChatStarted {
        workspace: WorkspaceId,
        chat: ChatId,
        customer: CustomerId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer_mark: Option<Mark>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<ChatId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<SmolStr>,
        /// The customer's first grace: they are expected to be heard of before.
        grace_until: Timestamp,
    },
    /// A start was refused.
    ChatDeflected {
        workspace: WorkspaceId,
        chat: ChatId,
        customer: CustomerId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
        code: Code,
        forget_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<SmolStr>,
    },
    /// The contact panel changed.
    ChatTouched { chat: ChatId },
    /// Somebody wrote to all: the inactivity clock starts anew.
    ChatSpoke { chat: ChatId, role: Role, warn_at: Timestamp },
    /// The customer was warned of inactivity.
    InactivityWarned { chat: ChatId, close_at: Timestamp },
    /// Nobody can take the chat; a timer runs.
    ChatUnattended { chat: ChatId, until: Timestamp },
    /// The chat is over.
    ChatOver {
        chat: ChatId,
        reason: CloseReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Person>,
        /// Whether an abandonment came within the short-abandon time.
        #[serde(default)]
        short: bool,
        /// The agents who were there leave with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        departures: Vec<Departing>,
        forget_at: Timestamp,
    },
    /// The reopen window is over: the engine's memory of the chat ends.
    ChatForgotten { chat: ChatId },

    /// A chat waits in a queue.
    EntryAdded(Box<EntryAdded>),
    /// Somebody eligible was there after all, or is being asked; look again then.
    EntryLookedAt { chat: ChatId, entry: EntryId, no_agent_at: Timestamp },
    /// An entry has grown older: what rules say of its age holds as of now.
    EntryAged {
        chat: ChatId,
        entry: EntryId,
        /// When it reaches the next such age.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
    },
    /// What an entry of the sample was told of its wait: compared later with what happened.
    EntryQuoted {
        chat: ChatId,
        entry: EntryId,
        p50: Span,
        p90: Span,
        /// Mean and standard deviation before any correction by experience.
        mean: Span,
        deviation: Span,
    },
    /// The time had come to tell a waiting customer how it stands.
    WaitTold {
        chat: ChatId,
        entry: EntryId,
        /// The place in line that they were told; none: nothing was said, they talk to somebody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<u32>,
        /// The wait that they were told, if it was known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ewt: Option<Span>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
    },
    /// An entry's stay ended.
    EntrySettled {
        chat: ChatId,
        entry: EntryId,
        outcome: EntryOutcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<AgentId>,
        /// Whether an abandonment came within the short-abandon time.
        #[serde(default)]
        short: bool,
    },

    /// An offer was made and its weight reserved.
    OfferMade {
        chat: ChatId,
        offer: OfferId,
        agent: AgentId,
        of: OfferOf,
        weight: Permille,
        expires_at: Timestamp,
        /// Why to this agent; none where a person chose.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Arc<Why>>,
        /// By whose order; none: routing's, or an agent's who transfers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assigned: Option<Assigned>,
    },
    /// The inviter left: the invitation's offer is the entry's from here on.
    OfferMoved { chat: ChatId, offer: OfferId, entry: EntryId },
    /// An offer ended; its reservation is freed.
    OfferSettled {
        chat: ChatId,
        offer: OfferId,
        outcome: OfferOutcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Withdrawn>,
    },

    /// An agent or a queue was added to a chat.
    InviteMade {
        chat: ChatId,
        invite: InviteId,
        to: Target,
        by: AgentId,
        state: InviteState,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
        /// Leaving shall not ask for `confirm`.
        #[serde(default)]
        confirmed: bool,
    },
    /// An invitation ended.
    InviteSettled {
        chat: ChatId,
        invite: InviteId,
        state: InviteState,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Withdrawn>,
    },

    /// An agent is in the chat.
    AgentJoined {
        chat: ChatId,
        agent: AgentId,
        weight: Permille,
        /// When a silent customer is warned; set by the first agent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warn_at: Option<Timestamp>,
    },
    /// An agent is not in the chat any more.
    AgentLeft {
        chat: ChatId,
        agent: AgentId,
        how: Departure,
        /// The wrap-up's deadline; none: no wrap-up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wrapup_until: Option<Timestamp>,
    },
    /// A supervisor is in the chat, or goes on in it in another way.
    SupervisorJoined {
        chat: ChatId,
        supervisor: SupervisorId,
        mode: Mode,
        /// The mode before; none: they were not in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Mode>,
        /// Without a connection: one is expected before then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grace_until: Option<Timestamp>,
    },
    /// A supervisor is not in the chat any more.
    SupervisorLeft {
        chat: ChatId,
        supervisor: SupervisorId,
        /// The mode until then.
        mode: Mode,
        how: Departure,
    },
    /// A wrap-up ended.
    WrapupDone {
        chat: ChatId,
        agent: AgentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disposition: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NoteId>,
        #[serde(default)]
        timed_out: bool,
    },
    /// Who added somebody has left, and the chat goes on: one hop.
    TransferCompleted {
        chat: ChatId,
        by: AgentId,
        kind: TransferKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Target>,
    },

    /// An agent's status changed.
    AgentChanged {
        workspace: WorkspaceId,
        agent: AgentId,
        status: Status,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_status: Option<Status>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_reason: Option<SmolStr>,
    },

    /// The least time between two offers to the agent is over.
    RampUpElapsed { workspace: WorkspaceId, agent: AgentId },

    /// A connection is there.
    Connected {
        workspace: WorkspaceId,
        person: Person,
        gateway: GatewayId,
        connection: ConnectionId,
        /// The person was missed: this is their return within the grace.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        back: bool,
        /// Stands for the client's own id of itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<Mark>,
    },
    /// A connection is gone; if it was the last, the person is expected back until then.
    Disconnected {
        workspace: WorkspaceId,
        person: Person,
        gateway: GatewayId,
        connection: ConnectionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grace_until: Option<Timestamp>,
        /// A newer connection of the person took its place.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        replaced: bool,
    },
    /// A gateway is gone; its connections follow in slices.
    GatewayLost { gateway: GatewayId },
    /// A customer without a socket was heard of: expected again before then.
    CustomerSeen { chat: ChatId, grace_until: Timestamp },
    /// A person did not come back within the grace.
    PersonLost { workspace: WorkspaceId, person: Person },
}

/// A chat's coming into a queue. Most events say much less: it is kept apart from them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct EntryAdded {
    pub chat: ChatId,
    pub entry: EntryId,
    pub queue: QueueId,
    pub origin: Origin,
    pub priority: Priority,
    /// Required beyond the queue's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillLevel>,
    pub weight: Permille,
    /// The age it is routed by; the reported wait starts with the event.
    pub routed_at: Timestamp,
    /// Never offered to these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<AgentId>,
    /// Not offered to these until they connect again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub away: Vec<AgentId>,
    /// Offered first to this one, until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred: Option<(AgentId, Timestamp)>,
    /// The agent who added the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
    /// The invitation that stands for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<InviteId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<NoteId>,
    /// When it has waited too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_wait_at: Option<Timestamp>,
    /// When to look whether anybody is eligible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_agent_at: Option<Timestamp>,
    /// When it reaches the first age at which something changes for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_at: Option<Timestamp>,
    /// When the customer is told how it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell_at: Option<Timestamp>,
}

const _: () = assert!(size_of::<Event>() <= 176, "a decision's events take little room");

/// The newest [schema](Event::schema) that this release knows.
pub const SCHEMA: u32 = 4;

/// The schema of journals that never recorded one.
pub const FIRST_SCHEMA: u32 = 1;

impl Event {
    /// The schema that an event's kind came with: it is recorded only after that schema was
    /// raised, so that no router meets a kind that it does not know.
    pub const fn schema(&self) -> u32 {
        match self {
            Self::SupervisorJoined { .. } | Self::SupervisorLeft { .. } => 4,
            Self::EntryAged { .. }
            | Self::EntryQuoted { .. }
            | Self::HoursTurned { .. }
            | Self::QueueIdled { .. }
            | Self::QueueSwept { .. }
            | Self::WaitTold { .. } => 3,
            Self::SchemaRaised { .. } => 2,
            _ => FIRST_SCHEMA,
        }
    }
}
