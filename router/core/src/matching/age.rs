//! What changes as an entry grows older: requirements that are relaxed, profiles that come in,
//! starvation. Ages count from `routed_at`. An entry's age is recorded (`Event::EntryAged`), so
//! that what holds for it follows from the state alone; when it was recorded is `fire`'s to say.

use std::collections::BTreeMap;

use baton_common::config::{Agent, ProfileQueue, Workspace as Config};
use baton_common::ids::QueueId;
use baton_common::quantity::SkillLevel;
use baton_common::time::{Span, Timestamp};

/// The ages, ascending, at which other agents come in question for entries of each queue; queues
/// without any are missing.
pub(crate) fn steps(config: &Config) -> BTreeMap<QueueId, Vec<Span>> {
    let mut steps: BTreeMap<QueueId, Vec<Span>> = BTreeMap::new();
    let relaxed = config.queues.iter().flat_map(|(queue, row)| {
        row.relaxation.iter().map(move |relaxation| (queue, relaxation.after_s))
    });
    let rows = config.profiles.values().flatten();
    let delayed = rows.filter_map(|row| row.delay_s.map(|delay| (&row.queue, delay)));
    for (queue, after) in relaxed.chain(delayed).filter(|(_, after)| after.0 > Span::ZERO) {
        steps.entry(queue.clone()).or_default().push(after.0);
    }
    for ages in steps.values_mut() {
        ages.sort_unstable();
        ages.dedup();
    }
    steps
}

/// How many of some steps an age has passed.
pub(crate) fn passed(steps: &[Span], age: Span) -> usize {
    steps.partition_point(|step| *step <= age)
}

/// The age at which a step begins; the first begins at once.
pub(crate) fn begins(steps: &[Span], passed: usize) -> Span {
    passed.checked_sub(1).and_then(|at| steps.get(at)).copied().unwrap_or(Span::ZERO)
}

/// When an entry that was routed then reaches the next of some ages.
pub(crate) fn next_at(
    steps: &[Span],
    starvation: Option<Span>,
    routed_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let ages = steps.iter().chain(&starvation);
    ages.map(|age| routed_at + *age).filter(|at| *at > now).min()
}

/// What an entry of an age requires in a queue: the queue's skills and its own, the higher level
/// counts; then what the queue relaxes up to that age, in the order of the ages.
pub(crate) fn required(
    config: &Config,
    queue: &QueueId,
    own: &[SkillLevel],
    age: Span,
) -> Vec<SkillLevel> {
    let queue = config.queues.get(queue);
    let mut all: Vec<SkillLevel> = queue.map(|q| q.skills.clone()).unwrap_or_default();
    for need in own {
        match all.iter_mut().find(|have| have.skill == need.skill) {
            Some(have) => have.level = have.level.max(need.level),
            None => all.push(need.clone()),
        }
    }
    let relaxation = queue.map(|q| q.relaxation.as_slice()).unwrap_or_default();
    let mut due: Vec<_> = relaxation.iter().filter(|step| step.after_s.0 <= age).collect();
    due.sort_by_key(|step| step.after_s);
    for step in due {
        match step.level {
            Some(level) => {
                let lowered = all.iter_mut().filter(|need| need.skill == step.skill);
                lowered.for_each(|need| need.level = need.level.min(level));
            }
            None => all.retain(|need| need.skill != step.skill),
        }
    }
    all
}

/// The rank of a queue for an agent, lower first; none: not served, or not by entries of that age.
/// Agents without a profile serve every queue alike. Queues without a rank come last.
pub(crate) fn rank(config: &Config, agent: &Agent, queue: &QueueId, age: Span) -> Option<u32> {
    match agent.profile.as_ref().and_then(|name| config.profiles.get(name)) {
        Some(rows) => {
            let row = rows.iter().find(|row| row.queue == *queue)?;
            (delay(row) <= age).then(|| rank_of(row))
        }
        None => Some(0),
    }
}

/// The rank of a row of a profile.
pub(crate) fn rank_of(row: &ProfileQueue) -> u32 {
    row.rank.unwrap_or(u32::MAX)
}

/// From which age on a row of a profile holds.
pub(crate) fn delay(row: &ProfileQueue) -> Span {
    row.delay_s.map_or(Span::ZERO, |delay| delay.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{"queues":{"q":{"skills":[{"skill":"a","level":5}],
        "relaxation":[{"after_s":60,"skill":"a"},{"after_s":30,"skill":"a","level":2}]},"r":{}},
        "profiles":{"late":[{"queue":"q","delay_s":45},{"queue":"r","rank":1}]},
        "agents":{"x":{"profile":"late"},"y":{}}}"#;

    fn levels(age: u64) -> Vec<u8> {
        let config: Config = serde_json::from_str(CONFIG).unwrap();
        let own = [SkillLevel { skill: "a".into(), level: baton_common::quantity::Level(7) }];
        required(&config, &"q".into(), &own, Span::seconds(age)).iter().map(|s| s.level.0).collect()
    }

    #[test]
    fn requirements_are_lowered_and_dropped_in_the_order_of_ages() {
        assert_eq!((levels(29), levels(30), levels(60)), (vec![7], vec![2], vec![]));
    }

    #[test]
    fn steps_are_those_of_relaxation_and_of_profiles() {
        let config: Config = serde_json::from_str(CONFIG).unwrap();
        let steps = steps(&config);
        assert_eq!(steps.len(), 1);
        let of = &steps[&QueueId::new("q")];
        assert_eq!(*of, [30, 45, 60].map(Span::seconds));
        assert_eq!((passed(of, Span::seconds(44)), passed(of, Span::seconds(45))), (1, 2));
        assert_eq!((begins(of, 0), begins(of, 2)), (Span::ZERO, Span::seconds(45)));
        let routed = Timestamp(1_000);
        let starvation = Some(Span::seconds(50));
        let next = |now: u64| next_at(of, starvation, routed, routed + Span(now));
        assert_eq!(next(0), Some(routed + Span::seconds(30)));
        assert_eq!(next(45_000), Some(routed + Span::seconds(50)));
        assert_eq!(next(60_000), None);
    }

    #[test]
    fn a_profile_says_which_queues_in_which_order_and_when() {
        let config: Config = serde_json::from_str(CONFIG).unwrap();
        let agent = |id: &str| &config.agents[&baton_common::ids::AgentId::new(id)];
        let q = |id: &str, age| rank(&config, agent(id), &"q".into(), Span::seconds(age));
        assert_eq!((q("x", 44), q("x", 45), q("y", 0)), (None, Some(u32::MAX), Some(0)));
        assert_eq!(rank(&config, agent("x"), &"r".into(), Span::ZERO), Some(1));
        assert_eq!(rank(&config, agent("x"), &"none".into(), Span::ZERO), None);
    }
}
