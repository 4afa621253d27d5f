//! What a queue's events teach: how long a chat holds a slot, how soon people leave, how fast
//! chats come. Sums of whole numbers that fade with each new observation, so that every router
//! that folds the same events has the same. Leaves what to make of them to `line`.

use std::collections::BTreeMap;

use baton_common::quantity::Priority;
use baton_common::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::probe::Probes;

/// Observations of chats that count: so few that habits of last month do not, so many that chance
/// moves the mean by one and a half per cent only. An error `ε` of the rate adds `ε²·n` to the
/// squared error of a wait behind `n` entries, relative to the least possible.
const MEMORY: u64 = 4_096;
/// Arrivals that count: how many come changes within hours.
const ARRIVALS: u64 = 256;
/// One, in sums of counts, so that they fade smoothly.
const ONE: u64 = 1 << 20;

/// A sum that fades: the newest `memory` observations count, older ones less and less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Fading(u64);

impl Fading {
    /// Takes in one more. `seen` is how many were taken in before, `memory` at most.
    pub(super) fn add(&mut self, seen: u64, memory: u64, more: u64) {
        if seen >= memory {
            self.0 -= self.0 / memory;
        }
        self.0 = self.0.saturating_add(more);
    }

    #[allow(clippy::cast_precision_loss, reason = "a mean needs no more than 52 bits")]
    pub(super) fn sum(self) -> f64 {
        self.0 as f64
    }

    /// A sum of ones.
    pub(super) fn count(self) -> f64 {
        self.sum() / as_float(ONE)
    }
}

/// One more of a sum of counts, or none.
pub(super) fn one(is: bool) -> u64 {
    if is { ONE } else { 0 }
}

/// What was learned of one queue. Persisted in images: keep stable.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Learned {
    /// Chats that freed their slot, and for how long they had held it.
    held: u64,
    held_ms: Fading,
    /// Offers that ended, how long they were pending, and those that were accepted.
    offers: u64,
    pending_ms: Fading,
    accepted: Fading,
    /// Stays that ended, how long they were, and those that the customer ended.
    stays: u64,
    waited_ms: Fading,
    left: Fading,
    /// Arrivals by priority.
    arrivals: BTreeMap<Priority, Arrivals>,
    pub(super) probes: Probes,
}

/// How fast chats of one priority come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Arrivals {
    seen: u64,
    gaps_ms: Fading,
    last: Timestamp,
}

impl Learned {
    /// A chat has freed its slot.
    pub(crate) fn held(&mut self, time: Span) {
        self.held_ms.add(self.held, MEMORY, time.0);
        self.held = (self.held + 1).min(MEMORY);
    }

    /// An offer has ended, after this time.
    pub(crate) fn offered(&mut self, time: Span, accepted: bool) {
        self.pending_ms.add(self.offers, MEMORY, time.0);
        self.accepted.add(self.offers, MEMORY, one(accepted));
        self.offers = (self.offers + 1).min(MEMORY);
    }

    /// A stay has ended; `left`: by the customer, who did not want to wait any longer.
    pub(crate) fn stayed(&mut self, time: Span, left: bool) {
        self.waited_ms.add(self.stays, MEMORY, time.0);
        self.left.add(self.stays, MEMORY, one(left));
        self.stays = (self.stays + 1).min(MEMORY);
    }

    /// A chat has come.
    pub(crate) fn arrived(&mut self, at: Timestamp, priority: Priority) {
        let arrivals = self.arrivals.entry(priority).or_default();
        if arrivals.last != Timestamp::default() {
            arrivals.gaps_ms.add(arrivals.seen, ARRIVALS, at.since(arrivals.last).0);
            arrivals.seen = (arrivals.seen + 1).min(ARRIVALS);
        }
        arrivals.last = at;
    }

    /// For how long a chat takes a slot, from the offer on, in milliseconds; none: never seen.
    pub(super) fn cycle(&self) -> Option<f64> {
        let held = mean(self.held_ms.sum(), as_float(self.held))?;
        Some((held + self.pending()).max(1.0))
    }

    /// Relative variance of `cycle`: how little is known yet.
    pub(super) fn doubt(&self) -> f64 {
        1.0 / as_float(self.held).max(1.0)
    }

    /// How long offers are pending until one is accepted, in milliseconds.
    pub(super) fn pending(&self) -> f64 {
        mean(self.pending_ms.sum(), self.accepted.count()).unwrap_or(0.0)
    }

    /// How fast each of the waiting people leaves, in a millisecond: the number of those who did
    /// in the time that all waited together.
    pub(super) fn leaving(&self) -> f64 {
        mean(self.left.count(), self.waited_ms.sum()).unwrap_or(0.0)
    }

    /// Chats in a millisecond that are of at least this priority.
    pub(super) fn arriving(&self, now: Timestamp, from: u8) -> f64 {
        let counted = self.arrivals.iter().filter(|(priority, _)| priority.0 >= from);
        counted.map(|(_, arrivals)| arrivals.rate(now)).sum()
    }
}

impl Arrivals {
    /// The gap that has not ended counts as soon as it is longer than usual.
    fn rate(&self, now: Timestamp) -> f64 {
        let seen = as_float(self.seen);
        let Some(gap) = mean(self.gaps_ms.sum(), seen) else { return 0.0 };
        let open = as_float(now.since(self.last).0);
        let gap = if open > gap { (gap * seen + open) / (seen + 1.0) } else { gap };
        1.0 / gap.max(0.01)
    }
}

fn mean(sum: f64, count: f64) -> Option<f64> {
    (count > 0.0).then(|| sum / count)
}

#[allow(clippy::cast_precision_loss, reason = "a mean needs no more than 52 bits")]
pub(super) fn as_float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_follow_what_happens_and_forget() {
        let mut learned = Learned::default();
        assert_eq!(learned.cycle(), None, "nothing can be said before a chat has ended");
        for _ in 0..10 {
            learned.held(Span(60_000));
        }
        assert_eq!(learned.cycle(), Some(60_000.0));
        for _ in 0..10 * MEMORY {
            learned.held(Span(30_000));
        }
        let cycle = learned.cycle().unwrap();
        assert!((cycle - 30_000.0).abs() < 30.0, "{cycle}");
    }

    #[test]
    fn declined_offers_take_time_from_slots() {
        let mut learned = Learned::default();
        learned.held(Span(60_000));
        learned.offered(Span(20_000), false);
        learned.offered(Span(4_000), true);
        assert!((learned.pending() - 24_000.0).abs() < 1e-9);
        assert_eq!(learned.cycle(), Some(84_000.0));
    }

    #[test]
    fn patience_is_what_all_waited_for_each_who_left() {
        let mut learned = Learned::default();
        assert!(learned.leaving().abs() < 1e-12);
        for n in 0..100 {
            learned.stayed(Span(10_000), n % 4 == 0);
        }
        assert!((1.0 / learned.leaving() - 40_000.0).abs() < 1.0);
    }

    #[test]
    fn a_rush_that_is_over_is_forgotten_while_nothing_comes() {
        let mut learned = Learned::default();
        for n in 1..=100 {
            learned.arrived(Timestamp(n * 1_000), Priority(u8::try_from(n % 2).unwrap()));
        }
        let now = Timestamp(100_000);
        let all = learned.arriving(now, 0);
        assert!((all - 0.001).abs() < 0.000_05, "{all}");
        let above = learned.arriving(now, 1);
        assert!((above - 0.0005).abs() < 0.000_05, "{above}");
        let later = learned.arriving(Timestamp(10_000_000), 0);
        assert!(later < all / 50.0, "{later}");
    }
}
