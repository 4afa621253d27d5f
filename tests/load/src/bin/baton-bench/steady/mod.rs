//! `steady`: the highest steady rate of chats at which the 99th percentile of start to offer stays
//! within its bound. Rates double while they are met, then the interval is halved; each step is a
//! load of its own on a fresh stage, and the best is run once more with the audit on.

mod cpu;
mod report;
mod step;

use std::io::{self, Write};

use anyhow::ensure;

use crate::command_line::Steady;
use step::Step;

/// Measures; the report.
pub(crate) async fn run(flags: &Steady) -> anyhow::Result<String> {
    let mut steps = Vec::new();
    let (mut good, mut bad) = (None, None);
    let mut rate = flags.from;
    let mut halvings = flags.halvings;
    loop {
        let step = take(flags, rate, false).await?;
        let is_met = step.is_met(flags);
        steps.push(step);
        if is_met {
            good = Some(rate);
        } else {
            bad = Some(rate);
        }
        rate = match (good, bad) {
            (Some(good), None) => good * 2.0,
            (None, _) => rate / 2.0,
            (Some(_), Some(_)) if halvings == 0 => break,
            (Some(good), Some(bad)) => {
                halvings -= 1;
                f64::midpoint(good, bad).round()
            }
        };
        ensure!(rate >= 1.0, "not even a chat a second is met");
    }
    let Some(best) = good else { unreachable!("the search ends with a rate that is met") };
    let audited = take(flags, best, true).await?;
    Ok(report::render(flags, &steps, &audited))
}

async fn take(flags: &Steady, rate: f64, audited: bool) -> anyhow::Result<Step> {
    let step = tokio::select! {
        step = step::run(flags, rate, audited) => step?,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
    };
    // A closed standard error must not end the measurement.
    let _ = writeln!(io::stderr(), "{}", report::row(flags, &step));
    Ok(step)
}
