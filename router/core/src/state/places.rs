//! Places by the hashes of their rows' ids: one cache line is read for nearly every search. What
//! stands at a place, and whether it is the row that was meant, is `table`'s to say.

use std::hash::Hasher;

/// Hashes with their places; searched from where a hash belongs to the next empty slot.
#[derive(Clone, Default)]
pub(super) struct Places {
    /// A power of two of them: the hash above, the place's complement below; 0 is empty.
    slots: Vec<u64>,
    len: usize,
}

fn slot(hash: u32, place: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(!place)
}

#[inline]
fn hash_of(slot: u64) -> u32 {
    u32::try_from(slot >> 32).expect("it is the upper half")
}

#[inline]
fn place_of(slot: u64) -> u32 {
    !u32::try_from(slot & 0xffff_ffff).expect("it is the lower half")
}

impl Places {
    /// Where a hash belongs.
    fn home(&self, hash: u32) -> usize {
        Self::from(hash) & (self.slots.len() - 1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    /// The next place of this hash, and from where to look for one after it. The first is nearly
    /// always the one that is meant.
    #[inline]
    pub(super) fn next(&self, hash: u32, from: usize) -> Option<(u32, usize)> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = from;
        loop {
            let slot = self.slots[at & mask];
            if slot == 0 {
                return None;
            }
            at += 1;
            if hash_of(slot) == hash {
                return Some((place_of(slot), at));
            }
        }
    }

    /// From where to look for a hash. Its lowest bits were used up in choosing among tables.
    #[inline]
    pub(super) fn from(hash: u32) -> usize {
        (hash >> 4) as usize
    }

    pub(super) fn insert(&mut self, hash: u32, place: u32) {
        // Beyond five eighths searches become long.
        if (self.len + 1) * 8 > self.slots.len() * 5 {
            let size = (self.slots.len() * 2).max(8);
            let before = std::mem::replace(&mut self.slots, vec![0; size]);
            before.into_iter().filter(|slot| *slot != 0).for_each(|slot| self.put(slot));
        }
        self.put(slot(hash, place));
        self.len += 1;
    }

    fn put(&mut self, slot: u64) {
        let mut at = self.home(hash_of(slot));
        while self.slots[at] != 0 {
            at = self.after(at);
        }
        self.slots[at] = slot;
    }

    /// Takes out what is there, and closes the gap: a search ends at the first empty slot.
    pub(super) fn remove(&mut self, hash: u32, place: u32) {
        let wanted = slot(hash, place);
        let mut gap = self.home(hash);
        while self.slots[gap] != wanted {
            assert!(self.slots[gap] != 0, "each row is found by its id");
            gap = self.after(gap);
        }
        let mut at = self.after(gap);
        while self.slots[at] != 0 {
            let home = self.home(hash_of(self.slots[at]));
            let mask = self.slots.len() - 1;
            // It may stand in the gap if that is not before where it belongs.
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(gap) & mask {
                self.slots[gap] = self.slots[at];
                gap = at;
            }
            at = self.after(at);
        }
        self.slots[gap] = 0;
        self.len -= 1;
    }
}

/// Mixes the few words of an id, the same on every router and in every run. Ids are made by hashing
/// and counting, or configured: nobody who could wish them to collide chooses them.
pub(super) struct Mix(u64);

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Default for Mix {
    fn default() -> Self {
        Self(0x6261_746f_6e00_0001)
    }
}

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word) * u128::from(FACTOR);
        let half = |part: u128| u64::try_from(part & u128::from(u64::MAX)).expect("it was cut");
        self.0 = half(wide) ^ half(wide >> 64);
    }

    #[inline]
    fn write_u128(&mut self, words: u128) {
        let half = |part: u128| u64::try_from(part & u128::from(u64::MAX)).expect("it was cut");
        self.write_u64(half(words));
        self.write_u64(half(words >> 64));
    }

    #[inline]
    fn write_u8(&mut self, word: u8) {
        self.write_u64(word.into());
    }

    #[inline]
    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    #[inline]
    fn write_isize(&mut self, word: isize) {
        self.write_u64(u64::from_le_bytes((word as i64).to_le_bytes()));
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn find(places: &Places, hash: u32, place: u32) -> Option<u32> {
        let mut from = Places::from(hash);
        while let Some((found, after)) = places.next(hash, from) {
            if found == place {
                return Some(found);
            }
            from = after;
        }
        None
    }

    proptest! {
        /// Few hashes: they collide, and runs go round the end.
        #[test]
        fn places_are_a_set_of_hashes_with_places(
            steps in prop::collection::vec((any::<bool>(), 0..40_u32, 0..60_u32), 1..600),
        ) {
            let mut places = Places::default();
            let mut set = BTreeSet::new();
            for (is_new, hash, place) in steps {
                let hash = u32::MAX - (hash << 4);
                if is_new && set.insert((hash, place)) {
                    places.insert(hash, place);
                } else if !is_new && set.remove(&(hash, place)) {
                    places.remove(hash, place);
                }
                prop_assert_eq!(places.len, set.len());
                for (hash, place) in &set {
                    prop_assert_eq!(find(&places, *hash, *place), Some(*place));
                }
                prop_assert_eq!(
                    find(&places, hash, place).is_some(),
                    set.contains(&(hash, place))
                );
            }
        }
    }

    #[test]
    fn hashes_of_neighbours_spread() {
        use std::hash::Hash;
        let hash = |number: u32| {
            let mut mix = Mix::default();
            baton_common::ids::EntryId::new(format!("ent_{number}")).hash(&mut mix);
            mix.finish()
        };
        let shards: BTreeSet<u64> = (0..200).map(|number| hash(number) & 15).collect();
        assert_eq!(shards.len(), 16);
        let homes: BTreeSet<u64> = (0..4_096).map(|number| hash(number) >> 4 & 0xffff).collect();
        // Of four thousand thrown into sixty-five thousand about a hundred and twenty meet.
        assert!(homes.len() > 3_850, "{}", homes.len());
    }
}
