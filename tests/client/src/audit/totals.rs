//! The statistics that the fold counts by the definitions of the domain, and how they are written
//! as series. Whether they equal the exported ones is `compare`'s.
//!
//! Where the domain leaves a choice, this one is taken, as Baton's own documents say: an offer of
//! an invitation counts for the queue that last served the chat; handle and wrap-up times count
//! for the queue that last served the chat when they end; the time to the first offer is counted
//! once an entry; who was served once has no customer wait any more; a chat that is abandoned
//! while unattended counts for its last queue; a refused start names its queue only where there is
//! such a queue; a transfer that completed is not counted again when its invitation ends.

use std::collections::BTreeMap;

use serde::Serialize;
use smol_str::SmolStr;

use super::Series;
use super::shapes::How;
use super::world::span;

/// Upper bounds of all exported waits, in milliseconds.
const BOUNDS_MS: [u64; 19] = [
    100, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000,
    120_000, 180_000, 300_000, 600_000, 1_200_000, 1_800_000,
];

/// The independent fold's statistics, under the names and labels of the exported series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals(pub BTreeMap<Series, f64>);

impl Serialize for Totals {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(series, value)| (series.to_string(), value)))
    }
}

/// Observations in integers.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    buckets: [u64; BOUNDS_MS.len()],
    count: u64,
    sum_ms: u64,
}

impl Spans {
    /// One more, in milliseconds.
    pub(super) fn add(&mut self, span: u64) {
        self.count += 1;
        self.sum_ms += span;
        for (bucket, bound) in self.buckets.iter_mut().zip(BOUNDS_MS) {
            *bucket += u64::from(span <= bound);
        }
    }
}

/// Counted series and observed ones, by name and labels.
type Name = (&'static str, Vec<(&'static str, String)>);

/// The statistics of a workspace.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) time_to_offer: Spans,
    accept: Spans,
    counters: BTreeMap<Name, u64>,
    /// Sums of milliseconds.
    times: BTreeMap<Name, u64>,
    /// Queues where somebody idles, since when, and whether no rule wants it.
    idle: BTreeMap<SmolStr, (i64, bool)>,
    spans: BTreeMap<Name, Spans>,
}

impl Counts {
    /// A chat came into a queue.
    pub(super) fn entered(&mut self, queue: &str, origin: &str) {
        self.count("baton_chats_total", &[("queue", queue), ("origin", origin)]);
    }

    /// A stay in a queue ended.
    pub(super) fn waited(&mut self, queue: &str, outcome: &str, wait: u64) {
        self.observe("baton_wait_seconds", &[("queue", queue), ("outcome", outcome)], wait);
    }

    /// A chat was accepted for the first time, or abandoned before.
    pub(super) fn customer_waited(&mut self, queue: &str, outcome: &str, wait: u64) {
        let labels = [("queue", queue), ("outcome", outcome)];
        self.observe("baton_customer_wait_seconds", &labels, wait);
    }

    /// A customer left while waiting.
    pub(super) fn abandoned(&mut self, queue: &str, served: bool, short: bool) {
        let phase = if served { "transfer" } else { "new" };
        let short = if short { "true" } else { "false" };
        let labels = [("queue", queue), ("phase", phase), ("short", short)];
        self.count("baton_abandoned_total", &labels);
    }

    /// A start was refused.
    pub(super) fn deflected(&mut self, queue: Option<&SmolStr>, code: &str) {
        let reason = match code {
            "queue_closed" => "closed",
            "queue_full" => "full",
            "no_eligible_agent" => "no_agent",
            _ => "unknown",
        };
        let queue = queue.filter(|_| reason != "unknown").map_or("", SmolStr::as_str);
        self.count("baton_deflected_total", &[("queue", queue), ("reason", reason)]);
    }

    /// An offer ended.
    pub(super) fn offer(&mut self, queue: Option<SmolStr>, how: How, since_made: u64) {
        let outcome = match how {
            How::Accepted => "accepted",
            How::Declined => "declined",
            How::Expired => "expired",
            How::Revoked => "revoked",
        };
        let queue = queue.unwrap_or_default();
        self.count("baton_offers_total", &[("queue", &queue), ("outcome", outcome)]);
        if how == How::Accepted {
            self.accept.add(since_made);
        }
    }

    /// A transfer ended.
    pub(super) fn transfer(&mut self, kind: &str, result: &str) {
        self.count("baton_transfers_total", &[("kind", kind), ("result", result)]);
    }

    /// An agent's time with a chat is over.
    pub(super) fn handled(&mut self, queue: Option<&SmolStr>, time: u64) {
        if let Some(queue) = queue {
            self.observe("baton_handle_seconds", &[("queue", queue)], time);
        }
    }

    /// A wrap-up is over.
    pub(super) fn wrapped_up(&mut self, queue: Option<&SmolStr>, time: u64) {
        if let Some(queue) = queue {
            self.observe("baton_wrapup_seconds", &[("queue", queue)], time);
        }
    }

    /// Ready agents with work have spent time.
    pub(super) fn worked(&mut self, time: u64) {
        self.time("baton_agent_work_seconds_total", &[], time);
    }

    /// From here on somebody idles in a queue, or nobody does.
    pub(super) fn idled(&mut self, at: i64, queue: &SmolStr, why: Option<&str>) {
        if let Some((since, fault)) = self.idle.remove(queue) {
            let (labels, time) = ([("queue", queue.as_str())], span(since, at));
            self.time("baton_idle_while_waiting_seconds_total", &labels, time);
            if fault {
                self.time("baton_idle_by_fault_seconds_total", &labels, time);
            }
        }
        if let Some(why) = why {
            self.idle.insert(queue.clone(), (at, why == "fault"));
        }
    }

    fn time(&mut self, name: &'static str, labels: &[(&'static str, &str)], time: u64) {
        *self.times.entry((name, owned(labels))).or_default() += time;
    }

    fn count(&mut self, name: &'static str, labels: &[(&'static str, &str)]) {
        *self.counters.entry((name, owned(labels))).or_default() += 1;
    }

    fn observe(&mut self, name: &'static str, labels: &[(&'static str, &str)], span: u64) {
        self.spans.entry((name, owned(labels))).or_default().add(span);
    }

    /// Writes everything under a workspace's label.
    #[expect(clippy::cast_precision_loss, reason = "counts of a run are far below 2^52")]
    pub(super) fn write(&self, workspace: &str, totals: &mut Totals) {
        for ((name, labels), count) in &self.counters {
            totals.0.insert(series(workspace, name, labels), *count as f64);
        }
        for ((name, labels), time) in &self.times {
            let seconds = *time as f64 / 1_000.0;
            totals.0.insert(series(workspace, name, labels), seconds);
        }
        for ((name, labels), spans) in &self.spans {
            write_spans(workspace, name, labels, spans, totals);
        }
        write_spans(workspace, "baton_time_to_offer_seconds", &[], &self.time_to_offer, totals);
        write_spans(workspace, "baton_accept_seconds", &[], &self.accept, totals);
    }
}

fn owned(labels: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn series(workspace: &str, name: &str, labels: &[(&'static str, String)]) -> Series {
    let mut series = Series::new(name, &[("workspace", workspace)]);
    series.labels.extend(labels.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    series
}

#[expect(clippy::cast_precision_loss, reason = "counts of a run are far below 2^52")]
fn write_spans(
    workspace: &str,
    name: &str,
    labels: &[(&'static str, String)],
    spans: &Spans,
    totals: &mut Totals,
) {
    let mut write = |suffix: &str, bound: Option<String>, value: f64| {
        let mut series = series(workspace, &format!("{name}{suffix}"), labels);
        series.labels.extend(bound.map(|bound| ("le".to_owned(), bound)));
        totals.0.insert(series, value);
    };
    for (bound, count) in BOUNDS_MS.iter().zip(spans.buckets) {
        let bound = *bound as f64 / 1_000.0;
        write("_bucket", Some(format!("{bound}")), count as f64);
    }
    write("_bucket", Some("+Inf".to_owned()), spans.count as f64);
    write("_sum", None, spans.sum_ms as f64 / 1_000.0);
    write("_count", None, spans.count as f64);
}
