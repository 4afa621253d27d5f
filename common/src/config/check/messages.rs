//! Automated messages: texts that are missing or too long, and placeholders that nobody fills.

use super::Report;
use crate::config::{Messages, Seconds, Text, Workspace};
use crate::limits;
use crate::time::Span;

/// Longest language tag.
const LANGUAGE_CHARS: usize = 35;

/// What a text may be.
pub(super) struct Rule {
    /// Words in braces that are replaced.
    filled: &'static [&'static str],
    /// Characters, most.
    most: usize,
}

/// What is said to everybody alike.
const PLAIN: Rule = Rule { filled: &[], most: limits::TEXT_CHARS };
/// What is said to those who wait.
const WAITING: Rule = Rule { filled: &["position", "ewt"], ..PLAIN };
/// A few words beside a field.
pub(super) const LABEL: Rule = Rule { filled: &[], most: limits::NAME_CHARS };

pub(super) fn check(config: &Workspace, report: &mut Report) {
    for (id, queue) in &config.queues {
        messages(&format!("queues.{id}.messages"), &queue.messages, report);
    }
}

fn messages(path: &str, messages: &Messages, report: &mut Report) {
    let plain = [
        ("greeting", &messages.greeting),
        ("transfer", &messages.transfer),
        ("inactivity", &messages.inactivity),
        ("closed", &messages.closed),
    ];
    for (name, text) in plain {
        if let Some(text) = text {
            texts(&format!("{path}.{name}"), text, &PLAIN, report);
        }
    }
    if let Some(waiting) = &messages.waiting {
        texts(&format!("{path}.waiting.text"), &waiting.text, &WAITING, report);
        if waiting.every_s == Seconds(Span::ZERO) {
            let text = "the message would be repeated without end: use a longer time";
            report.error(format!("{path}.waiting.every_s"), "bad_time", text);
        }
    }
}

pub(super) fn texts(path: &str, text: &Text, rule: &Rule, report: &mut Report) {
    match text {
        Text::One(text) => one(path, text, rule, report),
        Text::ByLanguage(all) if all.is_empty() => {
            report.error(path, "empty_text", "there is no text: write one or leave it out");
        }
        Text::ByLanguage(all) => {
            for (language, text) in all {
                let path = format!("{path}.{language}");
                let letters =
                    language.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
                if !letters || language.is_empty() || language.len() > LANGUAGE_CHARS {
                    let text = format!("`{language}` is no language: write one as de or de-AT");
                    report.error(&path, "bad_language", text);
                }
                one(&path, text, rule, report);
            }
        }
    }
}

pub(super) fn one(path: &str, text: &str, rule: &Rule, report: &mut Report) {
    if text.trim().is_empty() {
        report.error(path, "empty_text", "there is no text: write one or leave it out");
    }
    if text.chars().count() > rule.most {
        let text = format!("this text has at most {} characters: shorten it", rule.most);
        report.error(path, "too_long", text);
    }
    for name in placeholders(text).filter(|name| !rule.filled.contains(name)) {
        let known = if rule.filled.is_empty() {
            "nothing is filled in here".to_owned()
        } else {
            format!("only {{{}}} are filled in", rule.filled.join("} and {"))
        };
        let text = format!("customers would read `{{{name}}}` as it stands, {known}: correct it");
        report.warning(path, "unknown_placeholder", text);
    }
}

/// Words in braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _)| name).filter(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}
