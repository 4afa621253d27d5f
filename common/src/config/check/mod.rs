//! What is wrong with a configuration: findings with a path, a severity and what to do.
//!
//! A file a noun. Shapes are refused by the decoder before, and conditions of rules are the
//! gateway's to look into, which has their language; this looks at what the parts say of each
//! other.

mod agents;
mod document;
mod hours;
mod messages;
mod overflow;
mod policies;
mod queues;
mod routes;
mod serving;
mod staff;
mod starving;
#[cfg(test)]
mod tests;
mod widget;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Workspace;
use crate::limits;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Severity {
    /// The configuration is refused.
    Error,
    /// It will hardly do what was meant.
    Warning,
    /// Worth knowing.
    Info,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// Where, as `queues.billing.skills[0]`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub path: SmolStr,
    /// What, as a word.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: SmolStr,
    /// What and what to do, as a sentence.
    pub message: String,
}

/// Collects findings.
#[derive(Debug, Default)]
pub struct Report(Vec<Finding>);

impl Report {
    fn add(&mut self, severity: Severity, path: &str, code: &str, message: String) {
        self.0.push(Finding { severity, path: path.into(), code: code.into(), message });
    }

    /// What makes a configuration unusable.
    pub fn error(&mut self, path: impl AsRef<str>, code: &str, message: impl Into<String>) {
        self.add(Severity::Error, path.as_ref(), code, message.into());
    }

    /// What was hardly meant.
    pub fn warning(&mut self, path: impl AsRef<str>, code: &str, message: impl Into<String>) {
        self.add(Severity::Warning, path.as_ref(), code, message.into());
    }

    /// The findings of others.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.0.extend(findings);
    }

    /// The findings, errors first; of very many the first.
    pub fn finish(mut self) -> Vec<Finding> {
        self.0.sort_by(|a, b| (a.severity, &a.path).cmp(&(b.severity, &b.path)));
        self.0.truncate(limits::FINDINGS);
        self.0
    }
}

/// Everything that is wrong with a configuration, errors first. Takes up to some seconds for the
/// largest ones: queues are held against agents.
pub fn check(config: &Workspace) -> Vec<Finding> {
    let mut report = Report::default();
    parts(config, &mut report);
    let staff = staff::Staff::of(config);
    serving::check(config, &staff, &mut report);
    starving::check(config, &staff, &mut report);
    report.finish()
}

/// The errors alone: what a router looks at before it publishes, in a time that grows with the
/// document and no faster.
pub fn errors(config: &Workspace) -> Vec<Finding> {
    let mut report = Report::default();
    parts(config, &mut report);
    report.0.retain(|finding| finding.severity == Severity::Error);
    report.finish()
}

/// Whether no finding is an error.
pub fn is_ok(findings: &[Finding]) -> bool {
    findings.iter().all(|f| f.severity != Severity::Error)
}

fn parts(config: &Workspace, report: &mut Report) {
    document::check(config, report);
    queues::check(config, report);
    overflow::check(config, report);
    policies::check(config, report);
    messages::check(config, report);
    agents::check(config, report);
    hours::check(config, report);
    routes::check(config, report);
    widget::check(config, report);
}
