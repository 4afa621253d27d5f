//! What the routers say of their appends between two looks: how many, how full, how long until the
//! broker acknowledged.

use std::time::Duration;

use baton_e2e::Metrics;

const TIME: &str = "journal_append_seconds";

/// Of a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Appends {
    /// Frames appended to a journal.
    pub(super) per_s: f64,
    /// Decisions in each on average: commands, and timers that were due.
    pub(super) decisions: f64,
    /// Events in each on average.
    pub(super) events: f64,
    /// Until the broker acknowledged one, on average.
    pub(super) mean_ms: f64,
    /// 99 of a hundred were acknowledged within this, a bound of the histogram.
    pub(super) p99_ms: Option<f64>,
    /// The share of the time in which one was under way; a shard has one at a time.
    pub(super) under_way: f64,
}

impl Appends {
    /// Between two looks at the routers' metrics that are so far apart.
    pub(super) fn between(before: &Metrics, after: &Metrics, apart: Duration) -> Self {
        let rise = |name: &str| after.sum(name, &[]) - before.sum(name, &[]);
        let count = rise(&format!("{TIME}_count"));
        let each = |total: f64| if count > 0.0 { total / count } else { 0.0 };
        let seconds = apart.as_secs_f64().max(f64::MIN_POSITIVE);
        let took = rise(&format!("{TIME}_sum"));
        Self {
            per_s: count / seconds,
            decisions: each(rise("decision_seconds_count")),
            events: each(rise("journal_batch_events_sum")),
            mean_ms: 1_000.0 * each(took),
            p99_ms: p99_ms(before, after, count),
            under_way: took / seconds,
        }
    }
}

/// The least bound that 99 of a hundred do not exceed; none if they exceed them all.
fn p99_ms(before: &Metrics, after: &Metrics, count: f64) -> Option<f64> {
    let name = format!("{TIME}_bucket");
    let labels = after.labels(&name);
    let bounds = labels.iter().filter_map(|labels| {
        let bound = labels.get("le")?;
        let within = [("le", bound.as_str())];
        let rise = after.sum(&name, &within) - before.sum(&name, &within);
        (rise >= 0.99 * count).then(|| bound.parse::<f64>().ok()).flatten()
    });
    let least = bounds.fold(f64::INFINITY, f64::min);
    (least.is_finite() && count > 0.0).then_some(1_000.0 * least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(count: u32, within: u32, sum: f64) -> Metrics {
        Metrics::parse(&format!(
            "baton_journal_append_seconds_bucket{{le=\"0.005\"}} {within}\n\
             baton_journal_append_seconds_bucket{{le=\"0.01\"}} {count}\n\
             baton_journal_append_seconds_bucket{{le=\"+Inf\"}} {count}\n\
             baton_journal_append_seconds_sum {sum}\nbaton_journal_append_seconds_count {count}\n\
             baton_decision_seconds_count {}\nbaton_journal_batch_events_sum {}\n",
            2 * count,
            3 * count,
        ))
    }

    #[test]
    fn only_what_came_between_counts() {
        let (before, after) = (metrics(100, 0, 9.0), metrics(300, 190, 10.0));
        let found = Appends::between(&before, &after, Duration::from_secs(2));
        let expected = Appends {
            per_s: 100.0,
            decisions: 2.0,
            events: 3.0,
            mean_ms: 5.0,
            p99_ms: Some(10.0),
            under_way: 0.5,
        };
        assert_eq!(found, expected);
        let fast = Appends::between(&before, &metrics(300, 198, 10.0), Duration::from_secs(2));
        assert_eq!(fast.p99_ms, Some(5.0));
    }

    #[test]
    fn no_append_is_no_time() {
        let none = Appends::between(&metrics(5, 5, 1.0), &metrics(5, 5, 1.0), Duration::ZERO);
        assert_eq!((none.mean_ms, none.p99_ms), (0.0, None));
    }
}
