//! The quantiles of a wait from its mean and variance.
//!
//! A sum of exponential times is close to a gamma distribution with the same two moments, and
//! exactly one if nobody leaves or overtakes. Its quantiles come from Wilson and Hilferty's cube
//! root ("The distribution of chi-square", PNAS 17, 1931): within two per cent from half an
//! exponential time on, and far closer for longer lines.

use super::sum::Moments;

/// The standard normal quantile of nine in ten.
const NINE_IN_TEN: f64 = 1.281_551_565_5;
/// Shapes below this have no use here and a poor approximation.
const LEAST_SHAPE: f64 = 0.25;

/// Half of such waits are shorter than the first, nine in ten shorter than the second.
pub(super) fn quantiles(of: &Moments) -> (f64, f64) {
    if of.mean <= 0.0 {
        return (0.0, 0.0);
    }
    if of.variance <= 0.0 {
        return (of.mean, of.mean);
    }
    let shape = (of.mean * of.mean / of.variance).max(LEAST_SHAPE);
    let at = |z: f64| {
        let ninth = 1.0 / (9.0 * shape);
        of.mean * (1.0 - ninth + z * ninth.sqrt()).powi(3).max(0.0)
    };
    (at(0.0), at(NINE_IN_TEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_tables() {
        // Erlang distributions of 1, 5 and 50 steps of mean 1; half and nine tenths.
        for (steps, half, most) in [
            (1.0, std::f64::consts::LN_2, std::f64::consts::LN_10),
            (5.0, 4.670_909, 7.993_590),
            (50.0, 49.667, 59.249),
        ] {
            let (p50, p90) = quantiles(&Moments { mean: steps, variance: steps });
            assert!((p50 / half - 1.0).abs() < 0.015, "{steps}: {p50} for {half}");
            assert!((p90 / most - 1.0).abs() < 0.012, "{steps}: {p90} for {most}");
        }
    }

    #[test]
    fn a_wait_that_is_certain_has_no_spread() {
        assert_eq!(quantiles(&Moments { mean: 3.0, variance: 0.0 }), (3.0, 3.0));
        assert_eq!(quantiles(&Moments::default()), (0.0, 0.0));
    }
}
