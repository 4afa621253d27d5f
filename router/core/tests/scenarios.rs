//! Engine behaviour as text: each file in `scenarios/` is one topic, read as given, when, then.
//!
//! A block is one line that somebody does, `----`, and all that came of it. `UPDATE=1` rewrites
//! the files; what changed then shows in the diff and is read like code.
#![expect(clippy::disallowed_methods, reason = "the scenarios are files, and UPDATE a variable")]
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod support;
mod told;
mod words;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use baton_common::command::{Actor, CommandBody};
use baton_common::time::Span;
use support::{Desk, publish};
use told::{show, told};
use words::{Words, actor, command};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn check(topic: &str) {
    let path = files().into_iter().find(|p| p.file_stem().unwrap() == topic).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let played = play(&text);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, played).unwrap();
    } else {
        assert!(text == played, "{topic} went otherwise:\n{}", difference(&text, &played));
    }
}

fn difference(expected: &str, got: &str) -> String {
    let pairs = expected.lines().zip(got.lines()).enumerate();
    match pairs.into_iter().find(|(_, (a, b))| a != b) {
        Some((at, (a, b))) => format!("line {}\n  expected {a}\n  got      {b}", at + 1),
        None => "one is longer than the other".to_owned(),
    }
}

/// Plays a text: comments stay, what came of each line is written anew.
fn play(text: &str) -> String {
    let mut desk = Desk::new();
    desk.raise_schema();
    let mut out = String::new();
    let mut skipping = false;
    for line in text.lines() {
        if line == "----" {
            skipping = true;
        } else if line.is_empty() {
            skipping = false;
            out.push('\n');
        } else if !skipping && line.starts_with('#') {
            let _ = writeln!(out, "{line}");
        } else if !skipping {
            let _ = writeln!(out, "{line}\n----\n{}", act(&mut desk, line).trim_end());
        }
    }
    while out.contains("----\n\n\n") {
        out = out.replace("----\n\n\n", "----\n\n");
    }
    out
}

fn act(desk: &mut Desk, line: &str) -> String {
    let (who, rest) = line.split_once(' ').unwrap_or((line, ""));
    let words = Words(rest.split_whitespace().collect());
    match who {
        "config" => {
            let decision = desk.take(Actor::Admin("root".into()), None, publish(rest));
            told(&decision)
        }
        "pass" => {
            let seconds: f64 = words.0[0].trim_end_matches('s').parse().unwrap();
            let fired = desk.pass(Span::from_seconds(seconds));
            fired.iter().map(told).collect()
        }
        "show" => show(desk, &words),
        "lost" => {
            let gateway = words.0[0];
            let ask = CommandBody::GatewayLost { gateway: gateway.into() };
            told(&desk.take(Actor::Gateway(gateway.into()), None, ask))
        }
        _ => {
            let ask = command(desk, who, &words);
            let decision = desk.take(actor(who), words.option("key"), ask);
            told(&decision)
        }
    }
}

#[test]
fn agent_transfer() {
    check("agent_transfer");
}

#[test]
fn blind() {
    check("blind");
}

#[test]
fn capacity() {
    check("capacity");
}

#[test]
fn consult_then_cancel() {
    check("consult_then_cancel");
}

#[test]
fn customer_leaves() {
    check("customer_leaves");
}

#[test]
fn decline_and_expiry() {
    check("decline_and_expiry");
}

#[test]
fn full_and_closed() {
    check("full_and_closed");
}

#[test]
fn hop_limit() {
    check("hop_limit");
}

#[test]
fn idempotency() {
    check("idempotency");
}

#[test]
fn inactivity() {
    check("inactivity");
}

#[test]
fn last_agent_lost() {
    check("last_agent_lost");
}

#[test]
fn lifecycle() {
    check("lifecycle");
}

#[test]
fn offers() {
    check("offers");
}

#[test]
fn order() {
    check("order");
}

#[test]
fn presence() {
    check("presence");
}

#[test]
fn queue_transfer() {
    check("queue_transfer");
}

#[test]
fn returning() {
    check("returning");
}

#[test]
fn quotes() {
    check("quotes");
}

#[test]
fn rules() {
    check("rules");
}

#[test]
fn unattended() {
    check("unattended");
}

#[test]
fn would_orphan() {
    check("would_orphan");
}

#[test]
fn wrapup() {
    check("wrapup");
}

#[test]
fn why() {
    check("why");
}

#[test]
fn why_waiting() {
    check("why_waiting");
}

#[test]
fn zero_eligible_hold_with_initiator() {
    check("zero_eligible_hold_with_initiator");
}

#[test]
fn zero_eligible_overflow_to() {
    check("zero_eligible_overflow_to");
}

#[test]
fn zero_eligible_queue_anyway() {
    check("zero_eligible_queue_anyway");
}

#[test]
fn zero_eligible_refuse() {
    check("zero_eligible_refuse");
}

#[test]
fn selection_least_loaded() {
    check("selection_least_loaded");
}

#[test]
fn selection_most_skilled() {
    check("selection_most_skilled");
}

#[test]
fn selection_round_robin() {
    check("selection_round_robin");
}

#[test]
fn selection_fewest_today() {
    check("selection_fewest_today");
}

#[test]
fn ranks() {
    check("ranks");
}

#[test]
fn profile_delay() {
    check("profile_delay");
}

#[test]
fn relaxation() {
    check("relaxation");
}

#[test]
fn starvation() {
    check("starvation");
}

#[test]
fn spare() {
    check("spare");
}

#[test]
fn preferred_agent() {
    check("preferred_agent");
}

#[test]
fn head_start() {
    check("head_start");
}

#[test]
fn hours() {
    check("hours");
}

#[test]
fn closing() {
    check("closing");
}

#[test]
fn overflow() {
    check("overflow");
}

#[test]
fn waiting_messages() {
    check("waiting_messages");
}

#[test]
fn reassign() {
    check("reassign");
}

#[test]
fn monitor() {
    check("monitor");
}

#[test]
fn monitor_connections() {
    check("monitor_connections");
}

#[test]
fn force_status() {
    check("force_status");
}

#[test]
fn history() {
    check("history");
}

#[test]
fn aging_together() {
    check("aging_together");
}

#[test]
fn config_changes() {
    check("config_changes");
}

#[test]
fn lengths() {
    check("lengths");
}

#[test]
fn overflow_offered() {
    check("overflow_offered");
}

#[test]
fn ramp_up() {
    check("ramp_up");
}

#[test]
fn starving() {
    check("starving");
}

#[test]
fn selection_longest_idle() {
    check("selection_longest_idle");
}

#[test]
fn every_scenario_is_played() {
    let source =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios.rs"))
            .unwrap();
    for file in files() {
        let topic = file.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(source.contains(&format!("fn {topic}()")), "{topic} has no test: add one");
    }
}
