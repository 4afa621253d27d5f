//! The report: one table and what it takes to believe it.

use baton_load::machine::Facts;
use hdrhistogram::Histogram;

use super::measure::Measured;
use crate::command_line::{Latency, Replicas};

const HEAD: &str = "| start to offer.new, idle | samples | p50 ms | p99 ms | worst ms \
    | p50 ratio | p99 ratio |\n|---|---|---|---|---|---|---|";

/// Renders the report as Markdown.
pub(crate) fn render(facts: &Facts, flags: &Latency, measured: &Measured) -> String {
    let rows = [
        ("Baton", &measured.baton),
        ("reference, two appends", &measured.two_appends),
        ("reference, three appends", &measured.three_appends),
    ];
    let rows = rows.map(|(name, histogram)| row(name, histogram, &measured.baton));
    format!("{HEAD}\n{}\n\n{}\n\n{}", rows.join("\n"), method(flags), facts.markdown())
}

fn row(name: &str, histogram: &Histogram<u64>, baton: &Histogram<u64>) -> String {
    let at = |quantile| histogram.value_at_quantile(quantile);
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} |",
        histogram.len(),
        milliseconds(at(0.5)),
        milliseconds(at(0.99)),
        milliseconds(histogram.max()),
        ratio(baton.value_at_quantile(0.5), at(0.5)),
        ratio(baton.value_at_quantile(0.99), at(0.99)),
    )
}

/// Which hops differ: to be kept true when Baton's way changes.
const HOPS: &str = "Reference, two appends: HTTP in, append, consume, append with the expected \
    sequence, notice, socket out; three processes. Baton appends once more on the way, the \
    customer's profile before the command, as the reference with three appends does. Before the \
    profile it subscribes to what is said in the chat, and it goes on once the profile has come \
    back that way; it asks the broker nothing.";

fn method(flags: &Latency) -> String {
    let processes = match flags.replicas {
        Replicas::One => "Its router and gateway are one process.",
        Replicas::Three => "Its router and gateway are a process each.",
    };
    format!(
        "From the moment before the POST is sent until the frame is at the agent's socket; one at \
         a time, {} ms of quiet before each, {} for warming up, blocks of {} in turns. Ratio: \
         Baton's time by the row's. Nothing is corrected for coordinated omission: a start never \
         waits for another.\n\n{HOPS} {processes}",
        flags.pause_ms, flags.warm_up, flags.block,
    )
}

/// Nanoseconds as milliseconds with three places.
pub(crate) fn milliseconds(nanoseconds: u64) -> String {
    let microseconds = (nanoseconds + 500) / 1_000;
    format!("{}.{:03}", microseconds / 1_000, microseconds % 1_000)
}

fn ratio(part: u64, whole: u64) -> String {
    let hundredths = (part * 100).checked_div(whole).unwrap_or_default();
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_with_fixed_places() {
        assert_eq!(milliseconds(1_234_567), "1.235");
        assert_eq!(milliseconds(45_000), "0.045");
        assert_eq!(ratio(3, 2), "1.50");
        assert_eq!(ratio(3, 0), "0.00");
    }

    #[test]
    fn a_row_compares_baton_with_it() {
        let mut baton = Histogram::new(3).unwrap();
        let mut bare = Histogram::new(3).unwrap();
        baton.record(3_000_000).unwrap();
        bare.record(1_000_000).unwrap();
        let row = row("bare", &bare, &baton);
        assert!(row.starts_with("| bare | 1 | 1.000 |"), "{row}");
        assert!(row.ends_with("| 3.00 | 3.00 |") || row.contains("| 2.99 |"), "{row}");
    }
}
