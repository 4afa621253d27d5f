//! What commands did, by their keys: a repeat gets the same answer and has no effect.
//!
//! Bounded by time and number; the age is event time, so every router forgets alike.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::CommandKey;
use baton_common::frame::Outcome;
use baton_common::hash::Mark;
use baton_common::ids::ChatId;
use baton_common::limits;
use baton_common::rejection::Rejection;
use baton_common::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::forget::Forget;
use super::table::Table;

/// Remembered outcomes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    keys: Table<Mark, Remembered>,
    /// By the time of forgetting; those of open chats have none yet.
    forget: Forget,
    /// Keys of open chats.
    chats: Table<ChatId, Vec<Mark>>,
    evicted: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Remembered {
    body: Mark,
    result: Result<Done, Rejection>,
    forget_at: Option<Timestamp>,
}

/// What is known of a key.
pub(crate) enum Recall {
    /// Nothing.
    New,
    /// It did this.
    Same(Box<Result<Done, Rejection>>),
    /// It came with another body.
    OtherBody,
}

impl Memory {
    /// How much there is of everything.
    pub(crate) fn sizes(&self) -> [u64; 4] {
        let sizes = [self.keys.len(), self.forget.len(), self.chats.len()];
        let [keys, forget, chats] = sizes.map(|size| size as u64);
        [keys, forget, chats, self.evicted]
    }

    pub(crate) fn recall(&self, key: &CommandKey) -> Recall {
        match self.keys.get(&key.id) {
            None => Recall::New,
            Some(known) if known.body == key.body => Recall::Same(Box::new(known.result.clone())),
            Some(_) => Recall::OtherBody,
        }
    }

    /// Remembers an outcome that carries a key. `open` is the chat whose life the key shares.
    pub(crate) fn record(&mut self, outcome: &Outcome, open: Option<&ChatId>) {
        self.expire(outcome.at);
        let Some(key) = outcome.key else { return };
        let recorded = outcome.result.as_ref().map_or_else(|r| r.code.is_recorded(), |_| true);
        if !recorded || self.keys.contains_key(&key.id) {
            return;
        }
        let forget_at = match (outcome.start, open) {
            (false, Some(chat)) => {
                self.chats.or_insert_with(chat, Vec::new).push(key.id);
                None
            }
            (true, _) => Some(outcome.at + limits::START_KEY_TIME),
            (false, None) => Some(outcome.at + limits::KEY_TIME),
        };
        if let Some(at) = forget_at {
            self.forget.push(at, key.id, outcome.start);
        }
        let known = Remembered { body: key.body, result: outcome.result.clone(), forget_at };
        self.keys.add(key.id, known);
        self.bound();
    }

    /// The chat is over: its keys outlive it by a fixed time.
    pub(crate) fn chat_over(&mut self, chat: &ChatId, at: Timestamp) {
        let forget_at = at + limits::KEY_TIME;
        for key in self.chats.remove(chat).unwrap_or_default() {
            if let Some(known) = self.keys.get_mut(&key) {
                known.forget_at = Some(forget_at);
                self.forget.push(forget_at, key, false);
            }
        }
    }

    fn expire(&mut self, now: Timestamp) {
        while let Some(key) = self.forget.due(now) {
            self.keys.remove(&key);
        }
    }

    fn bound(&mut self) {
        while self.keys.len() > limits::KEYS {
            let Some(key) = self.forget.pop_first() else {
                return;
            };
            self.keys.remove(&key);
            self.evicted += 1;
        }
    }

    /// Keys that were forgotten before their time because there were too many.
    pub(crate) fn evicted(&self) -> u64 {
        self.evicted
    }
}

/// The refusal of a key that came with another body.
pub(crate) fn other_body() -> Rejection {
    Rejection::new(
        Code::Conflict,
        "this idempotency key was used with another body: use a new key for a new request",
    )
}
