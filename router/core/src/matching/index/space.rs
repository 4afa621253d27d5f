//! The index of one workspace: both sides, and what is known of single entries and agents. Reads
//! the rules and the rows of the state; which rows have changed is its caller's to say.

mod bars;
mod crew;
mod idle;
mod renew;

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use baton_common::config::Workspace as Config;
use baton_common::ids::{AgentId, QueueId};
use baton_common::quantity::{Permille, SkillLevel};
use baton_common::time::{Span, Timestamp};
use baton_common::words::Selection;
use indexmap::IndexMap;

use super::bits::Bits;
use super::class::{Class, ClassId, ClassRef, sorted};
use super::demand::{Choice, Demand, Seeker};
use super::key::Key;
use super::places::{Placed, Places};
use super::policy;
use super::roster::Roster;
use super::supply::{Group, Supply};
use super::vocabulary::Vocabulary;
use super::{Fixed, small};
use crate::matching::age;
use crate::state::{AgentState, Entry};

pub(crate) use bars::Bars;
pub(crate) use crew::{Crew, Seeks, SharedLine};
pub(super) use idle::Idle;

/// How many policies there are.
const POLICIES: usize = 5;
/// No agent is asked for.
const NOBODY: u32 = u32::MAX;
/// Somebody is asked for who is not configured.
const STRANGER: u32 = u32::MAX - 1;
/// So many classes are kept at least and at most before one that nobody waits in is forgotten for
/// a new one: to work one out anew takes as long as many decisions.
const CLASSES_KEPT: (usize, usize) = (4_096, 65_536);
/// Between the two, as many as have so many bits for their groups: 64 MiB.
const CLASS_BITS: usize = 64 << 23;
/// How many classes are looked at for an empty one.
const LOOKED_AT: usize = 64;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Space {
    pub(super) words: Vocabulary,
    pub(super) agents: Roster,
    pub(super) supply: Supply,
    pub(super) demand: Demand,
    pub(super) classes: IndexMap<ClassId, u32, Fixed>,
    /// Where the search for an empty class goes on.
    hand: usize,
    pub(super) entries: Places,
    /// By agent, the entries that ask for them first, and until when.
    pub(super) preferring: BTreeMap<u32, BTreeMap<Key, Timestamp>>,
    /// When the day ends by which the agents' keys were made.
    day_ends: Option<Timestamp>,
    crowd: bars::Crowd,
}

impl Space {
    /// Of a configuration, without entries and with all agents logged out.
    pub(crate) fn new(config: &Arc<Config>) -> Self {
        let words = Vocabulary::new(config);
        let mut rooms: Vec<u32> = config
            .queues
            .values()
            .zip(words.queues())
            .map(|(queue, row)| queue.chat_weight().0.saturating_add(row.spare))
            .collect();
        rooms.sort_unstable();
        rooms.dedup();
        let mut supply = Supply::new(words.policies().len(), rooms);
        let agents = Roster::new(config);
        supply.reserve(agents.len());
        for agent in agents.iter().map(|id| &config.agents[id]) {
            let profile = agent.profile.as_ref().and_then(|name| words.profile_number(name));
            let skills = words.has(&agent.skills);
            supply.add(Group { skills, profile }, agent.total_capacity().0);
        }
        let demand = Demand::new(&words, supply.groups().len());
        let crowd = bars::Crowd::new(&supply, agents.len());
        Self { words, agents, supply, demand, crowd, ..Self::default() }
    }

    pub(crate) fn agent_number(&self, id: &AgentId) -> Option<u32> {
        self.agents.number(id)
    }

    pub(crate) fn agent_id(&self, number: u32) -> &AgentId {
        self.agents.id(number).expect("agents are taken away with the index")
    }

    /// Reads an agent's row anew.
    pub(crate) fn put_agent(&mut self, number: u32, row: &AgentState, now: Timestamp) {
        let total = self.supply.place(number).total;
        let willing = row.is_willing();
        let offered = willing && row.ramp_until.is_none();
        let free = total.checked_sub(row.used().0).filter(|_| offered);
        let policies = self.words.policies().iter();
        let mut keys = [0; POLICIES];
        for (key, policy) in keys.iter_mut().zip(policies) {
            *key = policy::order(*policy, row, Permille(total), now);
        }
        let keys = &keys[..self.words.policies().len()];
        self.supply.put(number, willing, free, keys);
        self.crowd.put(number, row);
        if let Some(ends) = row.today.ends(now) {
            self.day_ends = Some(self.day_ends.map_or(ends, |known| known.min(ends)));
        }
        if let Some(of) = self.preferring.get_mut(&number) {
            of.retain(|_, until| now < *until);
            if of.is_empty() {
                self.preferring.remove(&number);
            }
        }
    }

    /// When the day ends by which agents' keys were made.
    pub(crate) fn day_ends(&self) -> Option<Timestamp> {
        self.day_ends
    }

    /// Whether the day has ended by which agents' keys were made; asks once.
    pub(crate) fn is_new_day(&mut self, now: Timestamp) -> bool {
        self.day_ends.take_if(|ends| *ends <= now).is_some()
    }

    /// Reads an entry anew; none: it waits no more.
    pub(crate) fn put_entry(&mut self, config: &Config, number: u64, of: Option<(&Entry, bool)>) {
        let new = of.map(|(entry, guarded)| self.placed(config, entry, guarded));
        let old = match new {
            Some(_) => self.entries.get(number),
            None => self.entries.remove(number),
        };
        if old == new {
            return;
        }
        let key = |placed: Placed| Key { rank: placed.rank, number };
        let stands = |placed: Placed| (placed.class, key(placed));
        if old.map(stands) != new.map(stands) {
            if let Some(old) = old {
                self.demand.remove(old.class, key(old));
            }
            if let Some(new) = new {
                self.demand.add(new.class, key(new));
            }
        }
        if let Some(old) = old
            && let Some(of) = self.preferring.get_mut(&old.preferred)
        {
            of.remove(&key(old));
            if of.is_empty() {
                self.preferring.remove(&old.preferred);
            }
        }
        if let Some(new) = new {
            let until = of.and_then(|(entry, _)| entry.preferred.as_ref()).map(|(_, at)| *at);
            if let Some(until) = until.filter(|_| new.preferred < STRANGER) {
                self.preferring.entry(new.preferred).or_default().insert(key(new), until);
            }
            self.entries.insert(number, new);
        }
    }

    fn placed(&mut self, config: &Config, entry: &Entry, guarded: bool) -> Placed {
        let queue = self.words.queue_number(config, &entry.queue);
        let steps = &self.words.queue(queue).1.steps;
        let step = small(age::passed(steps, entry.age()));
        let of = ClassRef { queue, own: &entry.skills, weight: entry.weight.0, step };
        let class = match self.classes.get(&of) {
            Some(class) => *class,
            None => self.make_class(config, of.into()),
        };
        let preferred = entry
            .preferred
            .as_ref()
            .map_or(NOBODY, |(agent, _)| self.agent_number(agent).unwrap_or(STRANGER));
        let rank = Key::of_entry(&entry.key).rank;
        Placed { rank, class, preferred, guarded }
    }

    fn make_class(&mut self, config: &Config, id: ClassId) -> u32 {
        let class = self.resolve(config, id.clone());
        if !self.supply.has_room_step(class.room) {
            self.supply.add_room_step(class.room);
        }
        let at = self.place_for_class();
        if at < self.demand.classes() {
            let old = &self.demand.class(small(at)).id;
            self.classes.swap_remove(old);
        }
        self.demand.set_class(&self.words, small(at), class);
        self.classes.insert(id, small(at));
        small(at)
    }

    /// A class that nobody waits in, once there are many; else the next.
    fn place_for_class(&mut self) -> usize {
        let all = self.demand.classes();
        let bits = self.supply.groups().len().max(1);
        if all < (CLASS_BITS / bits).clamp(CLASSES_KEPT.0, CLASSES_KEPT.1) {
            return all;
        }
        for _ in 0..LOOKED_AT {
            self.hand = (self.hand + 1) % all;
            if self.demand.is_empty(small(self.hand)) {
                return self.hand;
            }
        }
        all
    }

    /// What a class asks for under the rules of now.
    fn resolve(&mut self, config: &Config, id: ClassId) -> Class {
        let (name, queue) = self.words.queue(id.queue);
        let age = age::begins(&queue.steps, id.step as usize);
        let needs = self.words.needs(&age::required(config, name, &id.own, age));
        let (room, policy) = (id.weight.saturating_add(queue.spare), queue.policy);
        let skilled = self.words.policies()[policy] == Selection::MostSkilled;
        let groups = match &needs {
            Some(needs) => self.supply.fitting(&self.words, id.queue, age, needs),
            None => Bits::default(),
        };
        // Who asks for the same skills is kin; where nothing is asked for, the queue decides.
        let kin = match &needs {
            Some(needs) if !needs.is_empty() => Fixed::default().hash_one(needs),
            _ => Fixed::default().hash_one(id.queue),
        };
        let (words, supply) = (&self.words, &self.supply);
        let rank = |group: usize| {
            let group = supply.group(small(group));
            group.rank(words, id.queue, age).unwrap_or(u32::MAX)
        };
        // Mostly all agents serve a queue alike: then nothing needs to be sorted.
        let alike = words.profiles().all(|p| p.rank(id.queue, age).is_none_or(|rank| rank == 0));
        let mut ranks = if alike { Vec::new() } else { sorted(&groups, rank) };
        let rank = ranks.first().map_or(0, |(rank, _)| *rank);
        if ranks.len() < 2 {
            ranks.clear();
        }
        let mut scores = Vec::new();
        if let Some(needs) = needs.filter(|_| skilled) {
            scores = sorted(&groups, |group| supply.group(small(group)).score(&needs));
            scores.reverse();
        }
        Class { id, kin, room, policy, groups, ranks, scores, rank }
    }

    /// What an agent would take first.
    pub(crate) fn choice(
        &self,
        number: u32,
        now: Timestamp,
        may: impl Fn(u64) -> bool,
    ) -> Option<Choice> {
        let place = self.supply.place(number);
        let free = place.free?;
        let group = self.supply.group(place.group);
        let profile = group.profile.map(|profile| (profile, self.words.profile(profile)));
        let may = |entry: u64| !self.entries.get(entry).is_some_and(|e| e.guarded) || may(entry);
        let any = self.demand.first(Seeker { group: place.group, profile, free }, may);
        let preferring = self.preferring.get(&number).into_iter().flatten();
        let asked = preferring.filter(|(key, until)| now < **until && may(key.number));
        let asked = asked.filter_map(|(key, _)| {
            let class = self.demand.class(self.entries.get(key.number)?.class);
            let can = self.supply.can(number, class);
            can.then(|| self.asks_for(number, class, *key))
        });
        asked.chain(any).min()
    }

    fn asks_for(&self, agent: u32, class: &Class, key: Key) -> Choice {
        let group = self.supply.group(self.supply.place(agent).group);
        let rank = group.rank(&self.words, class.id.queue, Span(u64::MAX)).unwrap_or(u32::MAX);
        Choice { band: key.band(), is_for_anyone: false, rank, key }
    }

    /// The agent whom an entry asks for, if they can have it now.
    fn preferred(
        &self,
        placed: Placed,
        until: Option<Timestamp>,
        asked: &Asked<'_>,
    ) -> Option<u32> {
        let class = self.demand.class(placed.class);
        let until = until.filter(|until| asked.now < *until);
        let agent = until.map(|_| placed.preferred).filter(|agent| *agent < STRANGER)?;
        let can = !asked.barred.contains(&agent) && self.supply.can(agent, class);
        can.then_some(agent)
    }

    /// How an entry compares to others for the agents who could take it now; none: nobody can.
    pub(crate) fn urgency(&self, number: u64, asked: &Asked<'_>) -> Option<Choice> {
        let placed = self.entries.get(number)?;
        let class = self.demand.class(placed.class);
        let key = Key { rank: placed.rank, number };
        if let Some(agent) = self.preferred(placed, asked.until, asked) {
            return Some(self.asks_for(agent, class, key));
        }
        let rank = self.supply.best_rank(class, asked.barred)?;
        Some(Choice { band: key.band(), is_for_anyone: true, rank, key })
    }

    /// The agent whom an entry's policy chooses: one it asks for goes first.
    pub(crate) fn agent_for(&self, number: u64, asked: &Asked<'_>) -> Option<u32> {
        let placed = self.entries.get(number)?;
        let preferred = self.preferred(placed, asked.until, asked);
        let class = self.demand.class(placed.class);
        preferred.or_else(|| self.supply.first(class, asked.barred))
    }

    /// Whether the state has to be asked who may have an entry.
    pub(crate) fn is_special(&self, number: u64) -> bool {
        let placed = self.entries.get(number);
        placed.is_some_and(|placed| placed.guarded || placed.preferred != NOBODY)
    }

    /// Agents who could be offered something, if it is worth looking: while somebody waits.
    pub(crate) fn free_agents(&self) -> impl Iterator<Item = u32> {
        let waits = self.demand.waiting() > 0;
        waits.then(|| self.supply.all_free()).into_iter().flatten()
    }

    /// How many agents are ready and online for what somebody would ask for in a queue, once all
    /// is relaxed, room or not; stops at `enough`.
    pub(crate) fn eligible(
        &self,
        config: &Config,
        queue: &QueueId,
        own: &[SkillLevel],
        barred: &[u32],
        enough: usize,
    ) -> usize {
        if enough == 1 && barred.is_empty() && self.is_served(config, queue, own) == Some(true) {
            #[cfg(test)]
            assert!(self.count_eligible(config, queue, own, barred, enough) > 0, "{queue} {own:?}");
            return 1;
        }
        self.count_eligible(config, queue, own, barred, enough)
    }

    fn count_eligible(
        &self,
        config: &Config,
        queue: &QueueId,
        own: &[SkillLevel],
        barred: &[u32],
        enough: usize,
    ) -> usize {
        let age = Span(u64::MAX);
        let Some(needs) = self.words.needs(&age::required(config, queue, own, age)) else {
            return 0;
        };
        let (number, last) = self.step_of(queue, age);
        let look = self.supply.look(&self.words, number, last, &needs);
        self.supply.willing(&look, barred, enough)
    }

    /// Whether an agent is ready and online for what a new chat of a queue asks for, if such
    /// chats have a class. Once it is older it asks for no more: then they are ready for it, too.
    fn is_served(&self, config: &Config, queue: &QueueId, own: &[SkillLevel]) -> Option<bool> {
        let weight = config.queues.get(queue)?.chat_weight().0;
        let (queue, _) = self.words.find_queue(queue)?;
        let class = self.classes.get(&ClassRef { queue, own, weight, step: 0 })?;
        Some(self.supply.is_anybody_willing(&self.demand.class(*class).groups))
    }

    /// How many agents could take a new chat of a queue.
    pub(crate) fn available(&self, config: &Config, queue: &QueueId) -> usize {
        let weight = config.queues.get(queue).map(baton_common::config::Queue::chat_weight);
        let spare = self.words.find_queue(queue).map_or(0, |(_, queue)| queue.spare);
        let room = weight.unwrap_or_default().0.saturating_add(spare);
        let needs = self.words.needs(&age::required(config, queue, &[], Span::ZERO));
        let (number, first) = self.step_of(queue, Span::ZERO);
        needs.map_or(0, |needs| {
            let look = self.supply.look(&self.words, number, first, &needs);
            self.supply.free(&look, room)
        })
    }

    /// The number of a queue, and the age at which its step begins that an age is in.
    fn step_of(&self, queue: &QueueId, age: Span) -> (Option<u32>, Span) {
        match self.words.find_queue(queue) {
            Some((number, queue)) => {
                let begins = age::begins(&queue.steps, age::passed(&queue.steps, age));
                (Some(number), begins)
            }
            None => (None, Span::ZERO),
        }
    }

    /// Bytes on the heap, roughly: of entries, of agents, and of groups, classes and the table
    /// between them, which are the same however many there are of either.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> [usize; 3] {
        let (lines, table) = self.demand.bytes();
        let (rows, groups) = self.supply.bytes();
        let (standings, begins) = self.crowd.bytes();
        let agents = self.agents.bytes() + rows + standings;
        [self.entries.bytes() + lines, agents, groups + begins + table]
    }
}

/// What the state says of an entry that is asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) now: Timestamp,
    /// Until when its preferred agent is preferred.
    pub(crate) until: Option<Timestamp>,
    /// Agents who cannot have it.
    pub(crate) barred: &'a [u32],
}
