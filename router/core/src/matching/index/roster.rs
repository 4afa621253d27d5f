//! The agents of a workspace by id and by number: numbers sort like the ids, so that the last tie
//! between two agents is the same on either side of the index. What an agent can do is `supply`'s.

use std::hash::BuildHasher;

use baton_common::ids::AgentId;
use hashbrown::HashTable;

use super::{Fixed, small};

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    ids: Vec<AgentId>,
    numbers: HashTable<u32>,
}

fn hash(id: &AgentId) -> u64 {
    Fixed::default().hash_one(id)
}

impl Roster {
    /// Of these, in any order.
    pub(crate) fn new(mut ids: Vec<AgentId>) -> Self {
        ids.sort_unstable();
        ids.shrink_to_fit();
        let mut numbers = HashTable::with_capacity(ids.len());
        for (number, id) in ids.iter().enumerate() {
            numbers.insert_unique(hash(id), small(number), |of| hash(&ids[*of as usize]));
        }
        Self { ids, numbers }
    }

    pub(crate) fn number(&self, id: &AgentId) -> Option<u32> {
        self.numbers.find(hash(id), |of| self.ids[*of as usize] == *id).copied()
    }

    pub(crate) fn id(&self, number: u32) -> Option<&AgentId> {
        self.ids.get(number as usize)
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// All, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &AgentId> {
        self.ids.iter()
    }

    /// Bytes on the heap, roughly: a table is seven eighths full at most, and has a byte beside
    /// each number.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> usize {
        let table = self.numbers.capacity() * 8 / 7 * (size_of::<u32>() + 1);
        self.ids.capacity() * size_of::<AgentId>() + table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_like_ids() {
        let ids = ["b", "a", "c10", "c9"].map(AgentId::from);
        let roster = Roster::new(ids.to_vec());
        let order: Vec<&str> = roster.iter().map(AgentId::as_str).collect();
        assert_eq!(order, ["a", "b", "c10", "c9"]);
        for id in &ids {
            assert_eq!(roster.id(roster.number(id).unwrap()), Some(id));
        }
        assert_eq!((roster.number(&"x".into()), roster.id(4)), (None, None));
    }
}
