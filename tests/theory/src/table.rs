//! The rows of trials for the terminal, and as Markdown for the results' page.

use std::fmt::Write as _;

use crate::model::{Expected, Model, What};
use crate::statistics::Estimate;
use crate::told;
use crate::trial::{Row, Trial, Verdict};

/// What theory says and this engine is not held against, with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "accumulating priority with unequal slopes",
        "an order that changes as time passes; the engine's keys never change, and its head starts \
         are the case of equal slopes, which the virtual deadlines measure",
    ),
    ("most loaded agent first", "no such policy is offered"),
    ("loads above 0.9", "an interval of 1 % needs hundreds of millions of arrivals there"),
    (
        "a thousand agents and more",
        "such a line changes slowly: 1 % needs hundreds of millions, too",
    ),
    ("limits for many servers (Halfin and Whitt, Garnett)", "the exact values are compared"),
];

/// A model's rows, for people.
pub fn text(model: &Model, trial: &Trial) -> String {
    let mut out = format!(
        "{} (load {:.3}): {} arrivals, {} batches, {} commands in {:.1} s, {:.0}/s\n",
        model.name,
        model.load(),
        trial.arrivals,
        trial.batches,
        trial.commands,
        trial.took.as_secs_f64(),
        speed(trial)
    );
    for row in &trial.rows {
        let cells = Cells::of(model, row);
        let _ = writeln!(
            out,
            "  {:<7}{:<26}{:>11}{:>11} ± {:<10}{:>8}{:>9}{:>8}",
            cells.verdict,
            cells.what,
            cells.reference,
            cells.measured,
            cells.interval,
            cells.half_width,
            cells.difference,
            cells.z,
        );
    }
    let told = model.told.map(|told| told::table::text(&told, &trial.told));
    out + &told.unwrap_or_default()
}

/// What the columns of [`text`] are.
pub fn heading() -> String {
    format!(
        "  {:<7}{:<26}{:>11}{:>11}   {:<10}{:>8}{:>9}{:>8}",
        "", "figure", "reference", "measured", "95 %", "95 %", "off by", "z"
    )
}

/// All models as a page.
pub fn markdown(tried: &[(Model, Trial)]) -> String {
    let mut page = String::from(
        "| Model | Load | Figure | Reference | Measured | 95 % interval | Off by | | Plain |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (model, trial) in tried {
        for row in &trial.rows {
            let cells = Cells::of(model, row);
            let _ = writeln!(
                page,
                "| {} | {:.3} | {} | {} | {} | ± {} ({}) | {} | {} | {} |",
                model.name,
                model.load(),
                cells.what,
                cells.reference,
                cells.measured,
                cells.interval,
                cells.half_width,
                cells.difference,
                cells.verdict,
                cells.plain,
            );
        }
    }
    page += &told::table::markdown(tried.iter().filter_map(|(model, trial)| {
        let told = model.told.as_ref()?;
        Some((model, told, &trial.told[..]))
    }));
    let arrivals: u64 = tried.iter().map(|(_, trial)| trial.arrivals).sum();
    let commands: u64 = tried.iter().map(|(_, trial)| trial.commands).sum();
    let seconds: f64 = tried.iter().map(|(_, trial)| trial.took.as_secs_f64()).sum();
    let _ = writeln!(
        page,
        "\n{arrivals} arrivals and {commands} commands in {seconds:.0} s of computing. Times are \
         in mean handle times. Intervals are of batch means with controls of known mean: what \
         chance brought of time, work and customers, and in some models the waits of the same \
         customers in one plain line, which is another system; the last column is without \
         them.\n\nNot compared:\n"
    );
    for (what, why) in LEFT_OUT {
        let _ = writeln!(page, "- {what}: {why}.");
    }
    page
}

#[allow(clippy::cast_precision_loss, reason = "no run takes 2^52 commands")]
fn speed(trial: &Trial) -> f64 {
    trial.commands as f64 / trial.took.as_secs_f64()
}

/// The figure without the help of controls.
fn plain(measured: &Estimate) -> String {
    format!("{:.5} ± {:.5}", measured.plain, measured.plain_half_width)
}

/// A row's cells.
struct Cells {
    what: String,
    reference: String,
    measured: String,
    interval: String,
    half_width: String,
    /// Without the help of controls.
    plain: String,
    difference: String,
    z: String,
    verdict: &'static str,
}

impl Cells {
    fn of(model: &Model, row: &Row) -> Self {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        Self {
            what: name(&row.expected),
            reference: or_none(row.expected.value.map(|value| format!("{value:.5}"))),
            measured: format!("{:.5}", row.measured.mean),
            interval: format!("{:.5}", row.measured.half_width),
            half_width: format!("{:.2} %", 100.0 * row.half_width()),
            plain: plain(&row.measured),
            difference: or_none(row.difference().map(|by| format!("{:+.2} %", 100.0 * by))),
            // Where controls explain everything there is no error to measure a difference in.
            z: or_none(row.z().filter(|_| row.half_width() > 1e-4).map(|z| format!("{z:+.1}"))),
            verdict: match row.verdict(&model.run) {
                Verdict::Unknown => "",
                Verdict::Met => "met",
                Verdict::Off => "OFF",
                Verdict::Wide => "WIDE",
            },
        }
    }
}

/// A figure in short.
pub fn name(expected: &Expected) -> String {
    let time = expected.time.map(|time| format!("{time}")).unwrap_or_default();
    let what = match expected.what {
        What::Wait => "mean wait".to_owned(),
        What::WaitServed => "mean wait, served".to_owned(),
        What::Waits => "P(wait)".to_owned(),
        What::Abandons => "P(abandon)".to_owned(),
        What::Within => format!("P(wait <= {time})"),
        What::ServedWithin => format!("P(served <= {time})"),
        What::Busy => "busy".to_owned(),
    };
    match expected.class.as_ref().or(expected.agents.as_ref()) {
        Some(of) => format!("{what}, {of}"),
        None => what,
    }
}
