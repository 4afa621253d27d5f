//! How good it was what customers were told, for the terminal and as Markdown.

use std::fmt::Write as _;

use super::Row;
use crate::model::{Model, Told};
use crate::statistics::Estimate;

/// A model's rows, for people.
pub fn text(told: &Told, rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let of = row.class.as_deref().unwrap_or("told");
        let error = row
            .error
            .as_ref()
            .map(|(best, ratio)| format!("error {} of QL_m's {best:.6}, ", share(ratio)));
        let _ = writeln!(
            out,
            "  {:<7}{of:<10}{:>8} waited: {}within p50 {}, p90 {}",
            if row.holds(told) { "met" } else { "OFF" },
            row.delayed,
            error.unwrap_or_default(),
            share(&row.within_p50),
            share(&row.within_p90),
        );
    }
    out
}

/// All models as a table; empty without any.
pub fn markdown<'a>(tried: impl Iterator<Item = (&'a Model, &'a Told, &'a [Row])>) -> String {
    let mut lines = String::new();
    for (model, told, rows) in tried {
        for row in rows {
            let error = row.error.as_ref();
            let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
            let _ = writeln!(
                lines,
                "| {} | {:.3} | {} | {} | {} | {} | {} | {} | {} |",
                model.name,
                model.load(),
                row.class.as_deref().unwrap_or("all"),
                row.delayed,
                or_none(error.map(|(best, _)| format!("{best:.6}"))),
                or_none(error.map(|(_, ratio)| format!(
                    "{} ≤ {:.2}",
                    share(ratio),
                    told.most_error
                ))),
                format_args!("{} (0.5 ± {})", share(&row.within_p50), told.off_p50),
                format_args!("{} (0.9 ± {})", share(&row.within_p90), told.off_p90),
                if row.holds(told) { "met" } else { "OFF" },
            );
        }
    }
    if lines.is_empty() {
        return lines;
    }
    format!(
        "\nWhat those who waited were told on coming, against the wait that came (of those who \
         left, the wait that would have come). QL_m is the best published estimate and knows the \
         true rates; the engine learns them. Errors are mean squares, in mean handle times.\n\n\
         | Model | Load | Of | Waited | Error of QL_m | The engine's, in parts of it | \
         Within p50 | Within p90 | |\n|---|---|---|---|---|---|---|---|---|\n{lines}"
    )
}

fn share(of: &Estimate) -> String {
    format!("{:.3} ± {:.3}", of.mean, of.half_width)
}
