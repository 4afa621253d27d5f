//! One shard's part of the broker: appends with the fence, reads of single messages, ends of
//! streams. Leaves streams of messages to `feed` and what the answers mean to the node.

use std::time::Duration;

use async_nats::Client;
use async_nats::header::HeaderMap;
use async_nats::jetstream::object_store::ObjectStore;
use async_nats::jetstream::response::Response;
use async_nats::jetstream::{Context, ErrorCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_common::frame::Cursor;
use baton_common::limits;
use baton_common::subjects;
use baton_common::time::{ApiTime, Timestamp};
use baton_core::node::{Append, AppendResult, CommandsOpened, Looked, Stored};
use baton_runtime::nats::{AppendOutcome, Link, NoReply, Request, Requests, reply_outcome};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Reads of the journal and of streams' ends.
const READ: Duration = Duration::from_secs(2);
/// Whether anybody leads is answered at once or not at all.
const PROBE: Duration = Duration::from_millis(400);

/// The broker as one shard uses it; clones share the connection.
#[derive(Clone)]
pub(crate) struct Broker {
    pub(crate) shard: u16,
    pub(crate) link: Link,
    pub(crate) images: ObjectStore,
    requests: Requests,
    read: Context,
}

/// Where a stream begins and ends, and when that was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) at: Timestamp,
    pub(crate) first: u64,
    pub(crate) last: u64,
}

#[derive(Deserialize)]
struct StreamInfo {
    ts: ApiTime,
    state: StreamState,
}

#[derive(Deserialize)]
struct StreamState {
    first_seq: u64,
    last_seq: u64,
}

#[derive(Deserialize)]
struct Found {
    message: FoundMessage,
}

#[derive(Deserialize)]
struct FoundMessage {
    seq: u64,
    time: ApiTime,
    /// Base64.
    #[serde(default)]
    data: String,
}

impl Broker {
    pub(crate) fn new(link: &Link, requests: &Requests, shard: u16, images: ObjectStore) -> Self {
        let (link, requests) = (link.clone(), requests.clone());
        let read = link.jetstream(READ);
        Self { shard, link, images, requests, read }
    }

    pub(crate) fn client(&self) -> &Client {
        self.link.client()
    }

    /// For whatever may be unanswered: such requests leave nothing behind.
    pub(crate) fn requests(&self) -> &Requests {
        &self.requests
    }

    /// For consumers, and for what is asked seldom.
    pub(crate) fn jetstream(&self) -> &Context {
        &self.read
    }

    /// One attempt to append a journal frame.
    pub(crate) async fn append(&self, append: Append) -> AppendResult {
        let mut headers = HeaderMap::new();
        headers.insert(async_nats::header::NATS_MESSAGE_ID, append.message_id.as_str());
        headers.insert(subjects::EXPECTED_LAST_SEQUENCE, (append.seq - 1).to_string());
        headers.insert(subjects::EXPECTED_STREAM, subjects::journal_stream(self.shard));
        let payload = Bytes::copy_from_slice(&append.payload);
        let request = Request { subject: subjects::journal(self.shard), headers, payload };
        let ack = Duration::from_millis(limits::APPEND_ACK.0);
        let outcome = reply_outcome(self.requests.call(request, ack).await);
        tracing::trace!(shard = self.shard, seq = append.seq, ?outcome, "appended");
        match outcome {
            AppendOutcome::Committed(seq) if seq == append.seq => AppendResult::Committed,
            AppendOutcome::Committed(_) | AppendOutcome::Conflict(_) => AppendResult::Unclear,
            AppendOutcome::Duplicate(seq) => {
                if append.attempt == 0 {
                    let shard = self.shard;
                    tracing::error!(shard, seq, "a first append was taken for a repeat");
                }
                AppendResult::Unclear
            }
            AppendOutcome::Unknown(problem) => {
                let (shard, seq) = (self.shard, append.seq);
                tracing::debug!(shard, seq, problem, "append unresolved, sending it again");
                AppendResult::Unknown
            }
            AppendOutcome::Fatal(problem) => AppendResult::Refused(problem),
        }
    }

    /// What is in the journal at a sequence, as its leader says.
    pub(crate) async fn look(&self, seq: u64) -> Looked {
        let looked = look(seq, || self.journal_message(seq), self.journal_ends()).await;
        looked.unwrap_or(Looked::Unknown)
    }

    /// The ends of the command stream and the message at the cursor. `after` comes back.
    pub(crate) async fn open_commands(
        &self,
        cursor: u64,
        after: u64,
    ) -> anyhow::Result<CommandsOpened> {
        let name = subjects::commands_stream(self.shard);
        let at_cursor = match cursor {
            0 => None,
            cursor => self.message(name, cursor).await?.map(|message| message.payload),
        };
        let Ends { at, first, last } = self.command_ends().await?;
        Ok(CommandsOpened { cursor, after, first, last, at_cursor, at })
    }

    pub(crate) async fn journal_ends(&self) -> anyhow::Result<Ends> {
        self.ends(&subjects::journal_stream(self.shard)).await
    }

    pub(crate) async fn command_ends(&self) -> anyhow::Result<Ends> {
        self.ends(&subjects::commands_stream(self.shard)).await
    }

    /// Frees what two images cover: commands before the older one's cursor, while the stream is
    /// still the one that the cursor names. The message at the cursor tells that, and stays;
    /// where it is gone, those before it are, too.
    pub(crate) async fn purge_commands(&self, cursor: &Cursor) -> anyhow::Result<()> {
        let opened = self.open_commands(cursor.seq, 0).await?;
        if opened.at_cursor.is_none() || !opened.continues(cursor) {
            return Ok(());
        }
        let name = subjects::commands_stream(self.shard);
        let stream = self.read.get_stream_no_info(name).await?;
        stream.purge().sequence(cursor.seq).await?;
        Ok(())
    }

    /// Whether it is certain that nobody leads.
    pub(crate) async fn nobody_leads(&self) -> bool {
        let request = Request::new(subjects::ask(self.shard), Bytes::new());
        matches!(self.requests.call(request, PROBE).await, Err(NoReply::NoResponders))
    }

    /// One stored message; none if there is none at that sequence.
    pub(crate) async fn journal_message(&self, seq: u64) -> anyhow::Result<Option<Stored>> {
        self.message(subjects::journal_stream(self.shard), seq).await
    }

    async fn message(&self, stream: String, seq: u64) -> anyhow::Result<Option<Stored>> {
        self.find(stream, json!({ "seq": seq })).await
    }

    /// The newest message of a stream under a subject.
    pub(crate) async fn newest(
        &self,
        stream: String,
        subject: &str,
    ) -> anyhow::Result<Option<Stored>> {
        self.find(stream, json!({ "last_by_subj": subject })).await
    }

    async fn find(&self, stream: String, which: Value) -> anyhow::Result<Option<Stored>> {
        let subject = format!("STREAM.MSG.GET.{stream}");
        match self.api::<Found>(subject, which.to_string()).await? {
            Response::Ok(Found { message }) => {
                let FoundMessage { seq, time, data } = message;
                Ok(Some(Stored { seq, at: time.0, payload: STANDARD.decode(data)? }))
            }
            Response::Err { error } if error.error_code() == ErrorCode::NO_MESSAGE_FOUND => {
                Ok(None)
            }
            Response::Err { error } => Err(error.into()),
        }
    }

    async fn ends(&self, stream: &str) -> anyhow::Result<Ends> {
        match self.api(format!("STREAM.INFO.{stream}"), String::new()).await? {
            Response::Ok(StreamInfo { ts, state }) => {
                Ok(Ends { at: ts.0, first: state.first_seq, last: state.last_seq })
            }
            Response::Err { error } => Err(error.into()),
        }
    }

    /// Asks the broker's own service.
    pub(crate) async fn api<T: DeserializeOwned>(
        &self,
        subject: String,
        payload: String,
    ) -> anyhow::Result<Response<T>> {
        let request = Request::new(format!("$JS.API.{subject}"), payload);
        let reply = self.requests.call(request, READ).await?;
        Ok(serde_json::from_slice(&reply.payload)?)
    }
}

/// What is at a sequence, by reading it and the ends of its stream.
async fn look<Read>(
    seq: u64,
    read: impl Fn() -> Read,
    ends: impl Future<Output = anyhow::Result<Ends>>,
) -> anyhow::Result<Looked>
where
    Read: Future<Output = anyhow::Result<Option<Stored>>>,
{
    if let Some(found) = read().await? {
        return Ok(Looked::Found(found));
    }
    let Ends { first, last, .. } = ends.await?;
    if last < seq {
        return Ok(Looked::Absent(last));
    }
    // It came between the two answers, unless it was let go of.
    Ok(match read().await? {
        Some(found) => Looked::Found(found),
        None if first > seq => Looked::Gone,
        None => Looked::Unknown,
    })
}

/// The broker's time of a message.
pub(crate) fn timestamp(at: async_nats::datetime::DateTime) -> Timestamp {
    let millis = at.unix_timestamp_nanos() / 1_000_000;
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use super::*;

    #[tokio::test]
    async fn what_came_between_two_answers_is_read_again() {
        let at = Timestamp(7);
        let frame = || Stored { seq: 5, at, payload: b"ours".to_vec() };
        // When the frame is there to be read, how the journal begins and ends, and what is found.
        for (there_at, first, last, expected) in [
            (1, 1, 5, Looked::Found(frame())),
            (2, 1, 5, Looked::Found(frame())),
            (2, 1, 4, Looked::Absent(4)),
            (3, 1, 5, Looked::Unknown),
            (3, 6, 7, Looked::Gone),
        ] {
            let reads = Cell::new(0);
            let read = || {
                reads.set(reads.get() + 1);
                ready(Ok((reads.get() >= there_at).then(frame)))
            };
            let found = look(5, read, ready(Ok(Ends { at, first, last }))).await;
            assert_eq!(found.unwrap(), expected, "{there_at} {first} {last}");
        }
    }
}
