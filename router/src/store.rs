//! The bucket of images: lists a shard's, reads one whole, removes them and what interrupted
//! writing left behind. Leaves what is in an image, and which ones are kept, to `snapshots`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Context as _;
use async_nats::jetstream::object_store::ObjectInfo;
use async_nats::jetstream::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use baton_common::subjects::SNAPSHOTS;
use baton_common::time::{ApiTime, Span, Timestamp};
use baton_core::node::{Memory, Stored};
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;

use crate::aside::PATIENCE;
use crate::broker::Broker;

/// Names sort as their numbers do.
const DIGITS: usize = 20;

/// An image in the store: its journal sequence and the cursor of commands that it covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kept {
    pub(crate) seq: u64,
    pub(crate) commands_through: u64,
}

/// An image as the store lists it.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) kept: Kept,
    pub(crate) bytes: u64,
    pub(crate) at: Timestamp,
    /// Names its chunks.
    chunks: String,
}

#[derive(Deserialize)]
struct Info {
    ts: ApiTime,
    state: InfoState,
}

#[derive(Deserialize)]
struct InfoState {
    /// By subject, how many messages; absent when there is none.
    subjects: Option<BTreeMap<String, u64>>,
}

impl Kept {
    pub(crate) fn of(memory: &Memory) -> Self {
        Self { seq: memory.position().seq, commands_through: memory.commands_through() }
    }

    pub(crate) fn name(&self, shard: u16) -> String {
        let (seq, through) = (self.seq, self.commands_through);
        format!("shard-{shard}-{seq:0DIGITS$}-{through:0DIGITS$}")
    }

    fn of_subject(shard: u16, subject: &str) -> Option<Self> {
        let name = URL_SAFE.decode(subject.rsplit('.').next()?).ok()?;
        Self::parse(shard, std::str::from_utf8(&name).ok()?)
    }

    fn parse(shard: u16, name: &str) -> Option<Self> {
        let rest = name.strip_prefix(&format!("shard-{shard}-"))?;
        let (seq, through) = rest.split_once('-')?;
        Some(Self { seq: seq.parse().ok()?, commands_through: through.parse().ok()? })
    }
}

/// This shard's images, oldest first. Not by the store's own list, whose consumers stay with the
/// broker for minutes.
pub(crate) async fn list(broker: &Broker) -> anyhow::Result<Vec<Listed>> {
    let (_, subjects) = held(broker, &name_subject(">")).await.context("listing images")?;
    let mut listed = Vec::new();
    for subject in subjects.keys() {
        let Some(kept) = Kept::of_subject(broker.shard, subject) else { continue };
        // Somebody else may have let go of it meanwhile.
        if let Some((object, at)) = named(broker, subject).await.context("listing an image")? {
            listed.push(Listed { kept, bytes: object.size as u64, at, chunks: object.nuid });
        }
    }
    listed.sort_by(|a, b| a.kept.cmp(&b.kept));
    Ok(listed)
}

/// The bytes of an image; none if some are gone for good.
pub(crate) async fn read(broker: &Broker, kept: &Kept) -> anyhow::Result<Option<Vec<u8>>> {
    let name = kept.name(broker.shard);
    let mut object = broker.images.get(&name).await.context("opening it")?;
    // Its own checksum tells an altered image. The store's would also fail on one that is read
    // from a server which has not got all of it yet.
    object.info.digest = None;
    let subject = chunks_subject(&object.info.nuid);
    let (_, chunks) = held(broker, &subject).await.context("counting its parts")?;
    if chunks.get(&subject).is_none_or(|count| *count < object.info.chunks as u64) {
        let now = named(broker, &name_subject(&URL_SAFE.encode(name))).await?;
        let same = now.is_some_and(|(now, _)| now.nuid == object.info.nuid);
        anyhow::ensure!(same, "it was replaced or removed meanwhile");
        return Ok(None);
    }
    let size = object.info.size;
    read_whole(object, size, PATIENCE).await.map(Some)
}

async fn read_whole(
    mut from: impl AsyncRead + Unpin,
    size: usize,
    patience: Duration,
) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).context("holding it in memory")?;
    while bytes.len() < size {
        let read = timeout(patience, from.read_buf(&mut bytes)).await;
        let read = read.with_context(|| format!("nothing of it came for {patience:?}"))?;
        let more = read.context("reading it")? > 0;
        anyhow::ensure!(more, "it ends after {} of {size} bytes", bytes.len());
    }
    Ok(bytes)
}

/// Not the store's own deletion, which leaves a marker for ever: every image has a name of its
/// own. The name goes first, so that nobody finds an image without its chunks.
pub(crate) async fn remove(broker: &Broker, listed: &Listed) -> anyhow::Result<()> {
    let name = URL_SAFE.encode(listed.kept.name(broker.shard));
    purge(broker, name_subject(&name)).await?;
    purge(broker, chunks_subject(&listed.chunks)).await
}

/// Removes chunks of any shard that no name points to: whoever wrote them was interrupted. Those
/// of an image that is being written now, here or elsewhere, have a newest one that is younger
/// than `age` by the broker's time.
pub(crate) async fn sweep(broker: &Broker, age: Span) -> anyhow::Result<()> {
    let (now, subjects) = held(broker, &format!("$O.{SNAPSHOTS}.>")).await?;
    let names_prefix = name_subject("");
    let (names, chunks): (Vec<_>, Vec<_>) =
        subjects.into_keys().partition(|subject| subject.starts_with(&names_prefix));
    if chunks.len() <= names.len() {
        return Ok(());
    }
    let mut pointed = BTreeSet::new();
    for name in names {
        let object = named(broker, &name).await?;
        pointed.extend(object.map(|(object, _)| chunks_subject(&object.nuid)));
    }
    for subject in chunks.into_iter().filter(|subject| !pointed.contains(subject)) {
        let newest = broker.newest(stream(), &subject).await?;
        if newest.is_some_and(|newest| now.since(newest.at) >= age) {
            tracing::info!(subject, "what an interrupted writing left is removed");
            purge(broker, subject).await?;
        }
    }
    Ok(())
}

/// What a name points to, and since when; none if there is nothing, or nobody can read it.
async fn named(broker: &Broker, subject: &str) -> anyhow::Result<Option<(ObjectInfo, Timestamp)>> {
    let Some(Stored { at, payload, .. }) = broker.newest(stream(), subject).await? else {
        return Ok(None);
    };
    let object: Option<ObjectInfo> = serde_json::from_slice(&payload).ok();
    Ok(object.filter(|object| !object.deleted).map(|object| (object, at)))
}

/// The subjects in the bucket that match, with how many messages each has, and the broker's time.
async fn held(broker: &Broker, filter: &str) -> anyhow::Result<(Timestamp, BTreeMap<String, u64>)> {
    let ask = json!({ "subjects_filter": filter }).to_string();
    match broker.api(format!("STREAM.INFO.{}", stream()), ask).await? {
        Response::Ok(Info { ts, state }) => Ok((ts.0, state.subjects.unwrap_or_default())),
        Response::Err { error } => Err(error.into()),
    }
}

async fn purge(broker: &Broker, subject: String) -> anyhow::Result<()> {
    let bucket = broker.jetstream().get_stream_no_info(stream()).await?;
    bucket.purge().filter(subject).await?;
    Ok(())
}

fn stream() -> String {
    format!("OBJ_{SNAPSHOTS}")
}

/// Of a name as the store encodes it.
fn name_subject(encoded: &str) -> String {
    format!("$O.{SNAPSHOTS}.M.{encoded}")
}

fn chunks_subject(nuid: &str) -> String {
    format!("$O.{SNAPSHOTS}.C.{nuid}")
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt as _, duplex};

    use super::*;

    #[test]
    fn names_sort_by_sequence_and_come_back() {
        let names: Vec<_> =
            [9, 10, 100].map(|seq| Kept { seq, commands_through: seq * 3 }.name(2)).into();
        assert!(names.is_sorted());
        let back = Kept { seq: 100, commands_through: 300 };
        let subject = name_subject(&URL_SAFE.encode(&names[2]));
        assert_eq!(Kept::of_subject(2, &subject), Some(back.clone()));
        assert_eq!(Kept::parse(2, &names[2]), Some(back));
        assert_eq!(Kept::parse(22, &names[2]), None);
        assert_eq!(Kept::parse(2, "shard-2-x"), None);
    }

    #[tokio::test]
    async fn an_image_that_stops_coming_or_ends_early_is_given_up() {
        let patience = Duration::from_millis(20);
        let (mut writer, mut reader) = duplex(64);
        writer.write_all(b"half").await.unwrap();
        let error = read_whole(&mut reader, 8, patience).await.unwrap_err();
        assert!(error.to_string().starts_with("nothing of it came"), "{error:#}");
        writer.write_all(b"half").await.unwrap();
        drop(writer);
        let error = read_whole(&mut reader, 8, patience).await.unwrap_err();
        assert_eq!(error.to_string(), "it ends after 4 of 8 bytes");
        assert_eq!(read_whole(&b"whole"[..], 5, patience).await.unwrap(), b"whole");
    }
}
