//! A class: waiting entries that ask for the same. Which groups of agents can take them is worked
//! out once, when the class is made. Leaves the entries to `demand`.

use baton_common::quantity::SkillLevel;

use indexmap::Equivalent;

use super::bits::Bits;

/// What makes entries the same: not what it means under the rules of now, so that a new
/// configuration moves nobody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClassId {
    pub(crate) queue: u32,
    /// Required beyond the queue's.
    pub(crate) own: Box<[SkillLevel]>,
    pub(crate) weight: u32,
    /// How many of the queue's steps the entries have passed.
    pub(crate) step: u32,
}

/// The same, borrowed, to look one up.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct ClassRef<'a> {
    pub(crate) queue: u32,
    pub(crate) own: &'a [SkillLevel],
    pub(crate) weight: u32,
    pub(crate) step: u32,
}

impl Equivalent<ClassId> for ClassRef<'_> {
    fn equivalent(&self, id: &ClassId) -> bool {
        let same = (self.queue, self.weight, self.step) == (id.queue, id.weight, id.step);
        same && *self.own == *id.own
    }
}

impl From<ClassRef<'_>> for ClassId {
    fn from(of: ClassRef<'_>) -> Self {
        Self { queue: of.queue, own: of.own.into(), weight: of.weight, step: of.step }
    }
}

/// What entries of a class ask for.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) id: ClassId,
    /// The same for classes that mostly the same agents can take.
    pub(crate) kin: u64,
    /// What must be free.
    pub(crate) room: u32,
    /// Index of the policy that chooses.
    pub(crate) policy: usize,
    /// The groups that can take them.
    pub(crate) groups: Bits,
    /// The same by rank of the queue, best first, where there is more than one.
    pub(crate) ranks: Vec<(u32, Bits)>,
    /// The same by what their skills add up to, most first, where that decides.
    pub(crate) scores: Vec<(u32, Bits)>,
    /// The rank where it is the same for all.
    pub(crate) rank: u32,
}

/// Sorts some groups by a number.
pub(crate) fn sorted(groups: &Bits, by: impl Fn(usize) -> u32) -> Vec<(u32, Bits)> {
    let mut all: Vec<(u32, Bits)> = Vec::new();
    for group in groups.ones() {
        let number = by(group);
        let at = match all.binary_search_by_key(&number, |(other, _)| *other) {
            Ok(at) => at,
            Err(at) => {
                all.insert(at, (number, Bits::default()));
                at
            }
        };
        all[at].1.set(group, true);
    }
    all
}
