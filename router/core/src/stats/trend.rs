//! What a queue went through in the last hours, a step at a time: a ring of steps that something
//! happened in or somebody waited in. Folded from events alone, so every router has the same.

use std::collections::VecDeque;

use baton_common::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Length of a step.
pub const STEP_S: u64 = 300;
/// Full steps that are told, beside the one that runs: four hours.
pub const STEPS: i64 = 48;

const STEP_MS: i64 = 300_000;
const _: () = assert!(STEP_S * 1_000 == STEP_MS.cast_unsigned(), "one length");
const _: () = assert!(STEPS * STEP_MS == 4 * 3_600_000, "four hours");

/// The last hours of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// Oldest first, one a step, at most those that are told.
    steps: VecDeque<Step>,
    /// How many waited after the newest event.
    waiting: u32,
}

/// One step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number: steps since 1970.
    number: i64,
    pub(crate) entered: u32,
    pub(crate) accepted: u32,
    pub(crate) abandoned: u32,
    /// Of the accepted.
    pub(crate) within_target: u32,
    /// The most that waited at the same time.
    pub(crate) waiting_max: u32,
}

impl Step {
    /// When it begins.
    pub(crate) fn from(&self) -> Timestamp {
        Timestamp(self.number * STEP_MS)
    }

    fn is_empty(&self) -> bool {
        *self == Self { number: self.number, ..Self::default() }
    }
}

impl Trend {
    /// An entry came; so many wait now.
    pub(crate) fn entered(&mut self, at: Timestamp, waiting: usize) {
        self.step(at).entered += 1;
        self.wait(at, waiting);
    }

    /// An agent accepted an entry, within the target or not.
    pub(crate) fn accepted(&mut self, at: Timestamp, within_target: bool) {
        let step = self.step(at);
        step.accepted += 1;
        step.within_target += u32::from(within_target);
    }

    /// A customer left while they waited.
    pub(crate) fn abandoned(&mut self, at: Timestamp) {
        self.step(at).abandoned += 1;
    }

    /// So many wait from now on.
    pub(crate) fn wait(&mut self, at: Timestamp, waiting: usize) {
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        let step = self.step(at);
        step.waiting_max = step.waiting_max.max(waiting);
        self.waiting = waiting;
    }

    /// The steps of the last hours that are not empty, oldest first.
    pub(crate) fn until(&self, now: Timestamp) -> Vec<Step> {
        let mut all = self.clone();
        let newest = all.step(now).number;
        let told = |step: &Step| !step.is_empty() && newest - step.number <= STEPS;
        all.steps.into_iter().filter(told).collect()
    }

    /// The step of a time. Whoever waited when the newest one was begun waited in all since.
    fn step(&mut self, at: Timestamp) -> &mut Step {
        let number = at.0.div_euclid(STEP_MS);
        let newest = self.steps.back().map_or(number - 1, |step| step.number);
        if newest < number {
            let first = if self.waiting > 0 { newest + 1 } else { number };
            let waiting_max = self.waiting;
            for number in first.max(number - STEPS)..=number {
                self.steps.push_back(Step { number, waiting_max, ..Step::default() });
            }
            while self.steps.front().is_some_and(|step| number - step.number > STEPS) {
                self.steps.pop_front();
            }
        }
        self.steps.back_mut().expect("the step of a time is there or was made")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The full steps, and the one that runs.
    const FULL: usize = 49;

    const fn minute(n: i64) -> Timestamp {
        Timestamp(1_767_603_600_000 + n * 60_000)
    }

    fn shown(trend: &Trend, now: Timestamp) -> Vec<[i64; 6]> {
        let row = |step: &Step| {
            let minute = (step.from().0 - minute(0).0) / 60_000;
            let counts = [step.entered, step.accepted, step.abandoned, step.within_target];
            let [a, b, c, d] = counts.map(i64::from);
            [minute, a, b, c, d, i64::from(step.waiting_max)]
        };
        trend.until(now).iter().map(row).collect()
    }

    #[test]
    fn steps_count_what_happened_in_them() {
        let mut trend = Trend::default();
        assert_eq!(shown(&trend, minute(0)), [[0; 6]; 0]);
        trend.entered(minute(1), 1);
        trend.entered(minute(2), 2);
        trend.accepted(minute(4), true);
        trend.wait(minute(4), 1);
        trend.abandoned(minute(6));
        trend.wait(minute(6), 0);
        trend.entered(minute(21), 1);
        trend.accepted(minute(22), false);
        trend.wait(minute(22), 0);
        let expected = [[0, 2, 1, 0, 1, 2], [5, 0, 0, 1, 0, 1], [20, 1, 1, 0, 0, 1]];
        assert_eq!(shown(&trend, minute(100)), expected);
    }

    #[test]
    fn whoever_waits_waits_in_every_step() {
        let mut trend = Trend::default();
        trend.entered(minute(1), 3);
        let expected = [[0, 1, 0, 0, 0, 3], [5, 0, 0, 0, 0, 3], [10, 0, 0, 0, 0, 3]];
        assert_eq!(shown(&trend, minute(12)), expected);
        trend.wait(minute(12), 0);
        assert_eq!(shown(&trend, minute(30)), expected, "and no longer than that");
    }

    #[test]
    fn the_ring_is_bounded_and_forgets_the_oldest() {
        let mut trend = Trend::default();
        for n in 0..1_000 {
            trend.entered(minute(n), 1);
        }
        assert_eq!(trend.steps.len(), FULL);
        trend.wait(minute(1_000), 0);
        let shown = shown(&trend, minute(1_000));
        assert_eq!((shown.len(), shown[0][0]), (FULL, 1_000 - 240));
        trend.wait(minute(10_000), 5);
        assert_eq!(trend.until(minute(10_000)).len(), 1);
        trend.wait(minute(20_000), 0);
        assert_eq!(trend.steps.len(), FULL, "a long wait is no longer than the ring");
    }

    #[test]
    fn a_clock_that_goes_back_counts_in_the_newest_step() {
        let mut trend = Trend::default();
        trend.entered(minute(10), 1);
        trend.abandoned(minute(3));
        assert_eq!(shown(&trend, minute(10)), [[10, 1, 0, 1, 0, 1]]);
    }
}
