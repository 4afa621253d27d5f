//! What goes into a node and what comes out: plain data, so that the shell and a simulator can
//! drive the same code. Leaves their meaning to the roles.

use std::sync::Arc;

use baton_common::ask::{Ask, Reply};
use baton_common::frame::{CommandFrame, Cursor};
use baton_common::ids::{ChatId, GatewayId, WorkspaceId};
use baton_common::notice::{GatewayPulse, NoticeFrame, RouterBeat, RouterPulse};
use baton_common::record::Line;
use baton_common::time::{Span, Timestamp};

use super::memory::Memory;
use crate::stats::Family;

/// Milliseconds of a clock that never goes back; only differences mean something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(pub u64);

impl Clock {
    /// The time that passed since `earlier`; none if `earlier` is later.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// So much later.
    #[must_use]
    pub fn after(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

/// Names a question until its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskToken(pub u64);

/// Names a durable line by its cause: the same after a restart and from another leader.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct LineId {
    /// Sequence of the journal frame.
    pub seq: u64,
    /// Place of the event in the frame.
    pub event: u32,
    /// Which of the event's lines.
    pub nth: u32,
}

/// What a node is told.
#[derive(Debug)]
pub enum Input {
    /// Nothing but the time.
    Tick,
    /// Answers [`Output::Restore`].
    Restored(Box<Restored>),
    /// A frame of the journal, in order, after [`Output::Follow`].
    Frame(Stored),
    /// The last sequence of the journal, read when following began.
    JournalEnd {
        /// From where following began.
        from: u64,
        /// 0 when it is empty.
        last: u64,
    },
    /// Answers [`Output::Append`].
    Appended {
        /// The sequence that the frame would have.
        seq: u64,
        /// Which attempt.
        attempt: u32,
        /// What is known.
        result: AppendResult,
    },
    /// Answers [`Output::ReadFrame`].
    Looked {
        /// Where.
        seq: u64,
        /// What is there.
        found: Looked,
    },
    /// Answers [`Output::OpenCommands`].
    CommandsOpened(CommandsOpened),
    /// A message of the command stream, in order, after [`Output::ReadCommands`].
    Commands {
        /// The message.
        message: Stored,
        /// How many messages were stored after it when it was delivered.
        pending: u64,
    },
    /// The broker's time and the ends of the command stream, read now and then.
    Broker {
        /// The broker's time.
        at: Timestamp,
        /// Sequence of the first stored command message.
        first: u64,
        /// Sequence of the newest command message.
        last: u64,
    },
    /// A question of a gateway.
    Ask {
        /// Names it.
        token: AskToken,
        /// The question.
        ask: Ask,
    },
    /// The metrics are wanted.
    Measure,
    /// A heartbeat of a leader.
    RouterPulse(RouterPulse),
    /// A heartbeat of a router, leading or not.
    RouterBeat(RouterBeat),
    /// A heartbeat of a gateway.
    GatewayPulse(GatewayPulse),
    /// Answers [`Output::Probe`]: nobody listens to questions.
    NobodyLeads,
    /// A line is stored, or never will be.
    LineStored(LineId),
    /// The connection to the broker stands (again).
    Attached,
    /// The connection to the broker is gone.
    Detached,
    /// Step down, for good.
    StepDown,
}

/// A stored message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Stream sequence.
    pub seq: u64,
    /// The broker's time of storing.
    pub at: Timestamp,
    /// The payload.
    pub payload: Vec<u8>,
}

/// What there is to start from.
#[derive(Debug)]
pub struct Restored {
    /// The newest image that fits the journal.
    pub image: Option<Memory>,
    /// Sequence of the journal's first frame.
    pub first: u64,
    /// Sequence of the journal's last frame; 0 when it is empty.
    pub last: u64,
    /// The broker's time.
    pub at: Timestamp,
}

/// What is known after one attempt to append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppendResult {
    /// Stored.
    Committed,
    /// Another sequence is the last, or the message id was seen: read to learn more.
    Unclear,
    /// Stored or not, now or later.
    Unknown,
    /// It will never be stored.
    Refused(String),
}

/// What is in the journal at a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// This.
    Found(Stored),
    /// Nothing yet; the journal's last sequence is this, and less.
    Absent(u64),
    /// Nothing any more: the journal begins after it.
    Gone,
    /// The broker did not answer.
    Unknown,
}

/// The command stream as found before reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandsOpened {
    /// The cursor that was asked about.
    pub cursor: u64,
    /// What was asked with: see [`Output::OpenCommands`].
    pub after: u64,
    /// Sequence of the first stored message; beyond `last` when there is none.
    pub first: u64,
    /// Sequence of the newest message ever stored.
    pub last: u64,
    /// The message at the cursor, if it is still stored.
    pub at_cursor: Option<Vec<u8>>,
    /// The broker's time.
    pub at: Timestamp,
}

impl CommandsOpened {
    /// Whether the stream is still the one that the cursor names.
    pub fn continues(&self, cursor: &Cursor) -> bool {
        if cursor.seq == 0 {
            return true;
        }
        if self.last < cursor.seq {
            return false;
        }
        // A message that was purged cannot be compared; those after it are still in order.
        let Some(payload) = &self.at_cursor else { return true };
        CommandFrame::decode(payload).ok().map(|frame| frame.id) == cursor.frame
    }
}

/// What a node wants done.
#[derive(Debug)]
pub enum Output {
    /// Find the newest image that fits the journal, and tell where the journal ends.
    Restore,
    /// Deliver the journal from this sequence on, and before it the frame before it, which must
    /// be the one that is remembered.
    Follow {
        /// The first frame wanted.
        from: u64,
    },
    /// Deliver the journal no longer.
    Unfollow,
    /// Ask whether anybody leads.
    Probe,
    /// Append to the journal.
    Append(Append),
    /// Read one frame of the journal, from its leader.
    ReadFrame {
        /// Which.
        seq: u64,
    },
    /// Look at the command stream: its ends, and the message at the cursor.
    OpenCommands {
        /// Sequence of the cursor; 0 before the first message.
        cursor: u64,
        /// The newest frame that is known to be in the journal: tells how old an answer is.
        after: u64,
    },
    /// Deliver commands from this sequence on; whatever was delivered before is void.
    ReadCommands {
        /// The first message wanted.
        from: u64,
    },
    /// This router leads: listen to questions.
    Led {
        /// The term.
        epoch: u64,
    },
    /// This router leads no longer: stop listening to questions and reading commands.
    Unled,
    /// Tell a gateway.
    Notice {
        /// Which.
        gateway: GatewayId,
        /// What.
        frame: NoticeFrame,
    },
    /// Answer a question.
    Reply {
        /// Which.
        token: AskToken,
        /// The answer.
        reply: Reply,
    },
    /// Store a line, in order within its chat, until it is stored.
    Line(Box<LineOut>),
    /// Send a leader's heartbeat.
    Pulse(RouterPulse),
    /// Tell the other routers of this one.
    Beat(RouterBeat),
    /// The metrics, as of an acknowledged frame.
    Measured(Vec<Family>),
    /// Tell the operator.
    Alarm(Alarm),
    /// Stepped down; nothing more will come.
    Stopped,
}

/// An append to the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The sequence that it will have; one less must be the last one.
    pub seq: u64,
    /// Counts from 0.
    pub attempt: u32,
    /// The same for every attempt.
    pub message_id: String,
    /// The frame.
    pub payload: Arc<[u8]>,
    /// How many events it carries.
    pub events: usize,
}

/// A durable line to store.
#[derive(Clone, Debug, PartialEq)]
pub struct LineOut {
    /// Its cause.
    pub id: LineId,
    /// Of which workspace.
    pub workspace: WorkspaceId,
    /// In which chat.
    pub chat: ChatId,
    /// The line.
    pub line: Line,
}

/// What an operator must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// A command made the engine panic; it is set aside after a rebuild.
    Poisonous {
        /// Command message.
        seq: u64,
        /// Place in it.
        index: u32,
    },
    /// A command, or a whole message of the command stream, could not be decoded.
    Undecodable {
        /// Command message.
        seq: u64,
        /// Place in it; none: the message.
        index: Option<u32>,
        /// Why.
        problem: String,
    },
    /// A step panicked that decided no command: the state is rebuilt from the journal.
    Panicked,
    /// A question or the metrics made the engine panic: they are not answered, nothing changed.
    ReadPanicked,
    /// Another router's frame was found where ours should be.
    Fenced {
        /// Our term.
        epoch: u64,
        /// Where.
        seq: u64,
    },
    /// The broker will never store our frame.
    Refused {
        /// What it said.
        problem: String,
    },
    /// The journal is shorter than, or another than, what is remembered of it.
    JournalRewound {
        /// What is remembered.
        seq: u64,
    },
    /// This router remembers another state than the leader: it rebuilds its own, once in a term.
    Differs {
        /// At this frame.
        seq: u64,
    },
    /// The command stream is another than the cursor names.
    CommandsRewound {
        /// Reading goes on here.
        first: u64,
    },
    /// An append has been unresolved for long.
    AppendUnknown {
        /// Which frame.
        seq: u64,
    },
    /// This router cannot follow the journal, and will not lead.
    Halted {
        /// Why.
        problem: String,
    },
}
