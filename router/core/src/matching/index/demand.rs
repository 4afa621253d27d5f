//! The entries' side of the index: waiting entries of one class stand in one line, by a key that
//! never changes with time. Leaves what classes ask for to `class` and the reading of the state to
//! `space`.

use super::bits::Bits;
use super::class::{Class, ClassId};
use super::heads::{Heads, NONE};
use super::key::{Key, band_begins};
use super::line::Line;
use super::slots::Slots;
use super::table::Table;
use super::vocabulary::{Profile, Vocabulary};

/// All waiting entries of a workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Demand {
    pub(super) classes: Vec<Option<Class>>,
    pub(super) lines: Vec<Line>,
    /// By step of room: what it is, and the heads of the classes that ask for it.
    pub(super) rooms: Vec<(u32, Heads)>,
    /// By class, where its step of room is in `rooms`.
    room_of: Vec<usize>,
    pub(super) slots: Slots,
    /// By slot, as the heads are.
    table: Table,
    /// By profile, by rank: the slots of the classes of its queues.
    ranked: Vec<Vec<Bits>>,
    /// By profile, its rank where there is no other.
    sole: Vec<Option<u32>>,
    waiting: usize,
}

/// An entry that an agent can take, and how it compares for this agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Choice {
    /// What outranks any age.
    pub(crate) band: u8,
    /// The entry does not ask for this agent.
    pub(crate) is_for_anyone: bool,
    /// The rank of its queue for this agent.
    pub(crate) rank: u32,
    pub(crate) key: Key,
}

/// An agent who looks for something to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeker<'a> {
    pub(crate) group: u32,
    /// Of the group, with its number.
    pub(crate) profile: Option<(u32, &'a Profile)>,
    pub(crate) free: u32,
}

impl Demand {
    pub(crate) fn new(words: &Vocabulary, groups: usize) -> Self {
        let ranked = words.profiles().map(|profile| vec![Bits::default(); profile.ranks.len()]);
        let sole = words.profiles().map(|profile| match profile.ranks.as_slice() {
            [rank] => Some(*rank),
            _ => None,
        });
        let (ranked, sole) = (ranked.collect(), sole.collect());
        Self { ranked, sole, table: Table::new(groups), ..Self::default() }
    }

    pub(crate) fn class(&self, id: u32) -> &Class {
        self.classes[id as usize].as_ref().expect("entries stand in classes that are")
    }

    pub(crate) fn classes(&self) -> usize {
        self.classes.len()
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Makes a class, in place of an empty one or as a new one.
    pub(crate) fn set_class(&mut self, words: &Vocabulary, at: u32, class: Class) {
        let at = at as usize;
        if self.classes.len() <= at {
            self.classes.resize(at + 1, None);
            self.lines.resize_with(at + 1, Line::default);
            self.room_of.resize(at + 1, 0);
        }
        assert!(self.lines[at].is_empty(), "a class changes only while nobody waits in it");
        if let Some(old) = self.classes[at].take() {
            let slot = self.slots.of(at);
            self.table.set(slot, old.groups.ones(), false);
            self.ranked.iter_mut().flatten().for_each(|bits| bits.set(slot, false));
        }
        let new = self.classes[at].insert(class);
        let slot = self.slots.place(at, new.kin);
        self.table.reach(slot);
        self.table.set(slot, new.groups.ones(), true);
        for (profile, ranked) in words.profiles().zip(&mut self.ranked) {
            let age = baton_common::time::Span(u64::MAX);
            let rank = profile.rank(new.id.queue, age);
            for (rank_at, bits) in ranked.iter_mut().enumerate() {
                if rank == profile.ranks.get(rank_at).copied() {
                    bits.set(slot, true);
                }
            }
        }
        let room = self.rooms.iter().position(|(room, _)| *room == new.room);
        self.room_of[at] = room.unwrap_or(self.rooms.len());
        if room.is_none() {
            self.rooms.push((new.room, Heads::default()));
        }
    }

    /// How many wait in a class.
    pub(crate) fn waiting_in(&self, class: u32) -> usize {
        self.lines[class as usize].len()
    }

    pub(crate) fn is_empty(&self, class: u32) -> bool {
        self.lines[class as usize].is_empty()
    }

    /// Takes a class away with its line; none: nobody waits in it.
    pub(crate) fn take(&mut self, class: u32) -> Option<(ClassId, Line)> {
        let at = class as usize;
        let line = std::mem::take(&mut self.lines[at]);
        self.waiting -= line.len();
        let class = self.classes[at].take().filter(|_| !line.is_empty())?;
        Some((class.id, line))
    }

    /// Puts a whole line into a class.
    pub(crate) fn put_line(&mut self, class: u32, line: Line) {
        self.waiting += line.len();
        let all = &mut self.lines[class as usize];
        if all.is_empty() {
            *all = line;
        } else {
            all.join(&line);
        }
        let head = all.first().map_or(NONE, Key::packed);
        let (slot, heads) = self.heads_of(class);
        heads.set(slot, head);
    }

    pub(crate) fn add(&mut self, class: u32, key: Key) {
        self.waiting += 1;
        self.lines[class as usize].add(key);
        let (slot, heads) = self.heads_of(class);
        if key.packed() < heads.get(slot) {
            heads.set(slot, key.packed());
        }
    }

    pub(crate) fn remove(&mut self, class: u32, key: Key) {
        self.waiting -= 1;
        let line = &mut self.lines[class as usize];
        line.remove(key);
        let head = line.first().map_or(NONE, Key::packed);
        let (slot, heads) = self.heads_of(class);
        if heads.get(slot) == key.packed() {
            heads.set(slot, head);
        }
    }

    /// The slot of a class, and the heads of its step of room.
    fn heads_of(&mut self, class: u32) -> (usize, &mut Heads) {
        let room = self.room_of[class as usize];
        (self.slots.of(class as usize), &mut self.rooms[room].1)
    }

    /// The first entry in order that an agent can take; `may` says whether this very agent may
    /// have an entry at all.
    pub(crate) fn first(&self, of: Seeker<'_>, may: impl Fn(u64) -> bool) -> Option<Choice> {
        let Some((number, profile)) = of.profile else {
            let key = self.first_of_rank(of, None, NONE, &may)?;
            return Some(Choice { band: key.band(), is_for_anyone: true, rank: 0, key });
        };
        if let Some(rank) = self.sole[number as usize] {
            // What the group can take is all of this rank.
            let key = self.first_of_rank(of, None, NONE, &may)?;
            return Some(Choice { band: key.band(), is_for_anyone: true, rank, key });
        }
        let mut best: Option<Choice> = None;
        for (rank, classes) in profile.ranks.iter().zip(&self.ranked[number as usize]) {
            // A worse rank wins only with what outranks ranks.
            let below = best.map_or(NONE, |best| band_begins(best.band));
            if let Some(key) = self.first_of_rank(of, Some(classes), below, &may) {
                best = Some(Choice { band: key.band(), is_for_anyone: true, rank: *rank, key });
            }
        }
        best
    }

    fn first_of_rank(
        &self,
        of: Seeker<'_>,
        classes: Option<&Bits>,
        mut below: u128,
        may: &impl Fn(u64) -> bool,
    ) -> Option<Key> {
        let mut best = None;
        for (_, heads) in self.rooms.iter().filter(|(room, _)| *room <= of.free) {
            let mut passed: Vec<usize> = Vec::new();
            loop {
                let word = |block: usize| {
                    let ranked = classes.map_or(u64::MAX, |classes| classes.word(block));
                    let here = passed.iter().filter(|at| **at / 64 == block);
                    let left = here.fold(ranked, |word, at| word & !(1 << (at % 64)));
                    self.word(of.group, block) & left
                };
                let some = |blocks: usize| {
                    let ranked = classes.map_or(u64::MAX, |classes| classes.some(blocks));
                    ranked & self.table.some(of.group, blocks)
                };
                let Some((at, head)) = heads.least(below, some, word) else { break };
                let first = Key::unpacked(head);
                if may(first.number) {
                    // Nothing here is less than the least head.
                    below = head;
                    best = Some(first);
                    break;
                }
                // Whoever stands behind a head that is not for this agent may be.
                let class = self.slots.class_at(at).expect("a class has this head");
                let mut line = self.lines[class].iter().take_while(|key| key.packed() < below);
                if let Some(key) = line.find(|key| may(key.number)) {
                    below = key.packed();
                    best = Some(key);
                }
                passed.push(at);
            }
        }
        best
    }

    /// Which classes of a block a group can take.
    fn word(&self, group: u32, block: usize) -> u64 {
        if let Some(word) = self.table.word(group, block) {
            return word;
        }
        (0..64).fold(0, |word, bit| {
            let class = self.slots.class_at(block * 64 + bit);
            let class = class.and_then(|class| self.classes[class].as_ref());
            let can = class.is_some_and(|class| class.groups.has(group as usize));
            word | u64::from(can) << bit
        })
    }

    /// Bytes on the heap, roughly: of lines, and of what depends on the groups.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> (usize, usize) {
        let lines = self.lines.iter().map(Line::bytes).sum::<usize>();
        let ranked = self.ranked.iter().flatten().map(|bits| bits.words().len() * 8);
        let classes = self.classes.iter().flatten().map(|class| class.groups.words().len() * 8);
        let table = self.table.bytes() + ranked.sum::<usize>() + classes.sum::<usize>();
        (lines + self.lines.capacity() * size_of::<Line>(), table)
    }
}
