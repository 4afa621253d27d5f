//! Remembers when something was last done for a key, to do it rarely. Bounded by forgetting.

use std::hash::Hash;
use std::time::{Duration, Instant};

use dashmap::DashMap;

/// Above this many keys those of the past are forgotten first.
const TIDY_ABOVE: usize = 10_000;

/// When each key had its turn.
pub(crate) struct Throttle<K>(DashMap<K, Instant>);

impl<K: Eq + Hash> Throttle<K> {
    pub(crate) fn new() -> Self {
        Self(DashMap::new())
    }

    /// Whether it is the key's turn: it had none within `every`. Takes the turn.
    pub(crate) fn turn(&self, key: K, every: Duration, now: Instant) -> bool {
        if self.0.len() > TIDY_ABOVE {
            self.0.retain(|_, last| now.saturating_duration_since(*last) < every);
        }
        let mut had = true;
        let mut last = self.0.entry(key).or_insert_with(|| {
            had = false;
            now
        });
        if had && now.saturating_duration_since(*last) < every {
            return false;
        }
        *last = now;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_is_past_is_forgotten() {
        let (throttle, start) = (Throttle::new(), Instant::now());
        let every = Duration::from_secs(1);
        for key in 0..=TIDY_ABOVE {
            throttle.turn(key, every, start);
        }
        throttle.turn(usize::MAX, every, start + every);
        assert_eq!(throttle.0.len(), 1);
    }
}
