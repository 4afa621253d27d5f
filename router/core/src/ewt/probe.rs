//! Predictions held against what then happened: coverage, error, and the correction that follows.
//!
//! A queue has some entries under probation at a time. What they were told is in an event; when
//! the entry is served, it is judged. Somebody who leaves would be judged too kindly if they were
//! left out, since whoever waits long leaves: they are judged when the first entry behind them
//! with the same wishes is served, for that is when their own turn would have come.

use baton_common::ids::EntryId;
use baton_common::quantity::SkillLevel;
use baton_common::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::learned::{Fading, as_float, one};
use super::sum::Moments;
use crate::state::LineKey;

/// Entries of a queue under probation at the same time.
const PROBES: usize = 16;
/// They come so many to a wait: closer ones would say the same again.
const IN_A_WAIT: u64 = 8;
/// At least so long is between two: a prediction costs as much as several decisions.
const LEAST_GAP: Span = Span(250);
/// Ages at which an entry on probation is told anew.
const AGES: [Span; 3] = [Span::seconds(30), Span::seconds(120), Span::seconds(600)];
/// Judgements that count.
const MEMORY: u64 = 2_048;
/// Judgements after which a correction has half its weight: they come in bundles of
/// [`IN_A_WAIT`], and the first are of a model that knows little yet.
const CAUTION: f64 = 1_024.0;
/// A correction of the mean is at most this, and at least one through it.
const MOST_BIAS: f64 = 4.0;
/// The same of the variance.
const MOST_SPREAD: f64 = 9.0;
/// Squared errors are kept in such parts of a variance.
const MILLI: f64 = 1_024.0;
/// One surprise weighs no more than this many variances.
const MOST_SQUARE: f64 = 9.0;

/// What an entry was told: persisted in events and images, keep stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Promise {
    pub(crate) at: Timestamp,
    pub(crate) p50: Span,
    pub(crate) p90: Span,
    /// The mean before any correction.
    pub(crate) mean: Span,
    /// The standard deviation before any correction.
    pub(crate) deviation: Span,
}

/// An entry on probation.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Probe {
    entry: EntryId,
    skills: Vec<SkillLevel>,
    /// The first when it came, the others at ages.
    promises: Vec<Promise>,
    /// It left from this place, and its turn has not come.
    gone: Option<LineKey>,
}

/// Entries on probation and what earlier ones showed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Probes {
    running: Vec<Probe>,
    /// No further one before.
    next_at: Timestamp,
    /// Of what was told on coming.
    first: Verdicts,
    /// Of what was told at ages.
    later: Verdicts,
}

/// How predictions came true, lately.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Verdicts {
    seen: u64,
    within_p50: Fading,
    within_p90: Fading,
    waited_ms: Fading,
    /// The means before correction.
    foreseen_ms: Fading,
    error_ms: Fading,
    /// Squared errors in variances, in parts of [`MILLI`].
    squares: Fading,
}

impl Probes {
    /// Whether an entry that begins to wait now should be on probation.
    pub(crate) fn wants(&self, entry: &EntryId, now: Timestamp) -> bool {
        let is_new = || self.running.iter().all(|probe| probe.entry != *entry);
        now >= self.next_at && self.running.len() < PROBES && is_new()
    }

    /// Whether an entry on probation should be told anew.
    pub(crate) fn due(&self, now: Timestamp) -> impl Iterator<Item = &EntryId> {
        let is_due = move |probe: &&Probe| {
            let age = probe.promises.first().map_or(Span::ZERO, |first| now.since(first.at));
            let next = AGES.get(probe.promises.len() - 1);
            probe.gone.is_none() && next.is_some_and(|next| age >= *next)
        };
        self.running.iter().filter(is_due).map(|probe| &probe.entry)
    }

    /// An entry was told.
    pub(crate) fn told(&mut self, entry: &EntryId, skills: &[SkillLevel], promise: Promise) {
        if let Some(probe) = self.running.iter_mut().find(|probe| probe.entry == *entry) {
            probe.promises.push(promise);
            return;
        }
        self.next_at = promise.at + Span((promise.p50.0 / IN_A_WAIT).max(LEAST_GAP.0));
        let (entry, skills) = (entry.clone(), skills.to_vec());
        let probe = Probe { entry, skills, promises: vec![promise], gone: None };
        self.running.push(probe);
    }

    /// An entry of the line was served: its turn has come, and that of those who left before it.
    pub(crate) fn served(
        &mut self,
        at: Timestamp,
        entry: &EntryId,
        key: LineKey,
        skills: &[SkillLevel],
    ) {
        self.judge(at, |probe| {
            let before = probe.gone.is_some_and(|gone| gone < key);
            probe.entry == *entry || (before && probe.skills == skills)
        });
    }

    /// An entry of the line has left it without an agent.
    pub(crate) fn gone(&mut self, entry: &EntryId, key: LineKey) {
        if let Some(probe) = self.running.iter_mut().find(|probe| probe.entry == *entry) {
            probe.gone = Some(key);
        }
    }

    /// A slot got free and nobody was there to take it: the turn of all who left has come.
    pub(crate) fn idle(&mut self, at: Timestamp) {
        self.judge(at, |probe| probe.gone.is_some());
    }

    fn judge(&mut self, at: Timestamp, ready: impl Fn(&Probe) -> bool) {
        let (first, later) = (&mut self.first, &mut self.later);
        self.running.retain(|probe| {
            if !ready(probe) {
                return true;
            }
            for (n, promise) in probe.promises.iter().enumerate() {
                let verdicts = if n == 0 { &mut *first } else { &mut *later };
                verdicts.add(promise, at.since(promise.at));
            }
            false
        });
    }

    /// Of what was told on coming.
    pub(crate) fn first(&self) -> &Verdicts {
        &self.first
    }

    /// Of what was told at ages.
    pub(crate) fn later(&self) -> &Verdicts {
        &self.later
    }
}

impl Verdicts {
    fn add(&mut self, promise: &Promise, waited: Span) {
        let (seen, bias) = (self.seen, self.bias());
        let add = |sum: &mut Fading, more| sum.add(seen, MEMORY, more);
        add(&mut self.within_p50, one(waited <= promise.p50));
        add(&mut self.within_p90, one(waited <= promise.p90));
        add(&mut self.waited_ms, waited.0);
        add(&mut self.foreseen_ms, promise.mean.0);
        add(&mut self.error_ms, promise.p50.0.abs_diff(waited.0));
        add(&mut self.squares, squared(promise, bias, waited));
        self.seen = (self.seen + 1).min(MEMORY);
    }

    /// Parts of all that waited no longer than the two quantiles they were told; none: no data.
    pub(crate) fn coverage(&self) -> Option<(f64, f64)> {
        let seen = as_float(self.seen);
        (self.seen > 0).then(|| (self.within_p50.count() / seen, self.within_p90.count() / seen))
    }

    /// Mean distance of the wait from the told median, in seconds.
    pub(crate) fn error_s(&self) -> Option<f64> {
        (self.seen > 0).then(|| self.error_ms.sum() / as_float(self.seen) / 1_000.0)
    }

    /// A prediction as experience corrects it. Both corrections begin at none and come with
    /// experience; what the model leaves out, they take in.
    pub(super) fn correct(&self, raw: &Moments) -> Moments {
        let spread = self.weighed(self.squares.sum() / MILLI, as_float(self.seen));
        let spread = spread.clamp(1.0 / MOST_SPREAD, MOST_SPREAD);
        Moments { mean: raw.mean * self.bias(), variance: raw.variance * spread }
    }

    /// By what waits were longer than foreseen.
    fn bias(&self) -> f64 {
        let bias = self.weighed(self.waited_ms.sum(), self.foreseen_ms.sum());
        bias.clamp(1.0 / MOST_BIAS, MOST_BIAS)
    }

    /// A ratio, taken for one while little was seen.
    fn weighed(&self, part: f64, whole: f64) -> f64 {
        let seen = as_float(self.seen);
        let ratio = if whole > 0.0 { part / whole } else { 1.0 };
        (ratio * seen + CAUTION) / (seen + CAUTION)
    }
}

/// The squared error of a prediction in its variances, in parts of [`MILLI`]. Only the four
/// operations are used: every machine gets the same whole number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn squared(promise: &Promise, bias: f64, waited: Span) -> u64 {
    let off = as_float(waited.0) - as_float(promise.mean.0) * bias;
    let deviation = as_float(promise.deviation.0.max(1));
    let square = (off / deviation) * (off / deviation);
    // A cast of a float saturates, and nothing here is below zero.
    (square.min(MOST_SQUARE) * MILLI) as u64
}
