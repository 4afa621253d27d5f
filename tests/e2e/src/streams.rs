//! What the broker stores, read raw: for tests that look for what must not be there, or check the
//! journal's chain. It reads the frames as JSON, as anybody with a NATS client would.

use std::fmt::Write as _;

use async_nats::jetstream;
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::RawMessageErrorKind;
use baton_client::HEALED;
use futures_util::TryStreamExt as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::until;

/// One stored message.
#[derive(Clone, Debug)]
pub struct Stored {
    /// In which stream.
    pub stream: String,
    /// Under which subject.
    pub subject: String,
    /// All headers, as `name: value` lines.
    pub headers: String,
    /// The payload.
    pub payload: Vec<u8>,
}

/// A context for looking into the broker at a URL.
pub async fn jetstream_of(url: &str) -> jetstream::Context {
    let client = async_nats::connect(url).await.expect("the broker takes connections");
    jetstream::new(client)
}

/// Every message of every stream, the object store's included. A cluster that elects is waited
/// for.
pub async fn stored(context: &jetstream::Context) -> Vec<Stored> {
    let list = async || context.stream_names().try_collect().await.ok();
    let names: Vec<String> = until("the list of streams", HEALED, list).await;
    let mut all = Vec::new();
    for name in names {
        all.extend(stream(context, &name).await);
    }
    all
}

async fn stream(context: &jetstream::Context, name: &str) -> Vec<Stored> {
    let open = async || context.get_stream(name).await.ok();
    let stream = until(&format!("the leader of {name}"), HEALED, open).await;
    let state = &stream.cached_info().state;
    let mut all = Vec::new();
    for sequence in state.first_sequence.max(1)..=state.last_sequence {
        let read = async || match stream.get_raw_message(sequence).await {
            Ok(message) => Some(Some(message)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Some(None),
            Err(_) => None,
        };
        let message = until(&format!("message {sequence} of {name}"), HEALED, read).await;
        all.extend(message.map(|message| one(name, &message)));
    }
    all
}

fn one(stream: &str, message: &StreamMessage) -> Stored {
    let lines = message
        .headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}: {value}\n")));
    Stored {
        stream: stream.to_owned(),
        subject: message.subject.to_string(),
        headers: lines.collect(),
        payload: message.payload.to_vec(),
    }
}

/// Demands that each journal's frames form one chain under rising epochs and that no offer was
/// accepted twice; gives all frames.
pub fn check_journal(stored: &[Stored]) -> Vec<Value> {
    let mut streams: Vec<&str> = stored.iter().map(|message| message.stream.as_str()).collect();
    streams.retain(|name| name.starts_with("baton-journal-"));
    streams.sort_unstable();
    streams.dedup();
    assert!(!streams.is_empty(), "there is no journal");
    streams.into_iter().flat_map(|name| check_one(stored, name)).collect()
}

fn check_one(stored: &[Stored], stream: &str) -> Vec<Value> {
    let mut previous = "0".repeat(64);
    let mut epoch = 0;
    let mut frames = Vec::new();
    for (index, message) in stored.iter().filter(|one| one.stream == stream).enumerate() {
        let frame: Value = serde_json::from_slice(&message.payload).expect("frames are JSON");
        let place = format!("frame {} of {stream}", index + 1);
        assert_eq!(frame["previous"], previous.as_str(), "the chain breaks at {place}");
        let now = frame["epoch"].as_u64().expect("a frame has an epoch");
        assert!(now >= epoch, "{place} is of epoch {now} after {epoch}: a deposed leader wrote");
        epoch = now;
        previous = hex(&Sha256::digest(&message.payload));
        frames.push(frame);
    }
    check_accepted_once(&frames);
    frames
}

fn check_accepted_once(frames: &[Value]) {
    let events = frames.iter().filter_map(|frame| frame["events"].as_array()).flatten();
    let mut settled: Vec<&str> = events
        .filter(|event| event["e"]["type"] == "offer_settled")
        .filter_map(|event| event["e"]["offer"].as_str())
        .collect();
    settled.sort_unstable();
    let count = settled.len();
    settled.dedup();
    assert_eq!(settled.len(), count, "an offer was settled twice");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
