//! A histogram of spans in integers, with the bounds of every exported wait.

use baton_common::time::Span;
use serde::{Deserialize, Serialize};

/// Upper bounds in milliseconds: every usual service-level threshold is one of them.
pub const BOUNDS_MS: [u64; 19] = baton_common::limits::WAIT_BUCKETS_MS;

/// Counts by bucket, one more for what is beyond the last bound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    counts: [u64; BOUNDS_MS.len() + 1],
    sum_ms: u64,
}

impl Histogram {
    /// Counts one span.
    pub fn add(&mut self, span: Span) {
        let bucket = BOUNDS_MS.partition_point(|bound| *bound < span.0);
        self.counts[bucket] += 1;
        self.sum_ms += span.0;
    }

    /// Counts by bucket, the last one beyond all bounds.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The sum of all spans in milliseconds.
    pub fn sum_ms(&self) -> u64 {
        self.sum_ms
    }

    /// How many spans were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let mut histogram = Histogram::default();
        for span in [100, 101, 1_800_000, 1_800_001] {
            histogram.add(Span(span));
        }
        assert_eq!(histogram.counts()[0], 1);
        assert_eq!(histogram.counts()[1], 1);
        assert_eq!(histogram.counts()[18], 1);
        assert_eq!(histogram.counts()[19], 1);
        assert_eq!((histogram.count(), histogram.sum_ms()), (4, 3_600_202));
    }
}
