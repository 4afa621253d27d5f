//! Stores the leader's lines in their chats' transcripts: in order within a chat, chats beside
//! each other, again and again until stored. Leaves which lines to the node; receivers drop
//! repeats by the line's id.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use async_nats::header::HeaderMap;
use baton_common::ids::ChatId;
use baton_common::limits;
use baton_common::record::Record;
use baton_common::subjects;
use baton_core::node::{Input, LineOut};
use baton_runtime::nats::{AppendOutcome, Request, Requests, reply_outcome};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

/// The node stops deciding at `LINES_PENDING`; one full frame may come on top.
const WAITING: usize = limits::LINES_PENDING + limits::JOURNAL_FRAME_EVENTS;
/// Chats that are written to at once: enough to share the broker's commits.
const AT_ONCE: usize = 256;
/// A line that is not acknowledged for so long is sent again.
const STORED: Duration = Duration::from_secs(2);
/// Pauses before a line is sent again: first and longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(30), Duration::from_secs(1)];

/// A running store of lines.
#[derive(Debug)]
pub(crate) struct Lines {
    sender: mpsc::Sender<LineOut>,
    waiting: watch::Receiver<usize>,
    _task: AbortOnDropHandle<()>,
}

impl Lines {
    /// Starts; what is stored is told to `inputs`.
    pub(crate) fn start(requests: Requests, shard: u16, inputs: mpsc::Sender<Input>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let (open, waiting) = watch::channel(0);
        let store = Store { requests, shard, inputs, waiting: BTreeMap::new(), open };
        let task = AbortOnDropHandle::new(tokio::spawn(store.run(receiver)));
        Self { sender, waiting, _task: task }
    }

    /// Waits until every line that was taken is stored.
    pub(crate) async fn stored(&mut self) {
        // The channel is empty and so is the store: nothing is on the way between them, since
        // the store counts a line before it frees the line's place in the channel.
        let sender = &self.sender;
        let idle = |waiting: &usize| *waiting == 0 && sender.capacity() == sender.max_capacity();
        while !idle(&self.waiting.borrow_and_update()) {
            tokio::select! {
                changed = self.waiting.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(PAUSES[0]) => {}
            }
        }
    }

    /// Takes a line. Waits only if the node sends more than it may have pending.
    pub(crate) async fn take(&self, line: LineOut) {
        self.sender.send(line).await.expect("lines are stored until nobody sends any more");
    }
}

struct Store {
    requests: Requests,
    shard: u16,
    inputs: mpsc::Sender<Input>,
    /// Lines by chat, the first of each under way or ready.
    waiting: BTreeMap<ChatId, VecDeque<LineOut>>,
    /// How many lines are waiting.
    open: watch::Sender<usize>,
}

impl Store {
    async fn run(mut self, mut lines: mpsc::Receiver<LineOut>) {
        let mut under_way = FuturesUnordered::new();
        let mut ready = VecDeque::new();
        loop {
            while under_way.len() < AT_ONCE
                && let Some(chat) = ready.pop_front()
            {
                let first = self.waiting.get(&chat).and_then(VecDeque::front).cloned();
                let line = first.expect("a ready chat has a line");
                under_way.push(store(self.requests.clone(), self.shard, line));
            }
            tokio::select! {
                Some(stored) = under_way.next() => {
                    let LineOut { id, chat, .. } = stored;
                    if self.more(&chat) {
                        ready.push_back(chat);
                    }
                    self.open.send_modify(|open| *open -= 1);
                    // While the shard finishes nobody takes answers any more: that is no error.
                    let _ = self.inputs.send(Input::LineStored(id)).await;
                }
                line = lines.recv() => {
                    let Some(line) = line else { return };
                    let chat = line.chat.clone();
                    let queue = self.waiting.entry(chat.clone()).or_default();
                    queue.push_back(line);
                    self.open.send_modify(|open| *open += 1);
                    if queue.len() == 1 {
                        ready.push_back(chat);
                    }
                }
            }
        }
    }

    /// Drops the line that is stored; whether the chat has another one.
    fn more(&mut self, chat: &ChatId) -> bool {
        let Some(queue) = self.waiting.get_mut(chat) else { return false };
        queue.pop_front();
        if queue.is_empty() {
            self.waiting.remove(chat);
            return false;
        }
        true
    }
}

/// Returns once the line is stored, or will never be.
async fn store(requests: Requests, shard: u16, line: LineOut) -> LineOut {
    let subject = subjects::chat_transcript(shard, &line.workspace, &line.chat);
    let record = Record::Line(line.line.clone());
    let payload = Bytes::from(serde_json::to_vec(&record).expect("lines are plain data"));
    let [mut pause, longest] = PAUSES;
    loop {
        let mut headers = HeaderMap::new();
        headers.insert(subjects::EXPECTED_STREAM, subjects::transcripts_stream(shard));
        let (subject, payload) = (subject.clone(), payload.clone());
        let sent = requests.call(Request { subject, headers, payload }, STORED).await;
        match reply_outcome(sent) {
            AppendOutcome::Committed(_) | AppendOutcome::Duplicate(_) => return line,
            AppendOutcome::Fatal(problem) => {
                tracing::error!(chat = %line.chat, problem, "a line will never be stored");
                return line;
            }
            AppendOutcome::Unknown(_) | AppendOutcome::Conflict(_) => {}
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}
