//! Writes series of the Prometheus text format (0.0.4) from integers kept in state. Leaves live
//! counters of a process to the recorder: what is written here is a projection of the journal.

use std::fmt::{self, Write};

/// Label names and values of one series; values are escaped here.
pub type Labels<'a> = [(&'a str, &'a str)];

/// What a family holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only ever rises.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Buckets, count and sum.
    Histogram,
}

/// A sample's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// Milliseconds, written in seconds.
    Millis(u64),
    /// Any number, for ratios.
    Number(f64),
}

/// A histogram as state keeps it: integers, exact, mergeable.
#[derive(Clone, Copy, Debug)]
pub struct Histogram<'a> {
    /// Upper bounds in milliseconds, rising.
    pub bounds_ms: &'a [u64],
    /// Observations a bucket, not cumulative; one more than the bounds, the last beyond them.
    pub counts: &'a [u64],
    /// Sum of all observations in milliseconds.
    pub sum_ms: u64,
}

/// A text under construction.
#[derive(Debug, Default)]
pub struct Exposition {
    text: String,
}

/// One family of an [`Exposition`]; its samples follow each other, as the format demands.
#[derive(Debug)]
pub struct Family<'a> {
    name: &'a str,
    text: &'a mut String,
}

impl Exposition {
    /// An empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a family with its help and type; write all its samples before the next family.
    pub fn family<'a>(&'a mut self, name: &'a str, kind: Kind, help: &str) -> Family<'a> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        put(&mut self.text, format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        Family { name, text: &mut self.text }
    }

    /// The finished text.
    pub fn finish(self) -> String {
        self.text
    }
}

impl Family<'_> {
    /// Writes one sample.
    pub fn sample(&mut self, labels: &Labels<'_>, value: Value) {
        self.line("", labels, None, value);
    }

    /// Writes the buckets, sum and count of one histogram.
    ///
    /// # Panics
    /// When `counts` is not one longer than `bounds_ms`.
    pub fn histogram(&mut self, labels: &Labels<'_>, histogram: &Histogram<'_>) {
        let Histogram { bounds_ms, counts, sum_ms } = *histogram;
        assert_eq!(counts.len(), bounds_ms.len() + 1, "one bucket beyond the bounds");
        let mut seen = 0;
        for (bound, count) in bounds_ms.iter().zip(counts) {
            seen += count;
            let bound = Seconds(*bound).to_string();
            self.line("_bucket", labels, Some(&bound), Value::Count(seen));
        }
        seen += counts[bounds_ms.len()];
        self.line("_bucket", labels, Some("+Inf"), Value::Count(seen));
        self.line("_sum", labels, None, Value::Millis(sum_ms));
        self.line("_count", labels, None, Value::Count(seen));
    }

    fn line(&mut self, suffix: &str, labels: &Labels<'_>, bound: Option<&str>, value: Value) {
        put(self.text, format_args!("{}{suffix}", self.name));
        let bound = bound.map(|bound| ("le", bound));
        let mut separator = '{';
        for (label, value) in labels.iter().copied().chain(bound) {
            put(self.text, format_args!("{separator}{label}=\"{}\"", Escaped(value)));
            separator = ',';
        }
        if separator == ',' {
            self.text.push('}');
        }
        put(self.text, format_args!(" {value}\n"));
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Count(count) => write!(formatter, "{count}"),
            Self::Millis(millis) => write!(formatter, "{}", Seconds(millis)),
            Self::Number(number) => write!(formatter, "{number}"),
        }
    }
}

/// Milliseconds as seconds, exactly and without trailing zeros.
struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0 / 1_000)?;
        let rest = self.0 % 1_000;
        if rest == 0 {
            return Ok(());
        }
        let digits = format!("{rest:03}");
        write!(formatter, ".{}", digits.trim_end_matches('0'))
    }
}

/// A label value with backslash, quote and newline escaped.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '\\' => formatter.write_str("\\\\")?,
                '"' => formatter.write_str("\\\"")?,
                '\n' => formatter.write_str("\\n")?,
                other => formatter.write_char(other)?,
            }
        }
        Ok(())
    }
}

fn put(text: &mut String, arguments: fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_have_help_type_and_samples() {
        let mut exposition = Exposition::new();
        let mut chats = exposition.family("baton_chats_total", Kind::Counter, "entries\nmade");
        chats.sample(&[("workspace", "default"), ("queue", "a\"b\\c\nd")], Value::Count(3));
        let mut oldest = exposition.family("baton_oldest_seconds", Kind::Gauge, "age");
        oldest.sample(&[], Value::Millis(12_340));
        let text = exposition.finish();
        let expected = "# HELP baton_chats_total entries\\nmade\n\
            # TYPE baton_chats_total counter\n\
            baton_chats_total{workspace=\"default\",queue=\"a\\\"b\\\\c\\nd\"} 3\n\
            # HELP baton_oldest_seconds age\n# TYPE baton_oldest_seconds gauge\n\
            baton_oldest_seconds 12.34\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn histograms_are_cumulative_and_end_with_infinity() {
        let mut exposition = Exposition::new();
        let histogram = Histogram { bounds_ms: &[100, 1_000], counts: &[2, 3, 1], sum_ms: 7_050 };
        let mut waits = exposition.family("baton_wait_seconds", Kind::Histogram, "wait");
        waits.histogram(&[("queue", "q")], &histogram);
        let text = exposition.finish();
        let lines: Vec<&str> = text.lines().skip(2).collect();
        let expected = [
            "baton_wait_seconds_bucket{queue=\"q\",le=\"0.1\"} 2",
            "baton_wait_seconds_bucket{queue=\"q\",le=\"1\"} 5",
            "baton_wait_seconds_bucket{queue=\"q\",le=\"+Inf\"} 6",
            "baton_wait_seconds_sum{queue=\"q\"} 7.05",
            "baton_wait_seconds_count{queue=\"q\"} 6",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn numbers_are_written_plainly() {
        assert_eq!(Value::Number(0.9).to_string(), "0.9");
        assert_eq!(Value::Millis(1).to_string(), "0.001");
        assert_eq!(Value::Millis(u64::MAX).to_string(), "18446744073709551.615");
    }
}
