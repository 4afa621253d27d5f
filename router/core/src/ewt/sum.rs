//! Moments of the time in which a line of `ahead` entries, and then the entry itself, gets a slot.
//! Leaves where the rates come from to `line`, and the shape of the distribution to `spread`.

/// What the wait of one entry depends on. Times and rates share one unit, which is the caller's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Ahead {
    /// Entries that go first; a fraction where only a part of the slots serves them.
    pub(super) entries: f64,
    /// Completions in a unit of time of all slots that can serve the entry.
    pub(super) rate: f64,
    /// How fast each of the waiting people leaves.
    pub(super) leaving: f64,
    /// Later entries in a unit of time that will go first, too.
    pub(super) overtaking: f64,
}

/// Mean and variance of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) variance: f64,
}

/// A line that is overtaken as fast as it is served would never move. Nobody is told "never": what
/// overtakes leaves at least this part of the service.
const LEAST_SHARE: f64 = 0.05;

/// The moments of the wait.
///
/// One step of the line with `d = rate + i·leaving` and overtaking at rate `u` is the busy period
/// of a queue with one server: mean `1/x` and variance `(x + 2u)/x³` for `x = d − u`. Steps are
/// independent, so both add up; without overtaking the variance is `Σ 1/x²`.
pub(super) fn moments(ahead: &Ahead) -> Moments {
    let Ahead { entries, rate, leaving, overtaking } = *ahead;
    let least = (rate - overtaking).max(rate * LEAST_SHARE);
    let lost = rate - least;
    let sum = |power| powers(least, leaving, entries, power);
    let more = if lost > 0.0 { 2.0 * lost * sum(3) } else { 0.0 };
    Moments { mean: sum(1), variance: sum(2) + more }
}

/// `Σ (first + i·step)^−power` for i = 0..=last, in constant time: some terms as they are, until
/// the rest is smooth, and the rest by Euler and Maclaurin's formula. `last` may be a fraction.
fn powers(first: f64, step: f64, last: f64, power: i32) -> f64 {
    if step * last <= first * 1e-9 {
        return (last + 1.0) * first.powi(-power);
    }
    let (mut x, mut left, mut total) = (first, last, 0.0);
    while left >= 1.0 && x < SMOOTH * step {
        total += x.powi(-power);
        x += step;
        left -= 1.0;
    }
    let end = x + left * step;
    let area = match power {
        1 => ln_ratio(end, x),
        _ => (x.powi(1 - power) - end.powi(1 - power)) / f64::from(power - 1),
    };
    let ends = f64::midpoint(x.powi(-power), end.powi(-power));
    let p = f64::from(power);
    let first_order = p * step / 12.0 * (x.powi(-power - 1) - end.powi(-power - 1));
    let third = p * (p + 1.0) * (p + 2.0) * step.powi(3) / 720.0;
    let third_order = third * (x.powi(-power - 3) - end.powi(-power - 3));
    total + area / step + ends + first_order - third_order
}

/// Terms are smooth when they are this many steps away from their pole: the next member of the
/// formula is then below a millionth of the first term.
const SMOOTH: f64 = 8.0;

/// `ln(big / small)`, exact also where both are almost the same, and the same on every machine:
/// only the four operations are used.
fn ln_ratio(big: f64, small: f64) -> f64 {
    let (mut big, mut halvings) = (big, 0.0);
    while big > 1.5 * small {
        big /= 2.0;
        halvings += 1.0;
    }
    // ln(b/s) = 2 artanh((b−s)/(b+s)); the argument is at most a third.
    let z = (big - small) / (big + small);
    let (square, mut power, mut total) = (z * z, z, 0.0);
    for odd in [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0, 19.0, 21.0] {
        total += power / odd;
        power *= square;
    }
    2.0 * total + halvings * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, within: f64) {
        assert!((a - b).abs() <= within * b.abs(), "{a} is not {b}");
    }

    #[test]
    fn the_short_way_gives_the_sum_itself() {
        for (first, step) in [(100.0, 1.0), (10.0, 1.0), (1.0, 5.0), (1e-4, 1e-7), (3.0, 0.0)] {
            for last in [0_u32, 1, 2, 7, 40, 5_000] {
                for power in 1..=3 {
                    let term = |i: u32| (first + f64::from(i) * step).powi(-power);
                    let plain: f64 = (0..=last).map(term).sum();
                    close(powers(first, step, f64::from(last), power), plain, 1e-5);
                }
            }
        }
    }

    #[test]
    fn the_logarithm_is_one() {
        for ratio in [1.0 + 1e-12, 1.001, 1.4, 2.0, 1e3, 1e9] {
            close(ln_ratio(ratio * 7.0, 7.0), (ratio * 7.0 / 7.0_f64).ln(), 1e-4);
        }
        close(ln_ratio(1.4, 1.0), 1.4_f64.ln(), 1e-12);
    }

    #[test]
    fn what_overtakes_slows_a_line_down_but_never_stops_it() {
        let plain = Ahead { entries: 9.0, rate: 10.0, ..Ahead::default() };
        close(moments(&plain).mean, 1.0, 1e-12);
        close(moments(&plain).variance, 0.1, 1e-12);
        let half = Ahead { overtaking: 5.0, ..plain };
        close(moments(&half).mean, 2.0, 1e-12);
        // Ten busy periods of a queue with one server: (d + u) / (d − u)³ each.
        close(moments(&half).variance, 10.0 * 15.0 / 125.0, 1e-12);
        let never = Ahead { overtaking: 50.0, ..plain };
        close(moments(&never).mean, 20.0, 1e-12);
    }
}
