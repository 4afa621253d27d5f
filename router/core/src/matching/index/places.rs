//! Where waiting entries stand, by number: one look, mostly at one place in memory. Entries that
//! came together lie together, so whoever comes and whoever has waited longest is near at hand.
//! Grows by splitting one table of many, so that no single entry pays for all others. Leaves what
//! a place means to `space`.

use super::bits::ones;
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

/// Numbers in a row that share a slot.
const ROW: u64 = 64;
/// Slots in a row that lie together.
const NEAR: u64 = 8;
/// No row has this number.
const FREE: u64 = u64::MAX;
/// Slots of a table, at least and at most.
const SLOTS: (usize, usize) = (16, 512);
/// The bit that says `guarded` in a slot; agents' numbers leave it.
const GUARDED: u32 = 1 << 30;
/// Agents' numbers from here on stand for none: moved past the bit, and back.
const NONE_BIT: u32 = 1 << 31;

/// A place in 16 bytes.
#[derive(Clone, Copy, Debug)]
struct Packed {
    rank: u64,
    class: u32,
    whom: u32,
}

impl Packed {
    fn of(placed: Placed) -> Self {
        let Placed { rank, class, preferred, guarded } = placed;
        // Those who stand for none are the last numbers there are: all of their bits are set.
        let whom = if guarded { preferred | GUARDED } else { preferred & !GUARDED };
        Self { rank, class, whom }
    }

    fn placed(&self) -> Placed {
        let guarded = self.whom & GUARDED != 0;
        let is_none = self.whom & NONE_BIT != 0;
        let preferred = if is_none { self.whom | GUARDED } else { self.whom & !GUARDED };
        Placed { rank: self.rank, class: self.class, preferred, guarded }
    }
}

/// The places of one row of numbers.
#[derive(Clone, Debug)]
struct Slot {
    row: u64,
    /// Whose place is known, a bit each.
    taken: u64,
    /// Whose place lies in `places`; who has left stays there until it is more than half.
    kept: u64,
    places: Vec<Packed>,
}

impl Slot {
    const EMPTY: Self = Self { row: FREE, taken: 0, kept: 0, places: Vec::new() };

    /// The place of a number of this row that is kept, or where it would be.
    fn at(&self, bit: u64) -> usize {
        (self.kept & (bit - 1)).count_ones() as usize
    }

    fn get(&self, bit: u64) -> Option<Placed> {
        (self.taken & bit != 0).then(|| self.places[self.at(bit)].placed())
    }

    fn put(&mut self, bit: u64, placed: Placed) {
        let (at, packed) = (self.at(bit), Packed::of(placed));
        if self.kept & bit != 0 {
            self.places[at] = packed;
        } else {
            self.places.insert(at, packed);
        }
        self.taken |= bit;
        self.kept |= bit;
    }

    fn take(&mut self, bit: u64) -> Option<Placed> {
        let placed = self.get(bit)?;
        self.taken &= !bit;
        if self.taken.count_ones() * 2 < self.kept.count_ones() {
            let left = ones(self.taken).map(|bit| self.places[self.at(1 << bit)]);
            // Few numbers of old rows are left: they keep no room for the others.
            self.places = left.collect();
            self.kept = self.taken;
        }
        Some(placed)
    }

    /// The numbers whose place is known.
    fn numbers(&self) -> impl Iterator<Item = u64> + use<> {
        let from = self.row.wrapping_mul(ROW);
        ones(self.taken).map(move |bit| from + bit as u64)
    }
}

/// The bit of a number in its row.
fn bit(number: u64) -> u64 {
    1 << (number % ROW)
}

/// One of the tables: open addressing, the next free slot is taken.
#[derive(Clone, Debug)]
struct Table {
    slots: Vec<Slot>,
    len: usize,
    /// How many bits of the hash all rows in here have in common.
    depth: u32,
}

impl Table {
    fn new(slots: usize, depth: u32) -> Self {
        Self { slots: vec![Slot::EMPTY; slots], len: 0, depth }
    }

    /// Where a row would be at best.
    fn home(&self, row: u64) -> usize {
        let of = usize::try_from(hash(row) >> 20 & u64::from(u16::MAX)).expect("16 bits fit");
        let at = of * small_row() + usize::try_from(row % NEAR).expect("it is below a few");
        at & (self.slots.len() - 1)
    }

    /// The slot of a row, or the free one where it belongs.
    fn find(&self, row: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.home(row);
        while self.slots[at].row != row && self.slots[at].row != FREE {
            at = (at + 1) & mask;
        }
        at
    }

    fn put(&mut self, slot: Slot) {
        let at = self.find(slot.row);
        self.len += usize::from(self.slots[at].row == FREE);
        self.slots[at] = slot;
    }

    /// Takes a slot out; what was put off from there moves up.
    fn clear(&mut self, mut hole: usize) {
        let mask = self.slots.len() - 1;
        self.slots[hole] = Slot::EMPTY;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let row = self.slots[at].row;
            if row == FREE {
                break;
            }
            // Whether the hole lies between where it would be at best and where it is.
            let put_off = at.wrapping_sub(self.home(row)) & mask;
            if put_off >= (at.wrapping_sub(hole) & mask) {
                self.slots.swap(hole, at);
                hole = at;
            }
        }
        self.len -= 1;
    }

    fn is_full(&self) -> bool {
        self.len * 10 >= self.slots.len() * 7
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

/// The same for rows that lie together.
fn hash(row: u64) -> u64 {
    (row / NEAR).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn small_row() -> usize {
    usize::try_from(NEAR).expect("it is a few")
}

impl Places {
    fn table(&self, row: u64) -> usize {
        // Shifting by all bits is not defined.
        let first = hash(row).checked_shr(64 - self.bits).unwrap_or(0);
        self.directory[usize::try_from(first).expect("the directory is in memory")] as usize
    }

    pub(crate) fn get(&self, number: u64) -> Option<Placed> {
        let row = number / ROW;
        let table = &self.tables[self.table(row)];
        let slot = &table.slots[table.find(row)];
        // A free slot has nobody.
        slot.get(bit(number))
    }

    pub(crate) fn insert(&mut self, number: u64, placed: Placed) {
        let row = number / ROW;
        let mut table = self.table(row);
        let mut at = self.tables[table].find(row);
        if self.tables[table].slots[at].row == FREE {
            while self.tables[table].is_full() {
                self.grow(table);
                table = self.table(row);
            }
            self.tables[table].put(Slot { row, ..Slot::EMPTY });
            at = self.tables[table].find(row);
        }
        self.tables[table].slots[at].put(bit(number), placed);
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Placed> {
        let row = number / ROW;
        let table = self.table(row);
        let table = &mut self.tables[table];
        let at = table.find(row);
        let placed = table.slots[at].take(bit(number))?;
        if table.slots[at].taken == 0 {
            table.clear(at);
        }
        Some(placed)
    }

    /// All, in no order that means something.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, Placed)> {
        let slots = self.tables.iter().flat_map(|table| &table.slots);
        slots.flat_map(|slot| {
            slot.numbers().filter_map(|number| Some((number, slot.get(bit(number))?)))
        })
    }

    /// Replaces each.
    pub(crate) fn change(&mut self, mut to: impl FnMut(u64, Placed) -> Placed) {
        for slot in self.tables.iter_mut().flat_map(|table| &mut table.slots) {
            for number in slot.numbers() {
                let at = slot.at(bit(number));
                slot.places[at] = Packed::of(to(number, slot.places[at].placed()));
            }
        }
    }

    /// Gives a number that is there another class.
    pub(crate) fn change_class(&mut self, number: u64, class: u32) {
        let row = number / ROW;
        let table = self.table(row);
        let at = self.tables[table].find(row);
        let slot = &mut self.tables[table].slots[at];
        if slot.taken & bit(number) != 0 {
            let at = slot.at(bit(number));
            slot.places[at].class = class;
        }
    }

    /// Makes room in a table, for half of it elsewhere once it is large.
    fn grow(&mut self, at: usize) {
        let Table { slots, depth, .. } = &self.tables[at];
        let (len, depth) = (slots.len(), *depth);
        if len < SLOTS.1 {
            let larger = Table::new(len * 2, depth);
            let old = std::mem::replace(&mut self.tables[at], larger);
            let taken = old.slots.into_iter().filter(|slot| slot.row != FREE);
            taken.for_each(|slot| self.tables[at].put(slot));
            return;
        }
        if depth == self.bits {
            self.directory = self.directory.iter().flat_map(|table| [*table; 2]).collect();
            self.bits += 1;
        }
        let halves = [Table::new(len, depth + 1), Table::new(len, depth + 1)];
        let [mut low, mut high] = halves;
        for slot in std::mem::take(&mut self.tables[at].slots) {
            let is_high = hash(slot.row) >> (63 - depth) & 1 == 1;
            if slot.row != FREE {
                if is_high { high.put(slot) } else { low.put(slot) }
            }
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
        let places = self.tables.iter().flat_map(|table| &table.slots);
        let places = places.map(|slot| slot.places.capacity() * size_of::<Packed>());
        slots.sum::<usize>()
            + places.sum::<usize>()
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
