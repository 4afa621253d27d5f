//! Wait statistics as integers: projections of the journal, so equal after every failover.
//!
//! How they are written for Prometheus is `families`; when they are counted is `apply`'s.

mod count;
pub mod day;
mod families;
pub mod histogram;
mod names;

use std::collections::BTreeMap;

use baton_common::ids::QueueId;
use baton_common::time::Span;
use baton_common::words::{EntryOutcome, OfferOutcome, Origin, TransferKind, TransferResult};
use serde::{Deserialize, Serialize};

use day::Day;
pub use families::{Family, Kind, Sample, Value, exposition};
use histogram::Histogram;

/// Statistics of a workspace.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WorkspaceStats {
    pub(crate) queues: BTreeMap<QueueId, QueueStats>,
    /// By queue (none: an invitation into a chat that no queue has served yet) and outcome.
    pub(crate) offers: BTreeMap<(Option<QueueId>, OfferOutcome), u64>,
    pub(crate) transfers: BTreeMap<(TransferKind, TransferResult), u64>,
    pub(crate) deflected: BTreeMap<(Option<QueueId>, DeflectedFor), u64>,
    pub(crate) time_to_offer: Histogram,
    pub(crate) accept: Histogram,
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
        self.queues.entry(queue.clone()).or_default()
    }

    pub(crate) fn offer(&mut self, queue: Option<&QueueId>, outcome: OfferOutcome) {
        *self.offers.entry((queue.cloned(), outcome)).or_default() += 1;
    }

    pub(crate) fn transfer(&mut self, kind: TransferKind, result: TransferResult) {
        *self.transfers.entry((kind, result)).or_default() += 1;
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
    pub(crate) fn entered(&mut self, origin: Origin) {
        *self.entries.entry(origin).or_default() += 1;
    }
}
