//! What is wrong with a configuration, its rules' conditions included: those that cannot be read,
//! that read what does not exist, that never hold, and that an earlier rule hides.

use baton_common::config::Workspace;
use baton_common::config::check::{self, Finding, Report};
use baton_common::ids::QueueId;

use super::language::{Condition, Failure};
use super::reach::{self, Reach};

/// Conditions tried in one check; beyond, nothing more is said of rules that hide others.
const WORK: usize = 100_000;

/// Everything that is wrong with a configuration, errors first.
pub fn check(config: &Workspace) -> Vec<Finding> {
    let mut report = Report::default();
    report.extend(check::check(config));
    conditions(config, &mut report);
    report.finish()
}

fn conditions(config: &Workspace, report: &mut Report) {
    let mut earlier: Vec<(usize, Condition)> = Vec::new();
    let (mut all, mut work) = (None, 0);
    for (at, rule) in config.rules.iter().enumerate() {
        let path = format!("rules[{at}].if");
        // Said by the check of the rest.
        if rule.condition.trim().is_empty() || at >= baton_common::limits::RULES {
            continue;
        }
        let condition = match Condition::compile(&rule.condition) {
            Ok(condition) => condition,
            // Length is said there too.
            Err(wrong) if wrong.code == "too_long" => continue,
            Err(wrong) => {
                report.error(path, wrong.code, wrong.message);
                continue;
            }
        };
        match reach::of(config, &condition) {
            Reach::Fails(failure) => report.error(path, "rule_fails", fails(failure)),
            Reach::Never => report.warning(path, "rule_never", never(config, &condition)),
            found => {
                if let Some(by) =
                    hidden_by(config, &rule.condition, &condition, all, &earlier, &mut work)
                {
                    let text = format!(
                        "this rule never applies, since {by} holds whenever it does, and the first \
                         that holds applies: put it before, or drop it"
                    );
                    report.warning(path, "rule_shadowed", text);
                }
                if found == Reach::All && all.is_none() {
                    all = Some(at);
                }
            }
        }
        earlier.push((at, condition));
    }
}

/// The earlier rule that hides a condition.
fn hidden_by(
    config: &Workspace,
    text: &str,
    condition: &Condition,
    all: Option<usize>,
    earlier: &[(usize, Condition)],
    work: &mut usize,
) -> Option<String> {
    if let Some(at) = all {
        return Some(format!("rules[{at}]"));
    }
    let same = |other: &usize| config.rules[*other].condition.trim() == text.trim();
    if let Some(at) = earlier.iter().map(|(at, _)| *at).find(|at| same(at)) {
        return Some(format!("rules[{at}]"));
    }
    if *work > WORK {
        return None;
    }
    let conditions: Vec<&Condition> = earlier.iter().map(|(_, condition)| condition).collect();
    reach::is_hidden(config, condition, &conditions, work)
        .then(|| "one of the rules before".to_owned())
}

fn fails(failure: Failure) -> String {
    let why = match failure {
        Failure::Missing => "it asks for something that no chat has",
        Failure::Type => "it compares or calls what does not go together",
        Failure::NotBool => "it is neither true nor false",
        Failure::Other => "it divides by zero, or computes what is no number or too large a one",
    };
    format!("this condition fails for every chat, since {why}: correct it")
}

fn never(config: &Workspace, condition: &Condition) -> String {
    let unknown =
        condition.words.queues().find(|name| !config.queues.contains_key(&QueueId::new(name)));
    match unknown {
        Some(name) => format!(
            "this condition never holds, since there is no queue `{name}`: add it to queues or \
             name another"
        ),
        None => "this condition never holds, whatever a chat brings along: correct it or drop the \
                 rule"
            .to_owned(),
    }
}
