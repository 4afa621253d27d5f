//! Figures with intervals from batches: ratios of sums, with controls of known mean. Source: the
//! method of batch means, and control variates by least squares (Lavenberg and Welch, 1981). How
//! long to go on is left to `trial`.

mod solve;

use crate::model::float;

/// A figure and how far it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// Half of its 95 % interval.
    pub half_width: f64,
    /// What was measured without help of the controls.
    pub plain: f64,
    /// Half of the 95 % interval of `plain`.
    pub plain_half_width: f64,
}

/// The sum of the first over the sum of the second of each batch; none: nothing was counted, or
/// there are too few batches. `controls` has a row a batch, each number's mean being zero.
pub fn estimate(batches: &[(f64, f64)], controls: &[&[f64]]) -> Option<Estimate> {
    let count = float(batches.len() as u64);
    let below: f64 = batches.iter().map(|batch| batch.1).sum();
    if below <= 0.0 || batches.len() < 3 {
        return None;
    }
    let plain = batches.iter().map(|batch| batch.0).sum::<f64>() / below;
    // What each batch adds to the ratio: batches with fewer customers weigh less.
    let parts: Vec<f64> =
        batches.iter().map(|batch| plain + (batch.0 - plain * batch.1) / (below / count)).collect();
    let alone = fit(&parts, &[]);
    let varying = varying(controls);
    let enough = batches.len() >= 4 * (varying.len() + 1);
    let best = if enough { fit(&parts, &varying) } else { alone };
    Some(Estimate {
        mean: best.0,
        error: best.1,
        half_width: best.1 * student(best.2),
        plain,
        plain_half_width: alone.1 * student(alone.2),
    })
}

/// Controls by columns, without those that are the same in every batch.
fn varying(controls: &[&[f64]]) -> Vec<Vec<f64>> {
    let width = controls.first().map_or(0, |row| row.len());
    let columns = (0..width).map(|at| controls.iter().map(|row| row[at]).collect::<Vec<f64>>());
    columns.filter(|column| column.iter().any(|x| (x - column[0]).abs() > 1e-12)).collect()
}

/// The least-squares value where all controls are zero, its standard error, and the degrees of
/// freedom that are left.
fn fit(parts: &[f64], controls: &[Vec<f64>]) -> (f64, f64, f64) {
    let count = float(parts.len() as u64);
    let mean = |all: &[f64]| all.iter().sum::<f64>() / count;
    let of_controls: Vec<f64> = controls.iter().map(|column| mean(column)).collect();
    let of_parts = mean(parts);
    let product = |a: &[f64], a_mean: f64, b: &[f64], b_mean: f64| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - a_mean) * (b - b_mean)).sum()
    };
    let squares: Vec<Vec<f64>> = controls
        .iter()
        .zip(&of_controls)
        .map(|(a, a_mean)| {
            let row = controls.iter().zip(&of_controls);
            row.map(|(b, b_mean)| product(a, *a_mean, b, *b_mean)).collect()
        })
        .collect();
    let with_parts: Vec<f64> = controls
        .iter()
        .zip(&of_controls)
        .map(|(a, a_mean)| product(a, *a_mean, parts, of_parts))
        .collect();
    let slopes = solve::solve(&squares, &with_parts);
    let leverage = dot(&of_controls, &solve::solve(&squares, &of_controls));
    let left = product(parts, of_parts, parts, of_parts) - dot(&slopes, &with_parts);
    let freedom = count - 1.0 - float(controls.len() as u64);
    let variance = left.max(0.0) / freedom * (1.0 / count + leverage);
    (of_parts - dot(&slopes, &of_controls), variance.sqrt(), freedom)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The 0.975 quantile of Student's distribution, by its expansion around the normal one
/// (Abramowitz and Stegun 26.7.5): within 0.1 % from five degrees of freedom on.
fn student(freedom: f64) -> f64 {
    let z: f64 = 1.959_963_984_540_054;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;

    use super::*;
    use crate::shape::stream;

    #[test]
    fn quantiles_are_students() {
        for (freedom, exact) in [(5.0, 2.5706), (10.0, 2.2281), (29.0, 2.0452), (1e9, 1.96)] {
            assert!((student(freedom) / exact - 1.0).abs() < 2e-3, "{freedom}");
        }
    }

    #[test]
    fn a_ratio_weighs_batches_by_their_size() {
        let batches = [(1.0, 1.0), (4.0, 2.0), (9.0, 3.0), (16.0, 4.0)];
        let found = estimate(&batches, &[]).unwrap();
        assert!((found.mean - 3.0).abs() < 1e-12);
        assert_eq!(estimate(&[(0.0, 0.0); 9], &[]), None);
    }

    /// 95 % intervals hold the truth 95 times in a hundred, and controls make them narrower.
    #[test]
    fn intervals_hold_what_they_promise() {
        let mut rng = stream(3, "intervals", 0);
        let (mut held, mut plain_held, mut narrower) = (0, 0, 0);
        for _ in 0..400 {
            let (mut batches, mut controls) = (Vec::new(), Vec::new());
            for _ in 0..30 {
                let (x, y): (f64, f64) = (rng.random(), rng.random());
                controls.push([x - 0.5, 1.0, y - 0.5]);
                batches.push((100.0 * (7.0 + 3.0 * x + y + rng.random::<f64>()), 100.0));
            }
            let rows: Vec<&[f64]> = controls.iter().map(|row| &row[..]).collect();
            let found = estimate(&batches, &rows).unwrap();
            held += u32::from((found.mean - 9.5).abs() <= found.half_width);
            plain_held += u32::from((found.plain - 9.5).abs() <= found.plain_half_width);
            narrower += u32::from(found.half_width < 0.6 * found.plain_half_width);
        }
        assert!((366..=392).contains(&held) && (366..=392).contains(&plain_held), "{held}");
        assert!(narrower > 390, "{narrower}");
    }
}
