//! Which lines of which chats a client has, and which it must fetch. Pure; the contract's rule:
//! for a chat that is new to a connection the lines up to its `seq` are read by GET, those after
//! it come by themselves, and a resume brings what came meanwhile.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value};
use smol_str::SmolStr;

use crate::ledger::Disorder;

/// Chats that were left are remembered for late lines, but not for ever.
const DEPARTED: usize = 64;

/// Lines to be read by GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owed {
    /// Of which chat.
    pub(super) chat: SmolStr,
    /// After this number.
    pub(super) after: u64,
    /// Up to this one; none: all there are.
    pub(super) upto: Option<u64>,
}

/// What a client has.
#[derive(Debug)]
pub(super) struct Lines {
    /// The person's id as a participant.
    me: String,
    is_customer: bool,
    chats: BTreeMap<SmolStr, Chat>,
    departed: VecDeque<SmolStr>,
    owed: VecDeque<Owed>,
}

#[derive(Debug, Default)]
struct Chat {
    /// All lines up to this one came, or are owed.
    upto: u64,
    /// The newest that came by itself on this connection.
    live: Option<u64>,
    /// Whether new lines come by themselves.
    present: bool,
}

impl Lines {
    /// An agent's or supervisor's before the first welcome.
    pub(super) fn new() -> Self {
        Self {
            me: String::new(),
            is_customer: false,
            chats: BTreeMap::new(),
            departed: VecDeque::new(),
            owed: VecDeque::new(),
        }
    }

    /// A customer's, who has one chat and asks for all its lines by resuming from nothing.
    pub(super) fn of_customer(chat: &str) -> Self {
        let present = Chat { present: true, ..Chat::default() };
        let chats = BTreeMap::from([(SmolStr::new(chat), present)]);
        Self { is_customer: true, chats, ..Self::new() }
    }

    /// What `hello` says of the chats that go on.
    pub(super) fn resume(&self) -> Value {
        let present = self.chats.iter().filter(|(_, chat)| chat.present);
        let resume: Map<String, Value> =
            present.map(|(id, chat)| (id.to_string(), chat.upto.into())).collect();
        Value::Object(resume)
    }

    /// A new connection was welcomed, having said [`Self::resume`].
    pub(super) fn welcomed(&mut self, me: &str, welcome: &Value) {
        me.clone_into(&mut self.me);
        for chat in self.chats.values_mut() {
            chat.live = None;
        }
        self.hold(welcome);
    }

    /// The server lost continuity: lines up to each `seq` are read by GET.
    pub(super) fn resynced(&mut self, resync: &Value) {
        for chat in resync["chats"].as_array().into_iter().flatten() {
            let Some((id, seq)) = id_and_seq(chat) else { continue };
            if let Some(known) = self.chats.get_mut(id) {
                known.live = None;
                owe(&mut self.owed, id, known, seq);
            }
        }
        self.hold(resync);
    }

    /// All chats that the person has; those that are gone may have lines that did not come.
    fn hold(&mut self, frame: &Value) {
        let told = frame["chats"].as_array().map_or(&[][..], Vec::as_slice);
        let gone: Vec<SmolStr> = self
            .chats
            .iter()
            .filter(|(id, chat)| chat.present && !told.iter().any(|c| c["chat_id"] == id.as_str()))
            .map(|(id, _)| id.clone())
            .collect();
        for chat in gone {
            let upto = self.chats.get(&chat).map_or(0, |chat| chat.upto);
            self.owed.push_back(Owed { chat: chat.clone(), after: upto, upto: None });
            self.depart(&chat);
        }
        for chat in told {
            self.mention(chat);
        }
    }

    /// A copy of a chat: in an event, an answer, a welcome.
    pub(super) fn mention(&mut self, chat: &Value) {
        let Some((id, seq)) = id_and_seq(chat) else { return };
        let is_present = self.is_customer || self.takes_part(chat);
        match self.chats.get_mut(id) {
            Some(known) if known.present == is_present => {}
            Some(known) if is_present => {
                known.present = true;
                owe(&mut self.owed, id, known, seq);
            }
            Some(_) => self.depart(id),
            None if is_present => {
                let mut new = Chat { present: true, ..Chat::default() };
                owe(&mut self.owed, id, &mut new, seq);
                self.chats.insert(id.into(), new);
            }
            None => {}
        }
    }

    /// A line came by itself; what was wrong with that.
    pub(super) fn came(&mut self, id: &str, seq: u64) -> Option<Disorder> {
        if !self.chats.contains_key(id) {
            // The answer or event that tells of the chat is still to come.
            self.chats.insert(id.into(), Chat::default());
        }
        let chat = self.chats.get_mut(id).expect("it was just made sure of");
        let (known, upto, live) = (chat.present, chat.upto, chat.live);
        chat.live = Some(live.map_or(seq, |live| live.max(seq)));
        let is_repeat = live.is_some_and(|live| seq <= live);
        let is_gap = known && seq > upto + 1;
        if seq > upto {
            owe(&mut self.owed, id, chat, seq - 1);
            chat.upto = seq;
        }
        let expected = live.filter(|_| is_repeat).unwrap_or(upto) + 1;
        (is_repeat || is_gap).then(|| Disorder { chat: id.into(), expected, came: seq })
    }

    /// The next lines to fetch.
    pub(super) fn next_owed(&mut self) -> Option<Owed> {
        self.owed.pop_front()
    }

    fn depart(&mut self, id: &str) {
        let Some(chat) = self.chats.get_mut(id) else { return };
        chat.present = false;
        self.departed.push_back(id.into());
        if self.departed.len() > DEPARTED {
            let oldest = self.departed.pop_front().expect("there are more than some");
            if self.chats.get(&oldest).is_some_and(|chat| !chat.present) {
                self.chats.remove(&oldest);
            }
        }
    }

    fn takes_part(&self, chat: &Value) -> bool {
        let rows = chat["participants"].as_array().map_or(&[][..], Vec::as_slice);
        rows.iter().any(|row| {
            row["id"] == self.me.as_str()
                && matches!(row["state"].as_str(), Some("connected" | "disconnected"))
        })
    }
}

/// Everything up to `seq` that did not come is owed.
fn owe(owed: &mut VecDeque<Owed>, id: &str, chat: &mut Chat, seq: u64) {
    if seq > chat.upto {
        owed.push_back(Owed { chat: id.into(), after: chat.upto, upto: Some(seq) });
        chat.upto = seq;
    }
}

fn id_and_seq(chat: &Value) -> Option<(&str, u64)> {
    Some((chat["chat_id"].as_str()?, chat["seq"].as_u64()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chat(id: &str, seq: u64, state: &str) -> Value {
        json!({"chat_id": id, "seq": seq, "participants": [{"id": "anna", "state": state}]})
    }

    fn anna() -> Lines {
        let mut lines = Lines::new();
        lines.welcomed("anna", &json!({"chats": []}));
        lines
    }

    fn owed(lines: &mut Lines) -> Vec<(u64, Option<u64>)> {
        std::iter::from_fn(|| lines.next_owed()).map(|owed| (owed.after, owed.upto)).collect()
    }

    #[test]
    fn a_chat_that_is_new_is_read_up_to_its_number() {
        let mut lines = anna();
        lines.mention(&chat("c", 3, "connected"));
        lines.mention(&chat("c", 4, "connected"));
        assert_eq!(owed(&mut lines), [(0, Some(3))]);
        assert_eq!(lines.came("c", 4), None);
        assert_eq!(lines.resume(), json!({"c": 4}));
        assert!(owed(&mut lines).is_empty());
    }

    #[test]
    fn a_line_may_come_before_the_answer_that_tells_of_the_chat() {
        let mut lines = anna();
        assert_eq!(lines.came("c", 5), None);
        lines.mention(&chat("c", 4, "connected"));
        assert_eq!(owed(&mut lines), [(0, Some(4))]);
        assert_eq!(lines.came("c", 6), None);
    }

    #[test]
    fn repeats_and_gaps_are_told_and_gaps_fetched() {
        let mut lines = anna();
        lines.mention(&chat("c", 1, "connected"));
        lines.came("c", 2);
        let disorder = |expected, came| Some(Disorder { chat: "c".into(), expected, came });
        assert_eq!(lines.came("c", 2), disorder(3, 2));
        assert_eq!(lines.came("c", 5), disorder(3, 5));
        assert_eq!(owed(&mut lines), [(0, Some(1)), (2, Some(4))]);
    }

    #[test]
    fn who_comes_back_fetches_what_was_said_meanwhile() {
        let mut lines = anna();
        lines.mention(&chat("c", 2, "connected"));
        lines.mention(&chat("c", 3, "left"));
        assert_eq!(lines.resume(), json!({}));
        lines.mention(&chat("c", 7, "connected"));
        assert_eq!(owed(&mut lines), [(0, Some(2)), (2, Some(7))]);
        assert_eq!(lines.came("c", 8), None);
    }

    #[test]
    fn after_a_resume_lines_come_by_themselves_and_of_what_is_over_by_get() {
        let mut lines = anna();
        lines.mention(&chat("c", 2, "connected"));
        lines.mention(&chat("d", 2, "connected"));
        owed(&mut lines);
        lines.welcomed("anna", &json!({"chats": [chat("c", 9, "connected")]}));
        assert_eq!(owed(&mut lines), [(2, None)]);
        assert_eq!(lines.came("c", 3), None);
        lines.resynced(&json!({"chats": [chat("c", 9, "connected")]}));
        assert_eq!(owed(&mut lines), [(3, Some(9))]);
        assert_eq!(lines.came("c", 10), None);
    }

    #[test]
    fn a_customer_asks_for_everything_by_resuming() {
        let mut lines = Lines::of_customer("c");
        assert_eq!(lines.resume(), json!({"c": 0}));
        lines.welcomed("cus_1", &json!({"chats": [{"chat_id": "c", "seq": 2}]}));
        assert!(owed(&mut lines).is_empty());
        assert_eq!((lines.came("c", 1), lines.came("c", 2)), (None, None));
    }
}
