//! What came of a scenario's line, in words: decisions, news, rows, explanations, series.

use std::fmt::Write as _;

use baton_common::ask::{Ask, ReplyBody};
use baton_common::command::{Person, Target};
use baton_common::notice::{News, Notice};
use baton_common::protocol::history::QueueStep;
use baton_common::protocol::why::Candidate;
use baton_common::view::ParticipantView;
use baton_core::asks;
use baton_core::engine::Decision;
use baton_core::stats::{self, Value};
use serde_json::Value as Json;

use crate::support::Desk;
use crate::words::{Words, actor};

/// A decision in lines: the outcome, events, lines, news.
pub(crate) fn told(decision: &Decision) -> String {
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
        // Of an offer, why it was made: `show why` tells that.
        let why = if name == "offer_made" { "why" } else { "" };
        let fields = flat(&json, &["type", "workspace", "customer", "config", "weight", why]);
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
            let mode = participant.mode.map_or(String::new(), |mode| word(&mode));
            format!("chat.participant {} {} {mode}", name(&participant.person), word(change))
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

/// When scenarios begin.
const BEGIN: i64 = 1_767_603_600_000;

/// Fields of an object as `a=1 b=x`; times as seconds since the scenario began.
fn flat(json: &Json, but: &[&str]) -> String {
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

pub(crate) fn show(desk: &Desk, words: &Words<'_>) -> String {
    let workspace = Desk::workspace();
    let ask = match words.0[0] {
        "queues" => Ask::Queues { workspace },
        "stats" => return series(desk, words.0[1]),
        "why" => return why(desk, words.0[1]),
        "history" => return history(desk, words.0[1]),
        "welcome" => return welcome(desk, words.0[1]),
        "quote" => return quote(desk, &words.0[1..]),
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
            let mode =
                |p: &ParticipantView| p.mode.map_or(String::new(), |m| format!("({})", word(&m)));
            let people = chat.participants.iter();
            let people =
                people.map(|p| format!("{}={}{}", name(&p.person), word(&p.state), mode(p)));
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

/// What a queue went through: minutes since the scenario began, and what was counted.
fn history(desk: &Desk, queue: &str) -> String {
    let ask = Ask::QueueHistory { workspace: Desk::workspace(), queue: queue.into() };
    match asks::reply(&desk.state, desk.now, &ask) {
        Ok(ReplyBody::QueueHistory(history)) => {
            let row = |step: &QueueStep| {
                let minute = (step.from.0.0 - BEGIN) / 60_000;
                format!("{minute}min {}\n", flat(&serde_json::to_value(step).unwrap(), &["from"]))
            };
            history.buckets.iter().map(row).collect()
        }
        Ok(other) => format!("{other:?}\n"),
        Err(refusal) => format!("{} {}\n", refusal.code, refusal.detail),
    }
}

/// The chats that somebody holds.
fn welcome(desk: &Desk, who: &str) -> String {
    let person = actor(who).person().unwrap();
    let ask = Ask::Welcome { workspace: Desk::workspace(), person };
    match asks::reply(&desk.state, desk.now, &ask) {
        Ok(ReplyBody::Welcome(welcome)) => {
            let chats: Vec<&str> = welcome.chats.iter().map(|view| view.chat.as_str()).collect();
            format!("{}\n", chats.join(" "))
        }
        other => format!("{other:?}\n"),
    }
}

/// What a transfer would do: who asks, of which chat, `queue` or `agent`, and its name.
fn quote(desk: &Desk, words: &[&str]) -> String {
    let to = match words[2] {
        "queue" => Target::Queue(words[3].into()),
        _ => Target::Agent(words[3].into()),
    };
    let (by, chat) = (actor(words[0]), words[1].into());
    let ask = Ask::Quote { workspace: Desk::workspace(), by, chat, to };
    match asks::reply(&desk.state, desk.now, &ask) {
        Ok(ReplyBody::Quote(quote)) => {
            format!("{}\n", flat(&serde_json::to_value(quote).unwrap(), &[]))
        }
        Ok(other) => format!("{other:?}\n"),
        Err(refusal) => format!("{} {}\n", refusal.code, refusal.detail),
    }
}

/// What a chat waits for and where it went, or why an agent gets nothing.
fn why(desk: &Desk, who: &str) -> String {
    let workspace = Desk::workspace();
    let ask = if who.starts_with('c') {
        Ask::ChatWhy { workspace, chat: who.into() }
    } else {
        Ask::AgentWhy { workspace, agent: who.into() }
    };
    let candidate =
        |one: &Candidate| format!("  {}\n", flat(&serde_json::to_value(one).unwrap(), &[]));
    match asks::reply(&desk.state, desk.now, &ask) {
        Ok(ReplyBody::ChatWhy(why)) => {
            let mut out = String::new();
            if let Some(waiting) = &why.waiting {
                let _ = writeln!(out, "{} in {}: {}", why.chat_id, waiting.queue, waiting.text);
                if let Some(at) = waiting.others_at {
                    let _ = writeln!(out, "  others_at {}", at.0);
                }
                out.extend(waiting.candidates.iter().map(candidate));
            }
            for made in &why.decisions {
                let json = serde_json::to_value(made).unwrap();
                let _ = writeln!(out, "{}", flat(&json, &["at", "candidates", "text"]));
                let _ = writeln!(out, "  {}", made.text);
                out.extend(made.candidates.iter().map(candidate));
            }
            out
        }
        Ok(ReplyBody::AgentWhy(why)) => {
            let rows = why.queues.iter().map(|queue| serde_json::to_value(queue).unwrap());
            let rows = rows.map(|json| format!("  {}\n", flat(&json, &[])));
            std::iter::once(format!("{}\n", why.text)).chain(rows).collect()
        }
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
            let nothing = match &sample.value {
                Value::Count(n) => *n == 0,
                Value::Number(x) => *x <= 0.0,
                Value::Spans(_) => false,
            };
            if family.kind == stats::Kind::Counter && nothing {
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
