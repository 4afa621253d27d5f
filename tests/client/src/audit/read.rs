//! Reads journals and transcripts straight from the broker, in batches: what is stored is judged,
//! not what a process says of it.

use std::time::Duration;

use anyhow::{Context as _, bail};
use async_nats::jetstream;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::Stream;
use futures_util::{StreamExt as _, TryStreamExt as _};

use super::{Message, Shard, Stored};

const JOURNAL: &str = "baton-journal-";
const TRANSCRIPTS: &str = "baton-transcripts-";
/// Messages asked for at once; a frame is at most 256 KiB, most are far smaller.
const BATCH: usize = 1_000;
/// A broker that elects answers again within some seconds.
const STALL: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 8;
/// The broker drops a consumer that nobody asks any more.
const CONSUMER_LIFE: Duration = Duration::from_secs(30);

/// Reads the journal and the transcripts of every shard, up to what is stored now. Several servers
/// are separated by commas.
pub async fn read(nats_url: &str) -> anyhow::Result<Stored> {
    let servers: Vec<&str> = nats_url.split(',').collect();
    let connected = async_nats::connect(servers).await;
    let client = connected.with_context(|| format!("cannot reach the broker at {nats_url}"))?;
    let jetstream = jetstream::new(client);
    let names: Vec<String> = jetstream.stream_names().try_collect().await?;
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
    let stream = jetstream.get_stream(name).await.with_context(|| format!("no stream {name}"))?;
    let state = &stream.cached_info().state;
    let (first, last) = (state.first_sequence, state.last_sequence);
    let mut messages = Vec::with_capacity(usize::try_from(state.messages).unwrap_or(0));
    let mut attempts = 0;
    let mut next = first.max(1);
    while next <= last {
        let before = next;
        let outcome = batches(&stream, next, last, &mut messages).await;
        next = messages.last().map_or(next, |message| message.seq + 1);
        attempts = if next > before { 0 } else { attempts + 1 };
        match outcome {
            Ok(()) => break,
            Err(error) if attempts >= ATTEMPTS => {
                return Err(error.context(format!("{name} cannot be read after {next}")));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(250)).await,
        }
    }
    Ok(messages)
}

/// Reads on from a sequence until the last one, or until the broker stalls.
async fn batches(
    stream: &Stream,
    from: u64,
    last: u64,
    messages: &mut Vec<Message>,
) -> anyhow::Result<()> {
    let config = pull::Config {
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: from },
        ack_policy: AckPolicy::None,
        memory_storage: true,
        num_replicas: 1,
        inactive_threshold: CONSUMER_LIFE,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(config).await?;
    loop {
        let before = messages.len();
        let mut batch = consumer.batch().max_messages(BATCH).expires(STALL).messages().await?;
        while let Some(message) = batch.next().await {
            let message = message.map_err(|error| anyhow::anyhow!("{error}"))?;
            let info = message.info().map_err(|error| anyhow::anyhow!("{error}"))?;
            let (seq, pending) = (info.stream_sequence, info.pending);
            if seq > last {
                return Ok(());
            }
            let message = message.split().0;
            messages.push(Message {
                seq,
                subject: message.subject.as_str().into(),
                payload: message.payload,
            });
            if seq == last || pending == 0 {
                return Ok(());
            }
        }
        if messages.len() == before {
            bail!("the broker sent nothing for {STALL:?}");
        }
    }
}
