//! What the clients saw, shared by all of them: one ledger a run, one witness a person. It keeps
//! facts rather than frames, so that a run of a million lines fits; what they prove is the audit's.

mod facts;
mod mark;

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;
use smol_str::SmolStr;

pub use facts::{
    Answered, ChatFacts, CommandFact, Disorder, Facts, LineFact, OfferFact, PersonFacts, StartFact,
    Told, Who, line_digest, text_digest,
};
pub use mark::{Mark, frame_key, start_key};

/// Everything the clients saw; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Book>);

#[derive(Debug, Default)]
struct Book {
    people: Mutex<Vec<Witness>>,
    starts: Mutex<Vec<StartFact>>,
}

/// One person's record over all their connections; a session feeds it by itself.
#[derive(Clone, Debug)]
pub struct Witness(Arc<Mutex<PersonFacts>>);

impl Ledger {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A new record of a person; the same person may have several.
    pub fn witness(&self, who: Who) -> Witness {
        let witness = Witness(Arc::new(Mutex::new(PersonFacts::of(who))));
        hold(&self.0.people).push(witness.clone());
        witness
    }

    /// Everything so far.
    pub fn facts(&self) -> Facts {
        let people = hold(&self.0.people).iter().map(|witness| hold(&witness.0).clone()).collect();
        Facts { people, starts: hold(&self.0.starts).clone() }
    }

    /// How a start was answered.
    pub(crate) fn start(&self, fact: StartFact) {
        hold(&self.0.starts).push(fact);
    }
}

impl Witness {
    /// A command was answered, or will never be.
    pub(crate) fn command(&self, fact: CommandFact) {
        hold(&self.0).commands.push(fact);
    }

    /// A line was sent and answered with this message.
    pub(crate) fn sent(&self, chat: &str, text: &str, message: &Value) {
        let fact = LineFact::of(message, text);
        hold(&self.0).chat(chat).sent.extend(fact);
    }

    /// A line was read, live or by GET.
    pub(crate) fn line(&self, chat: &str, message: &Value) {
        let fact = LineFact::of(message, message["text"].as_str().unwrap_or_default());
        hold(&self.0).chat(chat).lines.extend(fact);
    }

    /// Lines of a chat came otherwise than the contract promises.
    pub(crate) fn disorder(&self, disorder: Disorder) {
        hold(&self.0).disorders.push(disorder);
    }

    /// Lines that were owed could not be read any more.
    pub(crate) fn left_out(&self, chat: &str) {
        hold(&self.0).chat(chat).left_out = true;
    }

    /// An event, a welcome or an answer that tells of chats or offers.
    pub(crate) fn told(&self, frame: &Value) {
        let mut facts = hold(&self.0);
        if let Some(offer) = frame.get("offer") {
            facts.offered(offer);
        }
        for offer in list(frame, "offers") {
            facts.offered(offer);
        }
        for chat in list(frame, "chats").iter().chain(frame.get("chat")) {
            facts.chat_told(chat);
        }
        if frame["type"] == "chat.state" {
            facts.chat_told(frame);
        }
    }
}

fn list<'a>(frame: &'a Value, name: &str) -> &'a [Value] {
    frame[name].as_array().map_or(&[], Vec::as_slice)
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics while holding it")
}

/// A text of a frame as a small string; empty if it is none.
pub(crate) fn small(value: &Value) -> SmolStr {
    SmolStr::new(value.as_str().unwrap_or_default())
}
