//! The command stream as the leader reads it: messages that wait, the one that is being taken,
//! and whether everything stored has been seen. Leaves deciding the commands to `decide`.

use std::collections::VecDeque;

use baton_common::frame::{CodecError, CommandFrame, Cursor, FrameId};
use baton_common::limits;
use baton_common::time::Timestamp;

use super::super::base::Base;
use super::super::io::{Alarm, Stored};

/// How many commands a message holds is told by so many, the newest, and at most twice as many.
const TELLING: u64 = 16;

/// What was delivered and not decided yet.
#[derive(Debug, Default)]
pub(super) struct Reader {
    queue: VecDeque<Delivered>,
    sizes: Sizes,
    current: Option<Taking>,
    /// The newest message delivered.
    seen: u64,
    /// The newest message known to be stored; none while that is not known.
    end: Option<u64>,
}

/// A message that waits.
#[derive(Debug)]
struct Delivered {
    seq: u64,
    at: Timestamp,
    frame: Result<CommandFrame, CodecError>,
}

/// How many commands the messages held that were delivered last.
#[derive(Debug, Default)]
struct Sizes {
    messages: u64,
    commands: u64,
}

/// A message whose commands are being taken.
#[derive(Debug)]
struct Taking {
    seq: u64,
    at: Timestamp,
    frame: CommandFrame,
    index: usize,
}

/// The next command.
pub(super) struct Next {
    pub(super) frame: FrameId,
    pub(super) seq: u64,
    pub(super) index: u32,
    /// Its JSON.
    pub(super) command: String,
}

impl Reader {
    /// Reading begins anew after the cursor; the stream ended at `end` just now.
    pub(super) fn restart(&mut self, cursor: &Cursor, end: u64) -> u64 {
        *self = Self::default();
        self.seen = if cursor.whole { cursor.seq } else { cursor.seq.saturating_sub(1) };
        self.end = Some(end);
        self.seen + 1
    }

    /// Nothing is known any more of what is stored.
    pub(super) fn lose(&mut self) {
        let sizes = std::mem::take(&mut self.sizes);
        *self = Self { seen: self.seen, sizes, ..Self::default() };
    }

    pub(super) fn deliver(&mut self, message: Stored, pending: u64) {
        let Some(end) = &mut self.end else { return };
        if message.seq <= self.seen {
            return;
        }
        *end = (*end).max(message.seq + pending);
        self.seen = message.seq;
        let Stored { seq, at, payload } = message;
        let message = Delivered { seq, at, frame: CommandFrame::decode(&payload) };
        self.sizes.add(message.commands());
        self.queue.push_back(message);
    }

    /// The stream's ends, as read beside the deliveries.
    pub(super) fn ends(&mut self, first: u64, last: u64) {
        let Some(end) = &mut self.end else { return };
        *end = if first > last { self.seen } else { (*end).max(last) };
    }

    pub(super) fn wants_more(&self) -> bool {
        self.end.is_some() && self.queue.len() < limits::COMMAND_MESSAGES
    }

    /// Whether every command that is stored has been decided.
    pub(super) fn caught_up(&self) -> bool {
        self.queue.is_empty()
            && self.current.is_none()
            && self.end.is_some_and(|end| self.seen >= end)
    }

    /// Commands stored and not decided. Of messages that were not delivered only the number is
    /// known: each counts as many commands as those before it held on average.
    pub(super) fn lag(&self) -> u64 {
        let under_way = self.current.as_ref().map_or(0, Taking::left);
        let delivered: u64 = self.queue.iter().map(Delivered::commands).sum();
        let to_come = self.end.map_or(0, |end| end.saturating_sub(self.seen));
        under_way + delivered + self.sizes.of(to_come)
    }

    /// The broker's time of the next command; loads the next message if one is needed. Messages
    /// that hold nothing new are passed over.
    pub(super) fn next_at(&mut self, base: &mut Base) -> Option<Timestamp> {
        while self.current.is_none() {
            let message = self.queue.pop_front()?;
            self.current = load(base, message);
        }
        self.current.as_ref().map(|taking| taking.at)
    }

    /// Takes the next command and moves the cursor past it.
    pub(super) fn take(&mut self, cursor: &mut Cursor) -> Option<Next> {
        let taking = self.current.as_mut()?;
        let command = taking.frame.commands[taking.index].get().to_owned();
        let index = u32::try_from(taking.index).expect("a frame has few commands");
        taking.index += 1;
        let whole = taking.index == taking.frame.commands.len();
        let frame = taking.frame.id.clone();
        let seq = taking.seq;
        *cursor = Cursor { seq, index: index + 1, whole, frame: Some(frame.clone()) };
        if whole {
            self.current = None;
        }
        Some(Next { frame, seq, index, command })
    }
}

impl Delivered {
    fn commands(&self) -> u64 {
        self.frame.as_ref().map_or(1, |frame| frame.commands.len() as u64)
    }
}

impl Taking {
    fn left(&self) -> u64 {
        (self.frame.commands.len() - self.index) as u64
    }
}

impl Sizes {
    fn add(&mut self, commands: u64) {
        if self.messages == 2 * TELLING {
            *self = Self { messages: TELLING, commands: self.commands / 2 };
        }
        self.messages += 1;
        self.commands += commands;
    }

    /// Commands of so many messages; while nothing was delivered, one each.
    fn of(&self, messages: u64) -> u64 {
        let Self { messages: of, commands } = *self;
        if of == 0 { messages } else { messages.saturating_mul(commands).div_ceil(of) }
    }
}

/// Begins a message, where its frame was left. Nothing to take: it is undecodable, or was taken
/// already; the cursor passes it.
fn load(base: &mut Base, message: Delivered) -> Option<Taking> {
    let Delivered { seq, at, frame } = message;
    let frame = match frame {
        Ok(frame) => frame,
        Err(error) => {
            base.totals.undecodable += 1;
            let problem = match error {
                CodecError::Shape(error) => where_wrong(&error),
                error => error.to_string(),
            };
            base.alarm(Alarm::Undecodable { seq, index: None, problem });
            base.memory.cursor = Cursor { seq, index: 0, whole: true, frame: None };
            return None;
        }
    };
    // By the frame and not by the cursor: in a rewound stream it may stand elsewhere.
    let index = base.memory.gateways.taken(&frame.id);
    if index >= frame.commands.len() {
        let index = cursor_index(&frame);
        base.memory.cursor = Cursor { seq, index, whole: true, frame: Some(frame.id) };
        return None;
    }
    Some(Taking { seq, at, frame, index })
}

/// Where JSON is wrong, without quoting it: nobody knows what is in there.
pub(super) fn where_wrong(error: &serde_json::Error) -> String {
    format!("wrong {:?} at line {} column {}", error.classify(), error.line(), error.column())
}

fn cursor_index(frame: &CommandFrame) -> u32 {
    u32::try_from(frame.commands.len()).unwrap_or(u32::MAX)
}
