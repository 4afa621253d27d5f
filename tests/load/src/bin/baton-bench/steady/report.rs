//! The steps of the search as Markdown.

use super::step::Step;
use crate::command_line::{Replicas, Steady};

const HEAD: &str = "| chats/s asked | chats/s | start to offer p50 ms | p99 ms \
    | line to line p99 ms | errors | unfinished | processors: routers | gateways \
    | broker | generator | append mean ms | events a frame | within |\n\
    |---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

/// Renders the report.
pub(super) fn render(flags: &Steady, steps: &[Step], audited: &Step) -> String {
    let rows: Vec<String> = steps.iter().map(|step| row(flags, step)).collect();
    let replicas = match flags.replicas {
        Replicas::One => "1 server, 1 replica",
        Replicas::Three => "3 servers, 3 replicas",
    };
    let checked = if audited.is_audited() && audited.is_met(flags) {
        "its audit is clean and its statistics are exported right"
    } else {
        "IT WAS NOT MET, or its audit is not clean"
    };
    format!(
        "{HEAD}\n{}\n\nThe best once more, with the audit: {checked}.\n\n{HEAD}\n{}\n\n\
         Poisson arrivals, each step {} s on a fresh stage: {replicas}, one router, {} gateways; \
         a chat lasts 2 s and has a line each way; customers and agents on sockets. Within: start \
         to offer p99 at most {} ms, no error, every chat finished. Processors are means while \
         customers arrive, of all processes of a kind together; the generator is this process, on \
         the same machine.\n\n{}",
        rows.join("\n"),
        row(flags, audited),
        flags.step_s,
        flags.gateways,
        flags.p99_ms,
        audited.facts.render(),
    )
}

/// A step as a row.
pub(super) fn row(flags: &Steady, step: &Step) -> String {
    let figure = |name: &str, places: usize| {
        step.outcome.figure(name).map_or("–".to_owned(), |figure| format!("{figure:.places$}"))
    };
    let cpu = |name: &str| step.cpu.get(name).copied().unwrap_or(0.0);
    let [routers, gateways, broker, generator] =
        ["routers", "gateways", "broker", "generator"].map(cpu);
    format!(
        "| {} | {:.1} | {} | {} | {} | {} | {} | {routers:.2} | {gateways:.2} | {broker:.2} \
         | {generator:.2} | {:.2} | {:.1} | {} |",
        step.rate,
        step.outcome.chats_per_s,
        figure("start_to_offer_p50_ms", 1),
        figure("start_to_offer_p99_ms", 1),
        figure("line_to_line_p99_ms", 1),
        figure("errors", 0),
        figure("unfinished", 0),
        step.append_ms,
        step.events,
        if step.is_met(flags) { "yes" } else { "no" },
    )
}
