//! The ledger of a run: for each batch of arrivals, the sums that its figures are made of, and
//! what chance brought it. Estimating is left to `statistics`.

use std::collections::VecDeque;

use crate::model::{Expected, Model, What, float};
use crate::twin::Twin;

/// A batch of arrivals whose last chat has ended.
#[derive(Clone, Debug)]
pub struct Batch {
    /// For each figure that is expected, the two sums whose ratio it is.
    pub sums: Vec<(f64, f64)>,
    /// What chance brought beside what was to be expected: time, work of each class, customers of
    /// each but the last, and the waits of the plain line. The mean of each is zero.
    pub chance: Vec<f64>,
    arrivals: u64,
    /// Chats that have not ended.
    open: u64,
    began: f64,
}

/// What became of a customer's wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waited {
    pub(crate) class: usize,
    pub(crate) wait: f64,
    pub(crate) served: bool,
}

/// All batches, the open ones in order.
#[derive(Debug)]
pub(crate) struct Ledger<'m> {
    model: &'m Model,
    twin: Option<Twin>,
    open: VecDeque<Batch>,
    /// How many were closed before the first open one.
    before: u64,
    closed: Vec<Batch>,
    arrivals: u64,
}

impl<'m> Ledger<'m> {
    pub(crate) fn new(model: &'m Model) -> Self {
        let twin = model.run.twin.map(|servers| Twin::new(servers, model.rate()));
        let (open, closed) = (VecDeque::new(), Vec::new());
        Self { model, twin, open, before: 0, closed, arrivals: 0 }
    }

    /// Batches that are complete, without the one that warmed up.
    pub(crate) fn closed(&self) -> &[Batch] {
        self.closed.get(1..).unwrap_or_default()
    }

    /// How many customers came.
    pub(crate) fn arrivals(&self) -> u64 {
        self.arrivals
    }

    /// A customer comes; returns their batch.
    pub(crate) fn arrived(&mut self, class: usize, at: f64, work: f64) -> u64 {
        if self.arrivals.is_multiple_of(self.model.run.batch) {
            self.begin(at);
        }
        self.arrivals += 1;
        let excess = self.twin.as_mut().map(|twin| twin.excess(at, work));
        let model = self.model;
        let batch = self.open.back_mut().expect("a batch was begun");
        batch.arrivals += 1;
        batch.open += 1;
        let chance = &mut batch.chance;
        // Its share of the time is taken off for each customer, the time added at the end.
        chance[0] -= 1.0;
        let (works, others) = chance[1..].split_at_mut(model.classes.len());
        works[class] += work - model.classes[class].handle.mean;
        let last = model.classes.len() - 1;
        for (at, other) in model.classes[..last].iter().enumerate() {
            others[at] += f64::from(u8::from(at == class)) - other.rate / model.rate();
        }
        if let Some(excess) = excess {
            others[last] += excess;
        }
        self.before + self.open.len() as u64 - 1
    }

    /// A customer's wait ended.
    pub(crate) fn waited(&mut self, batch: u64, waited: &Waited) {
        let model = self.model;
        let sums = &mut self.batch(batch).sums;
        for (expected, sum) in model.expected.iter().zip(sums) {
            let (above, below) = part(model, expected, waited);
            sum.0 += above;
            sum.1 += below;
        }
    }

    /// A chat ended that agents of a kind, if it was any, spent so long with.
    pub(crate) fn ended(&mut self, batch: u64, served: Option<(usize, f64)>) {
        let model = self.model;
        let batch = self.batch(batch);
        for (expected, sum) in model.expected.iter().zip(&mut batch.sums) {
            if let (What::Busy, Some((kind, took))) = (expected.what, served) {
                let counts = is_of(expected.agents.as_ref(), &model.agents[kind].name);
                sum.0 += if counts { took } else { 0.0 };
            }
        }
        batch.open -= 1;
        self.close();
    }

    /// A new batch begins where the last one ends.
    fn begin(&mut self, at: f64) {
        let model = self.model;
        if let Some(last) = self.open.back_mut() {
            let span = at - last.began;
            last.chance[0] += span * model.rate();
            for (expected, sum) in model.expected.iter().zip(&mut last.sums) {
                if expected.what == What::Busy {
                    sum.1 += span * agents(model, expected);
                }
            }
        }
        let controls = 2 * model.classes.len() + usize::from(model.run.twin.is_some());
        self.open.push_back(Batch {
            sums: vec![(0.0, 0.0); model.expected.len()],
            chance: vec![0.0; controls],
            arrivals: 0,
            open: 0,
            began: at,
        });
        self.close();
    }

    /// Batches close in order, so that which ones are looked at does not depend on their waits.
    fn close(&mut self) {
        while self.open.len() > 1 && self.open.front().is_some_and(|batch| batch.open == 0) {
            let batch = self.open.pop_front().expect("there are two");
            self.before += 1;
            self.closed.push(batch);
        }
    }

    fn batch(&mut self, number: u64) -> &mut Batch {
        let at = number.checked_sub(self.before).and_then(|at| usize::try_from(at).ok());
        let batch = at.and_then(|at| self.open.get_mut(at));
        batch.expect("a batch stays open until its last chat has ended")
    }
}

/// What a wait adds to the two sums of a figure.
fn part(model: &Model, expected: &Expected, waited: &Waited) -> (f64, f64) {
    if !is_of(expected.class.as_ref(), &model.classes[waited.class].name) {
        return (0.0, 0.0);
    }
    let share = |holds: bool| (f64::from(u8::from(holds)), 1.0);
    let in_time = expected.time.is_some_and(|time| waited.wait <= time);
    match expected.what {
        What::Wait => (waited.wait, 1.0),
        What::WaitServed if waited.served => (waited.wait, 1.0),
        What::WaitServed | What::Busy => (0.0, 0.0),
        What::Waits => share(waited.wait > 0.0),
        What::Abandons => share(!waited.served),
        What::Within => share(in_time),
        What::ServedWithin => share(in_time && waited.served),
    }
}

fn agents(model: &Model, expected: &Expected) -> f64 {
    let of = model.agents.iter().filter(|kind| is_of(expected.agents.as_ref(), &kind.name));
    of.map(|kind| float(kind.count)).sum()
}

/// Whether a figure is of this one; one that names none is of all.
fn is_of(named: Option<&String>, this: &str) -> bool {
    named.is_none_or(|named| named == this)
}
