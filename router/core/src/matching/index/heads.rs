//! Heads of many ordered lines with the minima of blocks of 64 above them: the least head under a
//! mask is found without looking at most of them. Leaves the lines themselves to their owners.

use super::bits::ones;
use super::key::Key;

/// No head.
pub(crate) const NONE: u128 = u128::MAX;

const BLOCK: usize = 64;
/// A block without heads.
const EMPTY: [u64; BLOCK] = [u64::MAX; BLOCK];

/// A tree of minima, 64 children a node. Ranks alone decide nearly always, so they lie together;
/// numbers are looked at where ranks are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heads {
    /// The ranks of the heads, then the least of each level's blocks; the last level is a block.
    levels: Vec<Vec<[u64; BLOCK]>>,
    numbers: Vec<[u64; BLOCK]>,
}

/// The least so far, and where.
struct Best {
    at: usize,
    rank: u64,
    number: u64,
}

impl Heads {
    /// The head at a place.
    pub(crate) fn get(&self, at: usize) -> u128 {
        let ranks = self.levels.first().and_then(|ranks| ranks.get(at / BLOCK));
        ranks.map_or(NONE, |ranks| {
            let number = self.numbers[at / BLOCK][at % BLOCK];
            Key { rank: ranks[at % BLOCK], number }.packed()
        })
    }

    /// Replaces the head at a place, and the minima above it.
    pub(crate) fn set(&mut self, at: usize, head: u128) {
        self.reach(at);
        let Key { rank, number } = Key::unpacked(head);
        self.numbers[at / BLOCK][at % BLOCK] = number;
        let (mut at, mut new) = (at, rank);
        for level in 0..self.levels.len() {
            let (block, place) = (at / BLOCK, at % BLOCK);
            let old = std::mem::replace(&mut self.levels[level][block][place], new);
            if old == new || level + 1 == self.levels.len() {
                return;
            }
            let least = self.levels[level + 1][block / BLOCK][block % BLOCK];
            new = if new <= least {
                new
            } else if old == least {
                self.levels[level][block].iter().copied().fold(u64::MAX, u64::min)
            } else {
                return;
            };
            at = block;
        }
    }

    /// The least head below a bound at a place that the mask has, and that place. `some` says of
    /// 64 blocks which may have places in the mask, `word` which places of one block are in it.
    /// Both are asked only where a head is less than the best so far.
    pub(crate) fn least(
        &self,
        below: u128,
        some: impl Fn(usize) -> u64,
        word: impl Fn(usize) -> u64,
    ) -> Option<(usize, u128)> {
        let Key { rank, number } = Key::unpacked(below);
        let mut best = Best { at: usize::MAX, rank, number };
        match self.levels.len() {
            0 => {}
            1 => self.look(0, word(0), &mut best),
            levels => self.descend((levels - 1, 0), &some, &word, &mut best),
        }
        let Best { at, rank, number } = best;
        (at != usize::MAX).then(|| (at, Key { rank, number }.packed()))
    }

    /// Looks at some heads of a block.
    fn look(&self, block: usize, mut word: u64, best: &mut Best) {
        let (ranks, numbers) = (&self.levels[0][block], &self.numbers[block]);
        while word != 0 {
            let at = word.trailing_zeros() as usize % BLOCK;
            word &= word - 1;
            let rank = ranks[at];
            if rank <= best.rank && (rank, numbers[at]) < (best.rank, best.number) {
                *best = Best { at: block * BLOCK + at, rank, number: numbers[at] };
            }
        }
    }

    fn descend(
        &self,
        (level, block): (usize, usize),
        some: &impl Fn(usize) -> u64,
        word: &impl Fn(usize) -> u64,
        best: &mut Best,
    ) {
        let least = &self.levels[level][block];
        // The children of the second level are blocks of places: the summary knows the empty ones.
        let children = if level == 1 { some(block) } else { u64::MAX };
        // The least first: most of the others are beaten by what it has.
        let mut first = (u64::MAX, usize::MAX);
        for at in ones(children) {
            if least[at] < first.0 {
                first = (least[at], at);
            }
        }
        if first.1 == usize::MAX {
            return;
        }
        let others = ones(children & !(1 << first.1));
        for at in std::iter::once(first.1).chain(others) {
            // Of the same rank the number decides.
            if least[at] <= best.rank && least[at] != u64::MAX {
                let child = block * BLOCK + at;
                if level == 1 {
                    self.look(child, word(child), best);
                } else {
                    self.descend((level - 1, child), some, word, best);
                }
            }
        }
    }

    /// Makes room for a place.
    fn reach(&mut self, at: usize) {
        let mut len = at / BLOCK + 1;
        if len <= self.numbers.len() {
            return;
        }
        self.numbers.resize(len, EMPTY);
        for level in 0.. {
            if level == self.levels.len() {
                // A new top: it must know what is below already.
                let below = level.checked_sub(1).map(|below| self.levels[below].as_slice());
                let mut top = vec![EMPTY; len];
                for (at, block) in below.unwrap_or_default().iter().enumerate() {
                    top[at / BLOCK][at % BLOCK] = block.iter().copied().fold(u64::MAX, u64::min);
                }
                self.levels.push(top);
            }
            self.levels[level].resize(len, EMPTY);
            if len == 1 {
                return;
            }
            len = len.div_ceil(BLOCK);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::bits::Bits;
    use super::*;

    proptest! {
        #[test]
        fn the_least_is_the_one_that_a_scan_finds(
            sets in vec((0..9_000_usize, 0..500_u64), 1..300),
            masked in vec(0..9_000_usize, 0..200),
            below in 0..500_u64,
        ) {
            let mut heads = Heads::default();
            let mut plain = std::collections::BTreeMap::new();
            let mut mask = Bits::default();
            for (at, head) in sets {
                // Some lines become empty again.
                let head = if head % 7 == 0 { NONE } else { u128::from(head) << 63 | at as u128 };
                heads.set(at, head);
                plain.insert(at, head);
                mask.set(at, head % 3 == 0);
            }
            for at in masked {
                mask.set(at, true);
            }
            let below = u128::from(below) << 63;
            let found = heads.least(below, |b| mask.some(b), |b| mask.word(b));
            let scan = plain.iter().filter(|(at, head)| mask.has(**at) && **head < below);
            let least = scan.min_by_key(|(_, head)| **head).map(|(at, head)| (*at, *head));
            prop_assert_eq!(found, least);
            for (at, head) in &plain {
                prop_assert_eq!(heads.get(*at), *head);
            }
        }
    }
}
