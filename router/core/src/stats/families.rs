//! The statistics as metric families: which series there are, their labels and values. Names and
//! help are `names`', writing them as text is the shell's.

use std::collections::BTreeMap;

use baton_common::ids::{QueueId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::view::ServiceLevelView;
use baton_common::words::{
    Activity, EntryOutcome, OfferOutcome, Origin, Status, TransferKind, TransferResult,
};
use serde::Serialize;

use super::histogram::Histogram;
use super::names::{self, Spec};
use super::{DeflectedFor, Phase, QueueStats, day};
use crate::State;
use crate::ewt::Teller;
use crate::state::WorkspaceState;
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

/// All families of a shard's state. They are exported by its leader only.
///
/// Counters of a queue that was ever used are there with every label value, at zero if need be:
/// Prometheus sees a rise from nothing only where nothing was shown before.
pub fn exposition(state: &State, shard: u16, now: Timestamp) -> Vec<Family> {
    let mut out = Collector::default();
    for (id, space) in &state.workspaces {
        if space.rules.is_none() {
            continue;
        }
        queues(&mut out, state, now, id);
        people(&mut out, state, id);
        agents_time(&mut out, space, now, id);
        offers(&mut out, id, space);
        transfers(&mut out, id, space);
        deflected(&mut out, id, space);
        let ws = || vec![("workspace", id.to_string())];
        out.spans(&names::TIME_TO_OFFER, ws(), &space.stats.time_to_offer);
        out.spans(&names::ACCEPT, ws(), &space.stats.accept);
        out.count(&names::UNATTENDED, ws(), space.unattended.len() as u64);
    }
    out.count(&names::EVICTED, vec![("shard", shard.to_string())], state.memory.evicted());
    out.0.into_values().collect()
}

type Labels = Vec<(&'static str, String)>;

const ORIGINS: [Origin; 4] = [Origin::New, Origin::Transfer, Origin::Requeue, Origin::Overflow];
const OFFER_OUTCOMES: [OfferOutcome; 4] =
    [OfferOutcome::Accepted, OfferOutcome::Declined, OfferOutcome::Expired, OfferOutcome::Revoked];
const STATUSES: [Status; 3] = [Status::Ready, Status::NotReady, Status::LoggedOut];
const ACTIVITIES: [Activity; 4] =
    [Activity::Idle, Activity::Offered, Activity::Handling, Activity::Wrapup];
const TRANSFER_KINDS: [TransferKind; 3] =
    [TransferKind::Agent, TransferKind::Queue, TransferKind::Blind];
const TRANSFER_RESULTS: [TransferResult; 5] = [
    TransferResult::Completed,
    TransferResult::Cancelled,
    TransferResult::Declined,
    TransferResult::Expired,
    TransferResult::Refused,
];

#[derive(Default)]
struct Collector(BTreeMap<&'static str, Family>);

impl Collector {
    fn add(&mut self, spec: &Spec, labels: Labels, value: Value) {
        let (name, help, kind) = *spec;
        let family =
            self.0.entry(name).or_insert_with(|| Family { name, help, kind, samples: Vec::new() });
        family.samples.push(Sample { labels, value });
    }

    fn count(&mut self, spec: &Spec, labels: Labels, count: u64) {
        self.add(spec, labels, Value::Count(count));
    }

    fn seconds(&mut self, spec: &Spec, labels: Labels, span: Span) {
        self.add(spec, labels, Value::Number(span.as_seconds()));
    }

    fn spans(&mut self, spec: &Spec, labels: Labels, spans: &Histogram) {
        self.add(spec, labels, Value::Spans(spans.clone()));
    }
}

fn with(mut labels: Labels, more: &[(&'static str, String)]) -> Labels {
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

fn offers(out: &mut Collector, id: &WorkspaceId, space: &WorkspaceState) {
    let used = space.stats.queues.keys();
    let mut counts: BTreeMap<_, u64> =
        used.flat_map(|queue| OFFER_OUTCOMES.map(|how| ((Some(queue.clone()), how), 0))).collect();
    counts.extend(space.stats.offers.iter().map(|(key, count)| (key.clone(), *count)));
    for ((queue, outcome), count) in counts {
        let queue = queue.as_ref().map(ToString::to_string).unwrap_or_default();
        let labels = [("workspace", id.to_string()), ("queue", queue), ("outcome", word(&outcome))];
        out.count(&names::OFFERS, labels.into(), count);
    }
}

fn transfers(out: &mut Collector, id: &WorkspaceId, space: &WorkspaceState) {
    for kind in TRANSFER_KINDS {
        for result in TRANSFER_RESULTS {
            let count = space.stats.transfers.get(&(kind, result)).copied().unwrap_or_default();
            let labels =
                [("workspace", id.to_string()), ("kind", word(&kind)), ("result", word(&result))];
            out.count(&names::TRANSFERS, labels.into(), count);
        }
    }
}

fn deflected(out: &mut Collector, id: &WorkspaceId, space: &WorkspaceState) {
    for ((queue, reason), count) in &space.stats.deflected {
        let reason = match reason {
            DeflectedFor::Closed => "closed",
            DeflectedFor::Full => "full",
            DeflectedFor::NoAgent => "no_agent",
            DeflectedFor::Unknown => "unknown",
        };
        let queue = queue.as_ref().map(ToString::to_string).unwrap_or_default();
        let labels =
            [("workspace", id.to_string()), ("queue", queue), ("reason", reason.to_owned())];
        out.count(&names::DEFLECTED, labels.into(), *count);
    }
}

fn queues(out: &mut Collector, state: &State, now: Timestamp, id: &WorkspaceId) {
    let (Some(config), Some(space)) = (state.config(id), state.workspace(id)) else {
        return;
    };
    let midnight = day::midnight(now, config.time_zone.as_deref());
    let mut teller = Teller::new(state, now);
    for queue in config.queues.keys() {
        let labels = || vec![("workspace", id.to_string()), ("queue", queue.to_string())];
        let line = space.queues.get(queue);
        let waiting = line.map_or(0, |line| line.line.len());
        out.count(&names::WAITING, labels(), waiting as u64);
        let oldest = view::oldest_wait(line, now);
        out.add(&names::OLDEST, labels(), Value::Number(oldest.as_seconds()));
        let target = state.policies_of_queue(id, queue).service_level;
        out.add(&names::TARGET, labels(), Value::Number(target.as_seconds()));
        expected(out, &mut teller, id, queue, &labels);
        let (all, faults) = space.stats.idled_until(queue, now).all_and_faults();
        out.seconds(&names::IDLED, labels(), all);
        out.seconds(&names::IDLED_BY_FAULT, labels(), faults);
        if let Some(stats) = space.stats.queues.get(queue) {
            levels(out, &stats.day.view(midnight, target), &labels);
            queue_totals(out, stats, &labels);
        }
    }
}

/// The expected wait of a queue, and how good such expectations were; what is not known is not
/// there.
fn expected(
    out: &mut Collector,
    teller: &mut Teller<'_>,
    workspace: &WorkspaceId,
    queue: &QueueId,
    labels: &impl Fn() -> Labels,
) {
    let mut pair = |spec: &Spec, values: Option<(f64, f64)>| {
        for (quantile, value) in values.into_iter().flat_map(|(a, b)| [("0.5", a), ("0.9", b)]) {
            let labels = with(labels(), &[("quantile", quantile.to_owned())]);
            out.add(spec, labels, Value::Number(value));
        }
    };
    let ewt = teller.arrival(workspace, queue, Vec::new());
    pair(&names::EWT, ewt.map(|ewt| (ewt.p50.as_seconds(), ewt.p90.as_seconds())));
    let Some((first, later)) = teller.verdicts(workspace, queue) else { return };
    pair(&names::EWT_COVERAGE, first.coverage());
    pair(&names::EWT_LATER, later.coverage());
    if let Some(error) = first.error_s() {
        out.add(&names::EWT_ERROR, labels(), Value::Number(error));
    }
}

fn levels(out: &mut Collector, level: &ServiceLevelView, labels: &impl Fn() -> Labels) {
    let four = [
        ("answered", level.answered()),
        ("offered", level.offered()),
        ("excl_short", level.excl_short()),
        ("removed", level.removed()),
    ];
    for (definition, ratio) in four {
        if let Some(ratio) = ratio {
            let labels = with(labels(), &[("definition", definition.to_owned())]);
            out.add(&names::LEVEL, labels, Value::Number(ratio));
        }
    }
}

fn queue_totals(out: &mut Collector, stats: &QueueStats, labels: &impl Fn() -> Labels) {
    for origin in ORIGINS {
        let count = stats.entries.get(&origin).copied().unwrap_or_default();
        out.count(&names::CHATS, with(labels(), &[("origin", word(&origin))]), count);
    }
    for (ended, spans) in &stats.wait {
        out.spans(&names::WAIT, with(labels(), &[("outcome", outcome(*ended))]), spans);
    }
    for (ended, spans) in &stats.customer_wait {
        out.spans(&names::CUSTOMER_WAIT, with(labels(), &[("outcome", outcome(*ended))]), spans);
    }
    out.spans(&names::HANDLE, labels(), &stats.handle);
    out.spans(&names::WRAPUP, labels(), &stats.wrapup);
    for (phase, name) in [(Phase::New, "new"), (Phase::Transfer, "transfer")] {
        for short in [false, true] {
            let count = stats.abandoned.get(&(phase, short)).copied().unwrap_or_default();
            let more = [("phase", name.to_owned()), ("short", short.to_string())];
            out.count(&names::ABANDONED, with(labels(), &more), count);
        }
    }
}

fn people(out: &mut Collector, state: &State, id: &WorkspaceId) {
    let Some(space) = state.workspace(id) else {
        return;
    };
    let all = STATUSES.iter().flat_map(|status| ACTIVITIES.map(|doing| (*status, doing)));
    let mut agents: BTreeMap<_, u64> = all.map(|both| (both, 0)).collect();
    let (mut used, mut reserved, mut free) = (0_u64, 0_u64, 0_u64);
    for (agent, row) in space.agents.iter() {
        *agents.entry((row.status, row.activity())).or_default() += 1;
        if row.is_willing() {
            let total = crate::matching::capacity(state, id, agent).0;
            reserved += u64::from(row.reserved().0);
            used += u64::from(row.used().0 - row.reserved().0);
            free += u64::from(total.saturating_sub(row.used().0));
        }
    }
    let ws = || vec![("workspace", id.to_string())];
    for ((status, activity), count) in agents {
        let labels = with(ws(), &[("status", word(&status)), ("activity", word(&activity))]);
        out.count(&names::AGENTS, labels, count);
    }
    for (name, permille) in [("used", used), ("reserved", reserved), ("free", free)] {
        out.count(&names::CAPACITY, with(ws(), &[("state", name.to_owned())]), permille);
    }
}

/// What the time of all agents went into, of those who are configured no more, too.
fn agents_time(out: &mut Collector, space: &WorkspaceState, now: Timestamp, id: &WorkspaceId) {
    let mut all = space.stats.former.clone();
    space.agents.values().for_each(|row| all.add(&row.tally_at(now)));
    let labels = |more: &[(&'static str, String)]| with(vec![("workspace", id.to_string())], more);
    let times = [
        (Status::Ready, all.ready),
        (Status::NotReady, all.not_ready),
        (Status::LoggedOut, all.logged_out),
    ];
    for (status, span) in times {
        out.seconds(&names::AGENT_TIME, labels(&[("status", word(&status))]), span);
    }
    out.seconds(&names::AGENT_WORK, labels(&[]), all.worked);
    let free = all.could_carry.saturating_sub(all.carried);
    for (state, permille_ms) in [("used", all.carried), ("free", free)] {
        let span = Span(permille_ms / 1_000);
        out.seconds(&names::AGENT_CAPACITY, labels(&[("state", state.to_owned())]), span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(families: &[Family], name: &str) -> Option<u64> {
        let family = families.iter().find(|family| family.name == name)?;
        match family.samples.first()?.value {
            Value::Count(count) => Some(count),
            Value::Number(_) | Value::Spans(_) => None,
        }
    }

    #[test]
    fn counters_are_there_before_they_count() {
        let space = WorkspaceState::default();
        let mut out = Collector::default();
        transfers(&mut out, &WorkspaceId::new("shop"), &space);
        queue_totals(&mut out, &QueueStats::default(), &Vec::new);
        let families: Vec<Family> = out.0.into_values().collect();
        for name in ["baton_transfers_total", "baton_chats_total", "baton_abandoned_total"] {
            assert_eq!(value(&families, name), Some(0), "{name}");
        }
    }

    #[test]
    fn shards_of_one_router_are_told_apart() {
        let of = |shard| exposition(&State::default(), shard, Timestamp(0));
        let labels = |families: Vec<Family>| {
            assert_eq!(value(&families, "baton_keys_evicted_total"), Some(0));
            families[0].samples[0].labels.clone()
        };
        assert_ne!(labels(of(0)), labels(of(1)), "Prometheus refuses a series that comes twice");
    }
}
