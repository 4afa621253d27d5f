//! Agents and the profiles that say which queues they serve.

use std::collections::BTreeSet;

use super::Report;
use super::queues::skills;
use crate::config::{ProfileQueue, Workspace};

pub(super) fn check(config: &Workspace, report: &mut Report) {
    for (id, agent) in &config.agents {
        let path = format!("agents.{id}");
        skills(config, &format!("{path}.skills"), &agent.skills, report);
        if let Some(profile) = &agent.profile
            && !config.profiles.contains_key(profile)
        {
            let text = format!("there is no profile `{profile}`: add it to profiles or correct it");
            report.error(format!("{path}.profile"), "unknown_profile", text);
        }
        if agent.capacity.is_some_and(|capacity| capacity.0 == 0) {
            let text = "with a capacity of 0 this agent never gets a chat: use 1 or more";
            report.warning(format!("{path}.capacity"), "no_capacity", text);
        }
    }
    for (name, rows) in &config.profiles {
        profile(config, &format!("profiles.{name}"), rows, report);
    }
}

fn profile(config: &Workspace, path: &str, rows: &[ProfileQueue], report: &mut Report) {
    if rows.is_empty() {
        let text = "agents with this profile serve no queue: add queues, or drop the profile for \
                    all queues";
        report.warning(path, "empty_profile", text);
    }
    let mut seen = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(_) = config.queues.get(&row.queue) else {
            let text = format!("there is no queue `{}`: add it to queues", row.queue);
            report.error(format!("{path}[{at}].queue"), "unknown_queue", text);
            continue;
        };
        if !seen.insert(&row.queue) {
            let text = format!("`{}` is there twice: keep one of them", row.queue);
            report.error(format!("{path}[{at}]"), "duplicate", text);
        }
        if let Some(delay) = row.delay_s
            && let Some(longest) = config.queue_policies(&row.queue).max_wait
            && delay.0 >= longest
        {
            let text = format!(
                "chats leave `{}` after max_wait_s, {} s, before these agents may take them: make \
                 the delay shorter",
                row.queue,
                longest.as_seconds()
            );
            report.warning(format!("{path}[{at}].delay_s"), "never_reached", text);
        }
    }
}
