//! The command stream as the leader reads it: messages that wait, the one that is being taken,
//! and whether everything stored has been seen. Leaves deciding the commands to `decide`.

use std::collections::VecDeque;

use baton_common::frame::{CodecError, CommandFrame, Cursor, FrameId};
use baton_common::limits;
use baton_common::time::Timestamp;

use super::super::base::Base;
use super::super::io::{Alarm, Stored};

/// What was delivered and not decided yet.
#[derive(Debug, Default)]
pub(super) struct Reader {
    queue: VecDeque<Stored>,
    current: Option<Taking>,
    /// The newest message delivered.
    seen: u64,
    /// The newest message known to be stored; none while that is not known.
    end: Option<u64>,
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
        *self = Self { seen: self.seen, ..Self::default() };
    }

    pub(super) fn deliver(&mut self, message: Stored, pending: u64) {
        let Some(end) = &mut self.end else { return };
        if message.seq <= self.seen {
            return;
        }
        *end = (*end).max(message.seq + u64::from(pending > 0));
        self.seen = message.seq;
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

    /// Messages stored and not decided.
    pub(super) fn lag(&self) -> u64 {
        let waiting = self.queue.len() as u64 + u64::from(self.current.is_some());
        self.end.map_or(0, |end| end.saturating_sub(self.seen)) + waiting
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

/// Decodes a message. Nothing to take: it is undecodable, a repeat, or was taken already; the
/// cursor passes it.
fn load(base: &mut Base, message: Stored) -> Option<Taking> {
    let Stored { seq, at, payload } = message;
    let cursor = &base.memory.cursor;
    let resumed = cursor.seq == seq && !cursor.whole;
    let frame = match CommandFrame::decode(&payload) {
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
    let index = if resumed { cursor.index as usize } else { 0 };
    let repeat = !resumed && base.memory.gateways.seen(&frame.id);
    if repeat || index >= frame.commands.len() {
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

/// Whether the command stream is still the one that the cursor names.
pub(super) fn continues(cursor: &Cursor, last: u64, at_cursor: Option<&[u8]>) -> bool {
    if cursor.seq == 0 {
        return true;
    }
    if last < cursor.seq {
        return false;
    }
    // A message that was purged cannot be compared; those after it are still in order.
    let Some(payload) = at_cursor else {
        return true;
    };
    CommandFrame::decode(payload).ok().map(|frame| frame.id) == cursor.frame
}
