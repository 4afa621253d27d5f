//! Named numbers with labels, as Prometheus writes them. It leaves their meaning to the fold.

use std::collections::BTreeMap;
use std::fmt;

/// A series: `name{label="value",…}` with the labels in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    /// With the prefix: `baton_chats_total`.
    pub name: String,
    /// Name → value.
    pub labels: BTreeMap<String, String>,
}

impl Series {
    /// A series of these labels.
    pub fn new(name: &str, labels: &[(&str, &str)]) -> Self {
        let labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Self { name: name.into(), labels: labels.collect() }
    }

    /// The same without these labels: a Prometheus adds `instance` and `job`.
    #[must_use]
    pub fn without(mut self, labels: &[&str]) -> Self {
        self.labels.retain(|name, _| !labels.contains(&name.as_str()));
        self
    }
}

impl fmt::Display for Series {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)?;
        for (place, (name, value)) in self.labels.iter().enumerate() {
            let before = if place == 0 { '{' } else { ',' };
            write!(out, "{before}{name}={value:?}")?;
        }
        if self.labels.is_empty() { Ok(()) } else { out.write_str("}") }
    }
}

/// The numbers of an exposition, the text that `/metrics` answers; what is no sample is left out.
pub fn parse_exposition(text: &str) -> BTreeMap<Series, f64> {
    text.lines().filter_map(sample).collect()
}

fn sample(line: &str) -> Option<(Series, f64)> {
    if line.starts_with('#') {
        return None;
    }
    let (head, value) = line.rsplit_once(' ')?;
    let value = value.parse().ok()?;
    let Some((name, labels)) = head.split_once('{') else {
        return Some((Series::new(head.trim(), &[]), value));
    };
    let mut series = Series::new(name, &[]);
    let mut rest = labels.strip_suffix('}')?;
    while !rest.is_empty() {
        let (label, after) = rest.split_once("=\"")?;
        let (text, after) = quoted(after)?;
        series.labels.insert(label.trim_start_matches(',').to_owned(), text);
        rest = after;
    }
    Some((series, value))
}

/// The text up to the closing quotation mark, its escapes undone, and what follows it.
fn quoted(from: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut letters = from.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((text, &from[place + 1..])),
            '\\' => text.push(match letters.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exposition_is_read_number_by_number() {
        let text = "# HELP a says\n# TYPE a counter\na{b=\"x, \\\"y\\\"}\",le=\"+Inf\"} 3\nc 0.5\n";
        let read = parse_exposition(text);
        let first = Series::new("a", &[("b", "x, \"y\"}"), ("le", "+Inf")]);
        assert_eq!(read.get(&first), Some(&3.0));
        assert_eq!(read.get(&Series::new("c", &[])), Some(&0.5));
        assert_eq!(read.len(), 2);
        assert_eq!(first.to_string(), r#"a{b="x, \"y\"}",le="+Inf"}"#);
    }
}
