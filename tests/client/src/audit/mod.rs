//! The audit: what the clients saw, joined with what is stored, judged by the domain's laws.
//!
//! ```no_run
//! # async fn run(ledger: baton_client::Ledger) -> anyhow::Result<()> {
//! use baton_client::audit;
//! let stored = audit::read("nats://127.0.0.1:4222").await?;
//! let report = audit::check(&ledger.facts(), &stored, &audit::Options { settled: true });
//! assert!(report.is_clean(), "{report}");
//! let exported = audit::parse_exposition("the text of the leader's /metrics");
//! assert_eq!(audit::compare(&report.totals, &exported), []);
//! # Ok(()) }
//! ```
//!
//! It reads the broker as anybody could and folds the events by itself: it shares no code with the
//! engine that it judges. One check is a law with a name; the report says how much of the run each
//! was held against, so that a check that looked at nothing is seen.

mod chain;
mod clients;
mod compare;
mod config;
mod findings;
mod fold;
mod laws;
mod order;
mod outcomes;
mod read;
mod series;
mod shapes;
mod totals;
mod transcripts;
mod world;

use std::fmt;

use serde::Serialize;
use smol_str::SmolStr;

pub use compare::compare;
pub use findings::{Check, Violation};
pub use read::read;
pub use series::{Series, parse_exposition};
pub use totals::Totals;

use crate::ledger::Facts;
use findings::Findings;

/// What is stored, of every shard.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// By number.
    pub shards: Vec<Shard>,
}

/// What is stored of one shard, in stored order.
#[derive(Clone, Debug, Default)]
pub struct Shard {
    /// Its number.
    pub shard: u16,
    /// The journal's messages.
    pub journal: Vec<Message>,
    /// What was said.
    pub transcripts: Vec<Message>,
}

/// One stored message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its sequence in the stream.
    pub seq: u64,
    /// Under which subject.
    pub subject: SmolStr,
    /// What it holds.
    pub payload: bytes::Bytes,
}

/// What the audit may expect.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The load has ended: every chat is expected to be closed.
    pub settled: bool,
}

/// What the audit found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Each law.
    pub checks: Vec<Check>,
    /// The first violations of each law.
    pub violations: Vec<Violation>,
    /// The fold's statistics.
    pub totals: Totals,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| check.broken == 0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:<22}{:>12}{:>10}", "check", "looked at", "broken")?;
        for Check { name, looked_at, broken } in &self.checks {
            writeln!(out, "{name:<22}{looked_at:>12}{broken:>10}")?;
        }
        self.violations.iter().try_for_each(|violation| writeln!(out, "{violation}"))
    }
}

/// Joins what the clients saw with what is stored. While a run goes on, take the facts before
/// reading what is stored: what was seen must be there, not the other way round.
pub fn check(facts: &Facts, stored: &Stored, opts: &Options) -> Report {
    let mut findings = Findings::default();
    let fold = |shard| fold::fold(shard, *opts, &mut findings);
    let shards: Vec<_> = stored.shards.iter().map(fold).collect();
    let said = |shard: &Shard| transcripts::fold(&shard.transcripts, &mut findings);
    let transcripts: Vec<_> = stored.shards.iter().map(said).collect();
    let all = clients::Everything { shards: &shards, transcripts: &transcripts };
    clients::join(facts, &all, *opts, &mut findings);
    let mut totals = Totals::default();
    for (workspace, space) in shards.iter().flat_map(|shard| &shard.world.spaces) {
        // Without a configuration nothing is exported of a workspace.
        if space.config.is_some() {
            space.counts.write(workspace, &mut totals);
        }
    }
    findings.look(findings::Law::Statistics, totals.0.len() as u64);
    let (checks, violations) = findings.report();
    Report { checks, violations, totals }
}

#[cfg(test)]
mod tests;
