//! A queue's line: entries in the order of service, and the place of each without walking it.
//!
//! Sorted blocks; how many stand before a block is a Fenwick tree's to say (P. M. Fenwick, "A New
//! Data Structure for Cumulative Frequency Tables", 1994). Whom an entry is for is `matching`'s.

use baton_common::ids::EntryId;
use baton_common::time::Timestamp;

use super::State;
use super::entry::LineKey;

/// Entries of a block: what is moved by one insertion stays within a few cache lines' time.
const BLOCK: usize = 128;

/// Entries in the order of service.
#[derive(Clone, Debug, Default)]
pub struct Line {
    blocks: Vec<Block>,
    /// Of each block a key that none of its own is above and all later ones' are.
    tops: Vec<LineKey>,
    /// How many stand in blocks; index 0 belongs to the first block.
    counts: Vec<u32>,
    /// Blocks without an entry: their places are taken again when they are many.
    hollow: usize,
    len: usize,
}

/// A stretch of a line.
#[derive(Clone, Debug, Default)]
struct Block {
    keys: Vec<LineKey>,
    /// Since when each stands here, in the same order.
    since: Vec<Timestamp>,
}

impl Line {
    /// How many stand in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nobody does.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many stand before this key, whether it is in the line or not.
    pub fn before(&self, key: &LineKey) -> usize {
        let at = self.block_of(key);
        let within = self.blocks.get(at).map_or(0, |b| b.keys.partition_point(|k| k < key));
        self.before_block(at) + within
    }

    /// The entry with so many before it.
    pub fn nth(&self, n: usize) -> Option<LineKey> {
        if n >= self.len {
            return None;
        }
        let (mut at, mut left) = (0, n);
        let mut step = self.counts.len().next_power_of_two();
        while step > 0 {
            let next = at + step;
            if next <= self.counts.len() && self.counts[next - 1] as usize <= left {
                left -= self.counts[next - 1] as usize;
                at = next;
            }
            step /= 2;
        }
        self.blocks[at].keys.get(left).copied()
    }

    /// All keys in order.
    pub fn iter(&self) -> impl Iterator<Item = &LineKey> {
        self.blocks.iter().flat_map(|block| &block.keys)
    }

    /// The entries in order: a key's number is its entry's.
    pub(crate) fn ids(&self) -> impl Iterator<Item = EntryId> {
        self.iter().map(|key| State::entry_id(key.number))
    }

    /// Since when whoever stands here longest does; walks the line.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.blocks.iter().filter_map(|block| block.since.iter().min()).min().copied()
    }

    pub(crate) fn insert(&mut self, key: LineKey, since: Timestamp) {
        // Most come behind all others: they need no search.
        let is_last = self.tops.last().is_none_or(|top| *top < key);
        let at = if is_last { self.last_with_room(key) } else { self.block_of(&key) };
        let block = &mut self.blocks[at];
        let within = match block.keys.last() {
            Some(last) if *last < key => block.keys.len(),
            _ => block.keys.partition_point(|known| *known < key),
        };
        if block.keys.get(within) == Some(&key) {
            block.since[within] = since;
            return;
        }
        if block.keys.is_empty() {
            self.hollow -= 1;
        }
        block.keys.insert(within, key);
        block.since.insert(within, since);
        self.len += 1;
        if block.keys.len() > BLOCK {
            self.split(at);
        } else {
            self.add_count(at, 1);
        }
    }

    pub(crate) fn remove(&mut self, key: &LineKey) -> bool {
        let at = self.block_of(key);
        let Some(block) = self.blocks.get_mut(at) else { return false };
        let Ok(within) = block.keys.binary_search(key) else { return false };
        block.keys.remove(within);
        block.since.remove(within);
        self.len -= 1;
        self.add_count(at, -1);
        if self.blocks[at].keys.is_empty() {
            self.blocks[at] = Block::default();
            self.hollow += 1;
        } else if self.blocks[at].keys.len() < BLOCK / 4 {
            self.take_in_next(at);
        }
        if self.hollow > 8 && self.hollow > self.blocks.len() / 2 {
            self.close_up();
        }
        true
    }

    /// The block in which a key stands or would stand.
    fn block_of(&self, key: &LineKey) -> usize {
        self.tops.partition_point(|top| top < key)
    }

    /// The last block, for a key behind all others; a new one if it is full.
    fn last_with_room(&mut self, key: LineKey) -> usize {
        match self.blocks.last() {
            Some(block) if block.keys.len() < BLOCK => {
                *self.tops.last_mut().expect("each block has a top") = key;
            }
            _ => {
                self.blocks.push(Block::default());
                self.tops.push(key);
                self.hollow += 1;
                self.push_count();
            }
        }
        self.blocks.len() - 1
    }

    /// Halves a block.
    fn split(&mut self, at: usize) {
        let block = &mut self.blocks[at];
        let half = block.keys.len() / 2;
        let later = Block { keys: block.keys.split_off(half), since: block.since.split_off(half) };
        let top = block.keys[half - 1];
        self.blocks.insert(at + 1, later);
        self.tops.insert(at, top);
        self.count_anew();
    }

    /// Joins a block that has become small with the next one, if both fit half of one.
    fn take_in_next(&mut self, at: usize) {
        let Some(next) = self.blocks.get_mut(at + 1) else { return };
        let more = next.keys.len();
        if more == 0 || self.blocks[at].keys.len() + more > BLOCK / 2 {
            return;
        }
        let next = std::mem::take(&mut self.blocks[at + 1]);
        self.blocks[at].keys.extend(next.keys);
        self.blocks[at].since.extend(next.since);
        self.tops[at] = self.tops[at + 1];
        self.hollow += 1;
        let more = i32::try_from(more).expect("a block is small");
        self.add_count(at, more);
        self.add_count(at + 1, -more);
    }

    /// Drops the blocks without an entry.
    fn close_up(&mut self) {
        let mut full = self.blocks.iter().map(|block| !block.keys.is_empty());
        self.tops.retain(|_| full.next().expect("each top has a block"));
        self.blocks.retain(|block| !block.keys.is_empty());
        self.hollow = 0;
        self.count_anew();
    }

    fn before_block(&self, blocks: usize) -> usize {
        let (mut at, mut sum) = (blocks, 0);
        while at > 0 {
            sum += self.counts[at - 1] as usize;
            at &= at - 1;
        }
        sum
    }

    fn add_count(&mut self, block: usize, by: i32) {
        let mut at = block + 1;
        while at <= self.counts.len() {
            let count = &mut self.counts[at - 1];
            *count = count.checked_add_signed(by).expect("a line has no less than nobody");
            at += at & at.wrapping_neg();
        }
    }

    /// Room for one more block, which is empty.
    fn push_count(&mut self) {
        let new = self.counts.len() + 1;
        let from = new & (new - 1);
        let sum = self.before_block(new - 1) - self.before_block(from);
        self.counts.push(u32::try_from(sum).expect("a line is shorter than four billion"));
    }

    fn count_anew(&mut self) {
        let sizes = self.blocks.iter().map(|b| u32::try_from(b.keys.len()).expect("it is small"));
        self.counts.clear();
        self.counts.extend(sizes);
        for at in 1..=self.counts.len() {
            let parent = at + (at & at.wrapping_neg());
            if parent <= self.counts.len() {
                self.counts[parent - 1] += self.counts[at - 1];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;
    use std::collections::BTreeMap;

    use baton_common::quantity::Priority;
    use proptest::prelude::*;

    use super::*;

    fn key(priority: u8, due: i64, number: u64) -> LineKey {
        LineKey {
            in_time: true,
            priority: Reverse(Priority(priority)),
            due: Timestamp(due),
            number,
        }
    }

    fn agrees(line: &Line, map: &BTreeMap<LineKey, Timestamp>) {
        assert_eq!(line.len(), map.len());
        assert!(line.iter().eq(map.keys()));
        assert_eq!(line.oldest(), map.values().min().copied());
        for (at, key) in map.keys().enumerate() {
            assert_eq!((line.before(key), line.nth(at)), (at, Some(*key)));
        }
        assert_eq!(line.nth(map.len()), None);
        assert_eq!(line.before(&key(0, i64::MAX, u64::MAX)), map.len());
    }

    proptest! {
        #[test]
        fn a_line_is_an_ordered_map_that_counts(
            steps in prop::collection::vec((0..5_u8, 0..3_u8, 0..400_i64, 0..4_u64), 1..3_000),
        ) {
            let mut line = Line::default();
            let mut map = BTreeMap::new();
            for (step, (what, priority, due, number)) in steps.into_iter().enumerate() {
                let since = Timestamp(i64::try_from(step).unwrap());
                let key = key(priority, due, number);
                if what < 2 {
                    prop_assert_eq!(line.remove(&key), map.remove(&key).is_some());
                } else {
                    line.insert(key, since);
                    map.insert(key, since);
                }
            }
            agrees(&line, &map);
        }
    }

    #[test]
    fn a_long_line_empties_from_both_ends_and_the_middle() {
        for order in [1_u64, 7, 4_999] {
            let mut line = Line::default();
            let mut map = BTreeMap::new();
            for n in 0..5_000_u64 {
                let key = key(0, i64::try_from(n * order % 5_000).unwrap(), n);
                line.insert(key, Timestamp(5_000 - key.due.0));
                map.insert(key, Timestamp(5_000 - key.due.0));
            }
            agrees(&line, &map);
            for (at, key) in map.clone().keys().enumerate() {
                if at % 50 != 3 {
                    assert!(line.remove(key));
                    map.remove(key);
                }
            }
            agrees(&line, &map);
            assert!(line.blocks.len() < 100, "{} blocks for {}", line.blocks.len(), line.len());
        }
    }
}
