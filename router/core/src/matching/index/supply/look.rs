//! Questions about something that nobody waits for, or not as a class: who is ready for it, who has
//! room. Nothing is kept of them. Leaves what makes a chat wait elsewhere to `decide`.

use baton_common::time::Span;

use super::super::bits::{Bits, ones};
use super::super::line::Line;
use super::super::small;
use super::super::vocabulary::{Skills, Vocabulary};
use super::{Group, Place, Supply};

/// Which groups can take something that nobody waits for yet.
pub(crate) struct Look<'a> {
    supply: &'a Supply,
    words: &'a Vocabulary,
    /// None: one that is not configured.
    queue: Option<u32>,
    age: Span,
    serving: Option<&'a Bits>,
    skilled: Vec<((u32, u8), Option<&'a Bits>)>,
}

impl Look<'_> {
    /// Of a block of groups and among these.
    fn word(&self, block: usize, among: u64) -> u64 {
        let judged = |among: u64, is: &dyn Fn(&Group) -> bool| {
            let mut word = 0;
            for bit in ones(among) {
                word |= u64::from(is(self.supply.group(small(block * 64 + bit)))) << bit;
            }
            word
        };
        let mut word = match self.serving {
            Some(bits) => among & bits.word(block),
            None => judged(among, &|group| match (self.queue, group.profile) {
                (Some(queue), _) => group.rank(self.words, queue, self.age).is_some(),
                (None, profile) => profile.is_none(),
            }),
        };
        for ((skill, level), bits) in &self.skilled {
            word = match bits {
                Some(bits) => word & bits.word(block),
                None => judged(word, &|group| group.has(*skill, *level)),
            };
        }
        word
    }
}

impl Supply {
    /// Which groups can take something, without keeping the answer.
    pub(crate) fn look<'a>(
        &'a self,
        words: &'a Vocabulary,
        queue: Option<u32>,
        age: Span,
        needs: &'a Skills,
    ) -> Look<'a> {
        let serving = queue.and_then(|queue| self.serving.get(&(queue, age)));
        let skilled = needs.iter().map(|need| (*need, self.skilled.get(need))).collect();
        Look { supply: self, words, queue, age, serving, skilled }
    }

    /// The groups of ready agents for something, room or not: how many they are, and what they
    /// carry together.
    pub(crate) fn carried_by(&self, look: &Look<'_>) -> impl Iterator<Item = (usize, u32, u64)> {
        let words = self.is_willing.words().iter().enumerate();
        let groups = words.flat_map(move |(block, word)| {
            ones(look.word(block, *word)).map(move |group| block * 64 + group)
        });
        groups.filter_map(|group| {
            let (_, count) = self.groups.get_index(group)?;
            Some((group, *count, self.carried(group)))
        })
    }

    /// Whether an agent of some groups is ready and online.
    pub(crate) fn is_anybody_willing(&self, groups: &Bits) -> bool {
        groups.words().iter().zip(self.is_willing.words()).any(|(one, other)| one & other != 0)
    }

    /// How many agents are ready and online for something, room or not. Stops at `enough`.
    pub(crate) fn willing(&self, look: &Look<'_>, barred: &[u32], enough: usize) -> usize {
        let is_in = |agent: &&u32| {
            let place = self.place(**agent);
            let (block, bit) = (place.group as usize / 64, 1 << (place.group % 64));
            place.willing && look.word(block, bit) != 0
        };
        let less = barred.iter().filter(is_in).count();
        let mut count = 0;
        for (block, word) in self.is_willing.words().iter().enumerate() {
            for group in ones(look.word(block, *word)) {
                count += self.groups.get_index(block * 64 + group).map_or(0, |(_, n)| *n) as usize;
            }
            if count >= enough.saturating_add(less) {
                break;
            }
        }
        count - less
    }

    /// How many agents have so much room for something now.
    pub(crate) fn free(&self, look: &Look<'_>, room: u32) -> usize {
        let step = self.rooms.binary_search(&room);
        let (Some(lines), Ok(step)) = (self.lines.first(), step) else {
            // No class asks for so much: everybody is looked at.
            let can = |place: &Place| {
                let (block, bit) = (place.group as usize / 64, 1 << (place.group % 64));
                place.free >= Some(room) && look.word(block, bit) != 0
            };
            return self.agents.places().filter(can).count();
        };
        let mut count = 0;
        for (block, word) in self.is_willing.words().iter().enumerate() {
            for group in ones(look.word(block, *word)) {
                let of = lines[step..].iter().filter_map(|line| line.of.get(block * 64 + group));
                count += of.map(Line::len).sum::<usize>();
            }
        }
        count
    }
}
