//! The report for the terminal. Plots and details are left to the page.

use std::fmt::Write as _;

use baton_client::audit;

use crate::outcome::{Audit, Outcome, Statistics, Verdict};

/// Percentiles, counts, errors, thresholds, audit, verdict.
pub fn text(outcome: &Outcome) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}: {} chats in {:.1} s ({:.2}/s), {} transfers, {} lines, {} resumed, {} errors",
        outcome.scenario.name,
        outcome.counts["chats"],
        outcome.arriving_s,
        outcome.chats_per_s,
        outcome.counts["transfers"],
        outcome.counts["lines"],
        outcome.counts["resumed"],
        outcome.errors,
    );
    latencies(&mut out, outcome);
    if let Some(late) = outcome.lateness() {
        let _ = writeln!(out, "{late}");
    }
    for row in &outcome.error_kinds {
        let _ = writeln!(out, "error {:>6} × {}: {}", row.count, row.what, row.first);
    }
    audited(&mut out, &outcome.audit);
    for judged in &outcome.thresholds {
        let (sign, figure) = (if judged.holds { "met   " } else { "MISSED" }, judged.figure);
        let figure = figure.map_or("nothing measured".to_owned(), |figure| format!("{figure:.3}"));
        let _ = writeln!(out, "{sign} {} (is {figure})", judged.threshold);
    }
    let _ = write!(out, "{}", verdict(outcome.verdict()));
    out
}

/// The verdict as a sentence.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "everything holds",
        Verdict::Missed => "a threshold is missed",
        Verdict::Violated => "the audit is violated or could not be made",
    }
}

fn latencies(out: &mut String, outcome: &Outcome) {
    let _ = writeln!(
        out,
        "{:<22}{:>9}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "milliseconds", "samples", "p50", "p90", "p99", "p99.9", "max"
    );
    for (name, summary) in &outcome.latencies {
        let _ = write!(out, "{name:<22}{:>9}", summary.count);
        for quantile in ["p50", "p90", "p99", "p999", "max"] {
            let _ = write!(out, "{:>10.1}", summary.quantiles[quantile]);
        }
        out.push('\n');
    }
}

fn audited(out: &mut String, audit: &Audit) {
    match audit {
        Audit::ClientsOnly { why, report } => {
            let _ = writeln!(out, "audit of the clients' view only: {why}");
            checks(out, report);
        }
        Audit::Failed { why } => {
            let _ = writeln!(out, "audit: could not be made: {why}");
        }
        Audit::Done { report, statistics } => {
            checks(out, report);
            let _ = writeln!(out, "exported statistics: {}", self::statistics(statistics));
        }
    }
}

fn checks(out: &mut String, report: &audit::Report) {
    let clean = if report.is_clean() { "clean" } else { "VIOLATED" };
    let _ = writeln!(out, "audit: {clean}");
    for line in report.to_string().lines() {
        let _ = writeln!(out, "  {line}");
    }
}

/// What became of the comparison with exported statistics.
pub(super) fn statistics(statistics: &Statistics) -> String {
    match statistics {
        Statistics::Skipped { why } | Statistics::Failed { why } => why.clone(),
        Statistics::Compared { series, violations } if violations.is_empty() => {
            format!("{series} series equal the audit's, number by number")
        }
        Statistics::Compared { series, violations } => {
            let all: Vec<String> = violations.iter().map(ToString::to_string).collect();
            format!("of {series} series {} differ: {}", all.len(), all.join("; "))
        }
    }
}
