//! The tables that are printed, and what their columns mean. Leaves measuring to others.

use std::time::Duration;

use crate::desk::Size;
use crate::flow::{BLOCK, Run};
use crate::index::{Load, Row};
use crate::stalls::Stall;
use crate::times::Times;

/// Heads the rows of the engine.
pub(crate) fn engine_head() {
    println!("the engine, one thread, commands with keys");
    println!("  decide + apply: decided by the rules, applied to the state, the index and the");
    println!(
        "    statistics kept, consequences settled (offers with their reasons, expected waits,"
    );
    println!("    whether anybody idles), remembered by key, timers set");
    println!("  all: also the lines of transcripts and the notices to everybody concerned");
    println!("  of the same run, {BLOCK} commands one way, then {BLOCK} the other");
    println!(
        "{:>9} {:>8} {:>6}  {:<9} {:<14} {:>10} {:>7} {:>7} {:>9} {:>10} {:>7} {:>7} {:>9} {:>10}",
        "waiting",
        "agents",
        "kinds",
        "load",
        "what",
        "commands/s",
        "p50 ns",
        "p99 ns",
        "max ns",
        "timers/s",
        "p50 ns",
        "p99 ns",
        "max ns",
        "MiB in all",
    );
}

/// The rows of the engine under one load.
pub(crate) fn engine_rows(size: Size, load: &str, run: Run) {
    let memory = run.memory.map_or("-".to_owned(), |bytes| (bytes >> 20).to_string());
    for (what, mut times) in [("decide + apply", run.untold), ("all", run.told)] {
        let (commands, timers) = (figures(&mut times.commands), figures(&mut times.timers));
        println!(
            "{:>9} {:>8} {:>6}  {load:<9} {what:<14} {commands} {timers} {memory:>10}",
            size.waiting, size.agents, size.signatures,
        );
    }
}

fn figures(times: &mut Times) -> String {
    if times.len() == 0 {
        return format!("{:>10} {:>7} {:>7} {:>9}", "-", "-", "-", "-");
    }
    format!(
        "{:>10.0} {:>7} {:>7} {:>9}",
        times.rate(),
        times.within(500),
        times.within(990),
        times.longest().as_nanos(),
    )
}

/// Heads the rows of the index.
pub(crate) fn index_head() {
    println!();
    println!("the index alone, one thread");
    println!("  a decision, overload: an agent gets free, the first entry in order that the agent");
    println!(
        "    can take is found, both are taken out; underload: an entry comes, the agent whom"
    );
    println!("    the policy chooses is found, both are taken out");
    println!(
        "  a step: a decision and what comes between two of them; overload: another entry comes,"
    );
    println!(
        "    finds nobody free and stands, 30 % relaxations, 5 % abandons; underload: an agent"
    );
    println!("    gets free, for whom nobody waits");
    println!("  /s: that many within the time that they take, one after the other");
    println!(
        "  scan: everybody there is looked at, overload entries, underload agents; walk: along a"
    );
    println!(
        "    line in order up to the first who fits. Found only, nothing taken out; medians, and"
    );
    println!("    their means as multiples of a decision. All three found the same each time. How");
    println!(
        "    many those are: a multiple grows with the entries in overload, with the agents in"
    );
    println!("    underload");
    println!(
        "  B/chat, B/agent: of one more; MiB apart: groups of agents, kinds of chats and what"
    );
    println!("    fits what, the same however many there are of each");
    println!(
        "{:>9} {:>7} {:>6}  {:<9} {:>11} {:>6} {:>6} {:>8} {:>10} {:>6} {:>6} {:>8} {:>6} {:>7} \
         {:>9} {:>10} {:>6} {:>9} {:>6}",
        "waiting",
        "agents",
        "kinds",
        "load",
        "decisions/s",
        "p50 ns",
        "p99 ns",
        "max ns",
        "steps/s",
        "p50 ns",
        "p99 ns",
        "max ns",
        "B/chat",
        "B/agent",
        "MiB apart",
        "scan ns",
        "times",
        "walk ns",
        "times",
    );
}

/// The rows of one size.
pub(crate) fn index_rows(size: Size, row: Row) {
    let Row { overload, underload, bytes } = row;
    for (load, mut times) in [("overload", overload), ("underload", underload)] {
        let (scan, walk) = (multiple(&times, &times.scan), multiple(&times, &times.list));
        let Load { decisions, steps, scan: scans, list: walks } = &mut times;
        println!(
            "{:>9} {:>7} {:>6}  {load:<9} {:>11.0} {:>6} {:>6} {:>8} {:>10.0} {:>6} {:>6} {:>8} \
             {:>6} {:>7} {:>9.1} {:>10} {scan:>6.0} {:>9} {walk:>6.1}",
            size.waiting,
            size.agents,
            size.signatures,
            decisions.rate(),
            decisions.within(500),
            decisions.within(990),
            decisions.longest().as_nanos(),
            steps.rate(),
            steps.within(500),
            steps.within(990),
            steps.longest().as_nanos(),
            bytes.0,
            bytes.1,
            bytes.2 as f64 / f64::from(1 << 20),
            scans.within(500),
            walks.within(500),
        );
    }
}

fn multiple(load: &Load, other: &Times) -> f64 {
    other.mean().as_secs_f64() / load.decisions.mean().as_secs_f64()
}

/// How times in overload grow with the line, other things alike: a decision's and a step's mean.
pub(crate) fn growth(means: &[(Size, Duration, Duration)]) {
    let alike = |of: &Size, waiting: u32| {
        let is = |size: &Size| (size.agents, size.signatures) == (of.agents, of.signatures);
        means.iter().find(|(size, _, _)| is(size) && size.waiting == waiting)
    };
    println!();
    for (size, ..) in means.iter().filter(|(size, ..)| size.waiting == 10_000) {
        let (Some(few), Some(many)) = (alike(size, 10_000), alike(size, 1_000_000)) else {
            continue;
        };
        println!(
            "{} agents, {} kinds, overload, 1,000,000 waiting to 10,000: a decision takes {:.1} \
             times as long, a step {:.1}",
            size.agents,
            size.signatures,
            many.1.as_secs_f64() / few.1.as_secs_f64(),
            many.2.as_secs_f64() / few.2.as_secs_f64(),
        );
    }
}

/// What happens to many at once.
pub(crate) fn stalls(size: Size, all: &[Stall]) {
    println!();
    println!(
        "{} waiting, {} agents, {} kinds: many at once",
        size.waiting, size.agents, size.signatures
    );
    println!("{:<52} {:>9} {:>10} {:>12}", "", "steps", "in all ms", "longest ms");
    for stall in all {
        println!(
            "{:<52} {:>9} {:>10.1} {:>12.3}",
            stall.what,
            stall.times.len(),
            stall.times.total().as_secs_f64() * 1_000.0,
            stall.times.longest().as_secs_f64() * 1_000.0,
        );
    }
}
