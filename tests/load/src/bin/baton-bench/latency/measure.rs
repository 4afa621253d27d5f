//! Takes turns: a block of starts at Baton, a block of each reference, and again, so that whatever
//! drifts on the machine hits all alike.

use std::time::Duration;

use anyhow::Context;
use hdrhistogram::Histogram;

use super::System;
use super::baton::Bench;
use super::progress::Progress;
use super::reference::{Hops, Reference};
use crate::command_line::Latency;

/// Longest time that a histogram holds, in nanoseconds: a minute.
const LONGEST_NS: u64 = 60_000_000_000;
/// A start that takes longer has hung.
const CALL_LIMIT: Duration = Duration::from_secs(15);

/// What was measured, in nanoseconds.
pub(super) struct Measured {
    /// Start to `offer.new`.
    pub(crate) baton: Histogram<u64>,
    /// The same hops bare.
    pub(crate) two_appends: Histogram<u64>,
    /// With the profile's append before them.
    pub(crate) three_appends: Histogram<u64>,
}

/// Runs everything and removes what the reference made.
pub(crate) async fn run(system: &System, flags: &Latency) -> anyhow::Result<Measured> {
    let client = client()?;
    let mut bench = Bench::open(system, client.clone()).await.context("the agent")?;
    let mut reference =
        Reference::start(&system.nats, flags.replicas, client).await.context("the reference")?;
    let measured = blocks(&mut bench, &mut reference, flags).await;
    let stopped = reference.stop().await;
    let measured = measured?;
    stopped.map(|()| measured)
}

async fn blocks(
    bench: &mut Bench,
    reference: &mut Reference,
    flags: &Latency,
) -> anyhow::Result<Measured> {
    let mut progress = Progress::new(flags.starts);
    let mut measured = Measured::empty()?;
    let mut dropped = Measured::empty()?;
    block(bench, reference, flags.warm_up, flags, &mut dropped).await.context("warming up")?;
    let mut done = 0;
    while done < flags.starts {
        let count = flags.block.min(flags.starts - done);
        block(bench, reference, count, flags, &mut measured)
            .await
            .with_context(|| format!("after {done} starts"))?;
        done += count;
        progress.show(done, &measured);
    }
    progress.end();
    Ok(measured)
}

/// One block of each.
async fn block(
    bench: &mut Bench,
    reference: &mut Reference,
    count: u32,
    flags: &Latency,
    into: &mut Measured,
) -> anyhow::Result<()> {
    let pause = Duration::from_millis(flags.pause_ms);
    for _ in 0..count {
        tokio::time::sleep(pause).await;
        record(&mut into.baton, bench.start().await.context("Baton")?)?;
    }
    let variants =
        [(Hops::TwoAppends, &mut into.two_appends), (Hops::ThreeAppends, &mut into.three_appends)];
    for (hops, histogram) in variants {
        for _ in 0..count {
            tokio::time::sleep(pause).await;
            record(histogram, reference.round(hops).await.context("the reference")?)?;
        }
    }
    Ok(())
}

impl Measured {
    fn empty() -> anyhow::Result<Self> {
        Ok(Self { baton: empty()?, two_appends: empty()?, three_appends: empty()? })
    }
}

fn empty() -> anyhow::Result<Histogram<u64>> {
    Histogram::new_with_max(LONGEST_NS, 3).context("a histogram")
}

fn record(histogram: &mut Histogram<u64>, took: Duration) -> anyhow::Result<()> {
    let took = u64::try_from(took.as_nanos()).context("a time of centuries")?;
    histogram.record(took).context("a time of more than a minute")
}

fn client() -> anyhow::Result<reqwest::Client> {
    let client = reqwest::Client::builder().timeout(CALL_LIMIT).no_proxy().tcp_nodelay(true);
    client.build().context("an HTTP client")
}
