//! What the broker stores, read raw: for tests that look for what must not be there, or check the
//! journal's chain. It reads the frames as JSON, as anybody with a NATS client would.

use std::fmt::Write as _;

use async_nats::Message;
use async_nats::jetstream;
use baton_client::{read_stream, stream_names};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

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
    stored_in(context, "").await.expect("a broker that runs can be read")
}

/// Every message of the streams whose names begin so.
pub async fn stored_in(context: &jetstream::Context, prefix: &str) -> anyhow::Result<Vec<Stored>> {
    let mut all = Vec::new();
    for name in stream_names(context).await?.iter().filter(|name| name.starts_with(prefix)) {
        all.extend(read_stream(context, name, |_, message| one(name, &message)).await?);
    }
    Ok(all)
}

fn one(stream: &str, message: &Message) -> Stored {
    let headers = message.headers.iter().flat_map(|headers| headers.iter());
    let lines = headers
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
