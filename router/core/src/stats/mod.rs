//! Wait statistics as integers: projections of the journal, so equal after every failover.
//!
//! How they are written for Prometheus is `families`; when they are counted is `apply`'s.

mod count;
pub mod day;
mod families;
pub mod histogram;
mod names;
mod tally;
pub mod trend;

use std::collections::BTreeMap;

use baton_common::ids::QueueId;
use baton_common::time::{Span, Timestamp};
use baton_common::words::{
    EntryOutcome, IdleFor, OfferOutcome, Origin, TransferKind, TransferResult,
};
use serde::{Deserialize, Serialize};

use day::Day;
pub use families::{Family, Kind, Sample, Value, exposition};
use histogram::Histogram;
pub use tally::Tally;
use trend::Trend;

use crate::state::Table;

/// Statistics of a workspace.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WorkspaceStats {
    pub(crate) queues: Table<QueueId, QueueStats>,
    /// By queue (none: an invitation into a chat that no queue has served yet) and outcome.
    pub(crate) offers: BTreeMap<(Option<QueueId>, OfferOutcome), u64>,
    pub(crate) transfers: BTreeMap<(TransferKind, TransferResult), u64>,
    pub(crate) deflected: BTreeMap<(Option<QueueId>, DeflectedFor), u64>,
    pub(crate) time_to_offer: Histogram,
    pub(crate) accept: Histogram,
    /// Queues where somebody idles while somebody waits, since when and why.
    #[serde(default)]
    pub(crate) idle: BTreeMap<QueueId, (Timestamp, IdleFor)>,
    /// Of agents who are configured no more.
    #[serde(default)]
    pub(crate) former: Tally,
}

/// Statistics of a queue.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct QueueStats {
    pub(crate) entries: BTreeMap<Origin, u64>,
    pub(crate) wait: BTreeMap<EntryOutcome, Histogram>,
    /// Until first accepted, or abandoned.
    pub(crate) customer_wait: BTreeMap<EntryOutcome, Histogram>,
    pub(crate) abandoned: BTreeMap<(Phase, bool), u64>,
    pub(crate) handle: Histogram,
    pub(crate) wrapup: Histogram,
    pub(crate) day: Day,
    #[serde(default)]
    pub(crate) idled: Idled,
    #[serde(default)]
    pub(crate) trend: Trend,
}

/// Time during which somebody who could serve a queue's chats idled while some waited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idled {
    by_rule: Span,
    by_fault: Span,
}

impl Idled {
    fn add(&mut self, why: IdleFor, span: Span) {
        match why {
            IdleFor::Rule => self.by_rule.0 += span.0,
            IdleFor::Fault => self.by_fault.0 += span.0,
        }
    }

    /// All of it, and what of it no rule wanted.
    pub(crate) fn all_and_faults(&self) -> (Span, Span) {
        (Span(self.by_rule.0 + self.by_fault.0), self.by_fault)
    }
}

/// In which part of a chat's life it was abandoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phase {
    /// Before any agent.
    New,
    /// While transferred.
    Transfer,
}

/// Why a start was refused, as counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DeflectedFor {
    /// The queue is closed.
    Closed,
    /// The queue is full.
    Full,
    /// Nobody is eligible.
    NoAgent,
    /// No such queue, or another fault of the request.
    Unknown,
}

impl WorkspaceStats {
    pub(crate) fn queue(&mut self, queue: &QueueId) -> &mut QueueStats {
        self.queues.or_insert_with(queue, QueueStats::default)
    }

    pub(crate) fn offer(&mut self, queue: Option<&QueueId>, outcome: OfferOutcome) {
        *self.offers.entry((queue.cloned(), outcome)).or_default() += 1;
    }

    pub(crate) fn transfer(&mut self, kind: TransferKind, result: TransferResult) {
        *self.transfers.entry((kind, result)).or_default() += 1;
    }

    /// From here on somebody idles in a queue for that, or nobody does.
    pub(crate) fn idled(&mut self, at: Timestamp, queue: &QueueId, why: Option<IdleFor>) {
        if let Some((since, why)) = self.idle.remove(queue) {
            self.queue(queue).idled.add(why, at.since(since));
        }
        if let Some(why) = why {
            self.idle.insert(queue.clone(), (at, why));
        }
    }

    /// How long somebody idled in a queue, until now.
    pub(crate) fn idled_until(&self, queue: &QueueId, now: Timestamp) -> Idled {
        let mut idled = self.queues.get(queue).map(|of| of.idled.clone()).unwrap_or_default();
        if let Some((since, why)) = self.idle.get(queue) {
            idled.add(*why, now.since(*since));
        }
        idled
    }

    pub(crate) fn handled(&mut self, queue: Option<&QueueId>, time: Span) {
        if let Some(queue) = queue {
            self.queue(queue).handle.add(time);
        }
    }

    pub(crate) fn wrapped_up(&mut self, queue: Option<&QueueId>, time: Span) {
        if let Some(queue) = queue {
            self.queue(queue).wrapup.add(time);
        }
    }
}

impl QueueStats {
    /// An entry came; so many wait now.
    pub(crate) fn entered(&mut self, at: Timestamp, origin: Origin, waiting: usize) {
        self.trend.entered(at, waiting);
        *self.entries.entry(origin).or_default() += 1;
    }
}
