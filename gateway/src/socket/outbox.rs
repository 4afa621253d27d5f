//! What waits to be written to one socket, bounded in bytes, and the task that writes it.
//!
//! S8: a client that does not read is noticed here; what becomes of it is the task's to say.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use baton_common::limits;
use futures_util::SinkExt as _;
use futures_util::stream::SplitSink;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// A socket that takes nothing for so long, while something waits, is slow.
const STALLED: Duration = Duration::from_secs(5);
/// What looks slow is looked at once more after so long: it may be this process that stood still,
/// and then nobody was there to take anything.
const DOUBT: Duration = Duration::from_millis(500);
/// Above this, lines are not fetched from the transcript: they wait there.
const ENOUGH: usize = limits::SOCKET_BACKLOG_BYTES / 2;

/// The queue; clones are the same.
#[derive(Clone)]
pub(crate) struct Outbox(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    filled: Notify,
    drained: Notify,
}

struct Queue {
    messages: VecDeque<Message>,
    /// Of messages that wait, and of the one that is being written.
    bytes: usize,
    progress: Instant,
    /// Since when it looks slow.
    doubted: Option<Instant>,
    ended: bool,
}

/// More waits than may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slow;

impl Outbox {
    pub(crate) fn new(now: Instant) -> Self {
        let queue = Queue {
            messages: VecDeque::new(),
            bytes: 0,
            progress: now,
            doubted: None,
            ended: false,
        };
        Self(Arc::new(Shared {
            queue: Mutex::new(queue),
            filled: Notify::new(),
            drained: Notify::new(),
        }))
    }

    /// Queues a message.
    pub(crate) fn push(&self, message: Message) -> Result<(), Slow> {
        let mut queue = self.0.queue.lock();
        let size = size(&message);
        // A single message may be larger than the bound; it must not be refused for ever.
        if queue.bytes > 0 && queue.bytes + size > limits::SOCKET_BACKLOG_BYTES {
            return Err(Slow);
        }
        queue.add(message, size, Instant::now());
        drop(queue);
        self.0.filled.notify_one();
        Ok(())
    }

    /// Queues the last messages whatever waits; `instead`: in place of what waits.
    pub(crate) fn end(&self, bye: Option<String>, close: CloseFrame, instead: bool) {
        let mut queue = self.0.queue.lock();
        if instead {
            queue.bytes -= queue.messages.drain(..).map(|message| size(&message)).sum::<usize>();
        }
        for message in bye.map(Message::from).into_iter().chain([Message::Close(Some(close))]) {
            let size = size(&message);
            queue.add(message, size, Instant::now());
        }
        queue.ended = true;
        drop(queue);
        self.0.filled.notify_one();
    }

    /// Whether there is room for lines.
    pub(crate) fn has_room(&self) -> bool {
        self.0.queue.lock().bytes < ENOUGH
    }

    /// Waits until there is.
    pub(crate) async fn room(&self) {
        loop {
            let drained = self.0.drained.notified();
            if self.has_room() {
                return;
            }
            drained.await;
        }
    }

    /// Whether something has waited too long without anything being taken, at the second look.
    pub(crate) fn is_stalled(&self, now: Instant) -> bool {
        let mut queue = self.0.queue.lock();
        if queue.bytes == 0 || now.saturating_duration_since(queue.progress) < STALLED {
            return false;
        }
        let since = *queue.doubted.get_or_insert(now);
        now.saturating_duration_since(since) >= DOUBT
    }

    /// When to ask [`Self::is_stalled`] again.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let queue = self.0.queue.lock();
        let again = queue.doubted.map_or(queue.progress + STALLED, |since| since + DOUBT);
        (queue.bytes > 0).then_some(again)
    }

    async fn next(&self) -> Option<Message> {
        loop {
            let filled = self.0.filled.notified();
            {
                let mut queue = self.0.queue.lock();
                if let Some(message) = queue.messages.pop_front() {
                    return Some(message);
                }
                if queue.ended {
                    return None;
                }
            }
            filled.await;
        }
    }

    fn written(&self, size: usize) {
        let mut queue = self.0.queue.lock();
        queue.bytes = queue.bytes.saturating_sub(size);
        queue.progressed(Instant::now());
        drop(queue);
        self.0.drained.notify_one();
    }
}

impl Queue {
    fn add(&mut self, message: Message, size: usize, now: Instant) {
        if self.bytes == 0 {
            self.progressed(now);
        }
        self.bytes += size;
        self.messages.push_back(message);
    }

    fn progressed(&mut self, now: Instant) {
        (self.progress, self.doubted) = (now, None);
    }
}

/// Writes until the end was queued or the socket fails.
pub(crate) async fn write(outbox: Outbox, mut sink: SplitSink<WebSocket, Message>) {
    while let Some(message) = outbox.next().await {
        let size = size(&message);
        if sink.send(message).await.is_err() {
            return;
        }
        outbox.written(size);
    }
}

fn size(message: &Message) -> usize {
    // Pings and closes count a little, so that they too are bounded.
    const HEAD: usize = 16;
    HEAD + match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(size: usize) -> Message {
        Message::from("x".repeat(size))
    }

    #[tokio::test]
    async fn s8_what_waits_is_bounded_in_bytes() {
        let outbox = Outbox::new(Instant::now());
        let quarter = limits::SOCKET_BACKLOG_BYTES / 4;
        for _ in 0..3 {
            outbox.push(text(quarter)).unwrap();
        }
        assert!(!outbox.has_room());
        assert_eq!(outbox.push(text(quarter)), Err(Slow));
        let message = outbox.next().await.unwrap();
        outbox.written(size(&message));
        outbox.push(text(quarter)).unwrap();
    }

    #[tokio::test]
    async fn a_large_message_passes_alone() {
        let outbox = Outbox::new(Instant::now());
        outbox.push(text(limits::SOCKET_BACKLOG_BYTES * 2)).unwrap();
        assert_eq!(outbox.push(text(1)), Err(Slow));
    }

    #[tokio::test]
    async fn s8_a_reader_that_takes_nothing_is_noticed() {
        let outbox = Outbox::new(Instant::now());
        let later = Instant::now() + STALLED * 2;
        assert!(!outbox.is_stalled(later), "nothing waits");
        outbox.push(text(1)).unwrap();
        assert!(!outbox.is_stalled(Instant::now()));
        assert!(!outbox.is_stalled(later), "looked at once more");
        assert_eq!(outbox.deadline(), Some(later + DOUBT));
        assert!(outbox.is_stalled(later + DOUBT));
    }

    #[tokio::test]
    async fn a_gateway_that_stood_still_finds_nobody_slow() {
        let outbox = Outbox::new(Instant::now());
        for _ in 0..2 {
            outbox.push(text(1)).unwrap();
        }
        let thawed = Instant::now() + STALLED * 2;
        assert!(!outbox.is_stalled(thawed), "nothing could be taken meanwhile");
        let message = outbox.next().await.unwrap();
        outbox.written(size(&message));
        assert!(!outbox.is_stalled(Instant::now() + DOUBT), "it goes on");
        let later = Instant::now() + STALLED * 2;
        assert!(!outbox.is_stalled(later), "a doubt of before does not count");
        assert!(outbox.is_stalled(later + DOUBT));
    }

    #[tokio::test]
    async fn the_end_comes_last_or_instead() {
        let outbox = Outbox::new(Instant::now());
        outbox.push(text(1)).unwrap();
        let close = CloseFrame { code: 1013, reason: "".into() };
        outbox.end(Some("bye".into()), close, true);
        assert_eq!(outbox.next().await, Some(Message::from("bye")));
        assert!(matches!(outbox.next().await, Some(Message::Close(_))));
        assert_eq!(outbox.next().await, None);
    }
}
