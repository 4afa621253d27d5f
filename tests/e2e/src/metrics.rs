//! Prometheus text as numbers to compare. What the numbers should be is left to the tests.

use std::collections::BTreeMap;

use baton_client::Http;

/// Samples by name and labels.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    samples: Vec<Sample>,
    helped: Vec<String>,
    /// The text itself.
    pub text: String,
}

#[derive(Clone, Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
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
        let lines = text.lines().filter(|line| !line.is_empty());
        let (comments, samples): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with('#'));
        let help = comments.iter().filter_map(|line| line.strip_prefix("# HELP "));
        let helped = help.filter_map(|line| line.split_whitespace().next());
        Self {
            samples: samples.into_iter().map(sample).collect(),
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
        let has = |sample: &&Sample| {
            let fits = |(label, value): &(&str, &str)| {
                sample.labels.get(*label).map(String::as_str) == Some(*value)
            };
            sample.name == name && labels.iter().all(fits)
        };
        // Adding to positive zero keeps an empty sum from being -0.
        self.samples.iter().filter(has).fold(0.0, |sum, sample| sum + sample.value)
    }

    /// The label sets of a name (without `baton_`).
    pub fn labels(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let name = format!("baton_{name}");
        let found = self.samples.iter().filter(|sample| sample.name == name);
        found.map(|sample| sample.labels.clone()).collect()
    }

    /// Whether a metric (without `baton_`) has a help text.
    pub fn has_help(&self, name: &str) -> bool {
        self.helped.contains(&format!("baton_{name}"))
    }
}

fn sample(line: &str) -> Sample {
    let (head, value) = line.rsplit_once(' ').expect("a sample ends with its value");
    let (name, labels) = head.split_once('{').unwrap_or((head, ""));
    let value = value.parse().expect("a sample's value is a number");
    Sample { name: name.to_owned(), labels: parse_labels(labels), value }
}

fn parse_labels(text: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut rest = text.trim_end_matches('}');
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').expect("label values are quoted");
        labels.insert(name.trim_start_matches(',').to_owned(), value.to_owned());
        rest = after;
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_summed_by_their_labels() {
        let metrics = Metrics::parse(
            "# HELP baton_a Things.\n# TYPE baton_a counter\n\
             baton_a{queue=\"x\",origin=\"new\"} 2\nbaton_a{queue=\"y\",origin=\"new\"} 3\n",
        );
        assert!((metrics.sum("a", &[("origin", "new")]) - 5.0).abs() < f64::EPSILON);
        assert!((metrics.sum("a", &[("queue", "x")]) - 2.0).abs() < f64::EPSILON);
        assert!((metrics.sum("b", &[]) - 0.0).abs() < f64::EPSILON);
        assert!(metrics.has_help("a") && !metrics.has_help("b"));
    }
}
