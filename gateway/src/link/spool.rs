//! Commands of one shard that wait to be framed: bounded in number and, together with those of
//! the gateway's other shards, in bytes; nobody's command stays longer than its submitter waits.
//! Leaves sending them to `outbox`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use baton_common::command::Command;
use baton_common::limits;
use parking_lot::Mutex;
use serde_json::value::RawValue;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, timeout_at};

use super::waiting::Waiter;
use super::{Submitted, unavailable};

/// A full spool is looked through for commands that nobody waits for at most so often.
const TIDY_EVERY: Duration = Duration::from_millis(100);
/// A spool that is fuller than one in so many has no room for new chats.
const CROWDED: usize = 4;

/// A command that waits to be framed.
pub(super) struct Spooled {
    pub(super) command: Box<RawValue>,
    pub(super) waiter: Waiter,
    /// When its submitter stops waiting: it is not sent any more after that.
    pub(super) until: Instant,
}

/// The submitter's end of a command.
pub(super) struct Pending {
    outcome: oneshot::Receiver<Submitted>,
    stored: Arc<AtomicBool>,
    until: Instant,
}

/// The commands of one shard.
pub(super) struct Spool {
    queue: Mutex<Queue>,
    /// Bytes that wait in all spools of the gateway.
    bytes: Arc<AtomicUsize>,
    filled: Notify,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Spooled>,
    closed: bool,
    tidied: Option<Instant>,
}

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRoom {
    /// Too many wait.
    Full,
    /// The line has stopped.
    Closed,
}

impl Spooled {
    /// A command and the end at which its outcome comes out.
    pub(super) fn new(command: &Command, until: Instant) -> (Self, Pending) {
        let command = serde_json::value::to_raw_value(command).expect("commands are plain data");
        let stored = Arc::new(AtomicBool::new(false));
        let (reply, outcome) = oneshot::channel();
        let waiter = Waiter { reply, stored: Arc::clone(&stored) };
        (Self { command, waiter, until }, Pending { outcome, stored, until })
    }

    fn bytes(&self) -> usize {
        self.command.get().len()
    }
}

impl Pending {
    /// What became of it, at the latest when the submitter stops waiting.
    pub(super) async fn wait(self) -> Submitted {
        match timeout_at(self.until, self.outcome).await {
            Ok(Ok(submitted)) => submitted,
            _ if self.stored.load(Ordering::Acquire) => Submitted::Stored,
            _ => Submitted::Refused(unavailable("the broker did not answer in time; try again")),
        }
    }
}

impl Spool {
    /// Empty; `bytes` is shared with the gateway's other spools.
    pub(super) fn new(bytes: Arc<AtomicUsize>) -> Self {
        Self { queue: Mutex::default(), bytes, filled: Notify::new() }
    }

    /// Takes a command.
    pub(super) fn push(&self, spooled: Spooled, now: Instant) -> Result<(), NoRoom> {
        self.push_all(|| vec![spooled], now)
    }

    /// Takes the commands that `make` makes, all or none. Nothing else is taken between its
    /// making and its taking: what it saw is what holds at its place in the order.
    pub(super) fn push_all(
        &self,
        make: impl FnOnce() -> Vec<Spooled>,
        now: Instant,
    ) -> Result<(), NoRoom> {
        let mut queue = self.queue.lock();
        if queue.closed {
            return Err(NoRoom::Closed);
        }
        let made = make();
        let bytes: usize = made.iter().map(Spooled::bytes).sum();
        if !self.has_room(&queue, made.len(), bytes) {
            self.tidy(&mut queue, now);
            if !self.has_room(&queue, made.len(), bytes) {
                return Err(NoRoom::Full);
            }
        }
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        queue.waiting.extend(made);
        drop(queue);
        self.filled.notify_one();
        Ok(())
    }

    fn has_room(&self, queue: &Queue, commands: usize, bytes: usize) -> bool {
        queue.waiting.len() + commands <= limits::SPOOL_COMMANDS
            && self.bytes.load(Ordering::Relaxed) + bytes <= limits::SPOOL_BYTES
    }

    /// Lets go of what nobody waits for any more.
    fn tidy(&self, queue: &mut Queue, now: Instant) {
        if queue.tidied.is_some_and(|last| now < last + TIDY_EVERY) {
            return;
        }
        queue.tidied = Some(now);
        let mut let_go = 0;
        queue.waiting.retain(|spooled| {
            let waits = now < spooled.until;
            let_go += if waits { 0 } else { spooled.bytes() };
            waits
        });
        self.bytes.fetch_sub(let_go, Ordering::Relaxed);
    }

    /// Whether so much waits that new chats are to be refused, so that what runs finds room.
    pub(super) fn is_crowded(&self) -> bool {
        self.queue.lock().waiting.len() > limits::SPOOL_COMMANDS / CROWDED
            || self.bytes.load(Ordering::Relaxed) > limits::SPOOL_BYTES / CROWDED
    }

    /// Whether nothing waits to be framed.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.queue.lock().waiting.is_empty()
    }

    /// The next frame's commands: whatever waits, within the bounds of a frame; none at the end.
    /// Empty if nobody waits for any of it.
    pub(super) async fn gather(&self) -> Option<Vec<Spooled>> {
        loop {
            let filled = self.filled.notified();
            {
                let mut queue = self.queue.lock();
                if !queue.waiting.is_empty() {
                    return Some(self.next_frame(&mut queue, Instant::now()));
                }
                if queue.closed {
                    return None;
                }
            }
            filled.await;
        }
    }

    fn next_frame(&self, queue: &mut Queue, now: Instant) -> Vec<Spooled> {
        let (mut batch, mut bytes, mut let_go) = (Vec::new(), 0, 0);
        while batch.len() < limits::COMMAND_FRAME_COMMANDS {
            let Some(next) = queue.waiting.pop_front() else { break };
            let length = next.bytes();
            if next.until <= now {
                let_go += length;
            } else if bytes + length > limits::COMMAND_FRAME_BYTES && !batch.is_empty() {
                queue.waiting.push_front(next);
                break;
            } else {
                bytes += length;
                batch.push(next);
            }
        }
        self.bytes.fetch_sub(bytes + let_go, Ordering::Relaxed);
        batch
    }

    /// Takes nothing any more; what waits is let go.
    pub(super) fn close(&self) {
        let mut queue = self.queue.lock();
        queue.closed = true;
        let bytes: usize = queue.waiting.drain(..).map(|spooled| spooled.bytes()).sum();
        drop(queue);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.filled.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool() -> Spool {
        Spool::new(Arc::default())
    }

    fn spooled(bytes: usize, left: Duration) -> Spooled {
        let command = RawValue::from_string(format!("\"{}\"", "x".repeat(bytes))).unwrap();
        let (reply, _) = oneshot::channel();
        let waiter = Waiter { reply, stored: Arc::default() };
        Spooled { command, waiter, until: Instant::now() + left }
    }

    const WAIT: Duration = Duration::from_secs(9);

    #[tokio::test]
    async fn frames_are_bounded_and_keep_the_order() {
        let spool = spool();
        let big = limits::COMMAND_FRAME_BYTES - 6;
        for bytes in [1, big, 2, 4 * big, 3] {
            spool.push(spooled(bytes, WAIT), Instant::now()).unwrap();
        }
        let mut frames = Vec::new();
        for _ in 0..4 {
            let batch = spool.gather().await.unwrap();
            frames.push(batch.iter().map(|s| s.bytes() - 2).collect::<Vec<_>>());
        }
        assert_eq!(frames, [vec![1, big], vec![2], vec![4 * big], vec![3]]);
        assert_eq!(spool.bytes.load(Ordering::Relaxed), 0);
        spool.close();
        assert!(spool.gather().await.is_none());
        assert_eq!(spool.push(spooled(1, WAIT), Instant::now()), Err(NoRoom::Closed));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_sent() {
        let spool = spool();
        spool.push(spooled(1, Duration::ZERO), Instant::now()).unwrap();
        spool.push(spooled(2, WAIT), Instant::now()).unwrap();
        let batch = spool.gather().await.unwrap();
        assert_eq!(batch.iter().map(Spooled::bytes).collect::<Vec<_>>(), [4]);
        assert_eq!(spool.bytes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn bytes_are_bounded_over_all_shards() {
        let bytes: Arc<AtomicUsize> = Arc::default();
        let spools = [Spool::new(Arc::clone(&bytes)), Spool::new(bytes)];
        let (now, part) = (Instant::now(), limits::SPOOL_BYTES / 4);
        assert!(!spools.iter().any(Spool::is_crowded));
        for spool in &spools {
            spool.push(spooled(part, WAIT), now).unwrap();
        }
        assert!(spools.iter().all(Spool::is_crowded), "new chats find no room");
        spools[0].push(spooled(part, WAIT), now).unwrap();
        assert_eq!(spools[1].push(spooled(part, WAIT), now), Err(NoRoom::Full));
        spools[0].close();
        spools[1].push(spooled(part, WAIT), now).unwrap();
    }

    #[test]
    fn a_full_spool_makes_room_of_what_nobody_waits_for() {
        let (spool, now) = (spool(), Instant::now());
        for _ in 0..limits::SPOOL_COMMANDS / 2 {
            spool.push(spooled(1, WAIT), now).unwrap();
            spool.push(spooled(1, Duration::ZERO), now).unwrap();
        }
        let later = now + WAIT / 2;
        spool.push(spooled(1, WAIT), later).unwrap();
        let half = limits::SPOOL_COMMANDS / 2 + 1;
        assert_eq!(spool.queue.lock().waiting.len(), half);
        assert_eq!(spool.bytes.load(Ordering::Relaxed), half * 3);
        for _ in half..limits::SPOOL_COMMANDS {
            spool.push(spooled(1, WAIT), later).unwrap();
        }
        assert_eq!(spool.push(spooled(1, WAIT), later), Err(NoRoom::Full));
        let both = || vec![spooled(1, WAIT), spooled(1, WAIT)];
        assert_eq!(spool.push_all(both, later), Err(NoRoom::Full), "all or none");
    }
}
