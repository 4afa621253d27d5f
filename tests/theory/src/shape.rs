//! How long something takes, drawn at random, and the seeds of such draws. What it is the time of
//! is left to the model.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand_distr::{Distribution as _, Exp1, Gamma};
use serde::Deserialize;

/// A distribution of times: exponential unless `scv` says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// Its mean.
    pub mean: f64,
    /// Its squared coefficient of variation: 0 is always the same, 1 is exponential, anything
    /// else a gamma distribution (with 1/k: Erlang of k phases).
    pub scv: f64,
}

impl Default for Shape {
    fn default() -> Self {
        Self { mean: 1.0, scv: 1.0 }
    }
}

impl Shape {
    /// Whether draws are possible.
    pub(crate) fn is_sound(&self) -> bool {
        self.mean.is_finite() && self.mean > 0.0 && self.scv.is_finite() && self.scv >= 0.0
    }

    /// Whether it is memoryless.
    #[allow(clippy::float_cmp, reason = "the value that the model's file writes")]
    pub(crate) fn is_exponential(&self) -> bool {
        self.scv == 1.0
    }

    /// One draw.
    pub(crate) fn draw(&self, rng: &mut StdRng) -> f64 {
        if self.is_exponential() {
            let drawn: f64 = Exp1.sample(rng);
            self.mean * drawn
        } else if self.scv > 0.0 {
            let gamma = Gamma::new(1.0 / self.scv, self.mean * self.scv);
            gamma.expect("the model was checked").sample(rng)
        } else {
            self.mean
        }
    }
}

/// A stream of draws of its own for each purpose: changing one thing of a model leaves everybody
/// else as they were.
pub(crate) fn stream(seed: u64, purpose: &str, number: u64) -> StdRng {
    // FNV-1a over everything that tells streams apart.
    let bytes = seed.to_le_bytes().into_iter().chain(purpose.bytes()).chain(number.to_le_bytes());
    let mixed = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    StdRng::seed_from_u64(mixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(shape: Shape) -> (f64, f64) {
        let mut rng = stream(1, "test", 0);
        let draws: Vec<f64> = (0..50_000).map(|_| shape.draw(&mut rng)).collect();
        let mean = draws.iter().sum::<f64>() / 50_000.0;
        let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / 50_000.0;
        (mean, variance / (mean * mean))
    }

    #[test]
    fn draws_have_the_mean_and_the_spread_that_were_asked_for() {
        for (mean, scv) in [(2.0, 1.0), (0.5, 0.25), (1.0, 4.0), (3.0, 0.0)] {
            let (found, spread) = moments(Shape { mean, scv });
            assert!((found / mean - 1.0).abs() < 0.03, "{found} for a mean of {mean}");
            assert!((spread - scv).abs() <= 0.06 * scv, "{spread} for {scv}");
        }
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_number() {
        let first =
            |seed, purpose, number| Shape::default().draw(&mut stream(seed, purpose, number));
        let all = [first(1, "a", 0), first(2, "a", 0), first(1, "b", 0), first(1, "a", 1)];
        assert!((1..4).all(|at| (all[at] - all[0]).abs() > 1e-9), "{all:?}");
        assert!((first(1, "a", 0) - all[0]).abs() < 1e-15, "the seed alone decides");
    }
}
