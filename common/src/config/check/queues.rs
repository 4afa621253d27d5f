//! A queue by itself: its requirements, weights, bounds, and how requirements are relaxed.

use std::collections::BTreeMap;

use super::Report;
use crate::config::{Queue, Rule, Workspace};
use crate::ids::{QueueId, SkillId};
use crate::limits;
use crate::quantity::{Level, SkillLevel};

pub(super) fn check(config: &Workspace, report: &mut Report) {
    for (id, queue) in &config.queues {
        let path = format!("queues.{id}");
        skills(config, &format!("{path}.skills"), &queue.skills, report);
        bounds(queue, &path, report);
        hours(config, queue, &path, report);
        relaxation(config, id, queue, &path, report);
        for name in queue.policies.workspace_only() {
            let text = format!("`{name}` holds for the whole workspace: move it to policies");
            report.error(format!("{path}.policies.{name}"), "workspace_only", text);
        }
    }
}

fn bounds(queue: &Queue, path: &str, report: &mut Report) {
    if !queue.priority.is_valid() {
        let text = format!("priority {} is none: use 0 to 9, 9 goes first", queue.priority.0);
        report.error(format!("{path}.priority"), "bad_priority", text);
    }
    if queue.weight.is_some_and(|weight| weight.0 == 0) {
        let text = "a weight of 0 would give an agent chats without end: use 1 or more";
        report.error(format!("{path}.weight"), "bad_weight", text);
    }
    if queue.max_length == Some(0) {
        let text = "a queue of length 0 takes no chat: leave max_length out, or close the queue \
                    with `closed = true`";
        report.warning(format!("{path}.max_length"), "no_length", text);
    }
    if queue.transfer_headroom.is_some_and(|more| more > 0) && queue.max_length.is_none() {
        let text = "transfer_headroom adds to max_length, and there is none: set max_length or \
                    leave it out";
        report.warning(format!("{path}.transfer_headroom"), "without_effect", text);
    }
}

fn hours(config: &Workspace, queue: &Queue, path: &str, report: &mut Report) {
    if let Some(name) = &queue.hours
        && !config.hours.contains_key(name)
    {
        let text = format!("there are no hours `{name}`: add them to hours or name others");
        report.error(format!("{path}.hours"), "unknown_hours", text);
    }
}

/// A list of skills, wherever it stands.
pub(super) fn skills(config: &Workspace, path: &str, list: &[SkillLevel], report: &mut Report) {
    if list.len() > limits::SKILLS {
        let (count, most) = (list.len(), limits::SKILLS);
        let text = format!("{count} skills, at most {most} are taken: drop some");
        report.error(path, "too_many", text);
        return;
    }
    for (at, need) in list.iter().enumerate() {
        level(&format!("{path}[{at}].level"), need.level, report);
        known(config, &format!("{path}[{at}].skill"), &need.skill, report);
        if list[..at].iter().any(|earlier| earlier.skill == need.skill) {
            let text = format!("`{}` is there twice: keep one of them", need.skill);
            report.warning(format!("{path}[{at}]"), "duplicate", text);
        }
    }
}

fn level(path: &str, level: Level, report: &mut Report) {
    if !level.is_valid() {
        let text = format!("level {} is none: use 1 to 10, 10 is best", level.0);
        report.error(path, "bad_level", text);
    }
}

fn known(config: &Workspace, path: &str, skill: &SkillId, report: &mut Report) {
    if !config.skills.is_empty() && !config.skills.contains_key(skill) {
        let text = format!("there is no skill `{skill}`: add it to skills or correct it");
        report.error(path, "unknown_skill", text);
    }
}

/// Steps are held against what the queue and the rules require; skills that chats bring along
/// may be relaxed as well, and are not known here.
fn relaxation(config: &Workspace, id: &QueueId, queue: &Queue, path: &str, report: &mut Report) {
    if queue.relaxation.len() > limits::RELAXATIONS {
        let (count, most) = (queue.relaxation.len(), limits::RELAXATIONS);
        let text = format!("{count} steps, at most {most} are taken: join some");
        report.error(format!("{path}.relaxation"), "too_many", text);
    }
    let mut steps: Vec<_> = queue.relaxation.iter().enumerate().collect();
    steps.sort_by_key(|(at, step)| (step.after_s, *at));
    let mut needs: BTreeMap<&SkillId, Option<Level>> = BTreeMap::new();
    let leads_here = |rule: &&Rule| rule.queue.as_ref().is_none_or(|queue| queue == id);
    let of_rules =
        config.rules.iter().take(limits::RULES).filter(leads_here).flat_map(|rule| &rule.skills);
    for need in queue.skills.iter().chain(of_rules) {
        let least = needs.entry(&need.skill).or_insert(Some(need.level));
        *least = (*least).max(Some(need.level));
    }
    for (at, step) in steps {
        let path = format!("{path}.relaxation[{at}]");
        known(config, &format!("{path}.skill"), &step.skill, report);
        if let Some(least) = step.level {
            level(&format!("{path}.level"), least, report);
        }
        let Some(before) = needs.get_mut(&step.skill) else {
            continue;
        };
        // A dropped skill is less than any level.
        if step.level >= *before {
            let text = format!(
                "this step does not lower what is required of {} by then: give it a lower level, \
                 or none to drop the skill",
                step.skill
            );
            report.warning(path, "raises", text);
        } else {
            *before = step.level;
        }
    }
}
