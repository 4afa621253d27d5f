//! One shard's part of the broker: appends with the fence, reads of single messages, ends of
//! streams. Leaves streams of messages to `feed` and what the answers mean to the node.

use std::time::Duration;

use async_nats::client::RequestErrorKind;
use async_nats::header::HeaderMap;
use async_nats::jetstream::object_store::ObjectStore;
use async_nats::jetstream::response::Response;
use async_nats::jetstream::{Context, ErrorCode, stream};
use async_nats::{Client, Request};
use baton_common::limits;
use baton_common::subjects;
use baton_common::time::{ApiTime, Timestamp};
use baton_core::node::{Append, AppendResult, CommandsOpened, Looked, Stored};
use baton_runtime::nats::{AppendOutcome, Link, append_outcome};
use bytes::Bytes;
use serde::Deserialize;

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
    append: Context,
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

impl Broker {
    pub(crate) fn new(link: &Link, shard: u16, images: ObjectStore) -> Self {
        let ack = Duration::from_millis(limits::APPEND_ACK.0);
        let (append, read) = (link.jetstream(ack), link.jetstream(READ));
        Self { shard, link: link.clone(), images, append, read }
    }

    pub(crate) fn client(&self) -> &Client {
        self.link.client()
    }

    /// For consumers and lines.
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
        let subject = subjects::journal(self.shard);
        let sent = async {
            match self.append.publish_with_headers(subject, headers, payload).await {
                Ok(acknowledged) => append_outcome(acknowledged.await),
                Err(error) => append_outcome(Err(error)),
            }
        };
        // The client waits for room while it is not connected.
        let outcome = tokio::time::timeout(READ, sent).await;
        let outcome = outcome.unwrap_or_else(|_| AppendOutcome::Unknown("timed out".into()));
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
        match self.message(subjects::journal_stream(self.shard), seq).await {
            Ok(Some(found)) => Looked::Found(found),
            Ok(None) => match self.journal_ends().await {
                Ok(ends) => Looked::Absent(ends.last),
                Err(_) => Looked::Unknown,
            },
            Err(_) => Looked::Unknown,
        }
    }

    /// The ends of the command stream and the message at the cursor.
    pub(crate) async fn open_commands(&self, cursor: u64) -> anyhow::Result<CommandsOpened> {
        let name = subjects::commands_stream(self.shard);
        let at_cursor = match cursor {
            0 => None,
            cursor => self.message(name, cursor).await?.map(|message| message.payload),
        };
        let Ends { at, first, last } = self.command_ends().await?;
        Ok(CommandsOpened { cursor, first, last, at_cursor, at })
    }

    pub(crate) async fn journal_ends(&self) -> anyhow::Result<Ends> {
        self.ends(&subjects::journal_stream(self.shard)).await
    }

    pub(crate) async fn command_ends(&self) -> anyhow::Result<Ends> {
        self.ends(&subjects::commands_stream(self.shard)).await
    }

    /// Frees what two images cover: commands before the older one's cursor. The message at the
    /// cursor stays, it tells a rewound stream.
    pub(crate) async fn purge_commands(&self, cursor: u64) -> anyhow::Result<()> {
        let name = subjects::commands_stream(self.shard);
        let stream = self.read.get_stream_no_info(name).await?;
        stream.purge().sequence(cursor).await?;
        Ok(())
    }

    /// Whether it is certain that nobody leads.
    pub(crate) async fn nobody_leads(&self) -> bool {
        let request = Request::new().timeout(Some(PROBE)).payload(Bytes::new());
        let answer = self.client().send_request(subjects::ask(self.shard), request).await;
        answer.is_err_and(|error| error.kind() == RequestErrorKind::NoResponders)
    }

    /// One stored message; none if there is none at that sequence.
    pub(crate) async fn journal_message(&self, seq: u64) -> anyhow::Result<Option<Stored>> {
        self.message(subjects::journal_stream(self.shard), seq).await
    }

    async fn message(&self, stream: String, seq: u64) -> anyhow::Result<Option<Stored>> {
        let stream = self.read.get_stream_no_info(stream).await?;
        match stream.get_raw_message(seq).await {
            Ok(message) => {
                let at = timestamp(message.time);
                Ok(Some(Stored { seq, at, payload: message.payload.to_vec() }))
            }
            Err(error) => match error.kind() {
                stream::RawMessageErrorKind::NoMessageFound => Ok(None),
                stream::RawMessageErrorKind::JetStream(answer)
                    if answer.error_code() == ErrorCode::NO_MESSAGE_FOUND =>
                {
                    Ok(None)
                }
                _ => Err(error.into()),
            },
        }
    }

    async fn ends(&self, stream: &str) -> anyhow::Result<Ends> {
        let request = self.read.request(format!("STREAM.INFO.{stream}"), &());
        match request.await? {
            Response::Ok(StreamInfo { ts, state }) => {
                Ok(Ends { at: ts.0, first: state.first_seq, last: state.last_seq })
            }
            Response::Err { error } => Err(error.into()),
        }
    }
}

/// The broker's time of a message.
pub(crate) fn timestamp(at: async_nats::datetime::DateTime) -> Timestamp {
    let millis = at.unix_timestamp_nanos() / 1_000_000;
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}
