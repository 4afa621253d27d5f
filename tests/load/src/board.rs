//! What the two sides of a chat have to know of each other to measure it, by the number that each
//! start carries as an attribute. Nothing that Baton should have told is taken from here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

/// The attribute that carries a start's number.
pub(crate) const NUMBER: &str = "load_number";

/// The starts whose customers are still there.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<HashMap<u64, Entry>>);

#[derive(Debug)]
struct Entry {
    planned: Instant,
    is_offered: bool,
    accepted: Option<Instant>,
}

impl Board {
    /// A start is about to be asked for.
    pub(crate) fn starts(&self, number: u64, planned: Instant) {
        self.lock().insert(number, Entry { planned, is_offered: false, accepted: None });
    }

    /// An agent has an offer of it: the planned start if this is the first.
    pub(crate) fn offered(&self, number: u64) -> Option<Instant> {
        let mut board = self.lock();
        let entry = board.get_mut(&number)?;
        (!std::mem::replace(&mut entry.is_offered, true)).then_some(entry.planned)
    }

    /// An agent is about to accept it.
    pub(crate) fn accepts(&self, number: u64, at: Instant) {
        if let Some(entry) = self.lock().get_mut(&number) {
            entry.accepted = Some(at);
        }
    }

    /// The accept came to nothing.
    pub(crate) fn missed(&self, number: u64) {
        if let Some(entry) = self.lock().get_mut(&number) {
            entry.accepted = None;
        }
    }

    /// The customer sees an agent: since when that one accepts.
    pub(crate) fn connected(&self, number: u64) -> Option<Instant> {
        self.lock().get_mut(&number)?.accepted.take()
    }

    /// The customer has gone.
    pub(crate) fn ends(&self, number: u64) {
        self.lock().remove(&number);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Entry>> {
        self.0.lock().expect("nobody panics while holding it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_offer_and_each_accept_that_held_are_told() {
        let (board, now) = (Board::default(), Instant::now());
        board.starts(7, now);
        assert_eq!(board.offered(7), Some(now));
        assert_eq!(board.offered(7), None);
        board.accepts(7, now);
        board.missed(7);
        assert_eq!(board.connected(7), None);
        board.accepts(7, now);
        assert_eq!(board.connected(7), Some(now));
        assert_eq!(board.connected(7), None);
        board.ends(7);
        assert_eq!(board.offered(7), None);
    }
}
