//! What came of a run, as `report.json` holds it, and its verdict. Showing it is left to `report`.

use std::collections::BTreeMap;
use std::time::Duration;

use baton_client::audit;
use serde::Serialize;

pub use crate::meter::{ErrorRow, Second, Summary};

use crate::Scenario;
use crate::meter::{Count, Measure};
use crate::scenario::Threshold;
use crate::world::World;

/// A generator that is later than this in one of a hundred starts is told of.
const LATE_MS: f64 = 50.0;

/// A run and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// When it was started.
    pub date: String,
    /// What was asked for.
    pub scenario: Scenario,
    /// In which workspace.
    pub workspace: String,
    /// For so long customers came.
    pub arriving_s: f64,
    /// From the first arrival until everybody had left.
    pub took_s: f64,
    /// The caller ended the arrivals before their time.
    pub stopped_early: bool,
    /// Starts a second while customers came.
    pub chats_per_s: f64,
    /// By the names of thresholds.
    pub counts: BTreeMap<String, u64>,
    /// By the names of thresholds.
    pub latencies: BTreeMap<String, Summary>,
    /// How much went wrong, as the clients saw it.
    pub errors: u64,
    /// Of which kinds.
    pub error_kinds: Vec<ErrorRow>,
    /// A row a second.
    pub seconds: Vec<Second>,
    /// What was done to the system, by second.
    pub marks: Vec<Mark>,
    /// What the audit says.
    pub audit: Audit,
    /// What the thresholds say.
    pub thresholds: Vec<Judged>,
}

/// Something that was done to the system.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// Seconds since the first arrivals.
    pub at_s: f64,
    /// What.
    pub what: String,
}

/// A threshold and the figure it was held against.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    /// The threshold.
    pub threshold: Threshold,
    /// The figure, if there was one.
    pub figure: Option<f64>,
    /// Whether it holds.
    pub holds: bool,
}

/// What the audit says.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Audit {
    /// It looked at the clients' own view alone, since nobody said where the rest is stored.
    ClientsOnly {
        /// Why.
        why: String,
        /// What that view proves.
        report: Box<audit::Report>,
    },
    /// It could not look.
    Failed {
        /// Why.
        why: String,
    },
    /// It looked.
    Done {
        /// What it found.
        report: Box<audit::Report>,
        /// Whether the exported statistics are the same.
        statistics: Statistics,
    },
}

/// Whether exported statistics equal the audit's.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Statistics {
    /// Nobody said where they are exported.
    Skipped {
        /// Why.
        why: String,
    },
    /// They could not be read.
    Failed {
        /// Why.
        why: String,
    },
    /// Number by number.
    Compared {
        /// So many series.
        series: usize,
        /// What differs.
        violations: Vec<audit::Violation>,
    },
}

/// How a run ends, as its exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything holds: 0.
    Met,
    /// The audit is clean, a threshold is missed: 99.
    Missed,
    /// The audit is violated or could not be made: 1.
    Violated,
}

impl Verdict {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Met => 0,
            Self::Missed => 99,
            Self::Violated => 1,
        }
    }
}

impl Audit {
    /// Whether nothing speaks against the run.
    pub fn is_clean(&self) -> bool {
        match self {
            Self::ClientsOnly { report, .. } => report.is_clean(),
            Self::Failed { .. } => false,
            Self::Done { report, statistics } => report.is_clean() && statistics.is_clean(),
        }
    }
}

impl Statistics {
    fn is_clean(&self) -> bool {
        match self {
            Self::Skipped { .. } => true,
            Self::Failed { .. } => false,
            Self::Compared { violations, .. } => violations.is_empty(),
        }
    }
}

impl Outcome {
    pub(crate) fn of(
        world: &World,
        date: String,
        arriving: Duration,
        took: Duration,
        audit: Audit,
    ) -> Self {
        let meter = &world.meter;
        let marks = world.control.marks(world.began()).into_iter();
        let planned_s = world.plan.duration_s;
        let mut outcome = Self {
            date,
            scenario: world.plan.clone(),
            workspace: world.target.workspace.clone(),
            arriving_s: arriving.as_secs_f64(),
            took_s: took.as_secs_f64(),
            stopped_early: arriving.as_secs_f64() < planned_s,
            chats_per_s: per_second(meter.counted(Count::Chats), arriving),
            counts: meter.counts(),
            latencies: meter.summaries(),
            errors: meter.errors(),
            error_kinds: meter.error_rows(),
            seconds: meter.seconds(),
            marks: marks.map(|(at_s, what)| Mark { at_s, what }).collect(),
            audit,
            thresholds: Vec::new(),
        };
        outcome.thresholds = outcome.judge(&world.plan.thresholds);
        outcome
    }

    /// The exit code's reason.
    pub fn verdict(&self) -> Verdict {
        if !self.audit.is_clean() {
            Verdict::Violated
        } else if self.thresholds.iter().any(|judged| !judged.holds) {
            Verdict::Missed
        } else {
            Verdict::Met
        }
    }

    /// A figure by the name that thresholds use. Who lost nothing resumed in no time; of any other
    /// latency that was never measured there is no figure.
    pub fn figure(&self, name: &str) -> Option<f64> {
        match name {
            "errors" => return Some(float(self.errors)),
            "chats_per_s" => return Some(self.chats_per_s),
            _ => {}
        }
        if let Some(count) = self.counts.get(name) {
            return Some(float(*count));
        }
        let (latency, quantile) = name.strip_suffix("_ms")?.rsplit_once('_')?;
        if latency == Measure::Resume.name() && self.counts.get("lost") == Some(&0) {
            return Some(0.0);
        }
        self.latencies.get(latency)?.quantiles.get(quantile).copied()
    }

    /// A sentence if the load itself came late so often that its figures are in doubt.
    pub(crate) fn lateness(&self) -> Option<String> {
        let lag = self.figure("lag_p99_ms").filter(|lag| *lag > LATE_MS)?;
        Some(format!(
            "the load itself was late (lag p99 {lag:.0} ms): the machine was too busy, and the \
             latencies above hold its delays too"
        ))
    }

    fn judge(&self, thresholds: &[Threshold]) -> Vec<Judged> {
        let judge = |threshold: &Threshold| {
            let figure = self.figure(&threshold.figure);
            Judged { threshold: threshold.clone(), figure, holds: threshold.holds(figure) }
        };
        thresholds.iter().map(judge).collect()
    }
}

fn per_second(count: u64, time: Duration) -> f64 {
    float(count) / time.as_secs_f64().max(f64::MIN_POSITIVE)
}

#[allow(clippy::cast_precision_loss, reason = "no run has 2^52 of anything")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An outcome of a run that never was.
    pub(crate) fn sample(thresholds: &[&str], audit: Audit) -> Outcome {
        let latency = |p99: f64| Summary {
            count: 10,
            mean_ms: 4.0,
            quantiles: [("p50", 3.0), ("p90", 8.0), ("p99", p99), ("p999", p99), ("max", p99)]
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
        };
        let counts = Count::ALL.iter().map(|count| (count.name().to_owned(), 0));
        let second = Second { arrivals: 3, p50_ms: Some(3.0), ..Second::default() };
        let mut scenario = Scenario::load("smoke").unwrap();
        scenario.thresholds = thresholds.iter().map(|text| text.parse().unwrap()).collect();
        let mut outcome = Outcome {
            date: "2026-01-05T09:00:00.000Z".into(),
            scenario,
            workspace: "load".into(),
            arriving_s: 20.0,
            took_s: 25.0,
            stopped_early: false,
            chats_per_s: 5.0,
            counts: counts.collect(),
            latencies: [("start_to_offer".to_owned(), latency(40.0))].into(),
            errors: 1,
            error_kinds: vec![ErrorRow {
                what: "offer.accept: internal".into(),
                count: 1,
                first: "<b>broken</b>".into(),
            }],
            seconds: vec![second.clone(), Second { at_s: 1, ..second }],
            marks: vec![Mark { at_s: 1.0, what: "kill leader".into() }],
            audit,
            thresholds: Vec::new(),
        };
        outcome.thresholds = outcome.judge(&outcome.scenario.thresholds.clone());
        outcome
    }

    /// A report of nothing.
    pub(crate) fn nothing() -> audit::Report {
        let totals = audit::Totals::default();
        audit::Report { checks: Vec::new(), violations: Vec::new(), totals }
    }

    fn skipped() -> Audit {
        Audit::ClientsOnly { why: "no broker".into(), report: Box::new(nothing()) }
    }

    #[test]
    fn the_verdict_is_the_worst_of_thresholds_and_audit() {
        let met = sample(&["start_to_offer_p99_ms <= 50", "errors <= 1"], skipped());
        assert_eq!(met.verdict().code(), 0);
        assert_eq!(sample(&["start_to_offer_p99_ms <= 39"], skipped()).verdict().code(), 99);
        let failed = Audit::Failed { why: "no broker answers".into() };
        assert_eq!(sample(&["start_to_offer_p99_ms <= 39"], failed).verdict().code(), 1);
    }

    #[test]
    fn a_differing_statistic_violates_a_clean_audit() {
        let report = nothing();
        let differs = audit::Violation {
            check: "statistics",
            place: "baton_chats_total".into(),
            what: "2 is exported, 3 is counted".into(),
        };
        let audit = |violations| Audit::Done {
            report: Box::new(report.clone()),
            statistics: Statistics::Compared { series: 1, violations },
        };
        assert_eq!(sample(&[], audit(vec![])).verdict(), Verdict::Met);
        assert_eq!(sample(&[], audit(vec![differs])).verdict(), Verdict::Violated);
    }

    #[test]
    fn a_late_load_is_told() {
        let mut outcome = sample(&[], skipped());
        assert_eq!(outcome.lateness(), None);
        let late = outcome.latencies["start_to_offer"].clone();
        outcome.latencies.insert("lag".into(), late);
        assert_eq!(outcome.lateness(), None, "40 ms is no lateness");
        let lag = outcome.latencies.get_mut("lag").unwrap();
        lag.quantiles.insert("p99".into(), 2_156.0);
        assert!(outcome.lateness().unwrap().contains("lag p99 2156 ms"));
    }

    #[test]
    fn what_was_not_measured_is_no_figure_but_who_lost_nothing_resumed_at_once() {
        let outcome = sample(&[], skipped());
        assert_eq!(outcome.figure("start_to_offer_p99_ms"), Some(40.0));
        assert_eq!(outcome.figure("line_to_line_p99_ms"), None);
        assert_eq!(outcome.figure("resume_max_ms"), Some(0.0));
    }
}
