//! The exported numbers against the fold's, each with each. Where they were scraped is left to
//! the caller: exactly one leader a shard, or a Prometheus that asked for it.

use std::collections::BTreeMap;

use super::findings::{Law, Violation};
use super::{Series, Totals};

/// What the fold knows; other families are not looked at.
const FAMILIES: [&str; 14] = [
    "baton_chats_total",
    "baton_wait_seconds",
    "baton_customer_wait_seconds",
    "baton_offers_total",
    "baton_time_to_offer_seconds",
    "baton_accept_seconds",
    "baton_handle_seconds",
    "baton_wrapup_seconds",
    "baton_abandoned_total",
    "baton_deflected_total",
    "baton_transfers_total",
    "baton_agent_work_seconds_total",
    "baton_idle_while_waiting_seconds_total",
    "baton_idle_by_fault_seconds_total",
];
/// The contract's labels; a Prometheus adds its own, which say only where a number came from.
const LABELS: [&str; 10] =
    ["workspace", "queue", "outcome", "origin", "phase", "short", "reason", "kind", "result", "le"];
/// Counts are integers and sums are milliseconds: half of one is nothing.
const EXACT: f64 = 0.000_5;

/// Compares exported series (the text of `/metrics`, or a Prometheus' answers) with the fold,
/// number by number. A series that is missing where the fold has nothing to count is no violation,
/// nor is one that is exported as zero; the same series from two places is added up.
pub fn compare(totals: &Totals, exported: &BTreeMap<Series, f64>) -> Vec<Violation> {
    let mut found: BTreeMap<Series, f64> = BTreeMap::new();
    for (series, value) in exported.iter().filter(|(series, _)| is_known(&series.name)) {
        *found.entry(plain(series)).or_default() += value;
    }
    let zero = |series: &Series| (series.clone(), 0.0);
    let mut all: BTreeMap<Series, f64> = found.keys().map(zero).collect();
    all.extend(totals.0.iter().map(|(series, value)| (plain(series), *value)));
    let differ = |series: &Series, expected: f64| {
        let is = found.get(series).copied().unwrap_or(0.0);
        ((is - expected).abs() > EXACT).then(|| Violation {
            check: Law::Statistics.name(),
            place: series.to_string(),
            what: match found.get(series) {
                Some(is) => format!("exported as {is}, the journal says {expected}"),
                None => format!("not exported, the journal says {expected}"),
            },
        })
    };
    all.iter().filter_map(|(series, expected)| differ(series, *expected)).collect()
}

fn is_known(name: &str) -> bool {
    let suffixes = ["", "_bucket", "_sum", "_count"];
    let family = |family: &&str| {
        let suffix = name.strip_prefix(*family);
        suffix.is_some_and(|suffix| suffixes.contains(&suffix))
    };
    FAMILIES.iter().any(family)
}

/// With the contract's labels alone, and bounds as numbers are written.
fn plain(series: &Series) -> Series {
    let mut series = series.clone();
    series.labels.retain(|label, value| LABELS.contains(&label.as_str()) && !value.is_empty());
    if let Some(bound) = series.labels.get_mut("le")
        && let Ok(number) = bound.parse::<f64>()
    {
        *bound = if number.is_infinite() { "+Inf".to_owned() } else { format!("{number}") };
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(value: f64) -> Totals {
        let labels = [("workspace", "w"), ("queue", "q"), ("le", "10")];
        Totals([(Series::new("baton_wait_seconds_bucket", &labels), value)].into())
    }

    fn exported(value: f64) -> BTreeMap<Series, f64> {
        let labels = [("workspace", "w"), ("queue", "q"), ("le", "10.0"), ("instance", "a:1")];
        let other = Series::new("baton_queue_waiting", &[]);
        [(Series::new("baton_wait_seconds_bucket", &labels), value), (other, 7.0)].into()
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_labelled() {
        assert_eq!(compare(&totals(3.0), &exported(3.0)), []);
        assert_eq!(compare(&totals(0.0), &BTreeMap::new()), []);
        assert_eq!(compare(&Totals::default(), &exported(0.0)), []);
    }

    #[test]
    fn each_difference_is_told() {
        for (ours, theirs) in [(3.0, 4.0), (0.0, 1.0), (1.0, 0.0)] {
            assert_eq!(compare(&totals(ours), &exported(theirs)).len(), 1);
        }
        assert_eq!(compare(&totals(2.0), &BTreeMap::new()).len(), 1);
        assert_eq!(compare(&Totals::default(), &exported(2.0)).len(), 1);
    }
}
