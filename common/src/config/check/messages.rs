//! Automated messages: texts that are missing or too long, and placeholders that nobody fills.

use super::Report;
use crate::config::{Messages, Seconds, Text, Workspace};
use crate::limits;
use crate::time::Span;

/// What is filled in, in messages to those who wait.
const FILLED_IN: [&str; 2] = ["position", "ewt"];
/// Longest language tag.
const LANGUAGE_CHARS: usize = 35;

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
            texts(&format!("{path}.{name}"), text, &[], report);
        }
    }
    if let Some(waiting) = &messages.waiting {
        texts(&format!("{path}.waiting.text"), &waiting.text, &FILLED_IN, report);
        if waiting.every_s == Seconds(Span::ZERO) {
            let text = "the message would be repeated without end: use a longer time";
            report.error(format!("{path}.waiting.every_s"), "bad_time", text);
        }
    }
}

fn texts(path: &str, text: &Text, filled: &[&str], report: &mut Report) {
    match text {
        Text::One(text) => one(path, text, filled, report),
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
                one(&path, text, filled, report);
            }
        }
    }
}

fn one(path: &str, text: &str, filled: &[&str], report: &mut Report) {
    if text.trim().is_empty() {
        report.error(path, "empty_text", "there is no text: write one or leave it out");
    }
    if text.chars().count() > limits::TEXT_CHARS {
        let text = format!("a text has at most {} characters: shorten it", limits::TEXT_CHARS);
        report.error(path, "too_long", text);
    }
    for name in placeholders(text).filter(|name| !filled.contains(name)) {
        let known = if filled.is_empty() {
            "nothing is filled in here".to_owned()
        } else {
            format!("only {{{}}} are filled in", filled.join("} and {"))
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
