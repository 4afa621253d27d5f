//! What one connection was told of each chat: the last line, the newest revision, whether lines
//! still flow. Pure: it decides what is told, and in which order.

use std::collections::HashMap;
use std::sync::Arc;

use baton_common::command::Person;
use baton_common::ids::ChatId;
use baton_common::limits;
use baton_common::protocol::chat::{Chat, Ewt};
use baton_common::protocol::message::Message;
use baton_common::view::ChatView;

use crate::access::{self, Standing};
use crate::caller::Reader;
use crate::shape;
use crate::transcript::Dossier;

/// Chats of the past that are remembered, so that no older state of them is told.
const REMEMBERED: usize = 2_000;

/// A chat as of this moment.
pub(crate) struct ChatNow {
    pub(crate) view: Arc<ChatView>,
    pub(crate) dossier: Dossier,
    /// Number of the last line for the reader.
    pub(crate) last: u64,
    /// Whether the reader was removed: no more lines, not even those of before.
    pub(crate) removed: bool,
}

/// Whether lines of a chat flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flow {
    /// No.
    #[default]
    None,
    /// As they are said.
    Live,
    /// The chat is over: until its closing line.
    UntilSealed,
    /// Those that are owed by a resume, then no more.
    Owed(u64),
}

/// A change of what the task has to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Lines of this chat flow from now on.
    Follow(ChatId),
    /// They do not any more.
    Unfollow(ChatId),
}

#[derive(Default)]
struct Row {
    told_line: u64,
    told_rev: u64,
    event_rev: u64,
    flow: Flow,
    /// As told by an event: an answer does not take the place of one.
    copy: Option<Chat>,
    position: Option<(Option<u32>, Option<Ewt>)>,
}

/// What one connection was told of its chats.
pub(crate) struct Feed {
    person: Person,
    reader: Reader,
    rows: HashMap<ChatId, Row>,
}

impl Feed {
    pub(crate) fn new(person: Person) -> Self {
        let reader = Reader::of(&person);
        Self { person, reader, rows: HashMap::new() }
    }

    /// After which line a chat's lines are owed; none if they do not flow.
    pub(crate) fn cursor(&self, chat: &ChatId) -> Option<u64> {
        let row = self.rows.get(chat)?;
        (row.flow != Flow::None).then_some(row.told_line)
    }

    /// Whether lines of a chat flow as they are said.
    pub(crate) fn is_live(&self, chat: &ChatId) -> bool {
        self.rows.get(chat).is_some_and(|row| row.flow == Flow::Live)
    }

    /// The number of the last line that this connection was told of, or of the chat's last one
    /// where lines do not flow.
    pub(crate) fn seq(&self, chat: &ChatId, last: u64) -> u64 {
        self.cursor(chat).unwrap_or(last)
    }

    /// The copy of a chat to tell as an answer or in a list, and what follows from it.
    pub(crate) fn tell(&mut self, now: &ChatNow) -> (Chat, Option<Change>) {
        let change = self.adopt(now);
        let copy = self.copy(now);
        self.remember(now, &copy);
        (copy, change)
    }

    /// The copy of a chat to tell among all that is held: as good as an event.
    pub(crate) fn hold(&mut self, now: &ChatNow) -> (Chat, Option<Change>) {
        let (copy, change) = self.tell(now);
        if let Some(row) = self.rows.get_mut(&now.view.chat) {
            row.event_rev = row.event_rev.max(now.view.rev);
            row.copy = Some(copy.clone());
        }
        (copy, change)
    }

    /// The copy of a chat to tell as an event; none if this connection knows as much already.
    /// `again`: it asked to be told once more.
    pub(crate) fn state(&mut self, now: &ChatNow, again: bool) -> (Option<Chat>, Option<Change>) {
        let row = self.rows.entry(now.view.chat.clone()).or_default();
        let rev = now.view.rev;
        let older = rev < row.told_rev || (rev <= row.event_rev && !again);
        if older {
            return (None, None);
        }
        row.event_rev = rev;
        let change = self.adopt(now);
        let copy = self.copy(now);
        let row = self.rows.entry(now.view.chat.clone()).or_default();
        // What agents do among themselves is nothing new to a customer.
        let known = self.reader == Reader::Customer
            && row.copy.as_ref().is_some_and(|told| shape::chat::tell_the_same(told, &copy));
        row.copy = Some(copy.clone());
        self.remember(now, &copy);
        self.tidy();
        (if known { None } else { Some(copy) }, change)
    }

    /// A chat that a reconnected client has lines of, up to `has`. Whether that is too little to
    /// catch up line by line.
    pub(crate) fn resume(&mut self, now: &ChatNow, has: u64) -> bool {
        let Some(row) = self.rows.get_mut(&now.view.chat).filter(|_| !now.removed) else {
            return false;
        };
        let owed = now.last.saturating_sub(has);
        if has > now.last || owed > limits::RESUME_LINES as u64 {
            return true;
        }
        row.told_line = has;
        if row.flow == Flow::None && owed > 0 {
            row.flow = Flow::Owed(now.last);
        }
        false
    }

    /// Lines after the cursor. Gives those to tell, in order, none twice, none skipped.
    pub(crate) fn lines(&mut self, chat: &ChatId, lines: Vec<Message>) -> Vec<Message> {
        let Some(row) = self.rows.get_mut(chat) else {
            return Vec::new();
        };
        let mut told = Vec::with_capacity(lines.len());
        for line in lines {
            let owed = match row.flow {
                Flow::None => false,
                Flow::Owed(upto) => row.told_line < upto,
                Flow::Live | Flow::UntilSealed => true,
            };
            if owed && line.seq == row.told_line + 1 {
                row.told_line = line.seq;
                told.push(line);
            }
        }
        told
    }

    /// All there are were told; `sealed`: there will be no more.
    pub(crate) fn caught_up(&mut self, chat: &ChatId, sealed: bool) -> Option<Change> {
        let row = self.rows.get_mut(chat)?;
        let ends = match row.flow {
            Flow::None => false,
            Flow::Live | Flow::UntilSealed => sealed,
            Flow::Owed(upto) => row.told_line >= upto,
        };
        if !ends {
            return None;
        }
        row.flow = Flow::None;
        Some(Change::Unfollow(chat.clone()))
    }

    /// A new place in line; whether it is one that was not told.
    pub(crate) fn position(&mut self, chat: &ChatId, position: u32, ewt: Option<Ewt>) -> bool {
        let Some(row) = self.rows.get_mut(chat) else {
            return false;
        };
        let new = Some((Some(position), ewt));
        if row.position == new {
            return false;
        }
        row.position = new;
        true
    }

    /// Ends the flow of all chats that are not `kept`.
    pub(crate) fn let_go(&mut self, kept: impl Fn(&ChatId) -> bool) -> Vec<Change> {
        let mut gone = Vec::new();
        for (chat, row) in &mut self.rows {
            if row.flow != Flow::None && !kept(chat) {
                row.flow = Flow::None;
                gone.push(Change::Unfollow(chat.clone()));
            }
        }
        gone
    }

    fn adopt(&mut self, now: &ChatNow) -> Option<Change> {
        let over = access::is_over(&now.view);
        let present = match self.person {
            Person::Customer(_) => true,
            _ => access::standing(&now.view, &self.person) == Standing::Present,
        };
        let row = self.rows.entry(now.view.chat.clone()).or_default();
        let flows = row.flow != Flow::None;
        let wanted = match row.flow {
            _ if present && !over => Flow::Live,
            Flow::Live | Flow::UntilSealed if over => Flow::UntilSealed,
            owed @ Flow::Owed(_) => owed,
            _ => Flow::None,
        };
        row.flow = wanted;
        if wanted == Flow::None {
            row.told_line = now.last;
            return flows.then(|| Change::Unfollow(now.view.chat.clone()));
        }
        if flows {
            return None;
        }
        row.told_line = now.last;
        Some(Change::Follow(now.view.chat.clone()))
    }

    fn copy(&self, now: &ChatNow) -> Chat {
        let seq = self.seq(&now.view.chat, now.last);
        shape::chat::chat(&now.view, &now.dossier, seq, (self.reader, &self.person))
    }

    fn remember(&mut self, now: &ChatNow, copy: &Chat) {
        let row = self.rows.entry(now.view.chat.clone()).or_default();
        row.told_rev = row.told_rev.max(now.view.rev);
        row.position = Some((copy.position, copy.ewt));
    }

    fn tidy(&mut self) {
        if self.rows.len() > REMEMBERED {
            self.rows.retain(|_, row| row.flow != Flow::None);
        }
    }
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
