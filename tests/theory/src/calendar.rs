//! The calendar of the outside world: what happens next, and when. The engine's own deadlines are
//! in its state.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// What the world does by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Due {
    /// The next customer of this class comes.
    Arrival(usize),
    /// This agent is done with a chat, unless their work changed since.
    Done {
        /// Which agent.
        agent: usize,
        /// See `Desk::plan`.
        plan: u64,
    },
    /// The customer of this number loses patience, if they still wait.
    Patience(u64),
}

/// Everything that is planned, the next one first.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    planned: BinaryHeap<Reverse<Entry>>,
    entries: u64,
}

#[derive(Debug)]
struct Entry {
    at: f64,
    /// Of two at the same time, the one that was planned first.
    number: u64,
    due: Due,
}

impl Calendar {
    /// Plans something.
    pub(crate) fn plan(&mut self, at: f64, due: Due) {
        self.entries += 1;
        self.planned.push(Reverse(Entry { at, number: self.entries, due }));
    }

    /// When the next one is.
    pub(crate) fn first(&self) -> Option<f64> {
        self.planned.peek().map(|Reverse(entry)| entry.at)
    }

    /// Takes the next one out.
    pub(crate) fn next(&mut self) -> Option<(f64, Due)> {
        self.planned.pop().map(|Reverse(entry)| (entry.at, entry.due))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.total_cmp(&other.at).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_comes_first_and_of_two_the_one_planned_first() {
        let mut calendar = Calendar::default();
        for (at, number) in [(2.0, 1), (1.0, 2), (2.0, 3), (0.5, 4)] {
            calendar.plan(at, Due::Patience(number));
        }
        let order: Vec<_> = std::iter::from_fn(|| calendar.next()).collect();
        let numbers = [4, 2, 1, 3].map(Due::Patience);
        assert_eq!(order.iter().map(|(_, due)| *due).collect::<Vec<_>>(), numbers);
    }
}
