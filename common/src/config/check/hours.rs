//! Opening hours: times and dates that are none, and hours that never open.

use super::Report;
use crate::config::hours::minute;
use crate::config::{Hours, HoursException, Weekly, Workspace};
use crate::limits;

pub(super) fn check(config: &Workspace, report: &mut Report) {
    for (name, hours) in &config.hours {
        let path = format!("hours.{name}");
        let rows = hours.weekly.len().max(hours.exceptions.len());
        if rows > limits::HOURS_ROWS {
            let text = format!("{rows} rows, at most {} are kept: join some", limits::HOURS_ROWS);
            report.error(path, "too_many", text);
            continue;
        }
        for (at, row) in hours.weekly.iter().enumerate() {
            let row_path = format!("{path}.weekly[{at}]");
            weekly(&row_path, row, report);
            if hours.weekly[..at].iter().any(|earlier| overlap(earlier, row)) {
                let text = "these hours overlap with a row before: join them";
                report.warning(row_path, "duplicate", text);
            }
        }
        for (at, row) in hours.exceptions.iter().enumerate() {
            let row_path = format!("{path}.exceptions[{at}]");
            exception(&row_path, row, report);
            let same = |earlier: &HoursException| {
                earlier.date == row.date && (closes(earlier) || closes(row) || earlier == row)
            };
            if hours.exceptions[..at].iter().any(same) {
                let text = format!("{} is there twice: keep one of them", row.date);
                report.error(row_path, "duplicate", text);
            }
        }
        if !opens(hours) {
            let text = "these hours never open: add a row with days to weekly";
            report.warning(path, "never_open", text);
        }
    }
}

/// Whether there is any time at which they open.
pub(super) fn opens(hours: &Hours) -> bool {
    let exceptions =
        hours.exceptions.iter().filter_map(|row| row.from.as_ref().zip(row.to.as_ref()));
    let is_some_time = |from: &str, to: &str| match (minute(from), minute(to)) {
        (Some(from), Some(to)) => from < to,
        _ => false,
    };
    hours.weekly.iter().any(|row| !row.days.is_empty() && is_some_time(&row.from, &row.to))
        || exceptions.into_iter().any(|(from, to)| is_some_time(from, to))
}

fn weekly(path: &str, row: &Weekly, report: &mut Report) {
    span(path, &row.from, &row.to, report);
    if row.days.is_empty() {
        let text = "there is no day: name some of mon, tue, wed, thu, fri, sat, sun";
        report.error(format!("{path}.days"), "no_days", text);
    }
}

fn exception(path: &str, row: &HoursException, report: &mut Report) {
    if row.date.parse::<jiff::civil::Date>().is_err() || row.date.len() != "2026-01-05".len() {
        let text = format!("`{}` is no date: write it as 2026-12-24", row.date);
        report.error(format!("{path}.date"), "bad_date", text);
    }
    match (&row.from, &row.to) {
        (Some(from), Some(to)) => span(path, from, to, report),
        (None, None) => {}
        _ => {
            let text = "one of from and to is missing: write both, or none to close on that day";
            report.error(path, "bad_hours", text);
        }
    }
}

fn span(path: &str, from: &str, to: &str, report: &mut Report) {
    let mut read = |name: &str, text: &str| {
        let at = minute(text);
        if at.is_none() {
            let text = format!("`{text}` is no time of the day: write it as 08:30");
            report.error(format!("{path}.{name}"), "bad_hours", text);
        }
        at
    };
    let (from_at, to_at) = (read("from", from), read("to", to));
    if let (Some(from_at), Some(to_at)) = (from_at, to_at)
        && from_at >= to_at
    {
        let text = format!(
            "{from} is not before {to}, so they never open: swap them; over midnight write two \
             rows, until 24:00 and from 00:00 on"
        );
        report.error(path, "bad_hours", text);
    }
}

fn closes(row: &HoursException) -> bool {
    row.from.is_none() && row.to.is_none()
}

fn overlap(a: &Weekly, b: &Weekly) -> bool {
    let times = |row: &Weekly| minute(&row.from).zip(minute(&row.to));
    let meet = match (times(a), times(b)) {
        (Some(a), Some(b)) => a.0 < b.1 && b.0 < a.1,
        _ => false,
    };
    meet && a.days.iter().any(|day| b.days.contains(day))
}
