//! Keeps state images in the object store, newest two of each shard, and finds the newest one
//! that fits the journal. Leaves the image's codec to the node.

use anyhow::Context as _;
use async_nats::jetstream::object_store::ObjectMetadata;
use baton_common::limits;
use baton_core::node::{Memory, Restored, image};
use futures_util::TryStreamExt as _;
use tokio::io::AsyncReadExt as _;

use crate::broker::{Broker, Ends};

/// Names sort as their numbers do.
const DIGITS: usize = 20;

/// An image in the store: its journal sequence and the cursor of commands that it covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    seq: u64,
    commands_through: u64,
}

impl Kept {
    fn name(&self, shard: u16) -> String {
        let (seq, through) = (self.seq, self.commands_through);
        format!("shard-{shard}-{seq:0DIGITS$}-{through:0DIGITS$}")
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
    for kept in list(broker).await?.into_iter().rev() {
        match verified(broker, &kept).await {
            Ok(memory) => return Ok(Restored { image: Some(memory), first, last, at }),
            Err(error) => {
                let name = kept.name(broker.shard);
                tracing::warn!(name, error = format!("{error:#}"), "image not used");
            }
        }
    }
    Ok(Restored { image: None, first, last, at })
}

/// Writes an image, reads it back, then lets go of what it makes superfluous: older images, and
/// the commands before the older one kept.
pub(crate) async fn keep(broker: &Broker, memory: Memory) -> anyhow::Result<()> {
    let seq = memory.position().seq;
    let kept = Kept { seq, commands_through: memory.commands_through() };
    let name = kept.name(broker.shard);
    let shard = broker.shard;
    let encoded = tokio::task::spawn_blocking(move || image::encode(shard, &memory)).await?;
    let metadata = ObjectMetadata { name: name.clone(), ..ObjectMetadata::default() };
    broker.images.put(metadata, &mut encoded.as_slice()).await.context("writing the image")?;
    verified(broker, &kept).await.context("reading the image back")?;
    tracing::info!(shard, seq, bytes = encoded.len(), "image kept");
    let all = list(broker).await?;
    let superfluous = all.len().saturating_sub(limits::SNAPSHOTS_KEPT);
    for old in &all[..superfluous] {
        broker.images.delete(old.name(shard)).await.context("deleting an old image")?;
    }
    if let [older, .., _] = &all[superfluous..]
        && older.commands_through > 1
    {
        broker.purge_commands(older.commands_through).await.context("purging commands")?;
    }
    Ok(())
}

/// This shard's images, oldest first.
async fn list(broker: &Broker) -> anyhow::Result<Vec<Kept>> {
    let objects = broker.images.list().await.context("listing images")?;
    let objects: Vec<_> = objects.try_collect().await.context("listing images")?;
    let shard = broker.shard;
    let mut kept: Vec<Kept> =
        objects.iter().filter_map(|object| Kept::parse(shard, &object.name)).collect();
    kept.sort();
    Ok(kept)
}

async fn verified(broker: &Broker, kept: &Kept) -> anyhow::Result<Memory> {
    let mut object = broker.images.get(kept.name(broker.shard)).await.context("opening it")?;
    let mut bytes = Vec::new();
    object.read_to_end(&mut bytes).await.context("reading it")?;
    let shard = broker.shard;
    let memory = tokio::task::spawn_blocking(move || image::decode(shard, &bytes)).await??;
    let seq = memory.position().seq;
    let frame = broker.journal_message(seq).await.context("reading the journal")?;
    match frame {
        Some(frame) if image::fits(&memory, &frame.payload) => Ok(memory),
        Some(_) => anyhow::bail!("the journal's frame {seq} is another"),
        None => anyhow::bail!("the journal has no frame {seq}"),
    }
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
        assert_eq!(Kept::parse(2, &names[2]), Some(back));
        assert_eq!(Kept::parse(22, &names[2]), None);
        assert_eq!(Kept::parse(2, "shard-2-x"), None);
    }
}
