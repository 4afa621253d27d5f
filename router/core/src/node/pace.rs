//! The leader's time: it never goes back, and runs at half to double speed until it agrees with
//! the broker's. Leaves the time of a command to the leader, which takes the broker's own.

use baton_common::time::Timestamp;

use super::io::Clock;

/// Samples are remembered for one to two of these.
const WINDOW_MS: u64 = 30_000;

/// A clock that follows the broker's.
#[derive(Debug)]
pub(crate) struct Pace {
    now: i64,
    read_at: Clock,
    /// Broker time less own clock. A sample is late, never early, so the largest is the best.
    newer: Option<i64>,
    older: Option<i64>,
    window: Clock,
}

impl Pace {
    /// Starts at a time that the broker told just now.
    pub(crate) fn new(now: Timestamp, clock: Clock) -> Self {
        Self { now: now.0, read_at: clock, newer: None, older: None, window: clock }
    }

    /// The broker said that it was this late.
    pub(crate) fn sample(&mut self, at: Timestamp, clock: Clock) {
        if clock.since(self.window).0 > WINDOW_MS {
            self.older = self.newer.take();
            self.window = clock;
        }
        let offset = at.0.saturating_sub_unsigned(clock.0);
        self.newer = Some(self.newer.map_or(offset, |known| known.max(offset)));
    }

    /// The time now.
    pub(crate) fn read(&mut self, clock: Clock) -> Timestamp {
        self.now = self.at(clock);
        self.read_at = self.read_at.max(clock);
        Timestamp(self.now)
    }

    /// How long until `deadline`, at ordinary speed; at least a millisecond when it is ahead.
    pub(crate) fn until(&self, deadline: Timestamp) -> u64 {
        u64::try_from(deadline.0.saturating_sub(self.now)).unwrap_or(0)
    }

    /// When it was read last.
    pub(crate) fn read_at(&self) -> Clock {
        self.read_at
    }

    fn at(&self, clock: Clock) -> i64 {
        let passed = i64::try_from(clock.since(self.read_at).0).unwrap_or(i64::MAX);
        let plain = self.now.saturating_add(passed);
        let Some(offset) = self.newer.max(self.older) else {
            return plain;
        };
        let wanted = offset.saturating_add_unsigned(clock.0);
        wanted.clamp(self.now.saturating_add(passed / 2), plain.saturating_add(passed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_at_most_twice_as_fast_until_it_agrees() {
        let mut pace = Pace::new(Timestamp(1_000), Clock(0));
        pace.sample(Timestamp(1_500), Clock(0));
        assert_eq!(pace.read(Clock(100)), Timestamp(1_200));
        assert_eq!(pace.read(Clock(400)), Timestamp(1_800));
        assert_eq!(pace.read(Clock(600)), Timestamp(2_100), "agrees: 1 500 + 600");
        assert_eq!(pace.read(Clock(700)), Timestamp(2_200));
    }

    #[test]
    fn it_slows_down_to_half_and_never_goes_back() {
        let mut pace = Pace::new(Timestamp(1_000), Clock(0));
        pace.sample(Timestamp(900), Clock(0));
        assert_eq!(pace.read(Clock(100)), Timestamp(1_050));
        assert_eq!(pace.read(Clock(100)), Timestamp(1_050));
        assert_eq!(pace.read(Clock(300)), Timestamp(1_200), "agrees: 900 + 300");
    }

    #[test]
    fn a_late_sample_changes_nothing() {
        let mut pace = Pace::new(Timestamp(1_000), Clock(0));
        pace.sample(Timestamp(1_000), Clock(0));
        pace.sample(Timestamp(1_000), Clock(500));
        assert_eq!(pace.read(Clock(600)), Timestamp(1_600));
    }
}
