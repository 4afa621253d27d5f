//! Reads a stream of the broker to its end, in batches, through elections. What the messages mean
//! is left to the audit and to tests that look for what must not be stored.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::{self, stream::Stream};
use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::HEALED;

/// Messages asked for at once; a frame is at most 256 KiB, most are far smaller.
const BATCH: usize = 1_000;
/// A broker that elects answers again within some seconds.
const STALL: Duration = Duration::from_secs(5);
const REPEAT: Duration = Duration::from_millis(250);
/// The broker drops a consumer that nobody asks any more.
const CONSUMER_LIFE: Duration = Duration::from_secs(30);

/// The names of all streams.
pub async fn stream_names(jetstream: &jetstream::Context) -> anyhow::Result<Vec<String>> {
    let patience = Patience::new();
    loop {
        match jetstream.stream_names().try_collect().await {
            Ok(names) => return Ok(names),
            Err(error) => patience.after(error).await.context("no list of streams")?,
        }
    }
}

/// What `take` makes of each message of a stream and its sequence, up to what is stored now.
pub async fn read_stream<T>(
    jetstream: &jetstream::Context,
    name: &str,
    mut take: impl FnMut(u64, async_nats::Message) -> T,
) -> anyhow::Result<Vec<T>> {
    let stream = open(jetstream, name).await?;
    let state = &stream.cached_info().state;
    let (mut next, last) = (state.first_sequence.max(1), state.last_sequence);
    let mut all = Vec::with_capacity(usize::try_from(state.messages).unwrap_or(0));
    let mut patience = Patience::new();
    while next <= last {
        let before = next;
        let add = |seq, message| {
            next = seq + 1;
            all.push(take(seq, message));
        };
        let Err(error) = batches(&stream, before, last, add).await else { break };
        if next > before {
            patience = Patience::new();
        }
        patience.after(error).await.with_context(|| format!("{name} cannot be read at {next}"))?;
    }
    Ok(all)
}

async fn open(jetstream: &jetstream::Context, name: &str) -> anyhow::Result<Stream> {
    let patience = Patience::new();
    loop {
        match jetstream.get_stream(name).await {
            Ok(stream) => return Ok(stream),
            Err(error) => patience.after(error).await.with_context(|| format!("no {name}"))?,
        }
    }
}

/// With a broker that elects.
struct Patience {
    until: Instant,
}

impl Patience {
    fn new() -> Self {
        Self { until: Instant::now() + HEALED }
    }

    /// Pauses; fails with the error once there was time enough.
    async fn after(&self, error: impl Into<anyhow::Error>) -> anyhow::Result<()> {
        if Instant::now() >= self.until {
            return Err(error.into());
        }
        tokio::time::sleep(REPEAT).await;
        Ok(())
    }
}

/// Reads on from a sequence until the last one, or until the broker stalls.
async fn batches(
    stream: &Stream,
    from: u64,
    last: u64,
    mut add: impl FnMut(u64, async_nats::Message),
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
        let mut count = 0;
        let mut batch = consumer.batch().max_messages(BATCH).expires(STALL).messages().await?;
        while let Some(message) = batch.next().await {
            let message = message.map_err(|error| anyhow::anyhow!("{error}"))?;
            let info = message.info().map_err(|error| anyhow::anyhow!("{error}"))?;
            let (seq, pending) = (info.stream_sequence, info.pending);
            if seq > last {
                return Ok(());
            }
            count += 1;
            add(seq, message.split().0);
            if seq == last || pending == 0 {
                return Ok(());
            }
        }
        if count == 0 {
            bail!("the broker sent nothing for {STALL:?}");
        }
    }
}
