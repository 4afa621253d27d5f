//! The widget's form: queues that are there, names that can be attributes, answers that can be
//! given.

use std::collections::BTreeSet;

use super::Report;
use crate::config::{FieldKind, FormField, Workspace};
use crate::limits;

/// More questions than anybody answers; the chat's attributes hold more.
const FIELDS: usize = 16;

pub(super) fn check(config: &Workspace, report: &mut Report) {
    let widget = &config.widget;
    for (at, queue) in widget.queues.iter().enumerate() {
        if !config.queues.contains_key(queue) {
            let message = format!("queue {queue} does not exist: configure it, or leave it out");
            report.error(format!("widget.queues[{at}]"), "unknown_queue", message);
        }
    }
    if widget.fields.len() > FIELDS {
        let message = format!("a form has at most {FIELDS} fields: leave some out");
        report.error("widget.fields", "too_many", message);
    }
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
    if field.kind == FieldKind::Choice && field.options.is_empty() {
        let message = "a choice without options cannot be made: list its `options`";
        report.error(format!("{path}.options"), "no_options", message);
    }
    if field.kind != FieldKind::Choice && !field.options.is_empty() {
        let message = "only a choice has options: make its kind `choice`, or leave them out";
        report.warning(format!("{path}.options"), "without_effect", message);
    }
}
