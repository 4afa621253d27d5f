//! The statistics as metric families: names, help, labels, values. Writing them as text is the
//! shell's.

use std::collections::BTreeMap;

use baton_common::ids::{QueueId, WorkspaceId};
use baton_common::time::Timestamp;
use baton_common::words::EntryOutcome;
use serde::Serialize;

use super::histogram::Histogram;
use super::{DeflectedFor, Phase, QueueStats};
use crate::State;
use crate::view;

/// Kind of a family, as Prometheus has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only rises.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Distribution.
    Histogram,
}

/// One metric with all its series.
#[derive(Clone, Debug)]
pub struct Family {
    /// Full name.
    pub name: &'static str,
    /// What it tells, with its unit.
    pub help: &'static str,
    /// Kind.
    pub kind: Kind,
    /// Series.
    pub samples: Vec<Sample>,
}

/// One series.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Label names and values.
    pub labels: Vec<(&'static str, String)>,
    /// Its value.
    pub value: Value,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// A fraction or a time in seconds.
    Number(f64),
    /// A distribution of spans.
    Spans(Histogram),
}

/// All families of the state. Series of a shard are exported by its leader only.
pub fn exposition(state: &State, now: Timestamp) -> Vec<Family> {
    let mut out = Collector::default();
    for (id, space) in &state.workspaces {
        if space.rules.is_none() {
            continue;
        }
        queues(&mut out, state, now, id);
        people(&mut out, state, id);
        let ws = || vec![("workspace", id.to_string())];
        for ((queue, outcome), count) in &space.stats.offers {
            let queue = queue.as_ref().map(ToString::to_string).unwrap_or_default();
            let labels = with(ws(), &[("queue", queue), ("outcome", word(outcome))]);
            out.count(&OFFERS, labels, *count);
        }
        for ((kind, result), count) in &space.stats.transfers {
            let labels = with(ws(), &[("kind", word(kind)), ("result", word(result))]);
            out.count(&TRANSFERS, labels, *count);
        }
        for ((queue, reason), count) in &space.stats.deflected {
            let reason = match reason {
                DeflectedFor::Closed => "closed",
                DeflectedFor::Full => "full",
                DeflectedFor::NoAgent => "no_agent",
                DeflectedFor::Unknown => "unknown",
            };
            let queue = queue.as_ref().map(ToString::to_string).unwrap_or_default();
            let labels = with(ws(), &[("queue", queue), ("reason", reason.to_owned())]);
            out.count(&DEFLECTED, labels, *count);
        }
        out.spans(&TIME_TO_OFFER, ws(), &space.stats.time_to_offer);
        out.spans(&ACCEPT, ws(), &space.stats.accept);
        out.count(&UNATTENDED, ws(), space.unattended.len() as u64);
    }
    out.count(&EVICTED, Vec::new(), state.memory.evicted());
    out.0.into_values().collect()
}

type Spec = (&'static str, &'static str, Kind);

const CHATS: Spec =
    ("baton_chats_total", "Entries of chats into queues, by how they came.", Kind::Counter);
const WAIT: Spec = (
    "baton_wait_seconds",
    "Time from entering a queue to the end of that stay, by how it ended, in seconds.",
    Kind::Histogram,
);
const CUSTOMER_WAIT: Spec = (
    "baton_customer_wait_seconds",
    "All waiting of a chat until first accepted, or abandoned, in seconds.",
    Kind::Histogram,
);
const WAITING: Spec =
    ("baton_queue_waiting", "Entries waiting or offered in a queue now.", Kind::Gauge);
const OLDEST: Spec = (
    "baton_queue_oldest_wait_seconds",
    "Age of the oldest entry of a queue now, in seconds.",
    Kind::Gauge,
);
const LEVEL: Spec = (
    "baton_service_level_ratio",
    "Service level since midnight of the workspace, by definition.",
    Kind::Gauge,
);
const OFFERS: Spec = ("baton_offers_total", "Offers that ended, by how.", Kind::Counter);
const TIME_TO_OFFER: Spec = (
    "baton_time_to_offer_seconds",
    "Time from entering a queue to the first offer, in seconds.",
    Kind::Histogram,
);
const ACCEPT: Spec =
    ("baton_accept_seconds", "Time from an offer to its acceptance, in seconds.", Kind::Histogram);
const HANDLE: Spec = (
    "baton_handle_seconds",
    "Time from an agent's joining a chat to the end of their wrap-up, in seconds.",
    Kind::Histogram,
);
const WRAPUP: Spec = ("baton_wrapup_seconds", "Wrap-up time, in seconds.", Kind::Histogram);
const ABANDONED: Spec = (
    "baton_abandoned_total",
    "Chats whose customer left while waiting, by phase and whether it was short.",
    Kind::Counter,
);
const DEFLECTED: Spec =
    ("baton_deflected_total", "Chats that were refused at the start, by reason.", Kind::Counter);
const TRANSFERS: Spec =
    ("baton_transfers_total", "Transfers that ended, by kind and result.", Kind::Counter);
const AGENTS: Spec = ("baton_agents", "Agents by status and activity now.", Kind::Gauge);
const CAPACITY: Spec = (
    "baton_capacity_permille",
    "Capacity of agents who are ready: used by chats and wrap-ups, reserved by offers, free.",
    Kind::Gauge,
);
const UNATTENDED: Spec = ("baton_unattended_chats", "Chats that nobody can take now.", Kind::Gauge);
const EVICTED: Spec = (
    "baton_keys_evicted_total",
    "Idempotency keys forgotten before their time because there were too many.",
    Kind::Counter,
);

#[derive(Default)]
struct Collector(BTreeMap<&'static str, Family>);

impl Collector {
    fn add(&mut self, spec: &Spec, labels: Vec<(&'static str, String)>, value: Value) {
        let (name, help, kind) = *spec;
        let family =
            self.0.entry(name).or_insert_with(|| Family { name, help, kind, samples: Vec::new() });
        family.samples.push(Sample { labels, value });
    }

    fn count(&mut self, spec: &Spec, labels: Vec<(&'static str, String)>, count: u64) {
        self.add(spec, labels, Value::Count(count));
    }

    fn spans(&mut self, spec: &Spec, labels: Vec<(&'static str, String)>, spans: &Histogram) {
        self.add(spec, labels, Value::Spans(spans.clone()));
    }
}

fn with(
    mut labels: Vec<(&'static str, String)>,
    more: &[(&'static str, String)],
) -> Vec<(&'static str, String)> {
    labels.extend_from_slice(more);
    labels
}

/// The name of a word as it is serialised.
fn word<T: Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Metrics call a served entry accepted.
fn outcome(outcome: EntryOutcome) -> String {
    match outcome {
        EntryOutcome::Served => "accepted".to_owned(),
        other => word(&other),
    }
}

fn queues(out: &mut Collector, state: &State, now: Timestamp, id: &WorkspaceId) {
    let Some(config) = state.config(id) else {
        return;
    };
    let Some(space) = state.workspace(id) else {
        return;
    };
    let empty = QueueStats::default();
    for queue in config.queues.keys() {
        let labels = || vec![("workspace", id.to_string()), ("queue", queue.to_string())];
        let stats = space.stats.queues.get(queue).unwrap_or(&empty);
        queue_now(out, state, now, id, queue, &labels);
        for (origin, count) in &stats.entries {
            out.count(&CHATS, with(labels(), &[("origin", word(origin))]), *count);
        }
        for (ended, spans) in &stats.wait {
            out.spans(&WAIT, with(labels(), &[("outcome", outcome(*ended))]), spans);
        }
        for (ended, spans) in &stats.customer_wait {
            out.spans(&CUSTOMER_WAIT, with(labels(), &[("outcome", outcome(*ended))]), spans);
        }
        out.spans(&HANDLE, labels(), &stats.handle);
        out.spans(&WRAPUP, labels(), &stats.wrapup);
        for ((phase, short), count) in &stats.abandoned {
            let phase = match phase {
                Phase::New => "new",
                Phase::Transfer => "transfer",
            };
            let more = [("phase", phase.to_owned()), ("short", short.to_string())];
            out.count(&ABANDONED, with(labels(), &more), *count);
        }
    }
}

fn queue_now(
    out: &mut Collector,
    state: &State,
    now: Timestamp,
    id: &WorkspaceId,
    queue: &QueueId,
    labels: &impl Fn() -> Vec<(&'static str, String)>,
) {
    let Some(row) = view::queue(state, now, id, queue) else {
        return;
    };
    out.count(&WAITING, labels(), u64::from(row.waiting));
    out.add(&OLDEST, labels(), Value::Number(row.oldest_wait.as_seconds()));
    let level = &row.service_level;
    let four = [
        ("answered", level.answered()),
        ("offered", level.offered()),
        ("excl_short", level.excl_short()),
        ("removed", level.removed()),
    ];
    for (definition, ratio) in four {
        if let Some(ratio) = ratio {
            let labels = with(labels(), &[("definition", definition.to_owned())]);
            out.add(&LEVEL, labels, Value::Number(ratio));
        }
    }
}

fn people(out: &mut Collector, state: &State, id: &WorkspaceId) {
    let Some(space) = state.workspace(id) else {
        return;
    };
    let mut agents: BTreeMap<(String, String), u64> = BTreeMap::new();
    let (mut used, mut reserved, mut free) = (0_u64, 0_u64, 0_u64);
    for (agent, row) in &space.agents {
        *agents.entry((word(&row.status), word(&row.activity()))).or_default() += 1;
        if row.is_willing() {
            let total = crate::matching::capacity(state, id, agent).0;
            reserved += u64::from(row.reserved().0);
            used += u64::from(row.used().0 - row.reserved().0);
            free += u64::from(total.saturating_sub(row.used().0));
        }
    }
    let ws = || vec![("workspace", id.to_string())];
    for ((status, activity), count) in agents {
        out.count(&AGENTS, with(ws(), &[("status", status), ("activity", activity)]), count);
    }
    for (name, permille) in [("used", used), ("reserved", reserved), ("free", free)] {
        out.count(&CAPACITY, with(ws(), &[("state", name.to_owned())]), permille);
    }
}
