//! The agents' side of the index: agents with the same skills and profile are one group, and each
//! group's free agents stand in order, once for each policy in use and step of room. Leaves what
//! an agent's keys are to `policy` and the reading of the state to `space`.

mod look;
mod place;

use baton_common::time::Span;
use indexmap::IndexMap;

use super::bits::Bits;
use super::class::Class;
use super::heads::{Heads, NONE};
use super::key::Key;
use super::line::Line;
use super::vocabulary::{Skills, Vocabulary};
use super::{Fixed, small};
pub(crate) use place::Place;
use place::Rows;

/// What agents of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Group {
    pub(crate) skills: Skills,
    pub(crate) profile: Option<u32>,
}

impl Group {
    /// The level of a skill; none: has it not.
    fn level(&self, skill: u32) -> Option<u8> {
        let at = self.skills.binary_search_by_key(&skill, |(other, _)| *other).ok()?;
        Some(self.skills[at].1)
    }

    pub(crate) fn has(&self, skill: u32, level: u8) -> bool {
        self.level(skill).is_some_and(|have| have >= level)
    }

    /// The rank of a queue for entries of an age; none: not served.
    pub(crate) fn rank(&self, words: &Vocabulary, queue: u32, age: Span) -> Option<u32> {
        match self.profile {
            Some(profile) => words.profile(profile).rank(queue, age),
            None => Some(0),
        }
    }

    /// What the skills add up to that an entry needs.
    pub(crate) fn score(&self, needs: &Skills) -> u32 {
        needs.iter().filter_map(|(skill, _)| self.level(*skill)).map(u32::from).sum()
    }
}

/// All agents of a workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supply {
    groups: IndexMap<Group, u32, Fixed>,
    is_willing: Bits,
    /// By group, what its ready agents carry together.
    carried: Vec<u64>,
    /// Steps of room that some class asks for, ascending.
    pub(super) rooms: Vec<u32>,
    skilled: IndexMap<(u32, u8), Bits, Fixed>,
    serving: IndexMap<(u32, Span), Bits, Fixed>,
    /// By policy and step of room.
    pub(super) lines: Vec<Vec<Lines>>,
    agents: Rows,
}

/// The lines of all groups for one policy and one step of room.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    pub(super) of: Vec<Line>,
    pub(super) heads: Heads,
}

impl Lines {
    fn add(&mut self, group: u32, key: Key) {
        let at = group as usize;
        if self.of.len() <= at {
            self.of.resize_with(at + 1, Line::default);
        }
        self.of[at].add(key);
        if key.packed() < self.heads.get(at) {
            self.heads.set(at, key.packed());
        }
    }

    fn remove(&mut self, group: u32, key: Key) {
        let at = group as usize;
        self.of[at].remove(key);
        if self.heads.get(at) == key.packed() {
            let head = self.of[at].first().map_or(NONE, Key::packed);
            self.heads.set(at, head);
        }
    }
}

impl Supply {
    /// For so many policies and for these steps of room.
    pub(crate) fn new(policies: usize, rooms: Vec<u32>) -> Self {
        let lines = (0..policies).map(|_| rooms.iter().map(|_| Lines::default()).collect());
        let (lines, agents) = (lines.collect(), Rows::new(policies));
        Self { rooms, lines, agents, ..Self::default() }
    }

    /// Makes room for so many agents.
    pub(crate) fn reserve(&mut self, agents: usize) {
        self.agents.reserve(agents);
    }

    /// Takes in an agent who is offered nothing yet; they are numbered in this order.
    pub(crate) fn add(&mut self, group: Group, total: u32) {
        let entry = self.groups.entry(group);
        let group = small(entry.index());
        entry.or_insert(0);
        self.agents.push(Place { group, total, ..Place::default() });
    }

    pub(crate) fn groups(&self) -> impl ExactSizeIterator<Item = &Group> {
        self.groups.keys()
    }

    pub(crate) fn group(&self, number: u32) -> &Group {
        self.groups.get_index(number as usize).expect("groups are never taken away").0
    }

    pub(crate) fn place(&self, agent: u32) -> Place {
        self.agents.place(agent as usize)
    }

    /// An agent's keys, by policy.
    #[cfg(test)]
    pub(crate) fn keys(&self, agent: u32) -> impl Iterator<Item = u64> {
        (0..self.lines.len()).map(move |policy| self.agents.key(agent as usize, policy))
    }

    /// What is free of an agent now, whether anything may be offered, and the keys by policy.
    pub(crate) fn put(&mut self, agent: u32, willing: bool, free: Option<u32>, keys: &[u64]) {
        let at = agent as usize;
        let old = self.agents.place(at);
        let new = Place { free, willing, ..old };
        let (from, to) = (self.line_of(old.free), self.line_of(new.free));
        for (policy, key) in keys.iter().enumerate() {
            let before = self.agents.key(at, policy);
            if (from, before) == (to, *key) {
                continue;
            }
            self.agents.set_key(at, policy, *key);
            let number = u64::from(agent);
            if let Some(from) = from {
                self.lines[policy][from].remove(old.group, Key { rank: before, number });
            }
            if let Some(to) = to {
                self.lines[policy][to].add(old.group, Key { rank: *key, number });
            }
        }
        if old.willing != new.willing {
            let (_, count) = self.groups.get_index_mut(old.group as usize).expect("it has one");
            *count = if willing { *count + 1 } else { *count - 1 };
            self.is_willing.set(old.group as usize, *count > 0);
            self.carry(old.group as usize, u64::from(old.total), willing);
        }
        self.agents.set(at, new);
    }

    /// The line of agents with so much room: that of the largest step which fits.
    fn line_of(&self, free: Option<u32>) -> Option<usize> {
        self.rooms.partition_point(|room| Some(*room) <= free).checked_sub(1)
    }

    pub(crate) fn has_room_step(&self, room: u32) -> bool {
        self.rooms.binary_search(&room).is_ok()
    }

    /// Adds a step of room: everybody stands anew.
    pub(crate) fn add_room_step(&mut self, room: u32) {
        let mut rooms = std::mem::take(&mut self.rooms);
        rooms.push(room);
        rooms.sort_unstable();
        for lines in &mut self.lines {
            *lines = rooms.iter().map(|_| Lines::default()).collect();
        }
        self.rooms = rooms;
        for at in 0..self.agents.len() {
            let place = self.agents.place(at);
            let Some(line) = self.line_of(place.free) else { continue };
            for (policy, lines) in self.lines.iter_mut().enumerate() {
                let key = Key { rank: self.agents.key(at, policy), number: at as u64 };
                lines[line].add(place.group, key);
            }
        }
    }

    /// The groups that serve a queue at an age and have what is needed.
    pub(crate) fn fitting(
        &mut self,
        words: &Vocabulary,
        queue: u32,
        age: Span,
        needs: &Skills,
    ) -> Bits {
        let groups = &self.groups;
        let serving = self.serving.entry((queue, age)).or_insert_with(|| {
            which(groups.keys(), |group| group.rank(words, queue, age).is_some())
        });
        let mut all = serving.words().to_vec();
        for (skill, level) in needs {
            let skilled = self.skilled.entry((*skill, *level));
            let skilled =
                skilled.or_insert_with(|| which(groups.keys(), |group| group.has(*skill, *level)));
            for (at, word) in all.iter_mut().enumerate() {
                *word &= skilled.word(at);
            }
        }
        Bits::of(all)
    }

    /// The first agent in the order of a class's policy who can take an entry of it.
    pub(crate) fn first(&self, class: &Class, barred: &[u32]) -> Option<u32> {
        if class.scores.is_empty() {
            return self.first_of(class, &class.groups, barred);
        }
        class.scores.iter().find_map(|(_, groups)| self.first_of(class, groups, barred))
    }

    /// The best rank of the class's queue among the agents who can take an entry of it.
    pub(crate) fn best_rank(&self, class: &Class, barred: &[u32]) -> Option<u32> {
        if class.ranks.is_empty() {
            return self.first_of(class, &class.groups, barred).map(|_| class.rank);
        }
        let mut ranks = class.ranks.iter();
        ranks.find(|(_, of)| self.first_of(class, of, barred).is_some()).map(|(rank, _)| *rank)
    }

    /// The first agent of some groups with room for a class; `barred` cannot.
    fn first_of(&self, class: &Class, groups: &Bits, barred: &[u32]) -> Option<u32> {
        let mut best = NONE;
        let apart = self.apart(groups, barred);
        let from = self.rooms.partition_point(|room| *room < class.room);
        for lines in &self.lines[class.policy][from..] {
            for group in &apart {
                let line = lines.of.get(*group as usize);
                let mut free = line.into_iter().flat_map(Line::iter);
                let next = free.find(|key| !barred.contains(&agent_in(*key)));
                best = best.min(next.map_or(NONE, Key::packed));
            }
            let word = |block: usize| {
                let here = apart.iter().filter(|group| **group as usize / 64 == block);
                here.fold(groups.word(block), |word, group| word & !(1 << (group % 64)))
            };
            let found = lines.heads.least(best, |block| groups.some(block), word);
            best = found.map_or(best, |(_, head)| head);
        }
        (best != NONE).then(|| agent_in(Key::unpacked(best)))
    }

    /// The groups of barred agents: their heads may not be taken as they are.
    fn apart(&self, groups: &Bits, barred: &[u32]) -> Vec<u32> {
        let of = barred.iter().map(|agent| self.place(*agent).group);
        let mut apart: Vec<u32> = of.filter(|group| groups.has(*group as usize)).collect();
        apart.sort_unstable();
        apart.dedup();
        apart
    }

    /// Whether an agent can take an entry of a class, but for what the entry itself says.
    pub(crate) fn can(&self, agent: u32, class: &Class) -> bool {
        let place = self.place(agent);
        place.free >= Some(class.room) && class.groups.has(place.group as usize)
    }

    /// The groups that serve a queue at an age, if that was worked out.
    pub(crate) fn serving(&self, queue: u32, age: Span) -> Option<&Bits> {
        self.serving.get(&(queue, age))
    }

    /// The groups that have a skill, if that was worked out.
    pub(crate) fn skilled(&self, skill: u32, level: u8) -> Option<&Bits> {
        self.skilled.get(&(skill, level))
    }

    fn carry(&mut self, group: usize, total: u64, willing: bool) {
        if self.carried.len() <= group {
            self.carried.resize(group + 1, 0);
        }
        let carried = &mut self.carried[group];
        *carried = if willing { *carried + total } else { *carried - total };
    }

    /// What the ready agents of a group carry together.
    pub(crate) fn carried(&self, group: usize) -> u64 {
        self.carried.get(group).copied().unwrap_or(0)
    }

    /// All agents with room for anything, in the order of their numbers.
    pub(crate) fn all_free(&self) -> impl Iterator<Item = u32> {
        let all = self.agents.places().enumerate();
        all.filter(|(_, place)| self.line_of(place.free).is_some()).map(|(at, _)| small(at))
    }

    /// Bytes on the heap, roughly: of agents, each with its key in a line of every policy, and of
    /// groups with their empty lines.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> (usize, usize) {
        let rows = self.agents.len() * self.lines.len() * size_of::<Key>() + self.agents.bytes();
        let all = self.lines.iter().flatten();
        let all = all.map(|lines| {
            lines.of.iter().map(|line| line.bytes() - line.len() * size_of::<Key>()).sum::<usize>()
                + lines.of.capacity() * (size_of::<Line>() + size_of::<Key>())
        });
        let group = size_of::<Group>() + 3 * size_of::<u64>();
        let skills = self.groups.keys().map(|group| group.skills.capacity() * 8);
        (rows, all.sum::<usize>() + self.groups.len() * group + skills.sum::<usize>())
    }
}

/// The agent whose key this is.
fn agent_in(key: Key) -> u32 {
    u32::try_from(key.number).expect("agents have small numbers")
}

fn which<'a>(groups: impl Iterator<Item = &'a Group>, is: impl Fn(&Group) -> bool) -> Bits {
    let mut bits = Bits::default();
    for (at, group) in groups.enumerate() {
        bits.set(at, is(group));
    }
    bits
}
