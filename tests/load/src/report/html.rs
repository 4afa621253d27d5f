//! The page: everything of a run in one file that needs nothing from elsewhere. Plots are left to
//! `plot`.

use std::fmt::Write as _;

use baton_client::audit;

use super::plot::{Line, draw};
use super::text::{statistics, verdict};
use crate::machine::Facts;
use crate::outcome::{Audit, Outcome, Second, Verdict};

const STYLE: &str = include_str!("page.css");

/// The whole page.
pub(super) fn page(outcome: &Outcome, facts: &Facts) -> String {
    let name = escape(&outcome.scenario.name);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Load on Baton: {name}</title>\n<style>\n{STYLE}</style></head><body>\n"
    );
    head(&mut page, outcome, &name);
    thresholds(&mut page, outcome);
    percentiles(&mut page, outcome);
    plots(&mut page, outcome);
    counts(&mut page, outcome);
    errors(&mut page, outcome);
    audit_table(&mut page, &outcome.audit);
    setting(&mut page, outcome, facts);
    page.push_str("</body></html>\n");
    page
}

/// Text as it may stand in the page.
pub(super) fn escape(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;")
}

fn head(page: &mut String, outcome: &Outcome, name: &str) {
    let class = if outcome.verdict() == Verdict::Met { "" } else { " bad" };
    let early = if outcome.stopped_early { ", stopped before its time" } else { "" };
    let _ = writeln!(
        page,
        "<h1>Load on Baton: {name}</h1><p>{}</p><p class=\"dim\">{} · {} chats in {:.1} s, \
         {:.2} a second{early} · {:.1} s until all had left</p>\
         <p class=\"verdict{class}\">{}</p>",
        escape(&outcome.scenario.about),
        escape(&outcome.date),
        outcome.counts["chats"],
        outcome.arriving_s,
        outcome.chats_per_s,
        outcome.took_s,
        verdict(outcome.verdict())
    );
}

fn thresholds(page: &mut String, outcome: &Outcome) {
    let rows = outcome.thresholds.iter().map(|judged| {
        let (class, word) = if judged.holds { ("good", "met") } else { ("bad", "missed") };
        let figure = judged.figure.map_or("nothing measured".into(), |value| format!("{value:.3}"));
        format!(
            "<tr><td>{}</td><td class=\"n\">{figure}</td><td class=\"{class}\">{word}</td></tr>",
            escape(&judged.threshold.to_string())
        )
    });
    table(page, "Thresholds", &["threshold", "#figure", ""], rows);
}

fn percentiles(page: &mut String, outcome: &Outcome) {
    let rows = outcome.latencies.iter().map(|(name, summary)| {
        let mut row = format!("<tr><td>{name}</td><td class=\"n\">{}</td>", summary.count);
        let means = ["p50", "p90", "p99", "p999", "max"].map(|name| summary.quantiles[name]);
        for value in [summary.mean_ms].into_iter().chain(means) {
            let _ = write!(row, "<td class=\"n\">{value:.1}</td>");
        }
        row + "</tr>"
    });
    let heads = ["latency, ms", "#samples", "#mean", "#p50", "#p90", "#p99", "#p99.9", "#max"];
    table(page, "Latencies", &heads, rows);
    if let Some(late) = outcome.lateness() {
        let _ = writeln!(page, "<p class=\"bad\">{late}</p>");
    }
    page.push_str(
        "<p class=\"dim\">Starts count from the moment at which they were planned, however late \
         the load itself was (lag): a slow Baton hides nothing.</p>\n",
    );
}

fn plots(page: &mut String, outcome: &Outcome) {
    let seconds = &outcome.seconds;
    let whole = |name, class, value: fn(&Second) -> u64| Line {
        name,
        class,
        values: seconds.iter().map(|second| Some(float(value(second)))).collect(),
    };
    let some = |name, class, value: fn(&Second) -> Option<f64>| Line {
        name,
        class,
        values: seconds.iter().map(value).collect(),
    };
    let offers = [some("p50", "a", |s| s.p50_ms), some("p99", "b", |s| s.p99_ms)];
    let lines = [some("p99", "c", |s| s.line_p99_ms)];
    let people = [whole("waiting", "b", |s| s.waiting), whole("active", "a", |s| s.active)];
    let flow = [
        whole("starts", "a", |s| s.arrivals),
        whole("resumed", "c", |s| s.resumed),
        whole("errors", "b", |s| s.errors),
    ];
    page.push_str("<h2>Over time</h2>\n");
    let marks = &outcome.marks;
    page.push_str(&draw("Start to offer", " ms", &offers, marks));
    page.push_str(&draw("Line to line", " ms", &lines, marks));
    page.push_str(&draw("Customers", "", &people, marks));
    page.push_str(&draw("In each second", "", &flow, marks));
    if marks.is_empty() {
        return;
    }
    let rows = marks.iter().map(|mark| {
        let what = escape(&mark.what);
        format!("<tr><td class=\"n\">{:.1}</td><td>{what}</td></tr>", mark.at_s)
    });
    table(page, "What was done to it", &["#second", "what"], rows);
}

fn counts(page: &mut String, outcome: &Outcome) {
    let rows = outcome
        .counts
        .iter()
        .map(|(name, count)| format!("<tr><td>{name}</td><td class=\"n\">{count}</td></tr>"));
    table(page, "Counts", &["what", "#how often"], rows);
}

fn errors(page: &mut String, outcome: &Outcome) {
    if outcome.error_kinds.is_empty() {
        page.push_str("<h2>Errors</h2><p class=\"good\">None.</p>\n");
        return;
    }
    let rows = outcome.error_kinds.iter().map(|row| {
        format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            escape(&row.what),
            row.count,
            escape(&row.first)
        )
    });
    table(page, "Errors", &["what", "#how often", "the first one's words"], rows);
}

fn audit_table(page: &mut String, audit: &Audit) {
    match audit {
        Audit::ClientsOnly { why, report } => {
            laws(page, report);
            let _ = writeln!(page, "<p class=\"bad\">{}</p>", escape(why));
        }
        Audit::Failed { why } => {
            let _ = writeln!(page, "<h2>Audit</h2><p class=\"bad\">{}</p>", escape(why));
        }
        Audit::Done { report, statistics: compared } => {
            laws(page, report);
            let _ = writeln!(page, "<p>Exported statistics: {}</p>", escape(&statistics(compared)));
        }
    }
}

fn laws(page: &mut String, report: &audit::Report) {
    let rows = report.checks.iter().map(|check| {
        let class = if check.broken == 0 { "good" } else { "bad" };
        format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n {class}\">{}</td></tr>",
            check.name, check.looked_at, check.broken
        )
    });
    table(page, "Audit", &["law", "#looked at", "#broken"], rows);
    violations(page, &report.violations);
}

fn violations(page: &mut String, violations: &[audit::Violation]) {
    if violations.is_empty() {
        return;
    }
    page.push_str("<ul class=\"bad\">");
    for violation in violations {
        let _ = write!(page, "<li>{}</li>", escape(&violation.to_string()));
    }
    page.push_str("</ul>\n");
}

fn setting(page: &mut String, outcome: &Outcome, facts: &Facts) {
    let plan = toml::to_string(&outcome.scenario);
    let plan = plan.unwrap_or_else(|_| format!("{:#?}", outcome.scenario));
    let _ = writeln!(
        page,
        "<h2>Setting</h2><dl><dt>command</dt><dd>{}</dd><dt>machine</dt><dd>{}</dd>\
         <dt>load average at the end</dt><dd>{}</dd><dt>commit</dt><dd>{}</dd>\
         <dt>broker</dt><dd>{}</dd><dt>workspace</dt><dd>{}</dd></dl>\
         <h2>Scenario</h2><pre>{}</pre>",
        escape(&facts.command),
        escape(&facts.machine),
        escape(&facts.load_average),
        escape(&facts.commit),
        escape(&facts.broker),
        escape(&outcome.workspace),
        escape(&plan)
    );
}

/// A table; heads that begin with `#` are of numbers.
fn table(page: &mut String, title: &str, heads: &[&str], rows: impl Iterator<Item = String>) {
    let heads = heads.iter().map(|head| match head.strip_prefix('#') {
        Some(head) => format!("<th class=\"n\">{head}</th>"),
        None => format!("<th>{head}</th>"),
    });
    let (heads, rows): (String, String) = (heads.collect(), rows.collect());
    let _ = writeln!(
        page,
        "<h2>{title}</h2><div class=\"scroll\"><table><thead><tr>{heads}</tr></thead>\
         <tbody>{rows}</tbody></table></div>"
    );
}

#[allow(clippy::cast_precision_loss, reason = "no second has 2^52 of anything")]
fn float(count: u64) -> f64 {
    count as f64
}
