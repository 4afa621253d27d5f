//! When customers come: times planned before the run, so that a slow Baton never slows them. It
//! leaves coming to `run`.

use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_distr::{Distribution as _, Exp};

use crate::scenario::{Arrivals, Process};

/// Keeps the draws of arrivals apart from those of people.
const STREAM: u64 = 0x61_7272;

/// The planned times, ascending, from the first second of the load on.
#[derive(Debug)]
pub struct Plan {
    arrivals: Arrivals,
    until_s: f64,
    at_s: f64,
    count: f64,
    rng: StdRng,
}

impl Plan {
    /// For so many seconds.
    pub fn new(arrivals: Arrivals, duration_s: f64, seed: u64) -> Self {
        let rng = StdRng::seed_from_u64(seed ^ STREAM);
        Self { arrivals, until_s: duration_s, at_s: 0.0, count: 0.0, rng }
    }
}

impl Iterator for Plan {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.count += 1.0;
        self.at_s = match self.arrivals.process {
            // Not a sum of gaps, whose rounding would add up.
            Process::Constant => self.count / self.arrivals.per_s,
            Process::Poisson => {
                let gaps = Exp::new(self.arrivals.per_s).expect("the scenario was checked");
                self.at_s + gaps.sample(&mut self.rng)
            }
        };
        (self.at_s < self.until_s).then(|| Duration::from_secs_f64(self.at_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(process: Process, seed: u64) -> Vec<Duration> {
        Plan::new(Arrivals { per_s: 50.0, process }, 100.0, seed).collect()
    }

    #[test]
    fn constant_arrivals_are_even() {
        let times = plan(Process::Constant, 1);
        assert_eq!(times.len(), 4_999, "the first is a gap after the start, none at the end");
        assert!(
            times.windows(2).all(|two| two[1].abs_diff(two[0]).as_micros().abs_diff(20_000) <= 1)
        );
    }

    #[test]
    fn poisson_arrivals_have_the_rate_and_the_spread_of_independent_people() {
        let times = plan(Process::Poisson, 1);
        assert!((4_700..=5_300).contains(&times.len()), "{}", times.len());
        let gaps: Vec<f64> =
            times.windows(2).map(|two| two[1].abs_diff(two[0]).as_secs_f64()).collect();
        let count = f64::from(u32::try_from(gaps.len()).unwrap());
        let mean = gaps.iter().sum::<f64>() / count;
        let deviation = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count;
        assert!((deviation.sqrt() / mean - 1.0).abs() < 0.1, "{deviation} {mean}");
    }

    #[test]
    fn the_seed_alone_decides() {
        assert_eq!(plan(Process::Poisson, 3), plan(Process::Poisson, 3));
        assert_ne!(plan(Process::Poisson, 3), plan(Process::Poisson, 4));
    }
}
