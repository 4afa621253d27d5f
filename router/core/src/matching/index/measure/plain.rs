//! The matching that the index replaces, for benchmarks to compare it with: a look at everybody
//! there is, each judged by the rules. Names are numbers here, too, and what entries require is
//! worked out beforehand, so that the comparison is with the best that a scan can do.

use baton_common::config::Workspace as Config;
use baton_common::ids::{AgentId, QueueId};
use baton_common::time::{Span, Timestamp};

use super::super::space::Space;
use super::super::vocabulary::Skills;
use super::Waiting;
use crate::matching::age;
use crate::state::Entry;

/// See the module.
pub struct Plain {
    workers: Vec<Worker>,
    kinds: Vec<Kind>,
}

struct Worker {
    skills: Skills,
    total: u32,
    /// By queue, its rank and the least age of entries; none: serves every queue alike.
    serves: Option<Vec<Option<(u32, Span)>>>,
}

struct Kind {
    queue: usize,
    /// The ages at which something changes.
    steps: Vec<Span>,
    /// By step what is required; none: a skill that nobody has.
    needs: Vec<Option<Skills>>,
    room: u32,
}

impl Plain {
    pub(super) fn of(config: &Config, space: &Space, kinds: &[Entry]) -> Self {
        let worker = |id: &AgentId| {
            let agent = &config.agents[id];
            let skills = space.words.has(&agent.skills);
            let rows = agent.profile.as_ref().and_then(|name| config.profiles.get(name));
            let serves = rows.map(|rows| {
                let row = |queue: &QueueId| rows.iter().find(|row| row.queue == *queue);
                let queues = config.queues.keys();
                queues.map(|id| row(id).map(|row| (age::rank_of(row), age::delay(row)))).collect()
            });
            Worker { skills, total: agent.total_capacity().0, serves }
        };
        let steps = age::steps(config);
        let kind = |entry: &Entry| {
            let steps = steps.get(&entry.queue).cloned().unwrap_or_default();
            let ages = (0..=steps.len()).map(|passed| age::begins(&steps, passed));
            let required = |age| age::required(config, &entry.queue, &entry.skills, age);
            let needs = ages.map(|age| space.words.needs(&required(age))).collect();
            let queue = config.queues.keys().position(|id| *id == entry.queue);
            let spare = config.queues[&entry.queue].spare.map_or(0, |spare| spare.0);
            let room = entry.weight.0.saturating_add(spare);
            Kind { queue: queue.expect("samples wait in queues that are"), steps, needs, room }
        };
        let workers = space.agents.iter().map(worker).collect();
        Self { workers, kinds: kinds.iter().map(kind).collect() }
    }

    /// The rank of an entry for an agent who does nothing; none: cannot have it.
    fn rank(&self, agent: u32, waiting: &Waiting) -> Option<u32> {
        let (worker, kind) = (&self.workers[agent as usize], &self.kinds[waiting.kind as usize]);
        let rank = match &worker.serves {
            Some(rows) => {
                let (rank, from) = rows[kind.queue]?;
                (from <= waiting.age).then_some(rank)?
            }
            None => 0,
        };
        let needs = kind.needs[age::passed(&kind.steps, waiting.age)].as_ref()?;
        let has = |(skill, level): &(u32, u8)| {
            worker.skills.iter().any(|(other, has)| other == skill && has >= level)
        };
        (needs.iter().all(has) && kind.room <= worker.total).then_some(rank)
    }

    /// The first entry for an agent of all who wait, in any order: everybody is judged.
    pub fn entry_for(&self, agent: u32, all: &[Waiting]) -> Option<u64> {
        let able = all
            .iter()
            .filter_map(|one| self.rank(agent, one).map(|rank| (rank, one.since, one.number)));
        able.min().map(|(_, _, number)| number)
    }

    /// The first entry for an agent for whom all queues have one rank: in a line in order, the
    /// first that fits.
    pub fn first_for(&self, agent: u32, line: &[Waiting]) -> Option<u64> {
        line.iter().find(|one| self.rank(agent, one).is_some()).map(|one| one.number)
    }

    /// Of all agents, whoever of the free ones who can has been idle longest: everybody is judged.
    pub fn agent_for(&self, waiting: &Waiting, idle: &[Option<Timestamp>]) -> Option<u32> {
        let free = (0..).zip(idle).filter_map(|(agent, since)| Some(((*since)?, agent)));
        free.filter(|(_, agent)| self.rank(*agent, waiting).is_some()).min().map(|(_, agent)| agent)
    }

    /// The first who can of free agents in order.
    pub fn first_agent_for(&self, waiting: &Waiting, line: &[u32]) -> Option<u32> {
        line.iter().copied().find(|agent| self.rank(*agent, waiting).is_some())
    }
}
