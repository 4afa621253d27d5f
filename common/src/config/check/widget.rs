//! The widget's form: queues that are there, names that can be attributes, answers that can be
//! given.

use std::collections::BTreeSet;

use super::Report;
use super::messages::{LABEL, one, texts};
use crate::config::{FieldKind, FormField, Workspace};
use crate::limits;

pub(super) fn check(config: &Workspace, report: &mut Report) {
    let widget = &config.widget;
    let mut queues = BTreeSet::new();
    for (at, queue) in widget.queues.iter().enumerate() {
        let path = format!("widget.queues[{at}]");
        if !config.queues.contains_key(queue) {
            let message = format!("queue {queue} does not exist: configure it, or leave it out");
            report.error(path, "unknown_queue", message);
        } else if !queues.insert(queue) {
            let message = format!("{queue} is offered twice: leave one out");
            report.error(path, "duplicate", message);
        }
    }
    bounded("widget.queues", widget.queues.len(), limits::WIDGET_QUEUES, report);
    bounded("widget.fields", widget.fields.len(), limits::WIDGET_FIELDS, report);
    let mut names = BTreeSet::new();
    for (at, field) in widget.fields.iter().enumerate() {
        check_field(field, &format!("widget.fields[{at}]"), report);
        if !names.insert(&field.name) {
            let message = format!("{} is asked twice: give each field its own name", field.name);
            report.error(format!("widget.fields[{at}].name"), "duplicate", message);
        }
    }
}

fn check_field(field: &FormField, path: &str, report: &mut Report) {
    if !(1..=limits::NAME_CHARS).contains(&field.name.chars().count()) {
        let message =
            "a field has a name, as an attribute has: `order`, `plan`, or `name`, `email`";
        report.error(format!("{path}.name"), "bad_name", message);
    }
    texts(&format!("{path}.label"), &field.label, &LABEL, report);
    if field.kind == FieldKind::Choice && field.options.is_empty() {
        let message = "a choice without options cannot be made: list its `options`";
        report.error(format!("{path}.options"), "no_options", message);
    }
    if field.kind != FieldKind::Choice && !field.options.is_empty() {
        let message = "only a choice has options: make its kind `choice`, or leave them out";
        report.warning(format!("{path}.options"), "without_effect", message);
    }
    bounded(&format!("{path}.options"), field.options.len(), limits::WIDGET_OPTIONS, report);
    let mut given = BTreeSet::new();
    for (at, option) in field.options.iter().enumerate() {
        let path = format!("{path}.options[{at}]");
        one(&path, option, &LABEL, report);
        if !given.insert(option) {
            report.error(path, "duplicate", format!("`{option}` is there twice: leave one out"));
        }
    }
}

fn bounded(path: &str, there: usize, most: usize, report: &mut Report) {
    if there > most {
        let message = format!("there are {there}, at most {most} are asked for: leave some out");
        report.error(path, "too_many", message);
    }
}
