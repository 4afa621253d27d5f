//! Times that cannot be meant, and times that never come because another one is shorter.

use super::Report;
use crate::config::{Policies, PolicySet, Queue, Seconds, Workspace};
use crate::limits;
use crate::time::Span;

pub(super) fn check(config: &Workspace, report: &mut Report) {
    set("policies", &config.policies, report);
    for (id, queue) in &config.queues {
        let path = format!("queues.{id}");
        set(&format!("{path}.policies"), &queue.policies, report);
        never_reached(&path, queue, &config.queue_policies(id), report);
    }
}

fn set(path: &str, set: &PolicySet, report: &mut Report) {
    let zero = [
        ("offer_s", set.offer_s, "every offer would expire at once"),
        ("inactivity_s", set.inactivity_s, "every chat would end at once"),
        ("max_wait_s", set.max_wait_s, "every chat would leave its queue at once"),
    ];
    for (name, value, what) in zero {
        if value == Some(Seconds(Span::ZERO)) {
            let text = format!("with {name} 0, {what}: use a longer time or leave it out");
            report.error(format!("{path}.{name}"), "bad_time", text);
        }
    }
    if let Some(Seconds(target)) = set.service_level_s
        && !limits::WAIT_BUCKETS_MS.contains(&target.0)
    {
        let text = format!(
            "histograms of waits have no bucket at {} s, so this service level cannot be told \
             from them: use one of {}",
            target.as_seconds(),
            buckets()
        );
        report.warning(format!("{path}.service_level_s"), "no_bucket", text);
    }
}

fn buckets() -> String {
    let seconds = limits::WAIT_BUCKETS_MS.map(|bound| Span(bound).as_seconds().to_string());
    seconds.join(", ")
}

/// What starts after a time that no entry stays in the queue.
fn never_reached(path: &str, queue: &Queue, policies: &Policies, report: &mut Report) {
    let Some(longest) = policies.max_wait else {
        return;
    };
    let after = |seconds: Option<Seconds>| seconds.is_some_and(|Seconds(span)| span >= longest);
    let mut say = |path: String, name: &str| {
        let text = format!(
            "chats leave this queue after max_wait_s, {} s, so {name} never comes: make it \
             shorter, or max_wait_s longer",
            longest.as_seconds()
        );
        report.warning(path, "never_reached", text);
    };
    if after(queue.policies.starvation_s) {
        say(format!("{path}.policies.starvation_s"), "starvation_s");
    }
    if after(queue.policies.no_agent_wait_s) {
        say(format!("{path}.policies.no_agent_wait_s"), "no_agent_wait_s");
    }
    for (at, step) in queue.relaxation.iter().enumerate() {
        if after(Some(step.after_s)) {
            say(format!("{path}.relaxation[{at}].after_s"), "this step");
        }
    }
    if after(queue.messages.waiting.as_ref().map(|waiting| waiting.every_s)) {
        say(format!("{path}.messages.waiting.every_s"), "this message");
    }
}
