//! What was said, as every gateway must number it: the stored order alone decides, repeats of a
//! sender's id or of a key take no number, and nothing counts after the closing line.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher as _};

use smol_str::SmolStr;

use super::Message;
use super::findings::{Findings, Law};
use super::shapes::{Line, Record};
use crate::ledger::{line_digest, text_digest};

/// A chat's lines.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// Digests of those that count; the agents' number is the place from 1.
    pub(super) lines: Vec<u64>,
    /// Places in `lines` of those for customers; their number is the place here from 1.
    pub(super) for_all: Vec<u32>,
    /// Digest of the first line's text, if a customer wrote it.
    pub(super) opening: Option<u64>,
    pub(super) sealed: bool,
    pub(super) connected: u32,
    pub(super) left: u32,
    /// Not needed any more once it is sealed.
    seen: HashSet<u64>,
    ids: HashSet<SmolStr>,
}

impl Transcript {
    /// The digest of a line by its number for an audience.
    pub(super) fn line(&self, seq: u32, is_customer: bool) -> Option<u64> {
        let place = usize::try_from(seq.checked_sub(1)?).ok()?;
        let place =
            if is_customer { usize::try_from(*self.for_all.get(place)?).ok()? } else { place };
        self.lines.get(place).copied()
    }

    fn hear(&mut self, line: &Line, place: &str, findings: &mut Findings) {
        let spoken = line.client_id.as_ref();
        let spoken = spoken.map(|id| mark(&("said", &line.from.role, &line.from.id, id)));
        let key = line.key.as_ref().map(|key| mark(&("key", key.id)));
        let is_repeat = [spoken, key].into_iter().flatten().any(|mark| self.seen.contains(&mark));
        if is_repeat || self.sealed {
            return;
        }
        self.seen.extend([spoken, key].into_iter().flatten());
        let is_new = self.ids.insert(line.message_id.clone());
        findings.hold(Law::Lines, is_new, &place, || format!("{} counts twice", line.message_id));
        if self.lines.is_empty() && line.from.role == "customer" {
            self.opening = Some(text_digest(&line.text));
        }
        match line.event.as_ref().map(|event| event.change.as_str()) {
            Some("connected") => self.connected += 1,
            Some("left" | "removed" | "lost") => self.left += 1,
            _ => {}
        }
        if line.visibility != "agents" {
            let number = u32::try_from(self.lines.len()).expect("a chat has fewer lines");
            self.for_all.push(number);
        }
        self.lines.push(line_digest(&line.message_id, &line.from.id, &line.kind, &line.text));
        if line.seals {
            self.sealed = true;
            (self.seen, self.ids) = (HashSet::new(), HashSet::new());
        }
    }
}

/// Folds a shard's transcripts of chats, by chat.
pub(super) fn fold(messages: &[Message], findings: &mut Findings) -> HashMap<SmolStr, Transcript> {
    let mut chats: HashMap<SmolStr, Transcript> = HashMap::new();
    for message in messages {
        let mut parts = message.subject.split('.').skip(3);
        let (Some("chat"), Some(_workspace), Some(chat)) =
            (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        match serde_json::from_slice::<Record>(&message.payload) {
            Ok(Record::Line(line)) => {
                let chat = SmolStr::new(chat);
                let place = format!("line {} of {chat}", message.seq);
                chats.entry(chat).or_default().hear(&line, &place, findings);
            }
            Ok(Record::Other) => {}
            // What cannot be read counts for nothing, in every gateway alike.
            Err(error) => {
                let place = format!("message {} of {}", message.seq, message.subject);
                findings.broken(Law::Lines, &place, format!("it is no record: {error}"));
            }
        }
    }
    chats
}

fn mark(of: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
