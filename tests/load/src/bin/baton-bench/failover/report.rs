//! What the rounds showed, as Markdown, and a line for each while they run.

use std::io::{self, Write};

use baton_load::machine::Facts;

use super::Found;
use super::round::Round;
use crate::command_line::{Failover, Kind};
use crate::spread::{Spread, ms};

/// A line a round, on standard error.
pub(super) fn progress(number: u32, of: u32, round: &Round) {
    let fenced = round.fenced.map_or(String::new(), |count| format!(", refused appends {count}"));
    // A closed standard error must not end the measurement.
    let _ = writeln!(
        io::stderr(),
        "round {number} of {of}: next assignment {} ms, longest gap {} ms, longest wait {} ms, \
         terms {}{fenced}",
        ms(round.next),
        ms(round.gap),
        ms(round.longest),
        round.epochs,
    );
}

/// Renders the report.
pub(super) fn render(facts: &Facts, flags: &Failover, found: &Found) -> String {
    let rounds = &found.rounds;
    let column = |of: fn(&Round) -> std::time::Duration| rounds.iter().map(of).collect::<Spread>();
    let name = match flags.kind {
        Kind::Kill => "killed (SIGKILL)",
        Kind::Freeze => "frozen (SIGSTOP)",
        Kind::Planned => "stopped (SIGTERM)",
    };
    let rows = [
        column(|round| round.next).row("signal to the next assignment"),
        column(|round| round.first).row("signal to the first offer at all"),
        column(|round| round.gap).row("longest time without any offer"),
        column(|round| round.longest).row("longest start to offer in the second after"),
    ];
    let refused = if found.refused.is_empty() { "none".into() } else { found.refused.join(", ") };
    format!(
        "| leading router {name} | rounds | p50 ms | p99 ms | worst ms |\n|---|---|---|---|---|\n\
         {}\n\nA start every {} ms while agents take every offer at once; {} chats in all. The \
         next assignment is the first `offer.new` of a chat that was asked for after the signal. \
         {} routers; the lost one is replaced and has caught up before the next round. Each start \
         was offered, and the journal's {} frames are one chain under rising terms.{}\n\n\
         Refused, and sent again where that may help: {refused}.\n\n{}",
        rows.join("\n"),
        flags.every_ms,
        found.chats,
        flags.routers,
        found.frames,
        thawed(rounds),
        facts.markdown(),
    )
}

fn thawed(rounds: &[Round]) -> String {
    let counts: Vec<f64> = rounds.iter().filter_map(|round| round.fenced).collect();
    if counts.is_empty() {
        return String::new();
    }
    let with = counts.iter().filter(|count| **count > 0.0).count();
    format!(
        " Each thawed router noticed that it leads no more; `baton_fenced_appends_total` had \
         risen in {with} of {} rounds, by {} in all.",
        counts.len(),
        counts.iter().sum::<f64>(),
    )
}
