//! Remembers when something may next be done for a key, to do it rarely. Bounded by forgetting.

use std::hash::Hash;
use std::time::{Duration, Instant};

use dashmap::DashMap;
use parking_lot::Mutex;

/// Above this many keys those whose turn has come are forgotten.
const TIDY_ABOVE: usize = 10_000;
/// Which looks at every key, so at most this often.
const TIDY_EVERY: Duration = Duration::from_secs(1);

/// When each key has its next turn.
pub(crate) struct Throttle<K> {
    turns: DashMap<K, Instant>,
    tidied: Mutex<Option<Instant>>,
}

impl<K: Eq + Hash> Throttle<K> {
    pub(crate) fn new() -> Self {
        Self { turns: DashMap::new(), tidied: Mutex::new(None) }
    }

    /// Whether it is the key's turn; takes it, and the next comes after `every`.
    pub(crate) fn turn(&self, key: K, every: Duration, now: Instant) -> bool {
        if self.turns.len() > TIDY_ABOVE && self.tidies(now) {
            self.turns.retain(|_, next| *next > now);
        }
        let mut next = self.turns.entry(key).or_insert(now);
        let has_come = *next <= now;
        if has_come {
            *next = now + every;
        }
        has_come
    }

    fn tidies(&self, now: Instant) -> bool {
        let mut tidied = self.tidied.lock();
        let due = tidied.is_none_or(|last| now.saturating_duration_since(last) >= TIDY_EVERY);
        if due {
            *tidied = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_millis(10);

    /// One key more than are kept without a look.
    fn crowd(throttle: &Throttle<usize>, now: Instant) {
        for key in 0..=TIDY_ABOVE {
            throttle.turn(key, EVERY, now);
        }
    }

    #[test]
    fn each_key_has_its_own_turns() {
        let (throttle, start) = (Throttle::new(), Instant::now());
        let every = Duration::from_secs(15);
        assert!(throttle.turn("a", every, start));
        assert!(!throttle.turn("a", every, start + Duration::from_secs(14)));
        assert!(throttle.turn("b", every, start));
        assert!(throttle.turn("a", every, start + every));
    }

    #[test]
    fn what_is_past_is_forgotten_and_nothing_else() {
        let (throttle, start) = (Throttle::new(), Instant::now());
        throttle.turn(usize::MAX, Duration::from_mins(1), start);
        crowd(&throttle, start);
        let later = start + TIDY_EVERY;
        assert!(throttle.turn(usize::MAX - 1, EVERY, later));
        assert_eq!(throttle.turns.len(), 2);
        assert!(!throttle.turn(usize::MAX, EVERY, later));
    }

    #[test]
    fn a_crowd_is_looked_through_at_most_once_a_second() {
        let (throttle, start) = (Throttle::new(), Instant::now());
        crowd(&throttle, start);
        let tidied = start + EVERY;
        throttle.turn(usize::MAX, EVERY, tidied);
        crowd(&throttle, tidied);
        throttle.turn(usize::MAX, EVERY, tidied + EVERY);
        assert!(throttle.turns.len() > TIDY_ABOVE, "looked through again at once");
        throttle.turn(usize::MAX, EVERY, tidied + TIDY_EVERY);
        assert_eq!(throttle.turns.len(), 1);
    }
}
