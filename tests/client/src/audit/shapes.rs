//! Frames, events and records as they are stored, read as JSON: what the audit needs of them and
//! no more. It shares no type with Baton; a kind that it does not know is passed over.

use serde::Deserialize;
use smol_str::SmolStr;

use crate::ledger::Mark;

/// One message of the journal.
#[derive(Debug, Deserialize)]
pub(super) struct Frame {
    pub(super) epoch: u64,
    pub(super) previous: SmolStr,
    pub(super) commands_through: Cursor,
    #[serde(default)]
    pub(super) outcomes: Vec<Outcome>,
    #[serde(default)]
    pub(super) events: Vec<Timed>,
}

/// How far the commands were taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Cursor {
    pub(super) seq: u64,
    pub(super) index: u32,
}

/// What became of one command.
#[derive(Debug, Deserialize)]
pub(super) struct Outcome {
    pub(super) frame: FrameId,
    pub(super) index: u32,
    #[serde(default)]
    pub(super) key: Option<Key>,
    #[serde(default)]
    pub(super) workspace: Option<SmolStr>,
    #[serde(default)]
    pub(super) refused_transfer: Option<SmolStr>,
    pub(super) result: Result<Done, Refused>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FrameId {
    pub(super) gateway: SmolStr,
    pub(super) n: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub(super) id: Mark,
}

#[derive(Debug, Deserialize)]
pub(super) struct Done {}

#[derive(Debug, Deserialize)]
pub(super) struct Refused {
    pub(super) code: SmolStr,
}

/// An event and when it happened, in milliseconds.
#[derive(Debug, Deserialize)]
pub(super) struct Timed {
    pub(super) at: i64,
    pub(super) e: Event,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum How {
    Accepted,
    Declined,
    Expired,
    Revoked,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Of {
    Entry(SmolStr),
    Invite(SmolStr),
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    Agent(SmolStr),
    Queue(SmolStr),
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Person {
    Customer(SmolStr),
    Agent(SmolStr),
    Supervisor(SmolStr),
}

#[derive(Debug, Deserialize)]
pub(super) struct Departing {
    pub(super) agent: SmolStr,
    #[serde(default)]
    pub(super) wrapup_until: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub(super) struct Skill {
    pub(super) skill: SmolStr,
    pub(super) level: u32,
}

/// An entry as its event has it.
#[derive(Debug, Deserialize)]
pub(super) struct Added {
    pub(super) chat: SmolStr,
    pub(super) entry: SmolStr,
    pub(super) queue: SmolStr,
    pub(super) origin: SmolStr,
    pub(super) priority: u32,
    #[serde(default)]
    pub(super) skills: Vec<Skill>,
    pub(super) weight: u64,
    pub(super) routed_at: i64,
    #[serde(default)]
    pub(super) excluded: Vec<SmolStr>,
    #[serde(default)]
    pub(super) away: Vec<SmolStr>,
    #[serde(default)]
    pub(super) preferred: Option<(SmolStr, i64)>,
    #[serde(default)]
    pub(super) invite: Option<SmolStr>,
}

/// What happened.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Event {
    JournalOpened {},
    LeaderElected {
        epoch: u64,
    },
    CommandsRewound {},
    ConfigPublished {
        workspace: SmolStr,
        version: u64,
        config: String,
    },
    QueueIdled {
        workspace: SmolStr,
        queue: SmolStr,
        #[serde(default)]
        why: Option<SmolStr>,
    },
    ChatStarted {
        workspace: SmolStr,
        chat: SmolStr,
    },
    ChatDeflected {
        workspace: SmolStr,
        chat: SmolStr,
        #[serde(default)]
        queue: Option<SmolStr>,
        code: SmolStr,
    },
    ChatUnattended {
        chat: SmolStr,
    },
    ChatOver {
        chat: SmolStr,
        reason: SmolStr,
        #[serde(default)]
        short: bool,
        #[serde(default)]
        departures: Vec<Departing>,
    },
    ChatForgotten {
        chat: SmolStr,
    },
    EntryAdded(Added),
    EntrySettled {
        chat: SmolStr,
        entry: SmolStr,
        outcome: SmolStr,
        #[serde(default)]
        agent: Option<SmolStr>,
        #[serde(default)]
        short: bool,
    },
    OfferMade {
        chat: SmolStr,
        offer: SmolStr,
        agent: SmolStr,
        of: Of,
        weight: u64,
        #[serde(default)]
        assigned: Option<Assigned>,
    },
    OfferMoved {
        chat: SmolStr,
        offer: SmolStr,
        entry: SmolStr,
    },
    OfferSettled {
        chat: SmolStr,
        offer: SmolStr,
        outcome: How,
    },
    InviteMade {
        chat: SmolStr,
        invite: SmolStr,
        to: Target,
        by: SmolStr,
    },
    InviteSettled {
        chat: SmolStr,
        invite: SmolStr,
        state: SmolStr,
    },
    AgentJoined {
        chat: SmolStr,
        agent: SmolStr,
        weight: u64,
    },
    AgentLeft {
        chat: SmolStr,
        agent: SmolStr,
        #[serde(default)]
        wrapup_until: Option<i64>,
    },
    SupervisorJoined {
        chat: SmolStr,
        supervisor: SmolStr,
        mode: SmolStr,
        #[serde(default)]
        was: Option<SmolStr>,
    },
    SupervisorLeft {
        chat: SmolStr,
        supervisor: SmolStr,
        mode: SmolStr,
    },
    WrapupDone {
        chat: SmolStr,
        agent: SmolStr,
    },
    TransferCompleted {
        chat: SmolStr,
        by: SmolStr,
        kind: SmolStr,
    },
    AgentChanged {
        workspace: SmolStr,
        agent: SmolStr,
        status: SmolStr,
    },
    Connected {
        workspace: SmolStr,
        person: Person,
        gateway: SmolStr,
        connection: SmolStr,
    },
    Disconnected {
        workspace: SmolStr,
        person: Person,
        gateway: SmolStr,
        connection: SmolStr,
        #[serde(default)]
        grace_until: Option<i64>,
    },
    PersonLost {
        workspace: SmolStr,
        person: Person,
    },
    #[serde(other)]
    Other,
}

/// A supervisor's order.
#[derive(Debug, Deserialize)]
pub(super) struct Assigned {
    #[serde(default)]
    pub(super) over_capacity: bool,
}

/// One message of a transcript.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Record {
    Line(Box<Line>),
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(super) struct Line {
    pub(super) message_id: SmolStr,
    pub(super) from: Sender,
    pub(super) kind: SmolStr,
    pub(super) text: String,
    #[serde(default)]
    pub(super) visibility: SmolStr,
    #[serde(default)]
    pub(super) client_id: Option<SmolStr>,
    #[serde(default)]
    pub(super) key: Option<Key>,
    #[serde(default)]
    pub(super) event: Option<Tells>,
    #[serde(default)]
    pub(super) seals: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Sender {
    pub(super) id: SmolStr,
    pub(super) role: SmolStr,
}

#[derive(Debug, Deserialize)]
pub(super) struct Tells {
    pub(super) change: SmolStr,
}
