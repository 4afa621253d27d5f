//! Routing rules, as far as they can be looked at without their language: what they lead to.

use super::overflow::takes_nothing;
use super::{Report, queues};
use crate::config::{Rule, Workspace};
use crate::limits;

pub(super) fn check(config: &Workspace, report: &mut Report) {
    for (at, rule) in config.rules.iter().enumerate() {
        rule_leads(config, &format!("rules[{at}]"), rule, report);
    }
}

fn rule_leads(config: &Workspace, path: &str, rule: &Rule, report: &mut Report) {
    queues::skills(config, &format!("{path}.skills"), &rule.skills, report);
    if rule.condition.trim().is_empty() {
        let text = "there is no condition: write one, `true` for every chat";
        report.error(format!("{path}.if"), "rule_syntax", text);
    }
    if rule.condition.chars().count() > limits::RULE_CHARS {
        let text = format!(
            "a condition has at most {} characters: split it into several rules",
            limits::RULE_CHARS
        );
        report.error(format!("{path}.if"), "too_long", text);
    }
    if let Some(priority) = rule.priority
        && !priority.is_valid()
    {
        let text = format!("priority {} is none: use 0 to 9, 9 goes first", priority.0);
        report.error(format!("{path}.priority"), "bad_priority", text);
    }
    if let Some(id) = &rule.queue {
        match config.queues.get(id) {
            None => {
                let text = format!("there is no queue `{id}`: add it to queues or name another");
                report.error(format!("{path}.queue"), "unknown_queue", text);
            }
            Some(queue) if queue.overflow.is_none() => {
                if let Some(why) = takes_nothing(config, queue) {
                    let text = format!(
                        "`{id}` {why} and has no overflow, so these chats are refused: name a \
                         queue that is open"
                    );
                    report.warning(format!("{path}.queue"), "rule_dead_end", text);
                }
            }
            Some(_) => {}
        }
    }
    if rule.queue.is_none() && rule.priority.is_none() && rule.skills.is_empty() {
        let text = "this rule changes nothing: give it a queue, a priority or skills, or drop it";
        report.warning(path, "without_effect", text);
    }
}
