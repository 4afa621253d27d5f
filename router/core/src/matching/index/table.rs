//! Which classes of entries each group of agents can take, a bit each, so that a search reads what
//! concerns one group from few places. Leaves working it out to `space`.

/// Blocks of 64 classes that lie together, for one group: in one page of memory.
const TOGETHER: usize = 64;
/// Words of the table, at most: 128 MiB.
const WORDS: usize = 16 << 20;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    groups: usize,
    /// By so many blocks, by group: the classes it can take. What would be too much is missing.
    words: Vec<Vec<[u64; TOGETHER]>>,
    /// By 64 blocks, by group: the blocks with a class that it can take.
    some: Vec<Vec<u64>>,
}

impl Table {
    pub(crate) fn new(groups: usize) -> Self {
        Self { groups, ..Self::default() }
    }

    /// Makes room for a class.
    pub(crate) fn reach(&mut self, class: usize) {
        let (chunk, part) = (class / 64 / TOGETHER, class / 64 / 64);
        if self.words.len() == chunk && (chunk + 1) * self.groups * TOGETHER <= WORDS {
            self.words.push(vec![[0; TOGETHER]; self.groups]);
            if self.some.len() == part {
                self.some.push(vec![0; self.groups]);
            }
        }
    }

    /// Notes whether some groups can take a class, as far as there is room for it.
    pub(crate) fn set(&mut self, class: usize, groups: impl Iterator<Item = usize>, can: bool) {
        let (block, bit) = (class / 64, 1 << (class % 64));
        let Some(chunk) = self.words.get_mut(block / TOGETHER) else { return };
        let some = &mut self.some[block / 64];
        for group in groups {
            let word = &mut chunk[group][block % TOGETHER];
            *word = if can { *word | bit } else { *word & !bit };
            let here = 1 << (block % 64);
            some[group] = if *word == 0 { some[group] & !here } else { some[group] | here };
        }
    }

    /// Which classes of a block a group can take; none: that is not kept.
    pub(crate) fn word(&self, group: u32, block: usize) -> Option<u64> {
        let chunk = self.words.get(block / TOGETHER)?;
        Some(chunk[group as usize][block % TOGETHER])
    }

    /// Which of 64 blocks may have a class that a group can take.
    pub(crate) fn some(&self, group: u32, blocks: usize) -> u64 {
        let kept = self.words.len() * TOGETHER;
        // Of blocks that are not kept nothing is known.
        if kept < (blocks + 1) * 64 && self.is_cut() {
            return u64::MAX;
        }
        self.some.get(blocks).map_or(0, |some| some[group as usize])
    }

    /// Whether there was no room for all classes.
    fn is_cut(&self) -> bool {
        (self.words.len() + 1) * self.groups * TOGETHER > WORDS
    }

    /// Bytes on the heap, roughly.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> usize {
        (self.words.len() * TOGETHER + self.some.len()) * self.groups * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_it_was_told_until_it_is_full() {
        let mut table = Table::new(3);
        for class in 0..5_000_usize {
            table.reach(class);
            table.set(
                class,
                [0, 2].into_iter().filter(|group| (class + group).is_multiple_of(700)),
                true,
            );
        }
        table.set(698, [2].into_iter(), false);
        for class in 0..5_000_usize {
            for group in [0, 1, 2] {
                let can = group != 1 && (class + group).is_multiple_of(700) && class != 698;
                let word = table.word(small(group), class / 64).unwrap();
                assert_eq!(word >> (class % 64) & 1 == 1, can, "{class} {group}");
                let some = table.some(small(group), class / 64 / 64) >> (class / 64 % 64) & 1 == 1;
                assert!(some || word == 0, "{class} {group}");
            }
        }
        assert_eq!(table.some(1, 0), 0);
        let mut full = Table::new(WORDS / TOGETHER);
        (0..5_000).for_each(|class| full.reach(class));
        assert_eq!((full.word(7, 63), full.word(7, 64)), (Some(0), None));
        assert_eq!((full.some(7, 0), full.some(7, 1)), (0, u64::MAX));
    }

    fn small(group: usize) -> u32 {
        u32::try_from(group).unwrap()
    }
}
