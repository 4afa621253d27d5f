//! What must hold of a run's figures: `start_to_offer_p99_ms <= 50`. Where the figures come from
//! is left to the outcome.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::meter::Measure;

/// Figures that are no percentile of a latency.
const COUNTS: [&str; 10] = [
    "errors",
    "chats",
    "chats_per_s",
    "served",
    "abandoned",
    "refused",
    "unfinished",
    "resumed",
    "transfers",
    "lines",
];
/// Of each latency.
pub(crate) const QUANTILES: [(&str, f64); 5] =
    [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1.0)];

/// A figure and its bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The figure.
    pub figure: String,
    /// How it is compared.
    pub op: Op,
    /// With what.
    pub bound: f64,
}

/// How a figure is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// At most.
    AtMost,
    /// At least.
    AtLeast,
}

impl Threshold {
    /// Whether a figure holds; one that is not there (nothing was measured) does not.
    pub fn holds(&self, figure: Option<f64>) -> bool {
        figure.is_some_and(|figure| match self.op {
            Op::AtMost => figure <= self.bound,
            Op::AtLeast => figure >= self.bound,
        })
    }
}

fn is_figure(name: &str) -> bool {
    let latencies = Measure::ALL.iter().flat_map(|measure| {
        QUANTILES.iter().map(|(quantile, _)| format!("{}_{quantile}_ms", measure.name()))
    });
    COUNTS.contains(&name) || latencies.into_iter().any(|latency| latency == name)
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [figure, op, bound] = words[..] else {
            return Err(format!("`{text}` is no threshold: write `start_to_offer_p99_ms <= 50`"));
        };
        let op = match op {
            "<=" => Op::AtMost,
            ">=" => Op::AtLeast,
            _ => return Err(format!("`{op}` in `{text}` is unknown: compare by <= or >=")),
        };
        if !is_figure(figure) {
            let latencies: Vec<&str> = Measure::ALL.iter().map(|measure| measure.name()).collect();
            return Err(format!(
                "there is no figure `{figure}`: use one of {}, or <latency>_<p50|p90|p99|p999|max>\
                 _ms with one of {}",
                COUNTS.join(", "),
                latencies.join(", ")
            ));
        }
        let bound: f64 =
            bound.parse().map_err(|_| format!("`{bound}` in `{text}` is no number"))?;
        Ok(Self { figure: figure.to_owned(), op, bound })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let op = match self.op {
            Op::AtMost => "<=",
            Op::AtLeast => ">=",
        };
        write!(out, "{} {op} {}", self.figure, self.bound)
    }
}

impl<'de> Deserialize<'de> for Threshold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Threshold {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_read_shown_and_judged() {
        let most: Threshold = "start_to_offer_p99_ms <= 50".parse().unwrap();
        assert_eq!(most.to_string(), "start_to_offer_p99_ms <= 50");
        assert!(most.holds(Some(50.0)) && !most.holds(Some(50.1)) && !most.holds(None));
        let least: Threshold = "chats >= 10".parse().unwrap();
        assert!(least.holds(Some(10.0)) && !least.holds(Some(9.0)));
    }

    #[test]
    fn what_cannot_be_judged_is_refused_with_what_can() {
        let refused = |text: &str| text.parse::<Threshold>().unwrap_err();
        assert!(refused("start_to_ofer_p99_ms <= 50").contains("start_to_offer"));
        assert!(refused("errors < 1").contains("<= or >="));
        assert!(refused("errors <= few").contains("no number"));
        assert!(refused("errors").contains("write"));
    }
}
