//! `gateways`: a thousand people talk, and one gateway is killed or stopped. How soon each is
//! welcomed elsewhere, and whether any line or command was lost, as the audit sees it.

mod crowd;
mod report;

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use baton_client::audit::{self, Options};
use baton_e2e::Stage;
use nix::sys::signal::Signal;

use crate::command_line::{Common, Gateways, Replicas};
use crate::spread::Spread;
use crate::system;
use crowd::Crowd;

/// Everybody has a new place within this, or is lost.
const LIMIT: Duration = Duration::from_mins(1);
/// Lines flow undisturbed so long before and after.
const QUIET: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(20);

/// What a run found.
pub(super) struct Found {
    /// People who were connected to the gateway that was lost.
    victims: usize,
    /// From the signal to each of their next welcomes.
    resumed: Spread,
    /// From each one's loss of the connection to the welcome.
    away: Spread,
    /// From the signal to the end of the process, if it was asked to stop.
    stopped: Option<Duration>,
    counts: crowd::Counts,
    audit: audit::Report,
}

/// Measures; the report.
pub(crate) async fn run(common: &Common, flags: &Gateways) -> anyhow::Result<String> {
    let mut stage = Stage::bare(system::kind(Replicas::One)).await;
    stage.limits_us = false;
    for _ in 0..flags.count {
        stage.add_gateway().await;
    }
    for _ in 0..2 {
        stage.add_router().await;
    }
    let found = tokio::select! {
        found = measure(&mut stage, flags) => found,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    if let Some(file) = &common.logs {
        std::fs::write(file, stage.logs()).context("the logs cannot be written")?;
    }
    let facts = system::facts(&stage).await;
    let found = found?;
    let report = report::render(&facts, flags, &found);
    ensure!(found.audit.is_clean(), "the audit is not clean:\n{}\n{report}", found.audit);
    Ok(report)
}

async fn measure(stage: &mut Stage, flags: &Gateways) -> anyhow::Result<Found> {
    system::publish(stage, crowd::WORKSPACE, &crowd::config(flags)).await?;
    let crowd = Crowd::gather(stage, flags).await?;
    let talk = tokio::spawn(crowd.clone().talk(flags.lines_per_s));
    tokio::time::sleep(QUIET).await;

    let lost = stage.gateways[0].ready.public.clone();
    let victims = crowd.connected_to(&lost);
    ensure!(!victims.is_empty(), "nobody is connected to the gateway that is lost");
    let signal = Instant::now();
    let kind = if flags.drain { Signal::SIGTERM } else { Signal::SIGKILL };
    stage.gateways[0].process.signal(kind);
    let mut stopped = None;
    if flags.drain {
        let status = stage.gateways[0].process.exited(LIMIT).await;
        ensure!(status.success(), "the stopped gateway ended with {status}");
        stopped = Some(signal.elapsed());
    }
    while !crowd.all_resumed(&victims, signal) {
        ensure!(signal.elapsed() < LIMIT, "{}", crowd.missing(&victims, signal));
        tokio::time::sleep(LOOK).await;
    }
    let resumed = crowd.resumed(&victims, signal);
    tokio::time::sleep(QUIET).await;

    talk.abort();
    let (counts, facts) = crowd.leave().await?;
    let stored = audit::read(&stage.broker.url()).await.context("the audit cannot read")?;
    Ok(Found {
        victims: victims.len(),
        resumed: resumed.iter().map(|(at, _)| at.duration_since(signal)).collect(),
        away: resumed.iter().map(|(_, after)| *after).collect(),
        stopped,
        counts,
        audit: audit::check(&facts, &stored, &Options { settled: true }),
    })
}
