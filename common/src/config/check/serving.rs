//! Queues and rules whose chats nobody can take: for want of skills, of room, or of a profile.

use super::Report;
use super::staff::Staff;
use crate::config::{DEFAULT_WEIGHT, Queue, Relaxation, Workspace};
use crate::ids::QueueId;
use crate::limits;
use crate::quantity::{Permille, SkillLevel};

pub(super) fn check(config: &Workspace, staff: &Staff<'_>, report: &mut Report) {
    for (id, queue) in &config.queues {
        let path = format!("queues.{id}");
        if staff.serving(id).next().is_none() {
            let text = "no agent serves this queue: give one a profile with it";
            report.warning(path, "nobody_serves", text);
            continue;
        }
        let needs = required(queue, &[]);
        if can_be_served(staff, id, queue, &needs, &path, report) {
            room(staff, id, queue, &path, report);
            delays(staff, id, queue, &path, report);
        }
    }
    rules(config, staff, report);
}

/// What an entry requires: the queue's skills and its own, the higher level counts.
fn required(queue: &Queue, own: &[SkillLevel]) -> Vec<SkillLevel> {
    let mut all: Vec<SkillLevel> = Vec::new();
    for need in queue.skills.iter().chain(own) {
        match all.iter_mut().find(|have| have.skill == need.skill) {
            Some(have) => have.level = have.level.max(need.level),
            None => all.push(need.clone()),
        }
    }
    all
}

/// The steps of relaxation in the order in which they come.
fn steps(queue: &Queue) -> Vec<(usize, &Relaxation)> {
    let mut steps: Vec<_> = queue.relaxation.iter().enumerate().collect();
    steps.truncate(limits::RELAXATIONS);
    steps.sort_by_key(|(at, step)| (step.after_s, *at));
    steps
}

fn relax(needs: &mut Vec<SkillLevel>, step: &Relaxation) {
    match step.level {
        None => needs.retain(|need| need.skill != step.skill),
        Some(least) => {
            for need in needs.iter_mut().filter(|need| need.skill == step.skill) {
                need.level = need.level.min(least);
            }
        }
    }
}

/// Whether anybody can, at once or after some step; says so where not.
fn can_be_served(
    staff: &Staff<'_>,
    id: &QueueId,
    queue: &Queue,
    needs: &[SkillLevel],
    path: &str,
    report: &mut Report,
) -> bool {
    if staff.able(id, needs).next().is_some() {
        return true;
    }
    let mut relaxed = needs.to_vec();
    for (at, step) in steps(queue) {
        relax(&mut relaxed, step);
        if staff.able(id, &relaxed).next().is_some() {
            let text = format!(
                "nobody who serves this queue has {} before this step, so every chat waits {} s \
                 for it: train an agent, or lower the level in skills",
                list(needs),
                step.after_s.0.as_seconds()
            );
            report.warning(format!("{path}.relaxation[{at}]"), "nobody_before_relaxation", text);
            return true;
        }
    }
    nobody(staff, id, queue, &relaxed, path, report);
    false
}

/// Names the skill that nobody has, or the ones that nobody has together.
fn nobody(
    staff: &Staff<'_>,
    id: &QueueId,
    queue: &Queue,
    needs: &[SkillLevel],
    path: &str,
    report: &mut Report,
) {
    let missing = |need: &&SkillLevel| staff.able(id, &[(*need).clone()]).next().is_none();
    let missing: Vec<&SkillLevel> = needs.iter().filter(missing).collect();
    for need in &missing {
        let at = queue.skills.iter().position(|row| row.skill == need.skill);
        let place = at.map_or_else(|| path.to_owned(), |at| format!("{path}.skills[{at}]"));
        let text = format!(
            "no agent of this queue has {} at level {} or more: train one or lower the level",
            need.skill, need.level.0
        );
        report.warning(place, "nobody_has_skill", text);
    }
    if missing.is_empty() {
        let text = format!(
            "no single agent of this queue has {}, though each is there: train one in all of \
             them or require less",
            list(needs)
        );
        report.warning(format!("{path}.skills"), "nobody_has_all", text);
    }
}

fn list(needs: &[SkillLevel]) -> String {
    let named = needs.iter().map(|need| format!("{} at level {}", need.skill, need.level.0));
    named.collect::<Vec<_>>().join(" and ")
}

/// Whether a chat fits anybody who is skilled for it.
fn room(staff: &Staff<'_>, id: &QueueId, queue: &Queue, path: &str, report: &mut Report) {
    let spare = queue.spare.unwrap_or_default();
    let least = Permille(queue.chat_weight().0.saturating_add(spare.0));
    let mut relaxed = required(queue, &[]);
    for (_, step) in steps(queue) {
        relax(&mut relaxed, step);
    }
    let most = staff.able(id, &relaxed).map(|group| group.capacity).max().unwrap_or_default();
    if most < least {
        let needed = if spare.0 > 0 {
            format!("{} (its weight and {} to spare)", least.0, spare.0)
        } else {
            least.0.to_string()
        };
        let text = format!(
            "a chat of this queue needs {needed}, and nobody who can serve it has a capacity \
             above {}: lower the weight, or raise a capacity (a chat weighs {} by default, an \
             agent carries 1000)",
            most.0, DEFAULT_WEIGHT.0
        );
        let part = if queue.chat_weight() > most { "weight" } else { "spare" };
        report.warning(format!("{path}.{part}"), "no_room", text);
    }
}

/// Whether anybody may take its chats at once.
fn delays(staff: &Staff<'_>, id: &QueueId, queue: &Queue, path: &str, report: &mut Report) {
    let needs = required(queue, &[]);
    let delay = |group| {
        let row = staff.row(group, id);
        row.and_then(|row| row.delay_s).map_or(0, |delay| delay.0.0)
    };
    let least = staff.able(id, &needs).map(delay).min().unwrap_or(0);
    if least > 0 {
        #[allow(clippy::cast_precision_loss, reason = "a delay has no 2^52 ms")]
        let seconds = least as f64 / 1_000.0;
        let text = format!(
            "every agent of this queue takes its chats only after {seconds} s: give one a profile \
             without that delay"
        );
        report.warning(path, "always_delayed", text);
    }
}

/// Chats that a rule gives skills which nobody has.
fn rules(config: &Workspace, staff: &Staff<'_>, report: &mut Report) {
    for (at, rule) in config.rules.iter().take(limits::RULES).enumerate() {
        let path = format!("rules[{at}]");
        let Some((id, queue)) = rule.queue.as_ref().and_then(|id| config.queues.get_key_value(id))
        else {
            continue;
        };
        let own = required(queue, &[]);
        // What the queue itself lacks is said there.
        if rule.skills.is_empty() || staff.able(id, &own).next().is_none() {
            continue;
        }
        let needs = required(queue, &rule.skills);
        let as_listed = Queue { skills: rule.skills.clone(), ..queue.clone() };
        can_be_served(staff, id, &as_listed, &needs, &path, report);
    }
}
