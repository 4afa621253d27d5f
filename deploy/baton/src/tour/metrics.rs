//! Reads the lines of one workspace from an exposition. Leaves which values they must have to the
//! last scene.

use std::collections::BTreeMap;

use super::differs::{Checked, Differs};

/// The samples of one workspace.
#[derive(Debug, Default)]
pub(super) struct Samples(Vec<Sample>);

#[derive(Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl Samples {
    /// The samples with this label `workspace`.
    pub(super) fn of_workspace(exposition: &str, workspace: &str) -> Self {
        let samples = exposition.lines().filter_map(sample);
        let own = |sample: &Sample| sample.labels.get("workspace").is_some_and(|w| w == workspace);
        Self(samples.filter(own).collect())
    }

    /// The sum of the samples `baton_<name>` that have these labels; zero without any.
    pub(super) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let fits = |sample: &&Sample| {
            sample.name.strip_prefix("baton_") == Some(name)
                && labels.iter().all(|(label, value)| {
                    sample.labels.get(*label).is_some_and(|found| found == value)
                })
        };
        // Begins with zero: the sum of no floats is minus zero.
        self.0.iter().filter(fits).fold(0.0, |sum, sample| sum + sample.value)
    }

    /// Demands that [`Self::sum`] is this count.
    pub(super) fn demand(&self, name: &str, labels: &[(&str, &str)], count: u32) -> Checked<()> {
        let found = self.sum(name, labels);
        if (found - f64::from(count)).abs() < 0.5 {
            return Ok(());
        }
        let labels: Vec<String> = labels.iter().map(|(l, v)| format!("{l}=\"{v}\"")).collect();
        let expected = format!("baton_{name}{{{}}} to be {count}", labels.join(","));
        if self.0.is_empty() {
            let came = "there are no lines of the workspace: give --admin of the leading router";
            return Err(Differs::new(expected, came));
        }
        Err(Differs::new(expected, format!("it is {found}")))
    }

    /// Demands that [`Self::sum`] is this much or more.
    pub(super) fn demand_at_least(
        &self,
        name: &str,
        labels: &[(&str, &str)],
        least: f64,
    ) -> Checked<()> {
        let found = self.sum(name, labels);
        if found >= least {
            return Ok(());
        }
        let expected = format!("baton_{name} of {labels:?} to be {least} or more");
        Err(Differs::new(expected, format!("it is {found}")))
    }
}

fn sample(line: &str) -> Option<Sample> {
    if line.starts_with('#') {
        return None;
    }
    let (series, value) = line.rsplit_once(' ')?;
    let (name, labels) = match series.split_once('{') {
        Some((name, labels)) => (name, read_labels(labels.strip_suffix('}')?)?),
        None => (series, BTreeMap::new()),
    };
    Some(Sample { name: name.to_owned(), labels, value: value.parse().ok()? })
}

/// `a="x",b="y"`; values of this contract are ids and words, without escapes.
fn read_labels(text: &str) -> Option<BTreeMap<String, String>> {
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    pairs
        .map(|pair| {
            let (label, value) = pair.split_once('=')?;
            let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
            Some((label.trim().to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPOSITION: &str = "# HELP baton_chats_total Entries.\n\
        # TYPE baton_chats_total counter\n\
        baton_chats_total{workspace=\"a\",queue=\"billing\",origin=\"new\"} 2\n\
        baton_chats_total{workspace=\"a\",queue=\"sales\",origin=\"new\"} 1\n\
        baton_chats_total{workspace=\"b\",queue=\"billing\",origin=\"new\"} 7\n\
        baton_wait_seconds_bucket{workspace=\"a\",queue=\"billing\",le=\"+Inf\"} 2\n\
        baton_wait_seconds_sum{workspace=\"a\",queue=\"billing\"} 0.25\n\
        baton_shard_epoch{shard=\"0\"} 1\n";

    #[test]
    fn only_the_own_lines_count() {
        let samples = Samples::of_workspace(EXPOSITION, "a");
        samples.demand("chats_total", &[("queue", "billing")], 2).unwrap();
        samples.demand("chats_total", &[], 3).unwrap();
        samples.demand("offers_total", &[], 0).unwrap();
        assert!((samples.sum("wait_seconds_sum", &[("queue", "billing")]) - 0.25).abs() < 1e-9);
    }

    #[test]
    fn another_count_is_a_difference() {
        let samples = Samples::of_workspace(EXPOSITION, "b");
        let differs = samples.demand("chats_total", &[("queue", "billing")], 2).unwrap_err();
        let said = "expected baton_chats_total{queue=\"billing\"} to be 2, but it is 7";
        assert!(differs.to_string().starts_with(said), "{differs}");
        let other = Samples::of_workspace(EXPOSITION, "c").demand("chats_total", &[], 1);
        assert!(other.unwrap_err().to_string().contains("--admin"));
    }
}
