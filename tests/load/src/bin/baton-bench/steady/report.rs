//! The search as Markdown: every step, what the highest rate that was met and the lowest that was
//! missed cost, and what is used up there.

use std::fmt::Write as _;

use super::Found;
use super::processors::{GENERATOR, REST};
use super::step::{Cost, Step};
use crate::command_line::{Replicas, Steady};

/// A resource of which so much is in use is taken to be used up.
const USED_UP: f64 = 0.9;

pub(super) const HEAD: &str = "| chats/s asked | chats/s | start to offer p50 ms | p99 ms \
    | line to line p99 ms | errors | unfinished | within |\n|---|---|---|---|---|---|---|---|";

/// Renders the report.
pub(super) fn render(flags: &Steady, found: &Found) -> String {
    let rows: Vec<String> = found.steps.iter().map(|step| row(flags, step)).collect();
    let audited = &found.audited;
    let checked = if audited.is_audited() && audited.is_met(flags) {
        "its audit is clean and its statistics are exported right"
    } else {
        "IT WAS NOT MET, or its audit is not clean"
    };
    format!(
        "{HEAD}\n{}\n\nThe best once more, with the audit: {checked}.{}\n\n{HEAD}\n{}\n\n{}\n\n{}\
         \n\n{}",
        rows.join("\n"),
        if found.is_cut { " The time was up before the search: it may be higher." } else { "" },
        row(flags, audited),
        edge(flags, &found.steps),
        method(flags),
        audited.facts.markdown(),
    )
}

/// A step as a row.
pub(super) fn row(flags: &Steady, step: &Step) -> String {
    let within = match (step.is_met(flags), step.outcome.stopped_early) {
        (true, _) => "yes",
        (false, true) => "no, ended early",
        (false, false) => "no",
    };
    format!(
        "| {} | {:.1} | {} | {} | {} | {} | {} | {within} |",
        step.rate,
        step.outcome.chats_per_s,
        figure(step, "start_to_offer_p50_ms", 1),
        figure(step, "start_to_offer_p99_ms", 1),
        figure(step, "line_to_line_p99_ms", 1),
        figure(step, "errors", 0),
        figure(step, "unfinished", 0),
    )
}

/// A step in a line, for those who wait.
pub(super) fn summary(flags: &Steady, step: &Step) -> String {
    let met = if step.is_met(flags) { "met" } else { "missed" };
    let p99 = figure(step, "start_to_offer_p99_ms", 1);
    format!("{met}: {} chats/s, start to offer p99 {p99} ms; {}", step.rate, bound(&step.cost))
}

/// The highest rate that was met beside the lowest that was missed.
fn edge(flags: &Steady, steps: &[Step]) -> String {
    let by_rate = |one: &&Step, other: &&Step| one.rate.total_cmp(&other.rate);
    let (met, missed): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| step.is_met(flags));
    let met = met.into_iter().max_by(by_rate);
    let missed = missed.into_iter().min_by(by_rate);
    let shown: Vec<(&str, &Step)> = [("met", met), ("missed", missed)]
        .into_iter()
        .filter_map(|(how, s)| Some((how, s?)))
        .collect();
    let mut out = String::from("| at the edge, while customers arrive |");
    for (how, step) in &shown {
        let _ = write!(out, " {} chats/s, {how} |", step.rate);
    }
    let _ = write!(out, "\n|---{}|", "|---".repeat(shown.len()));
    let columns: Vec<Vec<(String, String)>> = shown.iter().map(|(_, step)| costs(step)).collect();
    for place in 0..columns.first().map_or(0, Vec::len) {
        let _ = write!(out, "\n| {} |", columns[0][place].0);
        for column in &columns {
            let _ = write!(out, " {} |", column[place].1);
        }
    }
    out.push('\n');
    for (how, step) in &shown {
        let _ = write!(out, "\n{} chats/s, {how}: {}.", step.rate, bound(&step.cost));
    }
    out
}

/// What a step cost, by name; the same names for each step of a run.
fn costs(step: &Step) -> Vec<(String, String)> {
    let Cost { processors, appends } = &step.cost;
    let named = |name: &str, value: String| (name.to_owned(), value);
    let mut costs: Vec<(String, String)> = processors
        .iter()
        .map(|(name, used)| (format!("processors: {name}"), format!("{used:.2}")))
        .collect();
    let p99 = appends.p99_ms.map_or("beyond all bounds".to_owned(), |ms| format!("≤ {ms}"));
    costs.extend([
        named(&format!("processors: all, of {}", cores()), format!("{:.2}", all(&step.cost))),
        named("appends to the journal a second", format!("{:.1}", appends.per_s)),
        named("decisions (commands, due timers) an append", format!("{:.2}", appends.decisions)),
        named("events an append", format!("{:.2}", appends.events)),
        named("broker's acknowledgement of an append, mean ms", format!("{:.2}", appends.mean_ms)),
        named("the same, p99 ms", p99),
        named("an append is under way", format!("{:.0} % of the time", 100.0 * appends.under_way)),
        named("the generator's own lateness, p99 ms", figure(step, "lag_p99_ms", 1)),
    ]);
    costs
}

/// What is used up, as far as it was looked at.
fn bound(cost: &Cost) -> String {
    let (cores, all) = (cores(), all(cost));
    let of = |name: &str| {
        let found = cost.processors.iter().find(|(process, _)| process == name);
        found.map_or(0.0, |(_, used)| *used)
    };
    let ours = cost.processors.iter().filter(|(name, _)| name != REST);
    let busiest = ours.max_by(|one, other| one.1.total_cmp(&other.1));
    let used = format!(
        "{all:.2} of {cores} processors in use, {:.2} of them by the load generator and {:.2} by \
         what was not measured; an append is under way {:.0} % of the time",
        of(GENERATOR),
        of(REST),
        100.0 * cost.appends.under_way,
    );
    match busiest {
        _ if all >= USED_UP * f64::from(cores) => format!("bound by the machine: {used}"),
        _ if cost.appends.under_way >= USED_UP => {
            format!("bound by the broker's acknowledgements, one after another: {used}")
        }
        Some((name, part)) if *part >= USED_UP => {
            format!("bound by the {name}, if one thread does most of its work: {used}")
        }
        _ => format!("nothing that was looked at is used up: {used}"),
    }
}

fn all(cost: &Cost) -> f64 {
    cost.processors.iter().map(|(_, used)| used).sum()
}

fn cores() -> u16 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u16::try_from(cores).unwrap_or(u16::MAX)
}

fn figure(step: &Step, name: &str, places: usize) -> String {
    step.outcome.figure(name).map_or("–".to_owned(), |figure| format!("{figure:.places$}"))
}

fn method(flags: &Steady) -> String {
    let replicas = match flags.replicas {
        Replicas::One => "1 server, 1 replica",
        Replicas::Three => "3 servers, 3 replicas",
    };
    format!(
        "Poisson arrivals, each step {} s on a fresh stage: {replicas}, one router, gateways: {}; \
         a chat lasts 2 s and has a line each way; customers and agents on sockets; one \
         workspace, so one shard. Times count from the planned start. Within: start to offer p99 \
         at most {} ms, no error, every chat finished; the first fifth of a step does not count. A \
         step that cannot be met any more is ended early. Processors and appends are means while \
         customers arrive; the load generator is this process, on the same machine.",
        flags.step_s, flags.gateways, flags.p99_ms,
    )
}

#[cfg(test)]
pub(super) mod tests {
    use clap::Parser as _;

    use super::super::appends::Appends;
    use super::*;
    use crate::command_line::{Command, CommandLine};

    /// As without any flag.
    pub(in super::super) fn flags() -> Steady {
        let line = CommandLine::parse_from(["baton-bench", "steady"]);
        let Command::Steady(flags) = line.command else { panic!("steady was asked for") };
        flags
    }

    fn cost(share_of_all: f64, router: f64, under_way: f64) -> Cost {
        let rest = share_of_all * f64::from(cores()) - router;
        let processors = vec![("router".to_owned(), router), (REST.to_owned(), rest)];
        Cost { processors, appends: Appends { under_way, ..Appends::default() } }
    }

    #[test]
    fn what_is_used_up_is_named() {
        assert!(bound(&cost(0.95, 0.5, 0.95)).starts_with("bound by the machine"));
        assert!(bound(&cost(0.6, 0.2, 0.95)).starts_with("bound by the broker's"));
        assert!(bound(&cost(0.6, 0.2, 0.3)).starts_with("nothing that was looked at"));
        let whole = Cost { processors: vec![("router".into(), 0.95)], ..Cost::default() };
        let late = Cost { processors: vec![(GENERATOR.into(), 0.95)], ..Cost::default() };
        if cores() > 1 {
            assert!(bound(&late).starts_with("bound by the load generator"), "{}", bound(&late));
            assert!(bound(&whole).starts_with("bound by the router,"), "{}", bound(&whole));
        }
    }
}
