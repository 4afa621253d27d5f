//! What the faults cost, as a table for people and as JSON for programs.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use baton_client::{Wait, Waits};
use serde_json::{Value, json};

use crate::broker::Elections;
use crate::people::People;
use crate::probe::Longest;

/// One fault and what it cost.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) fault: String,
    /// What was hit.
    pub(crate) target: String,
    /// From the fault until all was well again.
    pub(crate) span: (Instant, Instant),
    /// The address, past the proxy, of a host that was cut off from the people.
    pub(crate) beyond: Option<String>,
    /// The probes' chats.
    pub(crate) longest: Longest,
    /// Everybody, once it is over.
    pub(crate) people: People,
    pub(crate) elections: Elections,
    /// Nobody may be unserved for longer.
    pub(crate) bound: Duration,
}

impl Row {
    /// Whether nobody was unserved for longer than the bound, and somebody was there to tell.
    pub(crate) fn holds(&self) -> bool {
        let probed = self.longest.chats > 0 && self.longest.unserved <= self.bound;
        probed && self.people.hold(self.bound)
    }

    fn to_json(&self) -> Value {
        let streams: serde_json::Map<String, Value> = (self.elections.streams.iter())
            .map(|(stream, took)| (stream.clone(), json!(took.as_secs_f64())))
            .collect();
        json!({
            "fault": self.fault, "target": self.target, "holds": self.holds(),
            "took_s": (self.span.1 - self.span.0).as_secs_f64(), "chats": self.longest.chats,
            "longest_unserved_s": self.longest.unserved.as_secs_f64(),
            "longest_unanswered_s": self.longest.unanswered.as_secs_f64(),
            "longest_resume_s": self.longest.resumed.as_secs_f64(),
            "resumes": self.longest.resumes,
            "election_s": self.elections.longest().as_secs_f64(),
            "election_append_s": self.elections.append.as_secs_f64(), "elections": streams,
            "leaderless_s": self.elections.leaderless.longest().as_secs_f64(),
            "leaderless": self.elections.leaderless.to_json(self.span.0),
            "people": self.people.to_json(),
            "bound_s": self.bound.as_secs_f64(),
        })
    }
}

/// Looks at everybody who waited; who began to wait when a fault had just ended waits for its end.
pub(crate) fn judge(rows: &mut [Row], waits: &Waits) {
    let spans: Vec<Span> = (rows.iter().enumerate())
        .map(|(at, row)| {
            let next = rows.get(at + 1).map(|next| next.span.0);
            Span { from: row.span.0, to: next.unwrap_or(row.span.1), bound: row.bound }
        })
        .collect();
    for (at, row) in rows.iter_mut().enumerate() {
        let own = waits.notable.iter().filter(|wait| owner(&spans, wait) == Some(at));
        row.people = People::of(own, waits.left_out, row.span.0, row.beyond.as_deref());
    }
}

struct Span {
    from: Instant,
    to: Instant,
    bound: Duration,
}

/// The fault that a wait is held against: the first that it outlasted by more than that may cost;
/// else, of those it lasted through, the one that may cost most.
fn owner(spans: &[Span], wait: &Wait) -> Option<usize> {
    let lasted = |span: &Span| wait.since <= span.to && wait.until >= span.from;
    let outlasted = |span: &Span| {
        let until = wait.until.min(span.to);
        let unserved = until.saturating_duration_since(wait.since).saturating_sub(wait.paused);
        unserved > span.bound
    };
    let mut all = (0..spans.len()).filter(|at| lasted(&spans[*at]));
    let first = all.clone().find(|at| outlasted(&spans[*at]) && wait.until > spans[*at].to);
    first.or_else(|| all.by_ref().max_by_key(|at| (spans[*at].bound, Reverse(*at))))
}

/// The table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "fault            hit          chats  unserved  no answer  resumed  (of)    people  \
         election    bound\n",
    );
    for row in rows {
        let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
        let _ = writeln!(
            text,
            "{:16} {:12} {:5} {:>9} {:>10} {:>8} {:>5} {:>9} {:>9} {:>8}{}",
            row.fault,
            row.target,
            row.longest.chats,
            seconds(row.longest.unserved),
            seconds(row.longest.unanswered),
            seconds(row.longest.resumed),
            row.longest.resumes,
            seconds(row.people.unserved()),
            seconds(row.elections.longest()),
            seconds(row.bound),
            if row.holds() { "" } else { "  BROKEN" },
        );
    }
    text
}

/// The person of each fault whom it hit hardest.
pub(crate) fn worst(rows: &[Row]) -> String {
    let mut text = String::from("whoever waited longest, of everybody:\n");
    for row in rows {
        let _ = writeln!(text, "{:16} {}", row.fault, row.people.words());
    }
    text
}

/// What one fault cost beside what it may cost, in a line.
pub(crate) fn verdict(row: &Row) -> String {
    format!(
        "{}: unserved {:.2} s, people {:.2} s, at most {:.2} s; {}",
        row.fault,
        row.longest.unserved.as_secs_f64(),
        row.people.unserved().as_secs_f64(),
        row.bound.as_secs_f64(),
        row.people.words()
    )
}

/// Writes the report; the folder is made.
pub(crate) fn write(path: &Path, rows: &[Row], rest: Value) -> anyhow::Result<()> {
    let mut report = rest;
    report["faults"] = rows.iter().map(Row::to_json).collect();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let text = serde_json::to_string_pretty(&report)?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::wait;

    fn row(unserved_ms: u64, chats: usize) -> Row {
        let unserved = Duration::from_millis(unserved_ms);
        Row {
            fault: "router-killed".into(),
            target: "router1".into(),
            span: (Instant::now(), Instant::now()),
            beyond: None,
            longest: Longest { chats, unserved, ..Longest::default() },
            people: People::default(),
            elections: Elections::default(),
            bound: Duration::from_secs(2),
        }
    }

    #[test]
    fn a_bound_that_does_not_hold_is_marked() {
        assert!(row(2_000, 3).holds());
        assert!(!row(2_001, 3).holds() && table(&[row(2_001, 3)]).contains("BROKEN"));
        assert!(!table(&[row(900, 3)]).contains("BROKEN"));
        assert!(!row(0, 0).holds(), "without a chat nothing was shown");
        let mut alone = row(900, 3);
        alone.people.left_out = 1;
        assert!(!alone.holds(), "the probes do not speak for everybody");
    }

    #[test]
    fn a_wait_is_its_faults_and_is_held_against_what_that_may_cost() {
        let zero = Instant::now();
        let at = |ms: u64| zero + Duration::from_millis(ms);
        let mut rows = [row(0, 3), row(0, 3), row(0, 3)];
        rows[0].span = (at(1_000), at(5_000));
        rows[1].span = (at(10_000), at(30_000));
        rows[1].bound = Duration::from_secs(9);
        rows[2].span = (at(31_000), at(40_000));
        let mut judged = |from: u64, to: u64| {
            let notable = vec![wait(zero, (from, to), "http://a")];
            judge(&mut rows, &Waits { count: 1, notable, left_out: 0 });
            let counts: Vec<usize> = rows.iter().map(|row| row.people.notable).collect();
            (counts, rows.iter().all(Row::holds))
        };
        assert_eq!(judged(100, 900), (vec![0, 0, 0], true), "before all faults");
        assert_eq!(judged(6_000, 8_500), (vec![1, 0, 0], false), "who still waits for its end");
        assert_eq!(judged(9_900, 17_000), (vec![0, 1, 0], true), "as the fault came");
        assert_eq!(judged(24_000, 31_500), (vec![0, 1, 0], true), "into the next fault");
        assert_eq!(judged(31_500, 36_000), (vec![0, 0, 1], false), "of the next alone");
        assert_eq!(judged(3_000, 10_100), (vec![1, 0, 0], false), "no dearer one excuses it");
    }

    #[test]
    fn the_report_is_written_with_every_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scale/report.json");
        write(&path, &[row(900, 3)], json!({"holds": true})).unwrap();
        let read: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(read["faults"][0]["longest_unserved_s"], 0.9);
        assert_eq!(read["holds"], true);
    }
}
