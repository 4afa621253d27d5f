//! A trial: a model is run batch by batch until every figure is known well enough, and held
//! against theory. Printing is left to `table`.

use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::ledger::Batch;
use crate::model::{Expected, Lengths, Model, Told};
use crate::statistics::{Estimate, estimate};
use crate::told::{self, Listener};
use crate::watch::Seen;
use crate::world::World;

/// How far a figure may be from its reference, as a share of it.
pub const WITHIN: f64 = 0.02;

/// What came of a model.
#[derive(Clone, Debug)]
pub struct Trial {
    /// A row for each figure that is expected.
    pub rows: Vec<Row>,
    /// A row a class of what was told, in a model that is run for it.
    pub told: Vec<told::Row>,
    /// Customers who came.
    pub arrivals: u64,
    /// Commands that the engine took.
    pub commands: u64,
    /// Batches that the figures are made of.
    pub batches: usize,
    /// How long it took here.
    pub took: Duration,
}

/// A figure beside its reference.
#[derive(Clone, Debug)]
pub struct Row {
    /// Of what, and the reference.
    pub expected: Expected,
    /// What was measured.
    pub measured: Estimate,
}

/// How a figure stands beside its reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no reference.
    Unknown,
    /// Near enough, and known well enough.
    Met,
    /// Too far from it.
    Off,
    /// Not known well enough to say.
    Wide,
}

/// Runs a model; `watch` is told every moment of it.
pub fn try_model(model: &Model, watch: impl FnMut(&Seen<'_>)) -> anyhow::Result<Trial> {
    match model.told {
        Some(told) => try_told(model, told, watch),
        None => try_waits(model, watch),
    }
}

fn try_told(model: &Model, told: Told, mut watch: impl FnMut(&Seen<'_>)) -> anyhow::Result<Trial> {
    let began = Instant::now();
    let mut listener = Listener::new(model, told);
    let mut world = World::new(model, |seen: &Seen<'_>| {
        listener.hear(seen);
        watch(seen);
    })?;
    while world.arrivals() < told.arrivals {
        world.step()?;
    }
    let (arrivals, commands, batches) = (world.arrivals(), world.commands(), world.batches().len());
    drop(world);
    let (rows, told, took) = (Vec::new(), listener.rows()?, began.elapsed());
    Ok(Trial { rows, told, arrivals, commands, batches, took })
}

fn try_waits(model: &Model, watch: impl FnMut(&Seen<'_>)) -> anyhow::Result<Trial> {
    let began = Instant::now();
    let mut world = World::new(model, watch)?;
    let mut looked_at = 0;
    loop {
        world.step()?;
        let batches = world.batches();
        if batches.len() == looked_at {
            continue;
        }
        looked_at = batches.len();
        if looked_at < model.run.least {
            continue;
        }
        let rows = rows(model, batches)?;
        if looked_at >= model.run.most || rows.iter().all(|row| row.is_known(&model.run)) {
            let (arrivals, commands) = (world.arrivals(), world.commands());
            let (told, took) = (Vec::new(), began.elapsed());
            return Ok(Trial { rows, told, arrivals, commands, batches: looked_at, took });
        }
    }
}

fn rows(model: &Model, batches: &[Batch]) -> anyhow::Result<Vec<Row>> {
    let chance: Vec<&[f64]> = batches.iter().map(|batch| &batch.chance[..]).collect();
    let row = |(at, expected): (usize, &Expected)| {
        let sums: Vec<(f64, f64)> = batches.iter().map(|batch| batch.sums[at]).collect();
        let nobody = || format!("{expected:?} is of nobody who came: run it longer");
        let measured = estimate(&sums, &chance).with_context(nobody)?;
        Ok(Row { expected: expected.clone(), measured })
    };
    model.expected.iter().enumerate().map(row).collect()
}

impl Trial {
    /// How many figures are not as they should be, or not known well enough.
    pub fn missed(&self, model: &Model) -> usize {
        let off = |row: &&Row| matches!(row.verdict(&model.run), Verdict::Off | Verdict::Wide);
        let told = model.told.unwrap_or_default();
        self.rows.iter().filter(off).count()
            + self.told.iter().filter(|row| !row.holds(&told)).count()
    }
}

impl Row {
    /// What the figure is held against: its reference, or itself.
    fn scale(&self) -> f64 {
        self.expected.value.unwrap_or(self.measured.mean).abs()
    }

    /// Half of the interval as a share.
    pub fn half_width(&self) -> f64 {
        self.measured.half_width / self.scale()
    }

    /// The difference from the reference as a share.
    pub fn difference(&self) -> Option<f64> {
        self.expected.value.map(|value| (self.measured.mean - value) / value)
    }

    /// The difference in standard errors, the reference's own included.
    pub fn z(&self) -> Option<f64> {
        let own = self.expected.error / 1.96;
        let error = self.measured.error.hypot(own);
        self.expected.value.map(|value| (self.measured.mean - value) / error)
    }

    fn is_known(&self, run: &Lengths) -> bool {
        self.half_width() < run.half_width
    }

    /// How it stands.
    pub fn verdict(&self, run: &Lengths) -> Verdict {
        match self.difference() {
            None => Verdict::Unknown,
            Some(_) if !self.is_known(run) => Verdict::Wide,
            Some(difference) if difference.abs() <= WITHIN => Verdict::Met,
            Some(_) => Verdict::Off,
        }
    }
}
