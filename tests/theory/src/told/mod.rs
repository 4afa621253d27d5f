//! What customers are told of their wait by the engine itself, held against the wait that comes.
//! An observer of a run: running it is left to `trial`, printing to `table`.
//!
//! Published are quantiles only, so the median stands for the expected wait here. Somebody who
//! leaves is held against the wait that they would have had. Where all customers and all agents
//! are alike there is a best published estimate to be beside: QL_m of Ibrahim and Whitt (2009),
//! which knows the true rates of service and leaving; the engine has to learn them.

pub mod table;

use std::collections::HashMap;

use baton_common::ask::{Ask, ReplyBody};
use baton_common::time::Span;
use baton_core::asks;

use crate::model::{Model, Told, float};
use crate::potential::Potential;
use crate::statistics::{Estimate, estimate};
use crate::watch::{Moment, Seen, Who};

/// Parts of a run of which intervals are made.
const BATCHES: u64 = 30;

/// Listens to one run.
pub(crate) struct Listener<'m> {
    model: &'m Model,
    told: Told,
    /// By the number of the customer, until their wait is known.
    open: HashMap<u64, Quote>,
    potential: Potential,
    /// By class and batch.
    sums: Vec<Vec<Sums>>,
}

/// What somebody was told.
struct Quote {
    class: usize,
    p50: Span,
    p90: Span,
    /// The published estimate, in units.
    published: Option<f64>,
}

/// Those of a class and a batch who waited.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    delayed: f64,
    squares: f64,
    published: f64,
    within_p50: f64,
    within_p90: f64,
}

/// How good it was, for one class.
#[derive(Clone, Debug)]
pub struct Row {
    /// None: there is one only.
    pub class: Option<String>,
    /// Customers who waited.
    pub delayed: f64,
    /// The published estimate's mean squared error, and the engine's in parts of it.
    pub error: Option<(f64, Estimate)>,
    /// The share who waited no longer than the median they were told.
    pub within_p50: Estimate,
    /// The same of the ninth decile.
    pub within_p90: Estimate,
}

impl<'m> Listener<'m> {
    pub(crate) fn new(model: &'m Model, told: Told) -> Self {
        let batches = vec![Sums::default(); usize::try_from(BATCHES).expect("they are few")];
        let sums = vec![batches; model.classes.len()];
        Self { model, told, open: HashMap::new(), potential: Potential::default(), sums }
    }

    /// Takes in a moment.
    pub(crate) fn hear(&mut self, seen: &Seen<'_>) {
        if let Moment::Enqueued { who, offered: false } = &seen.moment
            && self.batch(who.number).is_some()
        {
            let quote = self.ask(seen, who);
            self.open.insert(who.number, quote);
        }
        for (number, wait) in self.potential.hear(seen) {
            let Some(quote) = self.open.remove(&number) else { continue };
            let batch = self.batch(number).expect("only such are open");
            self.sums[quote.class][batch].add(&quote, wait, self.model.unit_s);
        }
    }

    /// A row a class.
    pub(crate) fn rows(&self) -> anyhow::Result<Vec<Row>> {
        let classes = self.model.classes.iter().zip(&self.sums);
        classes.map(|(class, sums)| self.row(&class.name, sums)).collect()
    }

    fn row(&self, class: &str, sums: &[Sums]) -> anyhow::Result<Row> {
        let ratio = |above: fn(&Sums) -> f64, below: fn(&Sums) -> f64| {
            let parts: Vec<_> = sums.iter().map(|of| (above(of), below(of))).collect();
            estimate(&parts, &[])
        };
        let count = |within| ratio(within, |of| of.delayed);
        let nobody = || anyhow::anyhow!("nobody of {class} waited: let it run longer");
        let delayed: f64 = sums.iter().map(|of| of.delayed).sum();
        let published = sums.iter().map(|of| of.published).sum::<f64>() / delayed;
        Ok(Row {
            class: (self.sums.len() > 1).then(|| class.to_owned()),
            delayed,
            error: ratio(|of| of.squares, |of| of.published).map(|ratio| (published, ratio)),
            within_p50: count(|of| of.within_p50).ok_or_else(nobody)?,
            within_p90: count(|of| of.within_p90).ok_or_else(nobody)?,
        })
    }

    /// The first tenth only warms up.
    fn batch(&self, number: u64) -> Option<usize> {
        let warm = self.told.arrivals / 10;
        let batch = number.checked_sub(warm)? * BATCHES / (self.told.arrivals - warm);
        (batch < BATCHES).then(|| usize::try_from(batch).expect("they are few"))
    }

    /// What the engine says when it is asked right then, as a gateway asks it.
    fn ask(&self, seen: &Seen<'_>, who: &Who<'_>) -> Quote {
        let workspace = seen.workspace.clone();
        let ask = Ask::Positions { workspace, chats: vec![who.chat.clone()] };
        let reply = asks::reply(seen.state, seen.now, &ask);
        let places = match reply.expect("positions can always be asked for") {
            ReplyBody::Positions(places) => places,
            other => panic!("positions were asked for: {other:?}"),
        };
        let (_, position, ewt) = places.first().expect("whoever was enqueued is in line");
        // Nothing said is as bad as a wait of none promised: it counts as missed.
        let (p50, p90) = ewt.map_or((Span::ZERO, Span::ZERO), |ewt| (ewt.p50, ewt.p90));
        Quote { class: who.class, p50, p90, published: self.published(position - 1) }
    }

    /// The published estimate with so many ahead, in units.
    fn published(&self, ahead: u32) -> Option<f64> {
        let ([class], [agents]) = (&self.model.classes[..], &self.model.agents[..]) else {
            return None;
        };
        let leaving = class.patience.map_or(0.0, |patience| 1.0 / patience.mean);
        let serving = float(agents.count) * agents.rate(agents.slots) / class.handle.mean;
        Some((0..=ahead).map(|i| 1.0 / (serving + f64::from(i) * leaving)).sum())
    }
}

impl Sums {
    fn add(&mut self, quote: &Quote, wait: Span, unit_s: f64) {
        let units = |span: Span| span.as_seconds() / unit_s;
        let share = |holds: bool| f64::from(u8::from(holds));
        self.delayed += 1.0;
        self.squares += (units(wait) - units(quote.p50)).powi(2);
        self.published += quote.published.map_or(0.0, |best| (units(wait) - best).powi(2));
        self.within_p50 += share(wait <= quote.p50);
        self.within_p90 += share(wait <= quote.p90);
    }
}

impl Row {
    /// Whether it is as good as the model demands.
    pub fn holds(&self, told: &Told) -> bool {
        let error = self.error.as_ref().map(|(_, ratio)| ratio.mean);
        let near = |measured: &Estimate, promised: f64, most: f64| {
            (measured.mean - promised).abs() <= most
        };
        error.is_none_or(|ratio| ratio <= told.most_error)
            && near(&self.within_p50, 0.5, told.off_p50)
            && near(&self.within_p90, 0.9, told.off_p90)
    }
}
