//! Times of single steps, and the little that is drawn by lot. Leaves printing to `main`.

use std::time::{Duration, Instant};

/// Times of steps of one kind.
#[derive(Default)]
pub(crate) struct Times {
    nanos: Vec<u32>,
    total: Duration,
}

impl Times {
    /// Measures one step.
    pub(crate) fn measure<T>(&mut self, step: impl FnOnce() -> T) -> T {
        let from = Instant::now();
        let done = step();
        self.add(from.elapsed());
        done
    }

    /// Takes in what one step took.
    pub(crate) fn add(&mut self, took: Duration) {
        self.total += took;
        self.nanos.push(u32::try_from(took.as_nanos()).unwrap_or(u32::MAX));
    }

    pub(crate) fn len(&self) -> usize {
        self.nanos.len()
    }

    pub(crate) fn total(&self) -> Duration {
        self.total
    }

    /// Steps a second: of the time within steps, clock reading included.
    pub(crate) fn rate(&self) -> f64 {
        self.nanos.len() as f64 / self.total.as_secs_f64()
    }

    pub(crate) fn mean(&self) -> Duration {
        self.total / u32::try_from(self.nanos.len().max(1)).expect("steps are millions")
    }

    /// Nanoseconds that so many of a thousand steps stay within.
    pub(crate) fn within(&mut self, permille: usize) -> u32 {
        self.nanos.sort_unstable();
        let last = self.nanos.len().saturating_sub(1);
        let at = (self.nanos.len() * permille / 1_000).min(last);
        self.nanos.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn longest(&self) -> Duration {
        Duration::from_nanos(self.nanos.iter().max().copied().unwrap_or_default().into())
    }
}

/// Numbers that look random and are the same in every run (Sebastiano Vigna's `SplitMix64`).
pub(crate) struct Lots(pub(crate) u64);

impl Lots {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end.max(1))).expect("it is below a u32")
    }
}

/// Bytes of memory that this process has, as Linux tells it; elsewhere unknown.
pub(crate) fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok().map(|kib| kib * 1_024)
}
