//! Where waiting entries stand, by number: one look, mostly at one place in memory. Entries that
//! came together lie together, so whoever comes and whoever has waited longest is near at hand.
//! Grows by splitting one table of many, so that no single entry pays for all others. Leaves what
//! a place means to `space`.

use super::small;

/// Where a waiting entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) rank: u64,
    pub(crate) class: u32,
    /// The agent whom it asks for.
    pub(crate) preferred: u32,
    /// Not for everybody who can: the state has to be asked.
    pub(crate) guarded: bool,
}

/// No entry has this number.
const FREE: u64 = u64::MAX;
/// Numbers in a row that lie together.
const ROW: u64 = 8;
/// Slots of a table, at least and at most.
const SLOTS: (usize, usize) = (16, 2_048);
/// The bit that says `guarded` in a slot; agents' numbers leave it.
const GUARDED: u32 = 1 << 30;
/// Agents' numbers from here on stand for none: moved past the bit, and back.
const NONE_BIT: u32 = 1 << 31;

/// A place in 24 bytes.
#[derive(Clone, Copy, Debug)]
struct Slot {
    number: u64,
    rank: u64,
    class: u32,
    whom: u32,
}

impl Slot {
    const EMPTY: Self = Self { number: FREE, rank: 0, class: 0, whom: 0 };

    fn of(number: u64, placed: Placed) -> Self {
        let Placed { rank, class, preferred, guarded } = placed;
        // Those who stand for none are the last numbers there are: all of their bits are set.
        let whom = if guarded { preferred | GUARDED } else { preferred & !GUARDED };
        Self { number, rank, class, whom }
    }

    fn placed(&self) -> Placed {
        let guarded = self.whom & GUARDED != 0;
        let is_none = self.whom & NONE_BIT != 0;
        let preferred = if is_none { self.whom | GUARDED } else { self.whom & !GUARDED };
        Placed { rank: self.rank, class: self.class, preferred, guarded }
    }
}

/// One of the tables: open addressing, the next free slot is taken.
#[derive(Clone, Debug)]
struct Table {
    slots: Vec<Slot>,
    len: usize,
    /// How many bits of the hash all numbers in here have in common.
    depth: u32,
}

impl Table {
    fn new(slots: usize, depth: u32) -> Self {
        Self { slots: vec![Slot::EMPTY; slots], len: 0, depth }
    }

    /// Where a number would be at best.
    fn home(&self, number: u64) -> usize {
        let row = usize::try_from(hash(number) >> 20 & u64::from(u16::MAX)).expect("16 bits fit");
        let at = row * small_row() + usize::try_from(number % ROW).expect("it is below a row");
        at & (self.slots.len() - 1)
    }

    /// The slot of a number, or the free one where it belongs.
    fn find(&self, number: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.home(number);
        while self.slots[at].number != number && self.slots[at].number != FREE {
            at = (at + 1) & mask;
        }
        at
    }

    fn put(&mut self, slot: Slot) {
        let at = self.find(slot.number);
        self.len += usize::from(self.slots[at].number == FREE);
        self.slots[at] = slot;
    }

    /// Takes a slot out; what was put off from there moves up.
    fn clear(&mut self, mut hole: usize) {
        let mask = self.slots.len() - 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot.number == FREE {
                break;
            }
            // Whether the hole lies between where it would be at best and where it is.
            let put_off = at.wrapping_sub(self.home(slot.number)) & mask;
            if put_off >= (at.wrapping_sub(hole) & mask) {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = Slot::EMPTY;
        self.len -= 1;
    }

    fn is_full(&self) -> bool {
        self.len * 10 >= self.slots.len() * 7
    }

    fn taken(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| slot.number != FREE)
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    tables: Vec<Table>,
    /// By the first bits of the hash, which table.
    directory: Vec<u32>,
    /// How many bits those are.
    bits: u32,
}

impl Default for Places {
    fn default() -> Self {
        Self { tables: vec![Table::new(SLOTS.0, 0)], directory: vec![0], bits: 0 }
    }
}

/// The same for numbers that lie together.
fn hash(number: u64) -> u64 {
    (number / ROW).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn small_row() -> usize {
    usize::try_from(ROW).expect("it is a row")
}

impl Places {
    fn table(&self, number: u64) -> usize {
        // Shifting by all bits is not defined.
        let first = hash(number).checked_shr(64 - self.bits).unwrap_or(0);
        self.directory[usize::try_from(first).expect("the directory is in memory")] as usize
    }

    pub(crate) fn get(&self, number: u64) -> Option<Placed> {
        let table = &self.tables[self.table(number)];
        let slot = &table.slots[table.find(number)];
        (slot.number == number).then(|| slot.placed())
    }

    pub(crate) fn insert(&mut self, number: u64, placed: Placed) {
        assert_ne!(number, FREE, "entries are counted from one");
        let mut at = self.table(number);
        while self.tables[at].is_full() {
            self.grow(at);
            at = self.table(number);
        }
        self.tables[at].put(Slot::of(number, placed));
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Placed> {
        let at = self.table(number);
        let table = &mut self.tables[at];
        let at = table.find(number);
        let slot = table.slots[at];
        (slot.number == number).then(|| {
            table.clear(at);
            slot.placed()
        })
    }

    /// All, in no order that means something.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, Placed)> {
        self.tables.iter().flat_map(Table::taken).map(|slot| (slot.number, slot.placed()))
    }

    /// Replaces each.
    pub(crate) fn change(&mut self, mut to: impl FnMut(u64, Placed) -> Placed) {
        let slots = self.tables.iter_mut().flat_map(|table| &mut table.slots);
        for slot in slots.filter(|slot| slot.number != FREE) {
            *slot = Slot::of(slot.number, to(slot.number, slot.placed()));
        }
    }

    /// Makes room in a table, for half of it elsewhere once it is large.
    fn grow(&mut self, at: usize) {
        let Table { slots, depth, .. } = &self.tables[at];
        let (len, depth) = (slots.len(), *depth);
        if len < SLOTS.1 {
            let larger = Table::new(len * 2, depth);
            let old = std::mem::replace(&mut self.tables[at], larger);
            old.taken().for_each(|slot| self.tables[at].put(*slot));
            return;
        }
        if depth == self.bits {
            self.directory = self.directory.iter().flat_map(|table| [*table; 2]).collect();
            self.bits += 1;
        }
        let halves = [Table::new(len, depth + 1), Table::new(len, depth + 1)];
        let [mut low, mut high] = halves;
        for slot in self.tables[at].taken() {
            let is_high = hash(slot.number) >> (63 - depth) & 1 == 1;
            if is_high { high.put(*slot) } else { low.put(*slot) }
        }
        self.tables[at] = low;
        let new = small(self.tables.len());
        self.tables.push(high);
        let bit = self.bits - depth - 1;
        for (place, table) in self.directory.iter_mut().enumerate() {
            if *table as usize == at && place >> bit & 1 == 1 {
                *table = new;
            }
        }
    }

    /// Bytes on the heap, roughly.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> usize {
        let slots = self.tables.iter().map(|table| table.slots.capacity() * size_of::<Slot>());
        slots.sum::<usize>()
            + self.tables.capacity() * size_of::<Table>()
            + self.directory.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn placed(of: u32) -> Placed {
        let preferred = if of.is_multiple_of(3) { u32::MAX - of % 2 } else { of };
        Placed { rank: u64::from(of), class: of, preferred, guarded: of.is_multiple_of(5) }
    }

    proptest! {
        #[test]
        fn places_are_a_map(
            steps in vec((0..30_000_u64, 1..400_u64, any::<bool>(), any::<u16>()), 1..120),
        ) {
            let (mut places, mut plain) = (Places::default(), BTreeMap::new());
            for (from, count, comes, of) in steps {
                for number in from..from + count {
                    if comes {
                        places.insert(number, placed(of.into()));
                        plain.insert(number, placed(of.into()));
                    } else {
                        prop_assert_eq!(places.remove(number), plain.remove(&number));
                    }
                }
            }
            places.change(|number, old| {
                let class = old.class + u32::try_from(number).expect("it is small");
                Placed { class, ..old }
            });
            for (number, old) in &mut plain {
                old.class += u32::try_from(*number).expect("it is small");
            }
            let all: BTreeMap<_, _> = places.iter().collect();
            prop_assert_eq!(&all, &plain);
            for number in 0..31_000 {
                prop_assert_eq!(places.get(number), plain.get(&number).copied());
            }
        }
    }
}
