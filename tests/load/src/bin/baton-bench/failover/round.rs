//! One round: the leader is lost, the next assignment is waited for, and all routers run again.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use baton_e2e::Stage;
use nix::sys::signal::Signal;

use super::routers::Routers;
use crate::agents::{Log, Seen};
use crate::command_line::{Failover, Kind};

/// A shard is led again long before.
const LIMIT: Duration = Duration::from_mins(1);
/// After the next assignment: long enough for all that waited to be offered.
const AFTER: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(5);
/// Losses come at any point between two pulses.
const JITTER_MS: u64 = 200;

/// What one round showed.
pub(super) struct Round {
    /// From the signal to the first offer at all.
    pub(super) first: Duration,
    /// From the signal to the first offer of a chat that was asked for after it.
    pub(super) next: Duration,
    /// Longest time without any offer, from the signal until a second after the above.
    pub(super) gap: Duration,
    /// Longest start to offer of those asked for in the second after the signal.
    pub(super) longest: Duration,
    /// Appends refused to the thawed router.
    pub(super) fenced: Option<f64>,
    /// Terms that the shard went through.
    pub(super) epochs: f64,
    /// Chats that were asked for.
    pub(super) chats: usize,
}

/// Runs one.
pub(super) async fn run(
    stage: &mut Stage,
    routers: &mut Routers,
    flags: &Failover,
    log: &Log,
) -> anyhow::Result<Round> {
    routers.settled(stage).await?;
    let jitter = rand::random_range(0..JITTER_MS);
    tokio::time::sleep(Duration::from_millis(flags.settle_ms + jitter)).await;
    let (leader, epoch) = routers.settled(stage).await?;
    let before = log.take();
    let signal = Instant::now();
    stage.routers[leader].process.signal(match flags.kind {
        Kind::Kill => Signal::SIGKILL,
        Kind::Freeze => Signal::SIGSTOP,
        Kind::Planned => Signal::SIGTERM,
    });
    let next = next_assignment(log, signal).await?;
    tokio::time::sleep(AFTER).await;
    let fenced = replace(stage, routers, flags.kind, leader).await?;
    let (_, now) = routers.settled(stage).await?;
    let mut seen = log.take();
    // A chat that was asked for right before the signal is offered after it.
    seen.asked.splice(0..0, before.asked);
    let first = first_offer(&seen, signal).context("no offer")?;
    let until = signal + next + AFTER;
    Ok(Round {
        first: first.duration_since(signal),
        next,
        gap: gap(&seen, signal, until),
        longest: longest(&seen, signal)?,
        fenced,
        epochs: now - epoch,
        chats: seen.asked.len(),
    })
}

/// From the signal to the first offer of a chat that was asked for after it.
async fn next_assignment(log: &Log, signal: Instant) -> anyhow::Result<Duration> {
    let deadline = signal + LIMIT;
    loop {
        let found = log.look(|seen| {
            let waits = seen.waits(signal, deadline);
            waits.into_iter().map(|(offered, _)| offered.duration_since(signal)).min()
        });
        if let Some(next) = found {
            return Ok(next);
        }
        if Instant::now() >= deadline {
            bail!("nobody is served: {:?}", log.take().refused);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Ends the lost router and starts one in its place; the appends refused to a thawed one.
async fn replace(
    stage: &mut Stage,
    routers: &Routers,
    kind: Kind,
    leader: usize,
) -> anyhow::Result<Option<f64>> {
    let mut fenced = None;
    match kind {
        Kind::Kill => stage.routers[leader].process.kill(),
        Kind::Freeze => {
            stage.routers[leader].process.thaw();
            fenced = Some(routers.deposed(stage, leader).await?);
            // Deposed routers hold back from the next claim: the next round begins fresh.
            stage.routers[leader].process.kill();
        }
        Kind::Planned => {
            let status = stage.routers[leader].process.exited(LIMIT).await;
            anyhow::ensure!(status.success(), "the stopped router ended with {status}");
        }
    }
    stage.routers.remove(leader);
    stage.add_router().await;
    Ok(fenced)
}

fn first_offer(seen: &Seen, signal: Instant) -> Option<Instant> {
    seen.offered.iter().map(|(at, _)| *at).find(|at| *at > signal)
}

fn gap(seen: &Seen, signal: Instant, until: Instant) -> Duration {
    let offers = seen.offered.iter().map(|(at, _)| *at).filter(|at| (signal..until).contains(at));
    let ends = offers.chain([until]);
    let step = |last: &mut Instant, at: Instant| {
        let gap = at.duration_since(*last);
        *last = at;
        Some(gap)
    };
    ends.scan(signal, step).max().unwrap_or_default()
}

fn longest(seen: &Seen, signal: Instant) -> anyhow::Result<Duration> {
    let until = signal + AFTER;
    let asked = seen.asked.iter().filter(|(at, _)| (signal..until).contains(at)).count();
    let waits = seen.waits(signal, until);
    if waits.len() < asked {
        let missing = asked - waits.len();
        let (refused, resyncs) = (&seen.refused, seen.resyncs);
        bail!(
            "{missing} of {asked} starts after the signal were never offered; refused so far \
             {refused:?}, {resyncs} resyncs"
        );
    }
    Ok(waits.into_iter().map(|(_, wait)| wait).max().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(begun: Instant) -> Seen {
        let at = |ms: u64| begun + Duration::from_millis(ms);
        let chat = |ms: u64, name: &str| (at(ms), name.to_owned());
        Seen {
            asked: vec![chat(0, "a"), chat(20, "b"), chat(30, "c")],
            offered: vec![chat(2, "a"), chat(420, "b"), chat(421, "c")],
            ..Seen::default()
        }
    }

    #[test]
    fn a_round_is_measured_from_its_signal() {
        let begun = Instant::now();
        let seen = seen(begun);
        let signal = begun + Duration::from_millis(10);
        let ms = Duration::from_millis;
        assert_eq!(first_offer(&seen, signal), Some(begun + ms(420)));
        assert_eq!(gap(&seen, signal, begun + ms(500)), ms(410));
        assert_eq!(longest(&seen, signal).unwrap(), ms(400));
    }

    #[test]
    fn a_start_that_was_never_offered_is_an_error() {
        let begun = Instant::now();
        let mut seen = seen(begun);
        seen.offered.pop();
        let error = longest(&seen, begun).unwrap_err().to_string();
        assert!(error.starts_with("1 of 3 starts after the signal were never"), "{error}");
    }
}
