//! How long something takes, drawn at random: a number of seconds, or a shape. Leaves what it is
//! the time of to the scenario.

use std::fmt;
use std::time::Duration;

use rand::Rng;
use rand_distr::{Distribution as _, Exp, LogNormal, Uniform};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The 0.9 quantile of the standard normal distribution.
const Z90: f64 = 1.281_551_565_544_6;
/// No draw is longer: a shape with a long tail must not keep one chat for days.
const LONGEST_S: f64 = 86_400.0;

/// A distribution of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Seconds {
    /// Always the same.
    Constant(f64),
    /// Anything between two, alike.
    Uniform {
        /// The least.
        min: f64,
        /// The most.
        max: f64,
    },
    /// Exponential.
    Mean {
        /// Its mean.
        mean: f64,
    },
    /// Log-normal, as people's handling times are.
    Median {
        /// Half are shorter.
        median: f64,
        /// Nine of ten are shorter.
        p90: f64,
    },
}

impl Seconds {
    /// One draw.
    pub fn draw(&self, rng: &mut impl Rng) -> Duration {
        let seconds = match *self {
            Self::Constant(seconds) => seconds,
            Self::Uniform { min, max } => {
                Uniform::new_inclusive(min, max).expect("checked when it was read").sample(rng)
            }
            Self::Mean { mean } => Exp::new(1.0 / mean).expect("checked").sample(rng),
            Self::Median { median, p90 } => {
                let sigma = (p90 / median).ln() / Z90;
                LogNormal::new(median.ln(), sigma).expect("checked").sample(rng)
            }
        };
        Duration::from_secs_f64(seconds.clamp(0.0, LONGEST_S))
    }

    fn check(self) -> Result<Self, &'static str> {
        let good = |seconds: f64| (0.0..=LONGEST_S).contains(&seconds);
        let is_sound = match self {
            Self::Constant(seconds) => good(seconds),
            Self::Uniform { min, max } => good(min) && good(max) && min <= max,
            Self::Mean { mean } => good(mean) && mean > 0.0,
            Self::Median { median, p90 } => {
                good(median) && good(p90) && median > 0.0 && p90 > median
            }
        };
        let why = "seconds must be within 0 to 86400, min <= max, mean > 0, 0 < median < p90";
        if is_sound { Ok(self) } else { Err(why) }
    }
}

/// What a table may hold.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    min: Option<f64>,
    max: Option<f64>,
    mean: Option<f64>,
    median: Option<f64>,
    p90: Option<f64>,
}

impl Shape {
    fn seconds(&self) -> Option<Seconds> {
        match (self.min, self.max, self.mean, self.median, self.p90) {
            (Some(min), Some(max), None, None, None) => Some(Seconds::Uniform { min, max }),
            (None, None, Some(mean), None, None) => Some(Seconds::Mean { mean }),
            (None, None, None, Some(median), Some(p90)) => Some(Seconds::Median { median, p90 }),
            _ => None,
        }
    }
}

const FORMS: &str = "a number of seconds, { min, max }, { mean } or { median, p90 }";

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Seconds;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(FORMS)
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Seconds, E> {
        Seconds::Constant(seconds).check().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Seconds, E> {
        let seconds = i32::try_from(seconds).map_err(|_| E::custom("that is too many seconds"))?;
        self.visit_f64(f64::from(seconds))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Seconds, A::Error> {
        let shape = Shape::deserialize(MapAccessDeserializer::new(map))?;
        let seconds = shape.seconds();
        let seconds = seconds.ok_or_else(|| A::Error::custom(format!("give {FORMS}")))?;
        seconds.check().map_err(A::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct One {
        s: Seconds,
    }

    fn read(text: &str) -> Result<Seconds, String> {
        toml::from_str::<One>(text).map(|one| one.s).map_err(|error| error.to_string())
    }

    #[test]
    fn each_form_is_read_and_what_is_no_form_is_refused() {
        assert_eq!(read("s = 2").unwrap(), Seconds::Constant(2.0));
        assert_eq!(read("s = 0.5").unwrap(), Seconds::Constant(0.5));
        let uniform = Seconds::Uniform { min: 1.0, max: 2.0 };
        assert_eq!(read("s = { min = 1, max = 2 }").unwrap(), uniform);
        assert_eq!(read("s = { mean = 3.0 }").unwrap(), Seconds::Mean { mean: 3.0 });
        assert!(read("s = { median = 3.0 }").unwrap_err().contains("{ median, p90 }"));
        assert!(read("s = { mode = 3.0 }").unwrap_err().contains("mode"));
        assert!(read("s = { min = 2, max = 1 }").unwrap_err().contains("min <= max"));
        assert!(read("s = -1").unwrap_err().contains("within 0"));
    }

    #[test]
    fn draws_have_the_shape_that_was_asked_for() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut draws = |shape: Seconds| {
            let mut all: Vec<f64> =
                (0..10_000).map(|_| shape.draw(&mut rng).as_secs_f64()).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let near = |found: f64, wanted: f64| (found / wanted - 1.0).abs() < 0.06;
        let normal = draws(Seconds::Median { median: 4.0, p90: 9.0 });
        assert!(near(normal[5_000], 4.0) && near(normal[9_000], 9.0), "{}", normal[9_000]);
        let exponential = draws(Seconds::Mean { mean: 2.0 });
        assert!(near(exponential.iter().sum::<f64>() / 10_000.0, 2.0));
        let uniform = draws(Seconds::Uniform { min: 1.0, max: 3.0 });
        assert!(uniform[0] >= 1.0 && uniform[9_999] <= 3.0 && near(uniform[5_000], 2.0));
    }
}
