//! Reads transcript subjects and appends to them. Reads of whole pages may come from a replica
//! that lags; the end of a subject is always read from the stream's leader. Leaves folding and
//! following to `log`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::{Client, StatusCode, Subscriber};
use baton_common::{limits, subjects};
use baton_runtime::nats::{NoReply, Replies, Request, Requests};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};

use super::room::{Full, Room};
use super::stored::{Got, GotMessage, Stored};
use crate::link::append::{Append, Appended, append};

/// A leader answers a read within this, or is not one any more.
const READ_WAIT: Duration = Duration::from_millis(500);
/// Messages of one page.
const PAGE_MESSAGES: usize = 256;
/// Bytes of one page: what a client's buffer takes without harm.
const PAGE_BYTES: usize = 1_024 * 1_024;
/// Subjects of one question for last messages; the server refuses more than 1,024.
const SUBJECTS: usize = 1_000;
/// A replica that lags is asked so often before the leader is.
const PAGE_TRIES: u32 = 3;
/// Pause for a replica that lags.
const PAGE_PAUSE: Duration = Duration::from_millis(20);
/// The status that ends a batch.
const NO_CONTENT: u16 = 204;
/// The server's code for a message that is not there.
const NO_MESSAGE: u64 = 10_037;

/// The transcript streams.
pub(super) struct Broker {
    requests: Requests,
    /// Begins the message ids of this life of the process.
    life: String,
    appends: AtomicU64,
    room: Room,
}

/// The broker did not do what was asked; nobody else could have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BrokerError {
    /// No reply, or none in time.
    #[error(transparent)]
    NoReply(#[from] NoReply),
    /// A reply that says no.
    #[error("the broker refuses: {0}")]
    Refused(String),
    /// Too many records wait for it.
    #[error("too much waits to be stored")]
    Full,
}

/// A subject of a transcript stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) stream: String,
    pub(super) subject: String,
}

impl Place {
    /// Where its messages are republished.
    pub(super) fn live(&self) -> String {
        self.subject.replacen("baton.transcripts.", "baton.lines.", 1)
    }
}

/// The end of a page.
enum PageEnd {
    Whole,
    Nothing,
}

impl Broker {
    pub(super) fn new(requests: Requests, shards: u16) -> Self {
        let life = uuid::Uuid::new_v4().simple().to_string();
        let room = Room::new((0..shards).map(subjects::transcripts_stream));
        Self { requests, life, appends: AtomicU64::new(0), room }
    }

    pub(super) fn client(&self) -> &Client {
        self.requests.client()
    }

    /// Subscribes to live messages.
    pub(super) async fn subscribe(&self, subject: String) -> Result<Subscriber, BrokerError> {
        // Without a connection the client's own queue may be full.
        match timeout(READ_WAIT, self.client().subscribe(subject)).await {
            Ok(Ok(subscriber)) => Ok(subscriber),
            Ok(Err(_)) | Err(_) => Err(NoReply::Disconnected.into()),
        }
    }

    /// Appends a payload; its sequence. Sends it again, with the same id, while that is unknown.
    pub(super) async fn append(&self, place: &Place, payload: Vec<u8>) -> Result<u64, BrokerError> {
        let seat =
            self.room.enter(&place.stream, payload.len()).map_err(|Full| BrokerError::Full)?;
        let until = Instant::now() + Duration::from_millis(limits::COMMAND_WAIT.0);
        let Some(_turn) = seat.turn(until).await else {
            return Err(NoReply::TimedOut.into());
        };
        let number = self.appends.fetch_add(1, Ordering::Relaxed);
        let message = Append {
            stream: place.stream.clone(),
            subject: place.subject.clone(),
            id: format!("{}-{number}", self.life),
            payload: payload.into(),
        };
        match append(&self.requests, &message, Some(until)).await {
            Appended::At(seq) => Ok(seq),
            Appended::Unknown => Err(NoReply::TimedOut.into()),
            Appended::Refused(problem) => {
                tracing::error!(stream = message.stream, problem, "the broker refuses a record");
                Err(BrokerError::Refused(problem))
            }
        }
    }

    /// The last sequence of a subject, as the stream's leader has it; 0 if it has none.
    pub(super) async fn last(&self, place: &Place) -> Result<u64, BrokerError> {
        let ask = json!({ "last_by_subj": place.subject });
        Ok(self.get(place, &ask).await?.map_or(0, |stored| stored.seq))
    }

    /// Messages of a subject from a sequence on, ascending, without holes: at least one if the
    /// leader has one up to `end`.
    pub(super) async fn page(
        &self,
        place: &Place,
        from: u64,
        end: u64,
    ) -> Result<Vec<Stored>, BrokerError> {
        for _ in 0..PAGE_TRIES {
            let ask = json!({
                "seq": from, "next_by_subj": place.subject,
                "batch": PAGE_MESSAGES, "max_bytes": PAGE_BYTES,
            });
            match self.direct(&place.stream, &ask, PAGE_MESSAGES).await {
                Ok((page, _)) if !page.is_empty() => return Ok(without_holes(page)),
                Err(unsent @ BrokerError::NoReply(NoReply::Disconnected)) => return Err(unsent),
                Ok(_) | Err(_) => sleep(PAGE_PAUSE).await,
            }
        }
        tracing::debug!(stream = place.stream, from, end, "replicas lag; the leader is read");
        self.leader_page(place, from, end).await
    }

    /// A page from the stream's leader, message by message.
    async fn leader_page(
        &self,
        place: &Place,
        from: u64,
        end: u64,
    ) -> Result<Vec<Stored>, BrokerError> {
        let (mut page, mut next) = (Vec::new(), from);
        while next <= end && page.len() < PAGE_MESSAGES {
            let ask = json!({ "seq": next, "next_by_subj": place.subject });
            let Some(stored) = self.get(place, &ask).await? else {
                break;
            };
            next = stored.seq + 1;
            page.push(stored);
        }
        Ok(page)
    }

    /// The last message of each subject that matches one of two filters.
    pub(super) async fn lasts(
        &self,
        stream: &str,
        filters: &[String; 2],
    ) -> Result<Vec<Stored>, BrokerError> {
        match self.last_of(stream, filters).await {
            Err(BrokerError::Refused(_)) => {}
            lasts => return lasts,
        }
        let mut lasts = Vec::new();
        for filter in filters {
            let subjects = self.subjects(stream, filter).await?;
            for some in subjects.chunks(SUBJECTS) {
                lasts.extend(self.last_of(stream, some).await?);
            }
        }
        lasts.sort_by_key(|stored| stored.seq);
        Ok(lasts)
    }

    /// The last message of each of these subjects that has one; from any replica.
    pub(super) async fn last_of(
        &self,
        stream: &str,
        filters: &[String],
    ) -> Result<Vec<Stored>, BrokerError> {
        let ask = json!({ "multi_last": filters, "batch": SUBJECTS + 1 });
        match self.direct(stream, &ask, SUBJECTS + 1).await? {
            (lasts, PageEnd::Whole) if lasts.len() <= SUBJECTS => Ok(lasts),
            (_, PageEnd::Nothing) => Ok(Vec::new()),
            (_, PageEnd::Whole) => Err(BrokerError::Refused("too many subjects".into())),
        }
    }

    /// The subjects that match a filter. The server sends at most 100,000 at a time.
    async fn subjects(&self, stream: &str, filter: &str) -> Result<Vec<String>, BrokerError> {
        #[derive(Deserialize)]
        struct Info {
            #[serde(default)]
            state: State,
        }
        #[derive(Default, Deserialize)]
        struct State {
            #[serde(default)]
            subjects: Option<std::collections::BTreeMap<String, u64>>,
        }
        let ask = json!({ "subjects_filter": filter }).to_string();
        let request = Request::new(format!("$JS.API.STREAM.INFO.{stream}"), ask);
        let reply = self.requests.call(request, READ_WAIT).await?;
        let info: Info = decode(&reply.payload)?;
        Ok(info.state.subjects.unwrap_or_default().into_keys().collect())
    }

    /// One message from the stream's leader.
    async fn get(
        &self,
        place: &Place,
        ask: &serde_json::Value,
    ) -> Result<Option<Stored>, BrokerError> {
        let subject = format!("$JS.API.STREAM.MSG.GET.{}", place.stream);
        let request = Request::new(subject, ask.to_string());
        let reply = self.requests.call(request, READ_WAIT).await?;
        match decode::<Got>(&reply.payload)? {
            Got { message: Some(message), .. } => stored(message).map(Some),
            Got { error: Some(error), .. } if error.err_code == NO_MESSAGE => Ok(None),
            Got { error: Some(error), .. } => Err(BrokerError::Refused(error.description)),
            Got { .. } => Err(BrokerError::Refused("an answer without a message".into())),
        }
    }

    /// A batch from any replica.
    async fn direct(
        &self,
        stream: &str,
        ask: &serde_json::Value,
        most: usize,
    ) -> Result<(Vec<Stored>, PageEnd), BrokerError> {
        let request = Request::new(format!("$JS.API.DIRECT.GET.{stream}"), ask.to_string());
        let mut replies = self.send(request, most + 1).await?;
        let mut batch = Vec::new();
        loop {
            let reply = replies.next(READ_WAIT).await?;
            match reply.status {
                None => {}
                Some(status) if status.as_u16() == NO_CONTENT => {
                    return Ok((batch, PageEnd::Whole));
                }
                Some(StatusCode::NOT_FOUND) => return Ok((batch, PageEnd::Nothing)),
                Some(status) => return Err(BrokerError::Refused(status.to_string())),
            }
            batch.extend(Stored::of(&reply));
        }
    }

    async fn send(&self, request: Request, most: usize) -> Result<Replies, NoReply> {
        let sent = timeout(READ_WAIT, self.requests.send(request, most)).await;
        sent.unwrap_or(Err(NoReply::Disconnected))
    }
}

/// The part of a page before a reply that was dropped: replies name the one before.
fn without_holes(mut page: Vec<Stored>) -> Vec<Stored> {
    let whole = (1..page.len()).take_while(|at| page[*at].previous == page[at - 1].seq).count();
    page.truncate(whole + 1);
    page
}

fn stored(message: GotMessage) -> Result<Stored, BrokerError> {
    Stored::of_got(message).ok_or_else(|| BrokerError::Refused("an unreadable message".into()))
}

fn decode<T: for<'de> Deserialize<'de>>(payload: &[u8]) -> Result<T, BrokerError> {
    // The decoder's words may quote what was said.
    let unreadable = |_| BrokerError::Refused("an unreadable answer".into());
    serde_json::from_slice(payload).map_err(unreadable)
}
