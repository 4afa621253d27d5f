//! Reads journals and transcripts straight from the broker: what is stored is judged, not what a
//! process says of it. How a stream is read is left to `streams`.

use anyhow::{Context as _, bail};
use async_nats::jetstream;

use super::{Message, Shard, Stored};
use crate::{read_stream, stream_names};

const JOURNAL: &str = "baton-journal-";
const TRANSCRIPTS: &str = "baton-transcripts-";

/// Reads the journal and the transcripts of every shard, up to what is stored now. Several servers
/// are separated by commas.
pub async fn read(nats_url: &str) -> anyhow::Result<Stored> {
    let servers: Vec<&str> = nats_url.split(',').collect();
    let connected = async_nats::connect(servers).await;
    let client = connected.with_context(|| format!("cannot reach the broker at {nats_url}"))?;
    let jetstream = jetstream::new(client);
    let names = stream_names(&jetstream).await?;
    let mut shards: Vec<u16> =
        names.iter().filter_map(|name| name.strip_prefix(JOURNAL)?.parse().ok()).collect();
    shards.sort_unstable();
    if shards.is_empty() {
        bail!("there is no journal at {nats_url}: is this Baton's broker?");
    }
    let mut stored = Stored::default();
    for shard in shards {
        // Lines last: those that the journal leads to are stored a moment after it.
        let journal = stream(&jetstream, &format!("{JOURNAL}{shard}")).await?;
        let transcripts = stream(&jetstream, &format!("{TRANSCRIPTS}{shard}")).await?;
        stored.shards.push(Shard { shard, journal, transcripts });
    }
    Ok(stored)
}

async fn stream(jetstream: &jetstream::Context, name: &str) -> anyhow::Result<Vec<Message>> {
    let message = |seq, message: async_nats::Message| Message {
        seq,
        subject: message.subject.as_str().into(),
        payload: message.payload,
    };
    read_stream(jetstream, name, message).await
}
