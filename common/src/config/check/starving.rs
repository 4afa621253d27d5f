//! Queues that wait for ever while others are busy: everybody who serves them serves a higher
//! class first, and nothing bounds how long.

use super::Report;
use super::overflow::takes_nothing;
use super::staff::{Group, Staff};
use crate::config::{Queue, Workspace};
use crate::ids::QueueId;
use crate::quantity::Priority;

/// Most pairs of a group and a queue that are looked at; beyond, nothing is said.
const PAIRS: usize = 20_000_000;

/// A place in the order in which an agent takes queues.
#[derive(Clone, Copy)]
struct Class {
    priority: Priority,
    /// In the agent's profile; lower goes first.
    rank: u32,
}

impl Class {
    /// Whether its chats always go first.
    fn is_above(self, other: Self) -> bool {
        self.priority > other.priority
            || (self.priority == other.priority && self.rank < other.rank)
    }
}

pub(super) fn check(config: &Workspace, staff: &Staff<'_>, report: &mut Report) {
    if staff.groups.len().saturating_mul(config.queues.len()) > PAIRS || is_flat(config) {
        return;
    }
    let alive = |(_, queue): &(&QueueId, &Queue)| takes_nothing(config, queue).is_none();
    let queues: Vec<(&QueueId, &Queue)> = config.queues.iter().filter(alive).collect();
    // For each queue: somebody takes it before all others, or whom all of them serve before it.
    let mut first: Vec<bool> = vec![false; queues.len()];
    let mut above: Vec<Option<&QueueId>> = vec![None; queues.len()];
    for group in &staff.groups {
        let served = served(staff, group, &queues);
        for (at, class) in &served {
            let higher = served.iter().find(|(_, other)| other.is_above(*class));
            match higher {
                Some((higher, _)) => above[*at] = Some(queues[*higher].0),
                None => first[*at] = true,
            }
        }
    }
    for (at, (id, _)) in queues.iter().enumerate() {
        if let (false, Some(higher)) = (first[at], above[at])
            && !is_bounded(config, id)
        {
            let text = format!(
                "everybody who serves this queue serves others first, as `{higher}`, so its chats \
                 may wait for ever while those are busy: set starvation_s, or give an agent a \
                 profile that puts it first"
            );
            report.warning(format!("queues.{id}"), "starves", text);
        }
    }
}

/// Whether a chat that is old enough goes before everything.
fn is_bounded(config: &Workspace, id: &QueueId) -> bool {
    let own = config.queues.get(id).and_then(|queue| queue.policies.starvation_s);
    own.or(config.policies.starvation_s).is_some()
}

/// Whether no queue goes before another anywhere.
fn is_flat(config: &Workspace) -> bool {
    let mut priorities = config.queues.values().map(|queue| queue.priority);
    let one = priorities.next();
    let ranked = config.profiles.values().flatten().any(|row| row.rank.is_some());
    !ranked && priorities.all(|other| Some(other) == one)
}

/// The queues that a group can serve, each group's highest classes first.
fn served(
    staff: &Staff<'_>,
    group: &Group<'_>,
    queues: &[(&QueueId, &Queue)],
) -> Vec<(usize, Class)> {
    let class = |(at, (id, queue)): (usize, &(&QueueId, &Queue))| {
        if !staff.is_able(group, id, &queue.skills) {
            return None;
        }
        // Without a profile all are alike; in one, a queue without a rank comes last.
        let rank = staff.row(group, id).map_or(0, |row| row.rank.unwrap_or(u32::MAX));
        Some((at, Class { priority: queue.priority, rank }))
    };
    let mut served: Vec<(usize, Class)> = queues.iter().enumerate().filter_map(class).collect();
    served.sort_by_key(|(at, class)| (std::cmp::Reverse(class.priority), class.rank, *at));
    served
}
