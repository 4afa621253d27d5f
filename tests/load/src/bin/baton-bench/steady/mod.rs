//! `steady`: the highest steady rate of chats at which the 99th percentile of start to offer stays
//! within its bound, and what bounds it. Each step is a load of its own on a fresh stage; the best
//! is run once more with the audit on. It ends in time: what the search could not try is told.

mod appends;
mod processors;
mod report;
mod search;
mod step;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::command_line::Steady;
use search::Search;
use step::Step;

/// What a run found.
pub(super) struct Found {
    /// In the order in which they were tried.
    steps: Vec<Step>,
    /// The best once more.
    audited: Step,
    /// The time was up before the search.
    is_cut: bool,
}

/// Measures; the report.
pub(crate) async fn run(flags: &Steady) -> anyhow::Result<String> {
    let begun = Instant::now();
    let limit = Duration::from_secs_f64(flags.limit_s);
    let mut search = Search::new(flags.from, flags.halvings);
    let (mut steps, mut longest) = (Vec::new(), Duration::ZERO);
    let is_cut = loop {
        let at = Instant::now();
        let step = take(flags, search.rate(), false, begun).await?;
        longest = longest.max(at.elapsed());
        let goes_on = search.tried(step.is_met(flags));
        steps.push(step);
        if !goes_on {
            break false;
        }
        // One more step, and the best once more.
        if begun.elapsed() + 2 * longest > limit {
            break true;
        }
    };
    let best = search.good().with_context(|| missed(flags, &steps))?;
    let audited = take(flags, best, true, begun).await?;
    Ok(report::render(flags, &Found { steps, audited, is_cut }))
}

fn missed(flags: &Steady, steps: &[Step]) -> String {
    let rows: Vec<String> = steps.iter().map(|step| report::row(flags, step)).collect();
    format!("no rate was met: begin lower with --from\n{}\n{}", report::HEAD, rows.join("\n"))
}

async fn take(flags: &Steady, rate: f64, audited: bool, begun: Instant) -> anyhow::Result<Step> {
    let what = if audited { ", the best once more, with the audit" } else { "" };
    say(&format!(
        "{:.0} of at most {:.0} s: {rate} chats/s for {} s{what}",
        begun.elapsed().as_secs_f64(),
        flags.limit_s,
        flags.step_s,
    ));
    let step = tokio::select! {
        step = step::run(flags, rate, audited) => step?,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
    };
    say(&report::summary(flags, &step));
    Ok(step)
}

fn say(line: &str) {
    // A closed standard error must not end the measurement.
    let _ = writeln!(io::stderr(), "{line}");
}
