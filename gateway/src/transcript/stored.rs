//! One stored message as the broker hands it out: republished, or read back. All ways give the
//! same sequence and the same time of storing. Leaves what records mean to `fold`.

use async_nats::{HeaderMap, Message};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_common::record::Record;
use baton_common::time::{ApiTime, Timestamp};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as ValueError;

/// A message of a transcript stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) subject: String,
    pub(super) seq: u64,
    /// Sequence of the message before it: on the subject if republished, of the reply if read
    /// back. 0 if there is none.
    pub(super) previous: u64,
    pub(super) at: Timestamp,
    pub(super) payload: Bytes,
}

/// What the leader answers to `STREAM.MSG.GET`.
#[derive(Deserialize)]
pub(super) struct Got {
    pub(super) message: Option<GotMessage>,
    pub(super) error: Option<GotError>,
}

#[derive(Deserialize)]
pub(super) struct GotMessage {
    subject: String,
    seq: u64,
    #[serde(default)]
    data: String,
    time: ApiTime,
}

#[derive(Deserialize)]
pub(super) struct GotError {
    pub(super) err_code: u64,
    pub(super) description: String,
}

impl Stored {
    /// From a republished message or a reply of a direct get; none if it is neither.
    pub(super) fn of(message: &Message) -> Option<Self> {
        let headers = message.headers.as_ref()?;
        Some(Self {
            subject: header(headers, "Nats-Subject")?.to_owned(),
            seq: header(headers, "Nats-Sequence")?.parse().ok()?,
            previous: header(headers, "Nats-Last-Sequence")?.parse().ok()?,
            at: time(header(headers, "Nats-Time-Stamp")?)?,
            payload: message.payload.clone(),
        })
    }

    /// From the leader's answer.
    pub(super) fn of_got(got: GotMessage) -> Option<Self> {
        let payload = STANDARD.decode(&got.data).ok()?.into();
        Some(Self { subject: got.subject, seq: got.seq, previous: 0, at: got.time.0, payload })
    }

    /// The record; none if it cannot be decoded.
    pub(super) fn record(&self) -> Option<Record> {
        let record = serde_json::from_slice(&self.payload);
        record
            .inspect_err(|error| {
                // The position only: the message's text may be in the error's.
                let (line, column) = (error.line(), error.column());
                tracing::error!(seq = self.seq, line, column, "a record cannot be decoded");
            })
            .ok()
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(async_nats::HeaderValue::as_str)
}

fn time(text: &str) -> Option<Timestamp> {
    let time: Result<ApiTime, ValueError> = ApiTime::deserialize(text.into_deserializer());
    time.ok().map(|time| time.0)
}
