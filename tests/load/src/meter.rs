//! What a run measures: latencies as HDR histograms, counts, errors by kind, and a row a second
//! for the plots. It leaves when something is measured to the people of the run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::scenario::QUANTILES;

/// Longer latencies count as this: an hour.
const LONGEST_US: u64 = 3_600_000_000;
/// Kinds of errors that are told apart; a run with more has one cause anyway.
const ERROR_KINDS: usize = 100;

/// A latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// From the planned start until the start is answered.
    StartToAnswer,
    /// From the planned start until an agent's socket has the first offer.
    StartToOffer,
    /// From the planned start until the customer sees an agent.
    Wait,
    /// From an agent's accept until the customer sees them.
    AcceptToConnected,
    /// From a line's sending until the other side has it.
    LineToLine,
    /// From the loss of a connection until the next welcome.
    Resume,
    /// From the planned start until the generator really began it: its own lateness.
    Lag,
}

impl Measure {
    /// All of them, in the order of reports.
    pub(crate) const ALL: [Self; 7] = [
        Self::StartToAnswer,
        Self::StartToOffer,
        Self::Wait,
        Self::AcceptToConnected,
        Self::LineToLine,
        Self::Resume,
        Self::Lag,
    ];

    /// As in thresholds and reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::StartToAnswer => "start_to_answer",
            Self::StartToOffer => "start_to_offer",
            Self::Wait => "wait",
            Self::AcceptToConnected => "accept_to_connected",
            Self::LineToLine => "line_to_line",
            Self::Resume => "resume",
            Self::Lag => "lag",
        }
    }
}

/// A count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// Chats asked for.
    Arrived,
    /// Starts that were answered with a chat.
    Chats,
    /// Starts that were refused.
    Refused,
    /// Customers who saw an agent.
    Served,
    /// Customers who left while they waited.
    Abandoned,
    /// Customers whose chat did not end in time.
    Unfinished,
    /// Offers at agents' sockets.
    Offers,
    /// Offers accepted.
    Accepted,
    /// Offers declined.
    Declined,
    /// Chats passed on.
    Transfers,
    /// Lines that were answered.
    Lines,
    /// Connections that were lost.
    Lost,
    /// Connections that came back.
    Resumed,
    /// Refusals that a race explains: an offer that another took, a chat that just ended.
    Races,
}

impl Count {
    /// All of them, in the order of reports.
    pub(crate) const ALL: [Self; 14] = [
        Self::Arrived,
        Self::Chats,
        Self::Refused,
        Self::Served,
        Self::Abandoned,
        Self::Unfinished,
        Self::Offers,
        Self::Accepted,
        Self::Declined,
        Self::Transfers,
        Self::Lines,
        Self::Lost,
        Self::Resumed,
        Self::Races,
    ];

    /// As in thresholds and reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Chats => "chats",
            Self::Refused => "refused",
            Self::Served => "served",
            Self::Abandoned => "abandoned",
            Self::Unfinished => "unfinished",
            Self::Offers => "offers",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Transfers => "transfers",
            Self::Lines => "lines",
            Self::Lost => "lost",
            Self::Resumed => "resumed",
            Self::Races => "races",
        }
    }
}

/// The percentiles of a latency, milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// How many were measured.
    pub count: u64,
    /// Their mean.
    pub mean_ms: f64,
    /// By the names of thresholds: `p50` to `max`.
    #[serde(flatten)]
    pub quantiles: BTreeMap<String, f64>,
}

/// One kind of error.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorRow {
    /// Which: the command and the code.
    pub what: String,
    /// How often.
    pub count: u64,
    /// The first one's words.
    pub first: String,
}

/// One second of the run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Second {
    /// Which, from the first on.
    pub at_s: u64,
    /// Starts in it.
    pub arrivals: u64,
    /// Customers without an agent at its end.
    pub waiting: u64,
    /// Customers with an agent at its end.
    pub active: u64,
    /// Start to offer of the offers in it.
    pub p50_ms: Option<f64>,
    /// Start to offer of the offers in it.
    pub p99_ms: Option<f64>,
    /// Line to line of the lines in it.
    pub line_p99_ms: Option<f64>,
    /// Errors in it.
    pub errors: u64,
    /// Connections that came back in it.
    pub resumed: u64,
}

/// The measuring of one run.
#[derive(Debug)]
pub(crate) struct Meter {
    counted_from: OnceLock<Instant>,
    counts: [AtomicU64; Count::ALL.len()],
    errors: AtomicU64,
    pub(crate) waiting: AtomicU64,
    pub(crate) active: AtomicU64,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    latencies: [Histogram<u64>; Measure::ALL.len()],
    errors: BTreeMap<String, (u64, String)>,
    offers: Histogram<u64>,
    lines: Histogram<u64>,
    before: (u64, u64, u64),
    seconds: Vec<Second>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            counted_from: OnceLock::new(),
            counts: Default::default(),
            errors: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            active: AtomicU64::new(0),
            inner: Mutex::new(Inner {
                latencies: std::array::from_fn(|_| histogram()),
                errors: BTreeMap::new(),
                offers: histogram(),
                lines: histogram(),
                before: (0, 0, 0),
                seconds: Vec::new(),
            }),
        }
    }
}

impl Meter {
    /// Latencies of what began before a moment are not counted.
    pub(crate) fn begin(&self, counted_from: Instant) {
        self.counted_from.set(counted_from).expect("a run begins once");
    }

    /// A latency from a moment to now.
    pub(crate) fn since(&self, measure: Measure, begun: Instant) {
        self.took(measure, begun, begun.elapsed());
    }

    /// A latency of what began at a moment.
    pub(crate) fn took(&self, measure: Measure, begun: Instant, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(LONGEST_US);
        let mut inner = self.lock();
        match measure {
            Measure::StartToOffer => inner.offers.saturating_record(us),
            Measure::LineToLine => inner.lines.saturating_record(us),
            _ => {}
        }
        if self.counted_from.get().is_some_and(|from| begun >= *from) {
            inner.latencies[measure as usize].saturating_record(us);
        }
    }

    /// Counts one.
    pub(crate) fn count(&self, count: Count) {
        self.counts[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// A count so far.
    pub(crate) fn counted(&self, count: Count) -> u64 {
        self.counts[count as usize].load(Ordering::Relaxed)
    }

    /// Something that must not happen did.
    pub(crate) fn error(&self, what: &str, words: &str) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        let mut inner = self.lock();
        if let Some((count, _)) = inner.errors.get_mut(what) {
            *count += 1;
        } else if inner.errors.len() < ERROR_KINDS {
            inner.errors.insert(what.to_owned(), (1, words.to_owned()));
        }
    }

    /// Errors so far.
    pub(crate) fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    /// Ends a second of the time series.
    pub(crate) fn second(&self, at_s: u64) -> Second {
        let now = (self.counted(Count::Arrived), self.errors(), self.counted(Count::Resumed));
        let mut inner = self.lock();
        let before = std::mem::replace(&mut inner.before, now);
        let second = Second {
            at_s,
            arrivals: now.0 - before.0,
            waiting: self.waiting.load(Ordering::Relaxed),
            active: self.active.load(Ordering::Relaxed),
            p50_ms: at(&inner.offers, 0.5),
            p99_ms: at(&inner.offers, 0.99),
            line_p99_ms: at(&inner.lines, 0.99),
            errors: now.1 - before.1,
            resumed: now.2 - before.2,
        };
        inner.offers.reset();
        inner.lines.reset();
        inner.seconds.push(second.clone());
        second
    }

    /// A percentile so far, milliseconds; 0 without any.
    pub(crate) fn quantile_ms(&self, measure: Measure, quantile: f64) -> f64 {
        at(&self.lock().latencies[measure as usize], quantile).unwrap_or_default()
    }

    /// All latencies that were measured at all, by name.
    pub(crate) fn summaries(&self) -> BTreeMap<String, Summary> {
        let inner = self.lock();
        let all = Measure::ALL.iter().zip(&inner.latencies);
        let measured = all.filter(|(_, histogram)| !histogram.is_empty());
        measured.map(|(measure, all)| (measure.name().to_owned(), summary(all))).collect()
    }

    /// All counts, by name.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        Count::ALL.iter().map(|count| (count.name().to_owned(), self.counted(*count))).collect()
    }

    /// The kinds of errors, the most frequent first.
    pub(crate) fn error_rows(&self) -> Vec<ErrorRow> {
        let inner = self.lock();
        let row = |(what, (count, first)): (&String, &(u64, String))| ErrorRow {
            what: what.clone(),
            count: *count,
            first: first.clone(),
        };
        let mut rows: Vec<ErrorRow> = inner.errors.iter().map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        rows
    }

    /// The time series.
    pub(crate) fn seconds(&self) -> Vec<Second> {
        self.lock().seconds.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while holding it")
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(LONGEST_US, 3).expect("the bounds are constants in range")
}

fn at(histogram: &Histogram<u64>, quantile: f64) -> Option<f64> {
    (!histogram.is_empty()).then(|| milliseconds(histogram.value_at_quantile(quantile)))
}

fn summary(histogram: &Histogram<u64>) -> Summary {
    let quantiles = QUANTILES.iter().map(|(name, quantile)| {
        ((*name).to_owned(), milliseconds(histogram.value_at_quantile(*quantile)))
    });
    Summary {
        count: histogram.len(),
        mean_ms: histogram.mean() / 1_000.0,
        quantiles: quantiles.collect(),
    }
}

#[allow(clippy::cast_precision_loss, reason = "an hour of microseconds fits a double's 52 bits")]
fn milliseconds(us: u64) -> f64 {
    us as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn latencies_are_summed_up_and_the_warm_up_is_left_out() {
        let now = Instant::now();
        let meter = Meter::default();
        meter.begin(now);
        meter.took(Measure::StartToOffer, now.checked_sub(MS).unwrap(), 900 * MS);
        (1..=100).for_each(|n| meter.took(Measure::StartToOffer, now, n * MS));
        let summary = &meter.summaries()["start_to_offer"];
        assert_eq!(summary.count, 100);
        assert!((summary.quantiles["p50"] - 50.0).abs() < 0.1);
        assert!((summary.quantiles["max"] - 100.0).abs() < 0.1);
        assert!(meter.quantile_ms(Measure::Wait, 0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_second_holds_what_happened_in_it_alone() {
        let meter = Meter::default();
        meter.count(Count::Arrived);
        meter.error("offer.accept: internal", "first");
        meter.took(Measure::StartToOffer, Instant::now(), 5 * MS);
        let first = meter.second(0);
        assert_eq!((first.arrivals, first.errors, first.p50_ms.is_some()), (1, 1, true));
        meter.error("offer.accept: internal", "second");
        let second = meter.second(1);
        assert_eq!((second.arrivals, second.errors, second.p50_ms), (0, 1, None));
        assert_eq!(meter.error_rows()[0].first, "first");
        assert_eq!(meter.error_rows()[0].count, 2);
    }
}
