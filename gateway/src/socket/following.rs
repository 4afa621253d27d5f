//! Following the chats of a connection: their lines are told as they are stored, as far as the
//! socket takes them; the rest waits in the transcript. The part of the task that pulls.

use std::ops::ControlFlow;
use std::sync::Arc;

use baton_common::ids::ChatId;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::close::Ending;
use super::connection::{Connection, Flow};
use super::feed::Change;
use crate::chats::Held;
use crate::shape;
use crate::transcript::{Heard, Transcript};

/// Lines that are fetched from a transcript at once.
const LINES: usize = 100;

/// Resolves when a transcript has grown, or ended.
pub(super) type Watched = BoxFuture<'static, (ChatId, u64, Option<watch::Receiver<u64>>)>;

/// A chat whose lines flow.
pub(super) struct Followed {
    pub(super) transcript: Arc<Transcript>,
    generation: u64,
    _held: Held,
}

impl Connection {
    pub(super) fn follow(&mut self, chat: &ChatId) -> Flow {
        let Some(joined) = self.at_hand.get(chat) else {
            return Flow::Continue(());
        };
        if !self.followed.contains_key(chat) {
            self.generations += 1;
            let generation = self.generations;
            let held = self.gateway.hold(&joined.view);
            let transcript = Arc::clone(&joined.transcript);
            self.watches.push(wait_for_lines(chat.clone(), generation, transcript.watch()));
            let followed = Followed { transcript, generation, _held: held };
            self.followed.insert(chat.clone(), followed);
        }
        self.flush(chat)
    }

    pub(super) fn unfollow(&mut self, chat: &ChatId) {
        self.followed.remove(chat);
        self.lagging.remove(chat);
    }

    pub(super) fn line_stored(
        &mut self,
        chat: &ChatId,
        generation: u64,
        lines: Option<watch::Receiver<u64>>,
    ) -> Flow {
        let current = self.followed.get(chat).is_some_and(|f| f.generation == generation);
        if !current {
            return Flow::Continue(());
        }
        if let Some(lines) = lines {
            self.watches.push(wait_for_lines(chat.clone(), generation, lines));
        }
        self.flush(chat)
    }

    pub(super) fn catch_up(&mut self) -> Flow {
        for chat in std::mem::take(&mut self.lagging) {
            self.flush(&chat)?;
        }
        Flow::Continue(())
    }

    /// Tells the lines that a chat owes, as far as there is room.
    pub(super) fn flush(&mut self, chat: &ChatId) -> Flow {
        while let (Some(cursor), Some(followed)) =
            (self.session.cursor(chat), self.followed.get(chat))
        {
            let transcript = Arc::clone(&followed.transcript);
            // Asked before the lines are read: nothing comes after a seal.
            let sealed = transcript.sealed();
            let heard = transcript.lines(self.audience, cursor, LINES);
            if !self.tell_lines(chat, &transcript, &heard)? {
                return Flow::Continue(());
            }
            if heard.len() < LINES {
                if let Some(Change::Unfollow(chat)) = self.session.caught_up(chat, sealed) {
                    self.unfollow(&chat);
                }
                return Flow::Continue(());
            }
        }
        Flow::Continue(())
    }

    /// Whether there was room for all of them.
    fn tell_lines(
        &mut self,
        chat: &ChatId,
        transcript: &Transcript,
        heard: &[Heard],
    ) -> ControlFlow<Ending, bool> {
        if heard.is_empty() {
            return ControlFlow::Continue(true);
        }
        let profile = transcript.profile();
        for heard in heard {
            if !self.outbox.has_room() {
                self.lagging.insert(chat.clone());
                return ControlFlow::Continue(false);
            }
            let message = shape::line::message(chat, heard, &profile, self.audience);
            for text in self.session.lines(chat, message.into_iter().collect()) {
                if let Flow::Break(ending) = self.send(text) {
                    return ControlFlow::Break(ending);
                }
            }
        }
        ControlFlow::Continue(true)
    }
}

fn wait_for_lines(chat: ChatId, generation: u64, mut lines: watch::Receiver<u64>) -> Watched {
    Box::pin(async move {
        let changed = lines.changed().await.is_ok();
        (chat, generation, changed.then_some(lines))
    })
}
