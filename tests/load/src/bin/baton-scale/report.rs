//! What the faults cost, as a table for people and as JSON for programs.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use baton_client::Waits;
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

    /// Looks at everybody who waited meanwhile.
    pub(crate) fn judge(&mut self, waits: &Waits) {
        self.people = People::during(waits, self.span, self.beyond.as_deref());
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
            "people": self.people.to_json(),
            "bound_s": self.bound.as_secs_f64(),
        })
    }
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
    fn the_report_is_written_with_every_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scale/report.json");
        write(&path, &[row(900, 3)], json!({"holds": true})).unwrap();
        let read: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(read["faults"][0]["longest_unserved_s"], 0.9);
        assert_eq!(read["holds"], true);
    }
}
