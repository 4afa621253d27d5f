//! The buckets of every histogram: without them the recorder would export summaries. Leaves
//! histograms that are projections of the journal to `exposition`, with the same wait bounds.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

/// Bounds of all waits in seconds; every service-level threshold that people use is one of them.
pub const WAIT_BUCKETS_S: [f64; 19] = [
    0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0,
    600.0, 1_200.0, 1_800.0,
];

/// The same bounds in milliseconds, for counts kept as integers.
pub const WAIT_BUCKETS_MS: [u64; 19] = baton_common::limits::WAIT_BUCKETS_MS;

/// One decision takes microseconds; a slow one milliseconds.
const DECISION_S: [f64; 12] = [
    0.000_001, 0.000_002, 0.000_005, 0.000_01, 0.000_02, 0.000_05, 0.000_1, 0.000_25, 0.001, 0.005,
    0.025, 0.1,
];

/// An append takes a fraction of a millisecond, an election of the broker up to 13 s.
const APPEND_S: [f64; 15] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 5.0,
    15.0,
];

/// A frame holds at most 2,000 events.
const BATCH_EVENTS: [f64; 11] =
    [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0];

/// A loop that is busy for more than 5 ms is one that keeps people waiting.
const STALL_S: [f64; 10] = [0.000_02, 0.000_1, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1.0];

pub(super) fn set(builder: PrometheusBuilder) -> PrometheusBuilder {
    let by_name: [(Matcher, &[f64]); 5] = [
        (Matcher::Full("baton_decision_seconds".into()), &DECISION_S),
        (Matcher::Full("baton_loop_stall_seconds".into()), &STALL_S),
        (Matcher::Full("baton_journal_append_seconds".into()), &APPEND_S),
        (Matcher::Full("baton_journal_batch_events".into()), &BATCH_EVENTS),
        (Matcher::Suffix("_seconds".into()), &WAIT_BUCKETS_S),
    ];
    by_name.into_iter().fold(builder, |builder, (matcher, bounds)| {
        let set = builder.set_buckets_for_metric(matcher, bounds);
        set.expect("a bucket list is only refused when it is empty")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_of_wait_bounds_agree() {
        for (seconds, millis) in WAIT_BUCKETS_S.iter().zip(WAIT_BUCKETS_MS) {
            assert_eq!(format!("{:.0}", seconds * 1_000.0), millis.to_string());
        }
    }
}
