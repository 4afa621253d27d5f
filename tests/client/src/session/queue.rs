//! What happened to a session, until somebody reads it: bounded, without losing anything.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::Notify;

use super::Happening;

/// So many wait for the reader before the socket is left unread, as a slow client would.
const ROOM: usize = 1_024;
/// So many at most while a command waits for its answer, which is somewhere behind them.
const MOST: usize = 8 * ROOM;

/// The queue between a session's task and its reader.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Happening>>,
    added: Notify,
    taken: Notify,
}

impl Queue {
    /// Adds one. Whether the socket may be read is asked before, by [`Self::has_room`].
    pub(super) fn push(&self, happening: Happening) {
        self.hold().push_back(happening);
        self.added.notify_one();
    }

    /// Whether more may be read. An answer that somebody waits for may be read past the bound, or
    /// a reader that waits for it would wait for ever.
    pub(super) fn has_room(&self, answers_wait: bool) -> bool {
        let bound = if answers_wait { usize::MAX } else { ROOM };
        self.hold().len() < bound
    }

    /// Whether an event may still be kept; if not, continuity is lost and must be regained.
    pub(super) fn keeps(&self) -> bool {
        self.hold().len() < MOST
    }

    /// Waits until there may be room again.
    pub(super) async fn drained(&self) {
        self.taken.notified().await;
    }

    /// The next one.
    pub(super) async fn next(&self) -> Happening {
        loop {
            let added = self.added.notified();
            let taken = {
                let mut waiting = self.hold();
                match waiting.front() {
                    // The end stays: whoever asks again is told again.
                    Some(Happening::Ended(why)) => Some(Happening::Ended(why.clone())),
                    Some(_) => waiting.pop_front(),
                    None => None,
                }
            };
            if let Some(happening) = taken {
                self.taken.notify_one();
                // Another reader may wait for what is left.
                self.added.notify_one();
                return happening;
            }
            added.await;
        }
    }

    fn hold(&self) -> std::sync::MutexGuard<'_, VecDeque<Happening>> {
        self.waiting.lock().expect("nobody panics while holding it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_bounded_but_for_an_answer() {
        let queue = Queue::default();
        for _ in 0..ROOM {
            queue.push(Happening::Lost);
        }
        assert!(!queue.has_room(false) && queue.has_room(true) && queue.keeps());
        queue.next().await;
        assert!(queue.has_room(false));
    }

    #[tokio::test]
    async fn the_end_is_told_as_often_as_asked() {
        let queue = Queue::default();
        queue.push(Happening::Ended("closed".into()));
        for _ in 0..2 {
            assert!(matches!(queue.next().await, Happening::Ended(_)));
        }
    }
}
