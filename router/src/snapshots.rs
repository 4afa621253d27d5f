//! State images in the object store: lists them, finds the newest one that fits the journal,
//! stores a new one and lets go of what it makes superfluous. Leaves the image's codec to the
//! node, and when a new one is made to the imager.

use std::collections::BTreeMap;

use anyhow::Context as _;
use async_nats::jetstream::object_store::{ObjectInfo, ObjectMetadata};
use async_nats::jetstream::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use baton_common::subjects::SNAPSHOTS;
use baton_common::time::Timestamp;
use baton_core::node::{Memory, Restored, Stored, image};
use serde::Deserialize;
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use crate::aside::{Haste, Pauses, aside};
use crate::broker::{Broker, Ends};
use crate::metrics;

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

    fn name(&self, shard: u16) -> String {
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

/// What there is to start from: the newest image that is whole and fits the journal.
pub(crate) async fn restore(broker: &Broker) -> anyhow::Result<Restored> {
    let Ends { at, first, last } = broker.journal_ends().await.context("reading the journal")?;
    let first = if last == 0 { 1 } else { first };
    let image = newest(broker, Haste::Full).await?.map(|(_, memory)| memory);
    Ok(Restored { image, first, last, at })
}

/// Reads images from the newest on until one can be used. One that is damaged, or of another
/// journal or release, is passed over and stays until the journal has outgrown it.
pub(crate) async fn newest(
    broker: &Broker,
    haste: Haste,
) -> anyhow::Result<Option<(Kept, Memory)>> {
    for Listed { kept, .. } in list(broker).await?.into_iter().rev() {
        match verified(broker, &kept, haste).await {
            Ok(memory) => return Ok(Some((kept, memory))),
            Err(error) => {
                let (name, error) = (kept.name(broker.shard), format!("{error:#}"));
                metrics::image_unfit();
                tracing::warn!(name, error, "image not used, an older one is");
            }
        }
    }
    Ok(None)
}

/// Stores an image and reads it back: only then it counts.
pub(crate) async fn keep(broker: &Broker, kept: &Kept, encoded: Vec<u8>) -> anyhow::Result<()> {
    let metadata = ObjectMetadata { name: kept.name(broker.shard), ..ObjectMetadata::default() };
    broker.images.put(metadata, &mut encoded.as_slice()).await.context("writing the image")?;
    drop(encoded);
    verified(broker, kept, Haste::Gentle).await.context("reading the image back")?;
    Ok(())
}

/// Lets go of what two verified images make superfluous: images before the older one, and the
/// commands before its cursor. Harmless if somebody else does the same.
pub(crate) async fn prune(broker: &Broker, older: &Kept) -> anyhow::Result<()> {
    for listed in list(broker).await?.iter().filter(|listed| listed.kept < *older) {
        remove(broker, listed).await.context("removing an old image")?;
    }
    if older.commands_through > 1 {
        broker.purge_commands(older.commands_through).await.context("purging commands")?;
    }
    Ok(())
}

/// This shard's images, oldest first. Not by the store's own list, whose consumers stay with the
/// broker for minutes.
pub(crate) async fn list(broker: &Broker) -> anyhow::Result<Vec<Listed>> {
    let stream = format!("OBJ_{SNAPSHOTS}");
    let ask = json!({ "subjects_filter": format!("{}>", name_subject("")) });
    let info = broker.api(format!("STREAM.INFO.{stream}"), ask.to_string()).await;
    let info: Info = match info.context("listing images")? {
        Response::Ok(info) => info,
        Response::Err { error } => return Err(error).context("listing images"),
    };
    let mut listed = Vec::new();
    for subject in info.state.subjects.unwrap_or_default().keys() {
        let Some(kept) = Kept::of_subject(broker.shard, subject) else { continue };
        let found = broker.newest(stream.clone(), subject).await.context("listing an image")?;
        // Somebody else may have let go of it meanwhile.
        let Some(Stored { at, payload, .. }) = found else { continue };
        let object: ObjectInfo = serde_json::from_slice(&payload).context("listing an image")?;
        if !object.deleted {
            listed.push(Listed { kept, bytes: object.size as u64, at, chunks: object.nuid });
        }
    }
    listed.sort_by(|a, b| a.kept.cmp(&b.kept));
    Ok(listed)
}

fn name_subject(name: &str) -> String {
    format!("$O.{SNAPSHOTS}.M.{}", URL_SAFE.encode(name))
}

/// Not the store's own deletion, which leaves a marker for ever: every image has a name of its
/// own. The name goes first, so that nobody finds an image without its chunks.
async fn remove(broker: &Broker, listed: &Listed) -> anyhow::Result<()> {
    let name = name_subject(&listed.kept.name(broker.shard));
    let stream = broker.jetstream().get_stream_no_info(format!("OBJ_{SNAPSHOTS}")).await?;
    for subject in [name, format!("$O.{SNAPSHOTS}.C.{}", listed.chunks)] {
        stream.purge().filter(subject).await?;
    }
    Ok(())
}

async fn verified(broker: &Broker, kept: &Kept, haste: Haste) -> anyhow::Result<Memory> {
    let shard = broker.shard;
    let bytes = read(broker, kept.name(shard)).await?;
    let decode = move || {
        let mut pauses = Pauses::new(haste);
        image::decode(shard, &bytes, || pauses.pause())
    };
    let memory = aside(decode).await??;
    let seq = memory.position().seq;
    let frame = broker.journal_message(seq).await.context("reading the journal")?;
    match frame {
        Some(frame) if image::fits(&memory, &frame.payload) => Ok(memory),
        Some(_) => anyhow::bail!("the journal's frame {seq} is another"),
        None => anyhow::bail!("the journal has no frame {seq}"),
    }
}

async fn read(broker: &Broker, name: String) -> anyhow::Result<Vec<u8>> {
    let mut object = broker.images.get(name).await.context("opening it")?;
    let mut bytes = Vec::new();
    object.read_to_end(&mut bytes).await.context("reading it")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_sequence_and_come_back() {
        let names: Vec<_> =
            [9, 10, 100].map(|seq| Kept { seq, commands_through: seq * 3 }.name(2)).into();
        assert!(names.is_sorted());
        let back = Kept { seq: 100, commands_through: 300 };
        assert_eq!(Kept::of_subject(2, &name_subject(&names[2])), Some(back.clone()));
        assert_eq!(Kept::parse(2, &names[2]), Some(back));
        assert_eq!(Kept::parse(22, &names[2]), None);
        assert_eq!(Kept::parse(2, "shard-2-x"), None);
    }
}
