//! Where classes lie in the tables and trees that a search reads: classes that ask for the same
//! skills lie in the same blocks, since mostly the same agents can take them. A search then passes
//! over most blocks unread. What lies where never changes an answer.

use super::small;

/// Blocks that are filled side by side; what asks for different things shares one only by chance.
/// With hundreds of skills a search would find a class that fits in every block, were they fewer.
const STREAMS: usize = 256;
/// Slots of a block.
const BLOCK: usize = 64;
/// No class lies there.
const NOBODY: u32 = u32::MAX;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    /// By class, its slot and stream.
    of: Vec<(u32, u32)>,
    /// By slot, its class.
    classes: Vec<u32>,
    /// By stream, the slots that are free.
    free: Vec<Vec<u32>>,
}

impl Slots {
    /// The slot of a class.
    pub(crate) fn of(&self, class: usize) -> usize {
        self.of[class].0 as usize
    }

    /// The class in a slot.
    pub(crate) fn class_at(&self, slot: usize) -> Option<usize> {
        self.classes.get(slot).filter(|class| **class != NOBODY).map(|class| *class as usize)
    }

    /// Gives a class, old or the next, a slot among its kin.
    pub(crate) fn place(&mut self, class: usize, kin: u64) -> usize {
        if let Some((slot, stream)) = self.of.get(class) {
            self.classes[*slot as usize] = NOBODY;
            self.free[*stream as usize].push(*slot);
        } else {
            self.of.push((0, 0));
        }
        let stream = usize::try_from(kin % STREAMS as u64).expect("it is below a few");
        self.free.resize_with(STREAMS, Vec::new);
        if self.free[stream].is_empty() {
            let from = self.classes.len();
            self.classes.resize(from + BLOCK, NOBODY);
            self.free[stream].extend((from..from + BLOCK).rev().map(small));
        }
        let slot = self.free[stream].pop().expect("there is one now");
        self.of[class] = (slot, small(stream));
        self.classes[slot as usize] = small(class);
        slot as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kin_share_blocks_and_slots_are_used_again() {
        let mut slots = Slots::default();
        for class in 0..1_000 {
            slots.place(class, class as u64 % 3);
        }
        for class in 0..1_000 {
            let block = slots.of(class) / BLOCK;
            let kin = (0..BLOCK).filter_map(|at| slots.class_at(block * BLOCK + at));
            assert!(kin.into_iter().all(|other| other % 3 == class % 3), "{class}");
            assert_eq!(slots.class_at(slots.of(class)), Some(class));
        }
        let all = slots.classes.len();
        for again in 0..1_000 {
            slots.place(5, again % 3);
        }
        assert_eq!(slots.classes.len(), all);
        assert_eq!(slots.classes.iter().filter(|class| **class == 5).count(), 1);
    }
}
