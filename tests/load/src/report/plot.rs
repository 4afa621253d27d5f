//! A plot over the seconds of a run, as inline SVG in the page's own colours. Which figures are
//! plotted is left to the page.

use std::fmt::Write as _;

use crate::outcome::Mark;

const WIDTH: f64 = 920.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;
/// Lines across, besides the bottom.
const STEPS: u32 = 4;
/// More points than there are pixels only make the file larger.
const POINTS: usize = 900;

/// A line of a plot: its name, its colour's class (`a`, `b`, `c`), a value a second.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) values: Vec<Option<f64>>,
}

/// Draws lines over seconds, with marks.
pub(super) fn draw(title: &str, unit: &str, lines: &[Line], marks: &[Mark]) -> String {
    let seconds = lines.iter().map(|line| line.values.len()).max().unwrap_or_default().max(2);
    let values = lines.iter().flat_map(|line| line.values.iter().flatten());
    let top = nice(values.copied().fold(0.0, f64::max));
    let x = |second: f64| LEFT + (WIDTH - LEFT - RIGHT) * second / (float(seconds) - 1.0);
    let y = |value: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
    let mut svg = format!(
        "<figure><figcaption>{title}{}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         role=\"img\" aria-label=\"{title} over the seconds of the run\">",
        legend(lines)
    );
    for step in 0..=STEPS {
        let value = top * f64::from(step) / f64::from(STEPS);
        let at = y(value);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}{unit}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            at + 4.0,
            number(value)
        );
    }
    for mark in marks.iter().filter(|mark| mark.at_s < float(seconds)) {
        let at = x(mark.at_s);
        let _ = write!(
            svg,
            "<line class=\"mark\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{}\">\
             <title>{:.1} s: {}</title></line>",
            HEIGHT - BOTTOM,
            mark.at_s,
            super::html::escape(&mark.what)
        );
    }
    for line in lines {
        let _ = write!(svg, "<path class=\"{}\" d=\"{}\"/>", line.class, path(line, x, y));
    }
    for step in 0..=STEPS {
        let second = (float(seconds) - 1.0) * f64::from(step) / f64::from(STEPS);
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{} s</text>",
            x(second).clamp(LEFT, WIDTH - RIGHT - 12.0),
            HEIGHT - 8.0,
            number(second.round())
        );
    }
    svg.push_str("</svg></figure>\n");
    svg
}

fn legend(lines: &[Line]) -> String {
    let named = lines.iter().map(|line| format!("<b class=\"{}\">{}</b>", line.class, line.name));
    named.collect()
}

/// A move where a value follows none, a line where it follows another; of many the highest.
fn path(line: &Line, x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    let bucket = line.values.len().div_ceil(POINTS).max(1);
    for (index, values) in line.values.chunks(bucket).enumerate() {
        let Some(value) = values.iter().flatten().copied().reduce(f64::max) else {
            pen = 'M';
            continue;
        };
        let (x, y) = (x(float(index * bucket)), y(value));
        let _ = write!(path, "{pen}{x:.1} {y:.1}");
        if pen == 'M' {
            // A value between two seconds without any would be invisible.
            let _ = write!(path, "h1");
        }
        pen = 'L';
    }
    path
}

/// The next of 1, 2, 5, 10… that is not below.
fn nice(value: f64) -> f64 {
    let floor = 10_f64.powf(value.max(1e-3).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * floor);
    steps.into_iter().find(|step| *step >= value).unwrap_or(value)
}

fn number(value: f64) -> String {
    let text = if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") };
    let is_decimal = text.contains('.');
    let text = if is_decimal { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.to_owned()
}

#[allow(clippy::cast_precision_loss, reason = "runs have at most some 100,000 seconds")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        for (value, top) in [(0.7, 1.0), (3.0, 5.0), (12.0, 20.0), (100.0, 100.0)] {
            assert!((nice(value) - top).abs() < 1e-9, "{value}: {}", nice(value));
        }
        assert_eq!(number(0.5), "0.5");
        assert_eq!(number(100.0), "100");
    }

    #[test]
    fn seconds_without_a_value_interrupt_the_line() {
        let values = vec![Some(1.0), Some(2.0), None, Some(4.0)];
        let line = Line { name: "p99", class: "a", values };
        let svg = draw("Latency", " ms", &[line], &[Mark { at_s: 2.0, what: "kill <x>".into() }]);
        let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(path.matches('M').count(), 2, "{path}");
        assert!(svg.contains("class=\"mark\"") && svg.contains("kill &lt;x&gt;"), "{svg}");
    }
}
