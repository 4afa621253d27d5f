//! The words of a configuration as small numbers: skills, queues, profiles, policies. Made anew
//! with each configuration. Leaves who has what to `supply` and what is asked for to `demand`.

use baton_common::config::Workspace as Config;
use baton_common::ids::{QueueId, SkillId};
use baton_common::quantity::SkillLevel;
use baton_common::time::Span;
use baton_common::words::Selection;
use indexmap::{IndexMap, IndexSet};

use super::{Fixed, small};
use crate::matching::age;

/// Skill and level, ascending by skill, each once.
pub(crate) type Skills = Vec<(u32, u8)>;

/// What the index needs to know of a configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    /// Of agents; nobody has another.
    skills: IndexSet<SkillId, Fixed>,
    queues: IndexMap<QueueId, Queue, Fixed>,
    profiles: IndexMap<String, Profile, Fixed>,
    /// Those in use.
    policies: Vec<Selection>,
}

/// A queue.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// Index of its policy.
    pub(crate) policy: usize,
    /// What must be free beyond an entry's weight.
    pub(crate) spare: u32,
    /// See `age::steps`.
    pub(crate) steps: Vec<Span>,
}

/// Which queues agents serve.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// By queue: rank and least age.
    rows: IndexMap<u32, (u32, Span), Fixed>,
    /// The ranks there are, ascending.
    pub(crate) ranks: Vec<u32>,
}

impl Profile {
    /// The rank of a queue for entries of an age.
    pub(crate) fn rank(&self, queue: u32, age: Span) -> Option<u32> {
        let (rank, from) = self.rows.get(&queue)?;
        (*from <= age).then_some(*rank)
    }
}

impl Vocabulary {
    pub(crate) fn new(config: &Config) -> Self {
        let mut all = Self::default();
        let steps = age::steps(config);
        for id in config.queues.keys() {
            let steps = steps.get(id).cloned().unwrap_or_default();
            all.add_queue(config, id, steps);
        }
        for (name, rows) in &config.profiles {
            let mut of = IndexMap::default();
            for row in rows {
                if let Some(queue) = all.queues.get_index_of(&row.queue) {
                    let row = (age::rank_of(row), age::delay(row));
                    of.entry(small(queue)).or_insert(row);
                }
            }
            let mut ranks: Vec<u32> = of.values().map(|(rank, _)| *rank).collect();
            ranks.sort_unstable();
            ranks.dedup();
            all.profiles.insert(name.clone(), Profile { rows: of, ranks });
        }
        let skills = config.agents.values().flat_map(|agent| &agent.skills);
        all.skills.extend(skills.map(|has| has.skill.clone()));
        all
    }

    fn add_queue(&mut self, config: &Config, id: &QueueId, steps: Vec<Span>) -> u32 {
        let selection = config.queue_policies(id).selection;
        let policy = self.policies.iter().position(|policy| *policy == selection);
        let policy = policy.unwrap_or_else(|| {
            self.policies.push(selection);
            self.policies.len() - 1
        });
        let spare = config.queues.get(id).and_then(|queue| queue.spare).map_or(0, |spare| spare.0);
        small(self.queues.insert_full(id.clone(), Queue { policy, spare, steps }).0)
    }

    /// The number of a queue; one that waits for its last entries though it is configured no more
    /// gets one, too.
    pub(crate) fn queue_number(&mut self, config: &Config, id: &QueueId) -> u32 {
        match self.queues.get_index_of(id) {
            Some(at) => small(at),
            None => self.add_queue(config, id, Vec::new()),
        }
    }

    /// A queue and its number, if it is known.
    pub(crate) fn find_queue(&self, id: &QueueId) -> Option<(u32, &Queue)> {
        self.queues.get_full(id).map(|(at, _, queue)| (small(at), queue))
    }

    pub(crate) fn queue(&self, number: u32) -> (&QueueId, &Queue) {
        self.queues.get_index(number as usize).expect("queues are never taken away")
    }

    pub(crate) fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.values()
    }

    pub(crate) fn policies(&self) -> &[Selection] {
        &self.policies
    }

    pub(crate) fn profiles(&self) -> impl ExactSizeIterator<Item = &Profile> {
        self.profiles.values()
    }

    pub(crate) fn profile(&self, number: u32) -> &Profile {
        self.profiles.get_index(number as usize).expect("profiles are never taken away").1
    }

    pub(crate) fn profile_number(&self, name: &str) -> Option<u32> {
        self.profiles.get_index_of(name).map(small)
    }

    /// None: nobody has it.
    pub(crate) fn skill_number(&self, id: &SkillId) -> Option<u32> {
        self.skills.get_index_of(id).map(small)
    }

    /// The skills of an agent; of two of the same the first counts.
    pub(crate) fn has(&self, of: &[SkillLevel]) -> Skills {
        let mut all = Skills::with_capacity(of.len());
        for SkillLevel { skill, level } in of {
            let skill = self.skills.get_index_of(skill).expect("skills of agents are known");
            if all.iter().all(|(other, _)| *other != small(skill)) {
                all.push((small(skill), level.0));
            }
        }
        all.sort_unstable();
        all
    }

    /// What is required; none: nobody has one of the skills.
    pub(crate) fn needs(&self, of: &[SkillLevel]) -> Option<Skills> {
        let number = |need: &SkillLevel| {
            self.skills.get_index_of(&need.skill).map(|skill| (small(skill), need.level.0))
        };
        let mut all: Skills = of.iter().map(number).collect::<Option<_>>()?;
        // Of two of the same the higher one.
        all.sort_unstable_by_key(|(skill, level)| (*skill, std::cmp::Reverse(*level)));
        all.dedup_by_key(|(skill, _)| *skill);
        Some(all)
    }
}
