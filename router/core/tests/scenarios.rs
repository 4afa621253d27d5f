//! Engine behaviour as text: each file in `scenarios/` is one topic, read as given, when, then.
//!
//! A block is one line that somebody does, `----`, and all that came of it. `UPDATE=1` rewrites
//! the files; what changed then shows in the diff and is read like code.
#![expect(clippy::disallowed_methods, reason = "the scenarios are files, and UPDATE a variable")]
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod support;
mod words;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use baton_common::ask::{Ask, ReplyBody};
use baton_common::command::{Actor, CommandBody, Person};
use baton_common::notice::{News, Notice};
use baton_common::time::Span;
use baton_core::asks;
use baton_core::engine::Decision;
use baton_core::stats::{self, Value};
use serde_json::Value as Json;
use support::{Desk, publish};
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

/// A decision in lines: the outcome, events, lines, news.
fn told(decision: &Decision) -> String {
    let mut out = String::new();
    if let Some(outcome) = &decision.outcome {
        match &outcome.result {
            Ok(done) => {
                let done = flat(&serde_json::to_value(done).unwrap(), &[]);
                let _ = writeln!(out, "ok {done}");
            }
            Err(refusal) => {
                let more = flat(&serde_json::to_value(refusal).unwrap(), &["code", "detail"]);
                let _ = writeln!(out, "{} {more} {}", refusal.code, refusal.detail);
            }
        }
    }
    for timed in &decision.events {
        let json = serde_json::to_value(&timed.event).unwrap();
        let name = json["type"].as_str().unwrap();
        let fields = flat(&json, &["type", "workspace", "customer", "config", "weight"]);
        let _ = writeln!(out, "  {name} {fields}");
    }
    for effect in &decision.lines {
        let line = &effect.line;
        let seal = if line.seals { " [sealed]" } else { "" };
        let _ = writeln!(out, "  line {} {}: {}{seal}", effect.chat, line.from.id, line.text);
    }
    for notice in &decision.notices {
        let _ = writeln!(out, "  {}", heard(notice));
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn heard(notice: &Notice) -> String {
    let to: Vec<&str> = notice.to.iter().map(name).collect();
    let what = match &notice.news {
        News::OfferNew(offer) => format!("offer.new {} {}", offer.offer, word(&offer.kind)),
        News::OfferGone { offer, why, detail, .. } => {
            format!(
                "offer.gone {offer} {} {}",
                word(why),
                detail.map_or(String::new(), |d| word(&d))
            )
        }
        News::Participant { participant, change, .. } => {
            format!("chat.participant {} {}", name(&participant.person), word(change))
        }
        News::Invite { invite, .. } => {
            let reason = invite.reason.map_or(String::new(), |r| word(&r));
            format!("chat.invite {} {} {reason}", invite.invite, word(&invite.state))
        }
        News::Chat(chat) => format!("chat.state {} {}", chat.chat, word(&chat.state)),
        News::Agent(agent) => {
            let reason = agent.reason.as_deref().map_or(String::new(), |r| format!("({r})"));
            let status = word(&agent.status);
            format!("agent.state {status}{reason} {} {}", word(&agent.activity), agent.used.0)
        }
        News::Config { version } => format!("config {version}"),
        News::Replaced { gateway, connection } => format!("replaced {connection} at {gateway}"),
    };
    format!("> {}: {}", to.join(","), what.trim_end())
}

fn name(person: &Person) -> &str {
    match person {
        Person::Customer(chat) => chat.as_str(),
        Person::Agent(agent) => agent.as_str(),
        Person::Supervisor(id) => id.as_str(),
    }
}

fn word<T: serde::Serialize>(word: &T) -> String {
    serde_json::to_value(word).unwrap().as_str().unwrap_or_default().to_owned()
}

/// Fields of an object as `a=1 b=x`; times as seconds since the scenario began.
fn flat(json: &Json, but: &[&str]) -> String {
    const BEGIN: i64 = 1_767_603_600_000;
    let Json::Object(map) = json else {
        return json.to_string();
    };
    let shown = map.iter().filter(|(name, _)| !but.contains(&name.as_str()));
    let fields: Vec<String> = shown
        .map(|(name, value)| {
            let value = match value {
                Json::String(text) => text.clone(),
                Json::Number(n) if n.as_i64().is_some_and(|n| n >= BEGIN) => {
                    format!("{}s", (n.as_i64().unwrap() - BEGIN) / 1_000)
                }
                other => other.to_string().replace('"', ""),
            };
            format!("{name}={value}")
        })
        .collect();
    fields.join(" ")
}

fn show(desk: &Desk, words: &Words<'_>) -> String {
    let workspace = Desk::workspace();
    let ask = match words.0[0] {
        "queues" => Ask::Queues { workspace },
        "stats" => return series(desk, words.0[1]),
        chat if chat.starts_with('c') => Ask::Chat { workspace, chat: chat.into() },
        _ => Ask::Agents { workspace },
    };
    match asks::reply(&desk.state, desk.now, &ask) {
        Ok(ReplyBody::Chat(chat)) => {
            let json = serde_json::to_value(&chat).unwrap();
            let but = [
                "workspace",
                "rev",
                "customer",
                "opened_at",
                "spoke_every",
                "participants",
                "invites",
            ];
            let people =
                chat.participants.iter().map(|p| format!("{}={}", name(&p.person), word(&p.state)));
            let people = people.collect::<Vec<_>>().join(" ");
            format!("{}\n  {people}\n", flat(&json, &but))
        }
        Ok(ReplyBody::Queues(rows)) => rows
            .iter()
            .map(|q| {
                format!(
                    "{} waiting={} oldest={}s eligible={} available={} open={}\n",
                    q.queue,
                    q.waiting,
                    q.oldest_wait.as_seconds(),
                    q.eligible,
                    q.available,
                    q.open
                )
            })
            .collect(),
        Ok(ReplyBody::Agents(rows)) => rows
            .iter()
            .map(|a| {
                let next = a.next_status.map_or(String::new(), |n| format!(" next={}", word(&n)));
                format!(
                    "{} {}{next} {} {} used={}/{}\n",
                    a.agent,
                    word(&a.status),
                    word(&a.activity),
                    word(&a.connectivity),
                    a.used.0,
                    a.total.0
                )
            })
            .collect(),
        Ok(other) => format!("{other:?}\n"),
        Err(refusal) => format!("{} {}\n", refusal.code, refusal.detail),
    }
}

/// All series of metrics whose name has this in it; counters that counted something.
fn series(desk: &Desk, part: &str) -> String {
    let mut out = String::new();
    for family in stats::exposition(&desk.state, 0, desk.now) {
        if !family.name.contains(part) {
            continue;
        }
        for sample in &family.samples {
            if family.kind == stats::Kind::Counter && matches!(sample.value, Value::Count(0)) {
                continue;
            }
            let labels = sample.labels.iter().filter(|(name, _)| *name != "workspace");
            let labels: Vec<String> = labels.map(|(k, v)| format!("{k}={v}")).collect();
            let value = match &sample.value {
                Value::Count(n) => n.to_string(),
                Value::Number(x) => format!("{x:.3}"),
                Value::Spans(h) => format!("count={} sum={}ms", h.count(), h.sum_ms()),
            };
            let _ = writeln!(out, "{} {{{}}} {value}", family.name, labels.join(","));
        }
    }
    out
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
fn every_scenario_is_played() {
    let source =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios.rs"))
            .unwrap();
    for file in files() {
        let topic = file.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(source.contains(&format!("fn {topic}()")), "{topic} has no test: add one");
    }
}
