//! The situation of one entry in numbers, and what it is told: moments, corrected by experience,
//! as two quantiles. Leaves to the caller which queues share slots, and how many entries of them
//! are ahead.

use baton_common::quantity::Priority;
use baton_common::time::{Span, Timestamp};

use super::learned::Learned;
use super::probe::Promise;
use super::spread::quantiles;
use super::sum::{Ahead, Moments, moments};

/// A line whose chats take slots of those who can serve the entry: its own is one of them.
#[derive(Clone, Debug)]
pub(super) struct Rival<'a> {
    /// Of its queue.
    pub(super) learned: &'a Learned,
    /// Room that one of its chats takes, in permille.
    pub(super) weight: f64,
    /// Part of the slots serving that line that can serve the entry: so much of it is ahead, and
    /// so much of the slots' work comes from it.
    pub(super) share: f64,
    /// Part of the slots that do so before anything of the entry's priority.
    pub(super) first: f64,
    /// Entries of it that go first and have no agent yet, as far as they are these slots'.
    pub(super) ahead: f64,
    /// Whether it stands for what comes into its queue.
    pub(super) comes: bool,
    /// For so long from now on, entries of the same priority that come there go first.
    pub(super) window: f64,
}

/// What an entry waits behind, and for what.
#[derive(Clone, Debug)]
pub(super) struct Scene<'a> {
    pub(super) own: &'a Learned,
    pub(super) rivals: Vec<Rival<'a>>,
    /// Room of all ready agents who can serve the entry, in permille, taken or not.
    pub(super) room: f64,
    pub(super) priority: Priority,
    pub(super) now: Timestamp,
}

/// What is said of a wait. Times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Prediction {
    /// By the model alone.
    pub(super) raw: Moments,
    /// As experience corrects it.
    pub(super) moments: Moments,
}

impl Prediction {
    /// As it is told and written down.
    pub(super) fn promise(&self, at: Timestamp) -> Promise {
        let (p50, p90) = quantiles(&self.moments);
        Promise {
            at,
            p50: span(p50),
            p90: span(p90),
            mean: span(self.raw.mean),
            deviation: span(self.raw.variance.sqrt()),
        }
    }
}

impl Scene<'_> {
    /// The wait of an entry that all slots are taken for; none while nothing can be said.
    pub(super) fn predict(&self) -> Option<Prediction> {
        let cost = self.cost()?;
        if self.room <= 0.0 {
            return None;
        }
        let sum = |of: &dyn Fn(&Rival<'_>) -> f64| self.rivals.iter().map(of).sum::<f64>();
        let entries = sum(&|rival| rival.ahead);
        let leaving = sum(&|rival| rival.ahead * rival.learned.leaving());
        let priority = self.priority.0;
        let overtaking = |rival: &Rival<'_>| {
            let above = self.coming(rival, priority.saturating_add(1));
            let same = (self.coming(rival, priority) - above).max(0.0);
            let part = rival.cost().unwrap_or(cost) / cost;
            (rival.share * above + rival.first * same) * part
        };
        let ahead = Ahead {
            entries,
            rate: self.room / cost,
            leaving: if entries > 0.0 { leaving / entries } else { self.own.leaving() },
            overtaking: sum(&overtaking),
        };
        // Whoever comes with a head start in the meantime goes first, too.
        let soon = moments(&ahead).mean;
        let started = sum(&|rival| {
            let above = self.coming(rival, priority.saturating_add(1));
            let same = (self.coming(rival, priority) - above).max(0.0);
            (rival.share - rival.first) * same * rival.window.clamp(0.0, soon)
        });
        let raw = moments(&Ahead { entries: entries + started, ..ahead });
        Some(self.with_offer(&raw))
    }

    /// A slot is free: only the offer is still to be accepted.
    pub(super) fn at_once(&self) -> Prediction {
        let none = Moments::default();
        let prediction = self.with_offer(&none);
        Prediction { moments: prediction.raw, ..prediction }
    }

    /// A slot is offered then; until the offer is accepted it goes on.
    fn with_offer(&self, raw: &Moments) -> Prediction {
        let pending = self.own.pending();
        let doubt = raw.mean * raw.mean * self.own.doubt();
        let raw = Moments {
            mean: raw.mean + pending,
            variance: raw.variance + doubt + pending * pending,
        };
        Prediction { raw, moments: self.own.probes.first().correct(&raw) }
    }

    /// Chats in a millisecond that come into a rival's queue with at least this priority.
    fn coming(&self, rival: &Rival<'_>, from: u8) -> f64 {
        if rival.comes { rival.learned.arriving(self.now, from) } else { 0.0 }
    }

    /// Room and time that a chat takes, in permille milliseconds: the mean of those ahead, and of
    /// one more that is in service, as chats of these queues come.
    fn cost(&self) -> Option<f64> {
        let mean = |weigh: &dyn Fn(&Rival<'_>) -> f64| {
            let (mut cost, mut all) = (0.0, 0.0);
            for rival in &self.rivals {
                if let Some(one) = rival.cost() {
                    cost += weigh(rival) * one;
                    all += weigh(rival);
                }
            }
            (cost, all)
        };
        let (ahead, entries) = mean(&|rival| rival.ahead);
        let (coming, rate) = mean(&|rival| rival.share * self.coming(rival, 0));
        let in_service = if rate > 0.0 {
            coming / rate
        } else {
            let (cost, queues) = mean(&|rival| rival.share);
            (queues > 0.0).then(|| cost / queues)?
        };
        Some((ahead + in_service) / (entries + 1.0))
    }
}

impl<'a> Rival<'a> {
    /// The only line that its slots serve, and nobody in it.
    pub(super) fn of(learned: &'a Learned, weight: f64) -> Self {
        let (share, first, ahead, comes, window) = (1.0, 0.0, 0.0, true, 0.0);
        Self { learned, weight, share, first, ahead, comes, window }
    }

    fn cost(&self) -> Option<f64> {
        self.learned.cycle().map(|cycle| cycle * self.weight.max(1.0))
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn span(milliseconds: f64) -> Span {
    // A cast of a float saturates.
    Span(milliseconds.round() as u64)
}
