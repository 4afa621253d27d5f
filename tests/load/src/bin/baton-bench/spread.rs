//! Times of a measurement: median, 99th percentile, worst. Percentiles are by nearest rank, so
//! each is a time that was measured; of fewer than a hundred the 99th is the worst.

use std::time::Duration;

/// Times in ascending order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread(Vec<Duration>);

impl FromIterator<Duration> for Spread {
    fn from_iter<T: IntoIterator<Item = Duration>>(times: T) -> Self {
        let mut times: Vec<Duration> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }
}

impl Spread {
    /// The time that so many per cent do not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// `| name | samples | p50 | p99 | worst |` in milliseconds.
    pub(crate) fn row(&self, name: &str) -> String {
        let [p50, p99, worst] = [50, 99, 100].map(|percent| ms(self.percentile(percent)));
        format!("| {name} | {} | {p50} | {p99} | {worst} |", self.len())
    }
}

/// Milliseconds with one place.
pub(crate) fn ms(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let spread: Spread = (1..=50).rev().map(Duration::from_millis).collect();
        assert_eq!(spread.percentile(50), Duration::from_millis(25));
        assert_eq!(spread.percentile(99), Duration::from_millis(50));
        assert_eq!(spread.row("x"), "| x | 50 | 25.0 | 50.0 | 50.0 |");
        assert_eq!(Spread::default().percentile(99), Duration::ZERO);
        let one: Spread = [Duration::from_micros(1_250)].into_iter().collect();
        assert_eq!(one.row("y"), "| y | 1 | 1.2 | 1.2 | 1.2 |");
    }
}
