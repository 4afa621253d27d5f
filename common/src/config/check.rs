//! What is wrong with a configuration: findings with a path, a severity and what to do.
//!
//! Shapes are refused by the decoder before; this looks at what the parts say of each other.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{PolicySet, Queue, Workspace};
use crate::ids::{QueueId, is_short_name};
use crate::limits;
use crate::quantity::SkillLevel;
use crate::words::{Selection, ZeroEligible};

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
#[derive(Default)]
struct Report(Vec<Finding>);

impl Report {
    fn add(&mut self, severity: Severity, path: String, code: &str, message: String) {
        self.0.push(Finding { severity, path: path.into(), code: code.into(), message });
    }

    fn error(&mut self, path: String, code: &str, message: String) {
        self.add(Severity::Error, path, code, message);
    }

    fn warning(&mut self, path: String, code: &str, message: String) {
        self.add(Severity::Warning, path, code, message);
    }
}

/// Everything that is wrong with a configuration, errors first.
pub fn check(config: &Workspace) -> Vec<Finding> {
    let mut report = Report::default();
    names(config, &mut report);
    defaults(config, &mut report);
    for (id, queue) in &config.queues {
        check_queue(config, id, queue, &mut report);
    }
    agents(config, &mut report);
    not_built(config, &mut report);
    report.0.sort_by(|a, b| (a.severity, &a.path).cmp(&(b.severity, &b.path)));
    report.0
}

/// Whether no finding is an error.
pub fn is_ok(findings: &[Finding]) -> bool {
    findings.iter().all(|f| f.severity != Severity::Error)
}

fn names(config: &Workspace, report: &mut Report) {
    let mut name = |path: &str, id: &str| {
        if !is_short_name(id) {
            report.error(
                format!("{path}.{id}"),
                "bad_name",
                format!("`{id}` is no id: use 1 to 32 of a-z, 0-9, _ and -"),
            );
        }
    };
    config.skills.keys().for_each(|id| name("skills", id.as_str()));
    config.queues.keys().for_each(|id| name("queues", id.as_str()));
    config.agents.keys().for_each(|id| name("agents", id.as_str()));
    for (what, count, most) in [
        ("queues", config.queues.len(), limits::QUEUES),
        ("agents", config.agents.len(), limits::AGENTS),
    ] {
        if count > most {
            let text = format!("{count} {what}, at most {most} are served: split the workspace");
            report.error(what.into(), "too_many", text);
        }
    }
}

fn defaults(config: &Workspace, report: &mut Report) {
    if let Some(queue) = &config.default_queue
        && !config.queues.contains_key(queue)
    {
        report.error(
            "default_queue".into(),
            "unknown_queue",
            format!("there is no queue `{queue}`: add it to queues or name another"),
        );
    }
    if config.queues.is_empty() {
        report.warning(
            "queues".into(),
            "no_queues",
            "no queue is configured, so no chat can start: add one".into(),
        );
    }
    for (at, origin) in config.origins.iter().enumerate() {
        let bare = origin.starts_with("http://") || origin.starts_with("https://");
        if !bare || origin.ends_with('/') || origin.matches('/').count() != 2 {
            report.error(
                format!("origins[{at}]"),
                "bad_origin",
                format!("`{origin}` is no origin: write scheme://host[:port] without a path"),
            );
        }
    }
}

fn check_queue(config: &Workspace, id: &QueueId, queue: &Queue, report: &mut Report) {
    let path = format!("queues.{id}");
    skills(config, &format!("{path}.skills"), &queue.skills, report);
    if !queue.priority.is_valid() {
        report.error(
            format!("{path}.priority"),
            "bad_priority",
            format!("priority {} is not within 0 to 9", queue.priority.0),
        );
    }
    if queue.weight.is_some_and(|w| w.0 == 0) {
        report.error(
            format!("{path}.weight"),
            "bad_weight",
            "a weight of 0 would give an agent chats without end: use 1 or more".into(),
        );
    }
    for name in queue.policies.workspace_only() {
        report.error(
            format!("{path}.policies.{name}"),
            "workspace_only",
            format!("`{name}` holds for the whole workspace: move it to policies"),
        );
    }
    overflow(config, id, queue, &path, report);
    nobody_can_serve(config, id, queue, &path, report);
}

fn overflow(config: &Workspace, id: &QueueId, queue: &Queue, path: &str, report: &mut Report) {
    let policies = config.queue_policies(id);
    match &queue.overflow {
        Some(to) if !config.queues.contains_key(to) => report.error(
            format!("{path}.overflow"),
            "unknown_queue",
            format!("there is no queue `{to}`: add it to queues or name another"),
        ),
        Some(_) if overflow_is_cycle(config, id) => report.error(
            format!("{path}.overflow"),
            "overflow_cycle",
            "chats would overflow in a circle: let the last queue of the chain have none".into(),
        ),
        None if policies.zero_eligible == ZeroEligible::OverflowTo => report.error(
            format!("{path}.overflow"),
            "overflow_missing",
            "zero_eligible is overflow_to, but the queue has no overflow: name one".into(),
        ),
        _ => {}
    }
}

fn overflow_is_cycle(config: &Workspace, from: &QueueId) -> bool {
    let mut at = from;
    for _ in 0..=limits::OVERFLOW_CHAIN {
        match config.queues.get(at).and_then(|q| q.overflow.as_ref()) {
            Some(next) => at = next,
            None => return false,
        }
    }
    true
}

fn nobody_can_serve(
    config: &Workspace,
    id: &QueueId,
    queue: &Queue,
    path: &str,
    report: &mut Report,
) {
    let serving: Vec<_> = config.agents.values().filter(|a| config.serves(a, id)).collect();
    let has = |need: &SkillLevel| {
        serving.iter().any(|agent| {
            agent.skills.iter().any(|s| s.skill == need.skill && s.level >= need.level)
        })
    };
    if serving.is_empty() {
        let text = "no agent serves this queue: give one a profile with it".to_owned();
        report.warning(path.to_owned(), "nobody_serves", text);
        return;
    }
    for (at, need) in queue.skills.iter().enumerate().filter(|(_, need)| !has(need)) {
        report.warning(
            format!("{path}.skills[{at}]"),
            "nobody_has_skill",
            format!(
                "no agent of this queue has {} at level {} or more: train one or lower the level",
                need.skill, need.level.0
            ),
        );
    }
}

fn skills(config: &Workspace, path: &str, list: &[SkillLevel], report: &mut Report) {
    if list.len() > limits::SKILLS {
        let text = format!("{} skills, at most {} are taken", list.len(), limits::SKILLS);
        report.error(path.into(), "too_many", text);
    }
    for (at, need) in list.iter().enumerate() {
        if !need.level.is_valid() {
            report.error(
                format!("{path}[{at}].level"),
                "bad_level",
                format!("level {} is not within 1 to 10", need.level.0),
            );
        }
        if !config.skills.is_empty() && !config.skills.contains_key(&need.skill) {
            report.error(
                format!("{path}[{at}].skill"),
                "unknown_skill",
                format!("there is no skill `{}`: add it to skills or correct it", need.skill),
            );
        }
    }
}

fn agents(config: &Workspace, report: &mut Report) {
    for (id, agent) in &config.agents {
        let path = format!("agents.{id}");
        skills(config, &format!("{path}.skills"), &agent.skills, report);
        if let Some(profile) = &agent.profile
            && !config.profiles.contains_key(profile)
        {
            report.error(
                format!("{path}.profile"),
                "unknown_profile",
                format!("there is no profile `{profile}`: add it to profiles or name another"),
            );
        }
    }
    for (name, queues) in &config.profiles {
        for (at, row) in queues.iter().enumerate() {
            if !config.queues.contains_key(&row.queue) {
                report.error(
                    format!("profiles.{name}[{at}].queue"),
                    "unknown_queue",
                    format!("there is no queue `{}`: add it to queues", row.queue),
                );
            }
        }
    }
}

/// Parts of the contract that this release stores but does not act on: saying so is better than
/// silence.
fn not_built(config: &Workspace, report: &mut Report) {
    let mut later = |path: String| {
        let text = format!("`{path}` is kept, but this release does not act on it yet");
        report.warning(path, "not_built", text);
    };
    if !config.rules.is_empty() {
        later("rules".into());
    }
    policies_not_built("policies", &config.policies, &mut later);
    for (id, queue) in &config.queues {
        let path = format!("queues.{id}");
        let parts = [
            ("hours", queue.hours.is_some()),
            ("relaxation", !queue.relaxation.is_empty()),
            ("spare", queue.spare.is_some_and(|spare| spare.0 > 0)),
            ("messages.waiting", queue.messages.waiting.is_some()),
        ];
        for (name, _) in parts.into_iter().filter(|(_, is_set)| *is_set) {
            later(format!("{path}.{name}"));
        }
        policies_not_built(&format!("{path}.policies"), &queue.policies, &mut later);
    }
    for (name, rows) in &config.profiles {
        for (at, row) in rows.iter().enumerate() {
            if row.delay_s.is_some() {
                later(format!("profiles.{name}[{at}].delay_s"));
            }
        }
    }
}

fn policies_not_built(path: &str, set: &PolicySet, later: &mut impl FnMut(String)) {
    let parts = [
        ("selection", set.selection.is_some_and(|s| s != Selection::LongestIdle)),
        ("starvation_s", set.starvation_s.is_some()),
        ("assign_over_capacity", set.assign_over_capacity == Some(true)),
    ];
    for (name, _) in parts.into_iter().filter(|(_, is_set)| *is_set) {
        later(format!("{path}.{name}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(json: &str) -> Vec<(Severity, String, String)> {
        let config: Workspace = serde_json::from_str(json).unwrap();
        let row = |f: Finding| (f.severity, f.path.to_string(), f.code.to_string());
        check(&config).into_iter().map(row).collect()
    }

    #[test]
    fn a_sound_configuration_has_no_findings() {
        let json = r#"{"queues":{"a":{"skills":[{"skill":"x","level":3}]}},
            "agents":{"b":{"skills":[{"skill":"x","level":3}]}}}"#;
        assert_eq!(codes(json), vec![]);
    }

    #[test]
    fn a_queue_nobody_can_serve_names_the_skill() {
        let json = r#"{"queues":{"a":{"skills":[{"skill":"x","level":4}]}},
            "agents":{"b":{"skills":[{"skill":"x","level":3}]}}}"#;
        let path = "queues.a.skills[0]".to_owned();
        assert_eq!(codes(json), vec![(Severity::Warning, path, "nobody_has_skill".into())]);
    }

    #[test]
    fn overflow_in_a_circle_is_an_error() {
        let json = r#"{"queues":{"a":{"overflow":"b"},"b":{"overflow":"a"}},"agents":{"x":{}}}"#;
        let found = codes(json);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|(s, _, c)| *s == Severity::Error && c == "overflow_cycle"));
    }

    #[test]
    fn what_is_not_built_is_said() {
        let json = r#"{"queues":{"a":{"hours":"office"}},"agents":{"x":{}}}"#;
        assert_eq!(codes(json)[0].2, "not_built");
    }

    #[test]
    fn workspace_policies_are_refused_in_a_queue() {
        let json = r#"{"queues":{"a":{"policies":{"max_hops":3}}},"agents":{"x":{}}}"#;
        assert_eq!(codes(json)[0].2, "workspace_only");
    }
}
