//! What the clients saw, shared by all of them: one ledger a run, one witness a person. It keeps
//! facts rather than frames, so that a run of a million lines fits; what they prove is the audit's.

mod facts;
mod mark;
mod waits;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use serde_json::Value;
use smol_str::SmolStr;

pub use facts::{
    Answered, ChatFacts, CommandFact, Disorder, Facts, LineFact, OfferFact, PersonFacts, StartFact,
    Told, Who, line_digest, text_digest,
};
pub use mark::{Mark, frame_key, start_key};
pub use waits::{NOTABLE, Wait, Waits};

use waits::Accepted;
pub(crate) use waits::Way;

/// Everything the clients saw; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Book>);

#[derive(Debug, Default)]
struct Book {
    people: Mutex<Vec<Arc<Mutex<PersonFacts>>>>,
    starts: Mutex<Vec<StartFact>>,
    clock: Arc<Clock>,
}

/// What is known of times.
#[derive(Debug, Default)]
struct Clock {
    waits: Mutex<Waits>,
    accepted: Mutex<Accepted>,
}

/// One person's record over all their connections; a session feeds it by itself.
#[derive(Clone, Debug)]
pub struct Witness {
    facts: Arc<Mutex<PersonFacts>>,
    clock: Arc<Clock>,
}

impl Ledger {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A new record of a person; the same person may have several.
    pub fn witness(&self, who: Who) -> Witness {
        let facts = Arc::new(Mutex::new(PersonFacts::of(who)));
        hold(&self.0.people).push(Arc::clone(&facts));
        Witness { facts, clock: Arc::clone(&self.0.clock) }
    }

    /// Everything so far.
    pub fn facts(&self) -> Facts {
        let people = hold(&self.0.people).iter().map(|facts| hold(facts).clone()).collect();
        Facts { people, starts: hold(&self.0.starts).clone() }
    }

    /// How long everybody waited so far.
    pub fn waits(&self) -> Waits {
        hold(&self.0.clock.waits).clone()
    }

    /// Somebody without a record waited until now.
    pub(crate) fn waited(&self, who: Who, what: &str, way: Way) {
        self.0.clock.waited(who, what, way);
    }

    /// How a start was answered.
    pub(crate) fn start(&self, fact: StartFact) {
        hold(&self.0.starts).push(fact);
    }
}

impl Clock {
    fn waited(&self, who: Who, what: &str, way: Way) {
        hold(&self.waits).add(way.wait(who, what, Instant::now()));
    }
}

impl Witness {
    /// A command was answered, or will never be.
    pub(crate) fn command(&self, fact: CommandFact) {
        hold(&self.facts).commands.push(fact);
    }

    /// What was waited for is there, or given up.
    pub(crate) fn waited(&self, what: &str, way: Way) {
        let who = hold(&self.facts).who.clone();
        self.clock.waited(who, what, way);
    }

    /// A line of somebody else came by itself, on a connection that was welcomed this way.
    pub(crate) fn came(&self, message: &Value, way: &Way) {
        let text = message["text"].as_str().unwrap_or_default();
        let line = LineFact::of(message, text).map(|line| line.digest);
        let accepted = line.and_then(|line| hold(&self.clock.accepted).when(line));
        if let Some(since) = accepted {
            self.waited("line", way.from(since));
        }
    }

    /// A line was sent and answered with this message.
    pub(crate) fn sent(&self, chat: &str, text: &str, message: &Value) {
        let fact = LineFact::of(message, text);
        if let Some(line) = fact {
            hold(&self.clock.accepted).add(line.digest);
        }
        hold(&self.facts).chat(chat).sent.extend(fact);
    }

    /// A line was read, live or by GET.
    pub(crate) fn line(&self, chat: &str, message: &Value) {
        let fact = LineFact::of(message, message["text"].as_str().unwrap_or_default());
        hold(&self.facts).chat(chat).lines.extend(fact);
    }

    /// Lines of a chat came otherwise than the contract promises.
    pub(crate) fn disorder(&self, disorder: Disorder) {
        hold(&self.facts).disorders.push(disorder);
    }

    /// Lines that were owed could not be read any more.
    pub(crate) fn left_out(&self, chat: &str) {
        hold(&self.facts).chat(chat).left_out = true;
    }

    /// An event, a welcome or an answer that tells of chats or offers.
    pub(crate) fn told(&self, frame: &Value) {
        let mut facts = hold(&self.facts);
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
