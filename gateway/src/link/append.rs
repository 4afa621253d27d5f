//! Appends one message to a stream: the same payload and message id again and again until it is
//! known to be stored. Leaves how long that matters to the callers.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::response::Response;
use baton_common::subjects::EXPECTED_STREAM;
use baton_runtime::nats::{AppendOutcome, NoReply, Request, Requests, append_outcome};
use bytes::Bytes;
use tokio::time::{Instant, sleep};

/// A leader that stores acknowledges within this, or is not one any more.
const ACK_WAIT: Duration = Duration::from_millis(500);
/// First pause before sending again.
const FIRST_PAUSE: Duration = Duration::from_millis(30);
/// Longest pause before sending again.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// A message for a stream.
#[derive(Clone)]
pub(crate) struct Append {
    pub(crate) stream: String,
    pub(crate) subject: String,
    /// Never used for another message: begins with a random text of this life of the process.
    pub(crate) id: String,
    pub(crate) payload: Bytes,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Appended {
    /// Stored, at this sequence.
    At(u64),
    /// The broker will not take it.
    Refused(String),
    /// It is not known whether it is, or will be, stored.
    Unknown,
}

/// Appends the message; gives up at `until`, if given.
pub(crate) async fn append(
    requests: &Requests,
    message: &Append,
    until: Option<Instant>,
) -> Appended {
    let mut pause = FIRST_PAUSE;
    let mut sent = false;
    loop {
        match attempt(requests, message).await {
            Ok(AppendOutcome::Committed(seq)) => return Appended::At(seq),
            Ok(AppendOutcome::Duplicate(seq)) => {
                if !sent {
                    tracing::error!(stream = message.stream, seq, "a new message id was known");
                }
                return Appended::At(seq);
            }
            Ok(AppendOutcome::Fatal(problem)) => return Appended::Refused(problem),
            // Nothing is expected of the last sequence here, so nothing can conflict with it.
            Ok(AppendOutcome::Conflict(conflict)) => {
                return Appended::Refused(format!("{conflict:?}"));
            }
            Ok(AppendOutcome::Unknown(problem)) => {
                tracing::debug!(stream = message.stream, problem, "not known to be stored");
                sent = true;
            }
            Err(problem @ NoReply::TooLarge) => return Appended::Refused(problem.to_string()),
            // Without a connection nothing was sent.
            Err(_) => {}
        }
        if until.is_some_and(|until| Instant::now() + pause >= until) {
            return Appended::Unknown;
        }
        sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn attempt(requests: &Requests, message: &Append) -> Result<AppendOutcome, NoReply> {
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", message.id.as_str());
    headers.insert(EXPECTED_STREAM, message.stream.as_str());
    let (subject, payload) = (message.subject.clone(), message.payload.clone());
    let reply = requests.call(Request { subject, headers, payload }, ACK_WAIT).await;
    let result = match reply {
        Ok(reply) => acknowledgement(&reply.payload),
        Err(NoReply::NoResponders) => Err(PublishError::new(PublishErrorKind::StreamNotFound)),
        Err(NoReply::TimedOut) => Err(PublishError::new(PublishErrorKind::TimedOut)),
        Err(unsent) => return Err(unsent),
    };
    Ok(append_outcome(result))
}

fn acknowledgement(payload: &[u8]) -> Result<PublishAck, PublishError> {
    match serde_json::from_slice(payload) {
        Ok(Response::Ok(ack)) => Ok(ack),
        Ok(Response::Err { error }) => {
            Err(PublishError::with_source(PublishErrorKind::Other, error))
        }
        Err(error) => Err(PublishError::with_source(PublishErrorKind::Other, error)),
    }
}
