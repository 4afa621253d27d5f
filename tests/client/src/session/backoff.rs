//! How long to wait before the next attempt: full jitter under a doubling bound, or what the
//! server asks for.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Pauses between attempts at one thing.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    bound: Duration,
}

impl Backoff {
    /// Before the first attempt.
    pub(crate) const fn new() -> Self {
        Self { bound: FIRST }
    }

    /// The next pause; `asked` is the server's wish.
    pub(crate) fn pause(&mut self, asked: Option<Duration>) -> Duration {
        let bound = self.bound;
        self.bound = (bound * 2).min(LONGEST);
        asked.unwrap_or_else(|| bound.mul_f64(rand::random_range(0.0..1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_stay_under_a_bound_that_doubles() {
        let mut backoff = Backoff::new();
        for bound in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000] {
            assert_eq!(backoff.bound, Duration::from_millis(bound));
            assert!(backoff.pause(None) <= Duration::from_millis(bound));
        }
        let asked = Duration::from_secs(9);
        assert_eq!(backoff.pause(Some(asked)), asked);
    }
}
