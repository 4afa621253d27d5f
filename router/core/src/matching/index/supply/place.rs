//! Where one agent stands, and the same in few bytes. What follows from it is `supply`'s.

/// Where one agent stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) group: u32,
    /// What the agent can carry.
    pub(crate) total: u32,
    /// What of that is free; none while nothing may be offered.
    pub(crate) free: Option<u32>,
    /// Ready and online, whatever the room.
    pub(crate) willing: bool,
}

/// The rows of all agents: where each stands and the keys by policy, in one piece of memory.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// Of each agent: group and willing, what can be carried, what is free, then two words a key.
    words: Vec<u32>,
    row: usize,
}

/// A group's number leaves this bit.
const WILLING: u32 = 1 << 31;
/// Nobody has all of 32 bits free.
const NOTHING: u32 = u32::MAX;

impl Default for Rows {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Rows {
    pub(super) fn new(policies: usize) -> Self {
        Self { words: Vec::new(), row: 3 + 2 * policies }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len() / self.row
    }

    /// Makes room for so many rows and no more.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.words.reserve_exact(rows * self.row);
    }

    /// A new row at the end, with keys of zero.
    pub(super) fn push(&mut self, place: Place) {
        let at = self.len();
        self.words.resize((at + 1) * self.row, 0);
        self.set(at, place);
    }

    pub(super) fn set(&mut self, at: usize, place: Place) {
        let willing = if place.willing { WILLING } else { 0 };
        let words = &mut self.words[at * self.row..][..3];
        words[0] = place.group | willing;
        words[1] = place.total;
        words[2] = place.free.unwrap_or(NOTHING);
    }

    pub(super) fn place(&self, at: usize) -> Place {
        let words = &self.words[at * self.row..][..3];
        Place {
            group: words[0] & !WILLING,
            total: words[1],
            free: (words[2] != NOTHING).then_some(words[2]),
            willing: words[0] & WILLING != 0,
        }
    }

    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        (0..self.len()).map(|at| self.place(at))
    }

    pub(super) fn key(&self, at: usize, policy: usize) -> u64 {
        let words = &self.words[at * self.row + 3 + 2 * policy..][..2];
        u64::from(words[0]) << 32 | u64::from(words[1])
    }

    #[allow(clippy::cast_possible_truncation, reason = "either half is kept")]
    pub(super) fn set_key(&mut self, at: usize, policy: usize, key: u64) {
        let words = &mut self.words[at * self.row + 3 + 2 * policy..][..2];
        (words[0], words[1]) = ((key >> 32) as u32, key as u32);
    }

    #[cfg(feature = "measure")]
    pub(super) fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<u32>()
    }
}
