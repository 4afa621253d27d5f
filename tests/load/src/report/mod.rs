//! The report of a run: `report.json` for machines, `report.html` for people, a table for the
//! terminal. What is in it is left to the outcome.

mod html;
mod plot;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use crate::machine::Facts;
use crate::outcome::{Outcome, Verdict};

pub use text::text;

/// Where a report was written.
#[derive(Clone, Debug)]
pub struct Files {
    /// For machines.
    pub json: PathBuf,
    /// For people; needs nothing beside itself.
    pub html: PathBuf,
}

#[derive(Serialize)]
struct Whole<'a> {
    verdict: Verdict,
    facts: &'a Facts,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

/// Writes both files into a folder, which is made.
pub fn write(folder: &Path, outcome: &Outcome, facts: &Facts) -> anyhow::Result<Files> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make {}: give another --out", folder.display()))?;
    let files = Files { json: folder.join("report.json"), html: folder.join("report.html") };
    let whole = Whole { verdict: outcome.verdict(), facts, outcome };
    let json = serde_json::to_vec_pretty(&whole).context("the report as JSON")?;
    put(&files.json, &json)?;
    put(&files.html, html::page(outcome, facts).as_bytes())?;
    Ok(files)
}

fn put(file: &Path, content: &[u8]) -> anyhow::Result<()> {
    fs::write(file, content).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Audit;
    use crate::outcome::tests::{nothing, sample};

    fn written() -> (tempfile::TempDir, Files) {
        let folder = tempfile::tempdir().unwrap();
        let facts = Facts {
            date: "2026-01-05T09:00:00.000Z".into(),
            command: "make load ARGS=\"smoke --fresh\"".into(),
            commit: "abc".into(),
            machine: "Some CPU & more".into(),
            load_average: "0.1".into(),
            baton: "baton 0.1.0".into(),
            broker: "nats-server 2.15.1".into(),
        };
        let audit =
            Audit::ClientsOnly { why: "no broker was named".into(), report: Box::new(nothing()) };
        let outcome = sample(&["start_to_offer_p99_ms <= 50"], audit);
        let files = write(&folder.path().join("a/b"), &outcome, &facts).unwrap();
        (folder, files)
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_escapes_what_others_wrote() {
        let (_folder, files) = written();
        let page = fs::read_to_string(&files.html).unwrap();
        for reference in ["http://", "https://", "src=", "href=", "@import", "url(", "<script"] {
            assert!(!page.contains(reference), "{reference} is in the page");
        }
        assert!(page.contains("&lt;b&gt;broken&lt;/b&gt;") && page.contains("CPU &amp; more"));
        for part in [
            "start_to_offer",
            "kill leader",
            "no broker was named",
            "<svg",
            "[arrivals]",
            "nats-server 2",
        ] {
            assert!(page.contains(part), "{part} is missing");
        }
    }

    #[test]
    fn the_json_has_the_verdict_and_every_figure() {
        let (_folder, files) = written();
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(&files.json).unwrap()).unwrap();
        assert_eq!(json["verdict"], "met");
        assert_eq!(json["latencies"]["start_to_offer"]["p99"], 40.0);
        assert_eq!(json["thresholds"][0]["threshold"], "start_to_offer_p99_ms <= 50");
        assert_eq!(json["seconds"][1]["at_s"], 1);
        assert_eq!(json["facts"]["commit"], "abc");
    }
}
