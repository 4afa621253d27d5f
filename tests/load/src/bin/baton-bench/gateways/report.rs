//! What the loss of a gateway showed, as Markdown.

use baton_load::machine::Facts;

use super::Found;
use crate::command_line::Gateways;
use crate::spread::ms;

/// Renders the report.
pub(super) fn render(facts: &Facts, flags: &Gateways, found: &Found) -> String {
    let name = if flags.drain { "stopped (SIGTERM)" } else { "killed (SIGKILL)" };
    let counts = &found.counts;
    let failed: Vec<String> =
        counts.failed.iter().map(|(what, count)| format!("{what}: {count}")).collect();
    let failed = if failed.is_empty() { "none".to_owned() } else { failed.join(", ") };
    let stopped = found.stopped.map_or(String::new(), |time| {
        format!(" The process had ended {} ms after the signal.", ms(time))
    });
    format!(
        "| one of {} gateways {name} | people | p50 ms | p99 ms | worst ms |\n\
         |---|---|---|---|---|\n{}\n{}\n\n\
         {} people were connected ({} customers, {} agents), {} of them to this gateway; {} lines \
         a second, {} in all. Commands that failed for good: {failed}.{stopped}\n\n\
         The audit of all that everybody saw against what is stored:\n\n```\n{}```\n\n{}",
        flags.count,
        found.resumed.row("signal to the next welcome"),
        found.away.row("loss of the connection to the next welcome"),
        counts.customers + counts.agents,
        counts.customers,
        counts.agents,
        found.victims,
        flags.lines_per_s,
        counts.lines,
        found.audit,
        facts.markdown(),
    )
}
