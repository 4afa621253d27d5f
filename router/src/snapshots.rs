//! State images: finds the newest one that fits the journal, keeps a new one and lets go of what
//! it makes superfluous. Leaves the bucket to `store`, the image's codec to the node, and when a
//! new one is made to the imager.

use anyhow::Context as _;
use async_nats::jetstream::object_store::ObjectMetadata;
use baton_common::frame::Cursor;
use baton_common::time::Span;
use baton_core::node::{Memory, Restored, image};

use crate::aside::{Haste, Pauses, aside};
use crate::broker::{Broker, Ends};
use crate::metrics;
use crate::store::{self, Kept, Listed};

/// Why an image is not used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    /// It never will be: damaged, or of another journal or release.
    #[error("{0}")]
    Unfit(String),
    /// It may be fine: the broker does not tell now.
    #[error(transparent)]
    Unknown(#[from] anyhow::Error),
}

/// What there is to start from: the newest image that is whole and fits the journal.
pub(crate) async fn restore(broker: &Broker) -> anyhow::Result<Restored> {
    let Ends { at, first, last } = broker.journal_ends().await.context("reading the journal")?;
    let first = if last == 0 { 1 } else { first };
    let image = newest(broker, Haste::Full).await?.map(|(_, memory)| memory);
    Ok(Restored { image, first, last, at })
}

/// Reads images from the newest on until one can be used. One that is unfit is passed over and
/// stays until the journal has outgrown it; one of which nothing is known is an error, since an
/// older one may not reach the journal.
pub(crate) async fn newest(
    broker: &Broker,
    haste: Haste,
) -> anyhow::Result<Option<(Kept, Memory)>> {
    for Listed { kept, .. } in store::list(broker).await?.into_iter().rev() {
        let name = kept.name(broker.shard);
        match verified(broker, &kept, haste).await {
            Ok(memory) => return Ok(Some((kept, memory))),
            Err(Unusable::Unfit(problem)) => {
                metrics::image_unfit();
                tracing::warn!(name, problem, "image not used, an older one is");
            }
            Err(Unusable::Unknown(error)) => return Err(error.context(format!("image {name}"))),
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
/// commands before its cursor; and of leftovers of such an age. Harmless if somebody else does
/// the same.
pub(crate) async fn prune(
    broker: &Broker,
    older: &Kept,
    cursor: &Cursor,
    leftovers: Span,
) -> anyhow::Result<()> {
    for listed in store::list(broker).await?.iter().filter(|listed| listed.kept < *older) {
        store::remove(broker, listed).await.context("removing an old image")?;
    }
    store::sweep(broker, leftovers).await.context("removing leftovers")?;
    broker.purge_commands(cursor).await.context("purging commands")
}

async fn verified(broker: &Broker, kept: &Kept, haste: Haste) -> Result<Memory, Unusable> {
    let shard = broker.shard;
    let Some(bytes) = store::read(broker, kept).await? else {
        return Err(Unusable::Unfit("parts of it are missing".into()));
    };
    let decode = move || {
        let mut pauses = Pauses::new(haste);
        image::decode(shard, &bytes, || pauses.pause())
    };
    let memory = aside(decode).await?.map_err(|error| Unusable::Unfit(error.to_string()))?;
    if fits(broker, &memory).await.context("reading the journal")? {
        return Ok(memory);
    }
    let seq = memory.position().seq;
    Err(Unusable::Unfit(format!("the journal does not have it: its frame {seq} is another")))
}

/// Whether the journal is the one that the image was taken of, as far as can be told: where its
/// own frame is gone for its age, the next one names it; where that is yet to come, folding tells.
async fn fits(broker: &Broker, memory: &Memory) -> anyhow::Result<bool> {
    let seq = memory.position().seq;
    if let Some(frame) = broker.journal_message(seq).await? {
        return Ok(image::fits(memory, &frame.payload));
    }
    let next = seq.saturating_add(1);
    if let Some(frame) = broker.journal_message(next).await? {
        return Ok(image::precedes(memory, &frame.payload));
    }
    let Ends { first, last, .. } = broker.journal_ends().await?;
    Ok(seq <= last && first <= next)
}
