//! Folds the records of one subject: who the customer is, which lines count and what their
//! numbers are. Pure, and the same in every gateway: the stored order alone decides.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use baton_common::hash::Mark;
use baton_common::ids::NoteId;
use baton_common::record::{Line, LineKind, Profile, Record, Sender, SenderRole};
use baton_common::time::Timestamp;
use baton_common::view::NoteView;
use baton_common::words::Visibility;
use serde_json::Value;
use smol_str::SmolStr;

use super::{Audience, Dossier, Heard};

/// Names a line for its sender: who, and their own id of it.
type Spoken = (SenderRole, SmolStr, SmolStr);

/// What the records of a subject make, up to the last one folded.
#[derive(Default)]
pub(super) struct Fold {
    last_seq: u64,
    records: u64,
    profile: Option<Profile>,
    attribute_keys: HashSet<Mark>,
    notes: BTreeMap<NoteId, String>,
    /// The lines that count, in order: the agents' number is the place from 1.
    lines: Vec<Heard>,
    /// Places in `lines` of those for customers: the customers' number is the place here from 1.
    for_all: Vec<usize>,
    spoken: HashMap<Spoken, usize>,
    keys: HashMap<Mark, usize>,
    sealed: bool,
}

impl Fold {
    /// Folds the next record of the subject; none stands for one that cannot be decoded, which
    /// counts for nothing in every gateway.
    pub(super) fn fold(&mut self, seq: u64, at: Timestamp, record: Option<Record>) {
        assert!(seq > self.last_seq, "records are folded in stored order");
        self.last_seq = seq;
        self.records += 1;
        match record {
            Some(Record::Profile(profile)) => {
                // A repeat of the start stores it again; the first one counts.
                self.profile.get_or_insert(profile);
            }
            Some(Record::Attributes { set, key, .. }) => self.merge(set, key),
            Some(Record::Note { note, text, .. }) => {
                self.notes.entry(note).or_insert(text);
            }
            Some(Record::Line(line)) => self.hear(seq, at, line),
            None => {}
        }
    }

    fn merge(&mut self, set: BTreeMap<String, Value>, key: Option<Mark>) {
        if key.is_some_and(|key| !self.attribute_keys.insert(key)) {
            return;
        }
        let attributes = &mut self.profile.get_or_insert_default().attributes;
        for (name, value) in set {
            if value.is_null() {
                attributes.remove(&name);
            } else {
                attributes.insert(name, value);
            }
        }
    }

    fn hear(&mut self, stream_seq: u64, at: Timestamp, line: Line) {
        let spoken = line.client_id.as_ref().map(|client_id| spoken(&line.from, client_id));
        let is_repeat = spoken.as_ref().is_some_and(|spoken| self.spoken.contains_key(spoken))
            || line.key.is_some_and(|key| self.keys.contains_key(&key.id));
        if is_repeat || self.sealed {
            return;
        }
        let place = self.lines.len();
        if let Some(spoken) = spoken {
            self.spoken.insert(spoken, place);
        }
        if let Some(key) = line.key {
            self.keys.insert(key.id, place);
        }
        self.sealed = line.seals;
        let number_all = (line.visibility == Visibility::All).then(|| {
            self.for_all.push(place);
            self.for_all.len() as u64
        });
        let number_agents = place as u64 + 1;
        let line = Arc::new(line);
        self.lines.push(Heard { line, at, stream_seq, number_all, number_agents });
    }

    /// Stream sequence of the last record folded; 0 before the first.
    pub(super) const fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// How many records were folded, repeats and all.
    pub(super) const fn records(&self) -> u64 {
        self.records
    }

    pub(super) const fn sealed(&self) -> bool {
        self.sealed
    }

    pub(super) fn profile(&self) -> Profile {
        self.profile.clone().unwrap_or_default()
    }

    pub(super) fn dossier(&self, notes: &[NoteView]) -> Dossier {
        let named = notes.iter().filter_map(|left| left.note.as_ref());
        let notes = named.filter_map(|note| Some((note.clone(), self.note(note)?))).collect();
        Dossier { profile: self.profile(), notes }
    }

    pub(super) fn has_notes(&self, notes: &[NoteView]) -> bool {
        let mut named = notes.iter().filter_map(|left| left.note.as_ref());
        named.all(|note| self.notes.contains_key(note))
    }

    pub(super) fn note(&self, note: &NoteId) -> Option<String> {
        self.notes.get(note).cloned()
    }

    /// How many lines an audience may read.
    pub(super) fn last(&self, audience: Audience) -> u64 {
        match audience {
            Audience::Customer => self.for_all.len() as u64,
            Audience::Agents => self.lines.len() as u64,
        }
    }

    /// Lines of an audience after a number, ascending.
    pub(super) fn lines(&self, audience: Audience, after: u64, limit: usize) -> Vec<Heard> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        match audience {
            Audience::Customer => {
                let places = self.for_all.iter().skip(after).take(limit);
                places.map(|place| self.lines[*place].clone()).collect()
            }
            Audience::Agents => self.lines.iter().skip(after).take(limit).cloned().collect(),
        }
    }

    /// The newest lines that people wrote, ascending.
    pub(super) fn last_text_lines(&self, audience: Audience, n: usize) -> Vec<Heard> {
        let texts = self.lines.iter().rev().filter(|heard| heard.line.kind == LineKind::Text);
        let theirs = texts.filter(|heard| heard.seq(audience).is_some());
        let mut newest: Vec<Heard> = theirs.take(n).cloned().collect();
        newest.reverse();
        newest
    }

    /// Lines stored after a stream sequence, ascending.
    pub(super) fn lines_stored_after(&self, seq: u64) -> Vec<Heard> {
        let first = self.lines.partition_point(|heard| heard.stream_seq <= seq);
        self.lines[first..].to_vec()
    }

    /// The line that counts for this one: said under the same key, or under the same id by the
    /// same sender, or stored at this sequence.
    pub(super) fn find(&self, line: &Line, stored_at: Option<u64>) -> Option<Heard> {
        let by_key = || line.key.and_then(|key| self.keys.get(&key.id)).copied();
        let by_sender = || {
            let client_id = line.client_id.as_ref()?;
            self.spoken.get(&spoken(&line.from, client_id)).copied()
        };
        let by_place = || {
            let seq = stored_at?;
            self.lines.binary_search_by_key(&seq, |heard| heard.stream_seq).ok()
        };
        let place = by_key().or_else(by_sender).or_else(by_place)?;
        Some(self.lines[place].clone())
    }
}

fn spoken(from: &Sender, client_id: &SmolStr) -> Spoken {
    (from.role, from.id.clone(), client_id.clone())
}

#[cfg(test)]
mod tests {
    use baton_common::command::CommandKey;
    use serde_json::json;

    use super::*;

    fn line(role: SenderRole, client_id: &str) -> Line {
        Line {
            message_id: "msg_1".into(),
            from: Sender { id: "p1".into(), role, name: "".into() },
            kind: LineKind::Text,
            text: client_id.to_owned(),
            visibility: Visibility::All,
            client_id: Some(client_id.into()),
            key: None,
            event: None,
            seals: false,
        }
    }

    fn fold(records: impl IntoIterator<Item = Record>) -> Fold {
        let mut fold = Fold::default();
        for (seq, record) in (1..).zip(records) {
            // The subject shares its stream with others: sequences have holes.
            fold.fold(seq * 10, Timestamp(i64::try_from(seq).unwrap()), Some(record));
        }
        fold
    }

    fn texts(heard: &[Heard]) -> Vec<&str> {
        heard.iter().map(|heard| heard.line.text.as_str()).collect()
    }

    #[test]
    fn whispers_never_reach_the_customers_count() {
        let whisper = Line { visibility: Visibility::Agents, ..line(SenderRole::Agent, "psst") };
        let said = [line(SenderRole::Customer, "a"), whisper, line(SenderRole::Agent, "b")];
        let fold = fold(said.map(Record::Line));
        assert_eq!((fold.last(Audience::Customer), fold.last(Audience::Agents)), (2, 3));
        let customers = fold.lines(Audience::Customer, 0, 10);
        assert_eq!(texts(&customers), ["a", "b"]);
        let numbers: Vec<_> = customers.iter().map(|heard| heard.seq(Audience::Customer)).collect();
        assert_eq!(numbers, [Some(1), Some(2)]);
        let agents = fold.lines(Audience::Agents, 0, 10);
        let numbers: Vec<_> = agents.iter().map(|heard| heard.seq(Audience::Agents)).collect();
        assert_eq!(numbers, [Some(1), Some(2), Some(3)]);
        assert_eq!(agents[1].seq(Audience::Customer), None);
        assert_eq!(texts(&fold.last_text_lines(Audience::Customer, 9)), ["a", "b"]);
    }

    #[test]
    fn a_repeat_is_the_same_line_and_takes_no_number() {
        let (a, b) = (SenderRole::Customer, SenderRole::Agent);
        let fold = fold([line(a, "1"), line(a, "1"), line(b, "1"), line(a, "2")].map(Record::Line));
        assert_eq!(fold.last(Audience::Agents), 3, "another sender's id is another line");
        let found = fold.find(&line(a, "2"), None).unwrap();
        assert_eq!((found.number_agents, found.stream_seq), (3, 40));
        assert_eq!(fold.find(&line(a, "1"), Some(20)).unwrap().stream_seq, 10);
        assert_eq!(fold.records(), 4);
    }

    #[test]
    fn a_repeated_key_is_the_same_line_whatever_its_id() {
        let key = |body| Some(CommandKey { id: Mark::of(&["k"]), body: Mark::of(&[body]) });
        let first = Line { key: key("x"), ..line(SenderRole::Agent, "1") };
        let other = Line { key: key("y"), ..line(SenderRole::Agent, "2") };
        let fold = fold([first, other.clone()].map(Record::Line));
        assert_eq!(fold.last(Audience::Agents), 1);
        assert_eq!(fold.find(&other, None).unwrap().line.key, key("x"));
    }

    #[test]
    fn nothing_counts_after_the_seal_but_notes_and_attributes() {
        let last = Line { seals: true, ..line(SenderRole::System, "ended") };
        let late = line(SenderRole::Customer, "late");
        let note = Record::Note { note: "n1".into(), by: "agent1".into(), text: "done".into() };
        let fold = fold([Record::Line(last), Record::Line(late.clone()), note]);
        assert!(fold.sealed());
        assert_eq!(fold.last(Audience::Agents), 1);
        assert_eq!(fold.find(&late, Some(20)), None);
        assert_eq!(fold.note(&"n1".into()).as_deref(), Some("done"));
    }

    #[test]
    fn attributes_merge_null_removes_and_a_repeat_does_nothing() {
        let attributes = |value: Value, key: Option<&str>| Record::Attributes {
            by: "agent1".into(),
            set: serde_json::from_value(value).unwrap(),
            key: key.map(|key| Mark::of(&[key])),
        };
        let profile = Profile {
            name: Some("A. Customer".into()),
            attributes: BTreeMap::from([("plan".to_owned(), json!("gold"))]),
            ..Profile::default()
        };
        let second = Profile { name: Some("Somebody".into()), ..Profile::default() };
        let fold = fold([
            Record::Profile(profile),
            attributes(json!({"plan": null, "vip": true}), Some("a")),
            attributes(json!({"vip": null}), None),
            attributes(json!({"plan": "x", "vip": 1}), Some("a")),
            attributes(json!({"tries": 2}), Some("b")),
            Record::Profile(second),
        ]);
        let profile = fold.profile();
        assert_eq!(profile.name.as_deref(), Some("A. Customer"));
        assert_eq!(profile.attributes, BTreeMap::from([("tries".to_owned(), json!(2))]));
    }

    #[test]
    fn pages_are_bounded_and_what_cannot_be_decoded_counts_for_nothing() {
        let mut fold = fold((0..5).map(|i| Record::Line(line(SenderRole::Agent, &i.to_string()))));
        fold.fold(99, Timestamp(9), None);
        assert_eq!(fold.last_seq(), 99);
        assert_eq!(texts(&fold.lines(Audience::Agents, 1, 2)), ["1", "2"]);
        assert_eq!(texts(&fold.lines(Audience::Customer, 4, 9)), ["4"]);
        assert!(fold.lines(Audience::Customer, 5, 9).is_empty());
        assert!(fold.lines(Audience::Agents, u64::MAX, 9).is_empty());
        assert_eq!(texts(&fold.last_text_lines(Audience::Agents, 2)), ["3", "4"]);
        assert_eq!(texts(&fold.lines_stored_after(40)), ["4"]);
    }
}
