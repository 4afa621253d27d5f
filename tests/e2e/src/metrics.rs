//! What admin ports export, as numbers to compare. Reading the text is left to the client's audit,
//! and what the numbers should be to the tests.

use std::collections::BTreeMap;

use baton_client::Http;
use baton_client::audit::{Series, parse_exposition};

/// Samples by name and labels.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    samples: Vec<(Series, f64)>,
    helped: Vec<String>,
    /// The text itself.
    pub text: String,
}

impl Metrics {
    /// What an admin port exports now.
    pub async fn of(admin: &Http) -> Self {
        let reply = admin.get("/metrics").await;
        assert_eq!(reply.status, 200, "/metrics: {}", reply.text);
        Self::parse(&reply.text)
    }

    /// Reads the text format.
    pub fn parse(text: &str) -> Self {
        let help = text.lines().filter_map(|line| line.strip_prefix("# HELP "));
        let helped = help.filter_map(|line| line.split_whitespace().next());
        Self {
            samples: parse_exposition(text).into_iter().collect(),
            helped: helped.map(str::to_owned).collect(),
            text: text.to_owned(),
        }
    }

    /// Adds another process's.
    pub fn add(&mut self, other: Self) {
        self.samples.extend(other.samples);
        self.helped.extend(other.helped);
        self.text.push_str(&other.text);
    }

    /// The sum of the samples of a name (without `baton_`) that have these labels; 0 without any.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let name = format!("baton_{name}");
        let has = |(series, _): &&(Series, f64)| {
            let fits = |(label, value): &(&str, &str)| {
                series.labels.get(*label).map(String::as_str) == Some(*value)
            };
            series.name == name && labels.iter().all(fits)
        };
        // Adding to positive zero keeps an empty sum from being -0.
        self.samples.iter().filter(has).fold(0.0, |sum, (_, value)| sum + value)
    }

    /// The label sets of a name (without `baton_`).
    pub fn labels(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let name = format!("baton_{name}");
        let found = self.samples.iter().filter(|(series, _)| series.name == name);
        found.map(|(series, _)| series.labels.clone()).collect()
    }

    /// Whether a metric (without `baton_`) has a help text.
    pub fn has_help(&self, name: &str) -> bool {
        self.helped.contains(&format!("baton_{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_summed_by_their_labels() {
        let mut metrics = Metrics::parse(
            "# HELP baton_a Things.\n# TYPE baton_a counter\n\
             baton_a{queue=\"x\",origin=\"new\"} 2\nbaton_a{queue=\"y\",origin=\"new\"} 3\n",
        );
        assert!((metrics.sum("a", &[("origin", "new")]) - 5.0).abs() < f64::EPSILON);
        assert!((metrics.sum("a", &[("queue", "x")]) - 2.0).abs() < f64::EPSILON);
        assert!((metrics.sum("b", &[]) - 0.0).abs() < f64::EPSILON);
        assert!(metrics.has_help("a") && !metrics.has_help("b"));
        metrics.add(metrics.clone());
        let both = metrics.sum("a", &[("queue", "x")]);
        assert!((both - 4.0).abs() < f64::EPSILON, "another process's same series counts too");
    }
}
