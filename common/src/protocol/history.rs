//! What a queue went through in the last hours, a step at a time: for curves on a board. Totals are
//! the metrics', and today's service levels the queue's row's.

use serde::{Deserialize, Serialize};

use crate::ids::QueueId;
use crate::time::ApiTime;

/// `GET /queues/{id}/history`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueHistory {
    /// Which.
    pub queue: QueueId,
    /// Seconds of a step.
    pub step_s: u64,
    /// The last four hours and what there is of the running step, oldest first; steps in which
    /// nobody came, left or waited are left out.
    pub buckets: Vec<QueueStep>,
}

/// One step of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueStep {
    /// When the step begins.
    pub from: ApiTime,
    /// Entries that came, however they came.
    pub entered: u32,
    /// Those that an agent accepted.
    pub accepted: u32,
    /// Those whose customers left while they waited.
    pub abandoned: u32,
    /// Of the accepted those within the target that the queue had then.
    pub within_target: u32,
    /// The most that waited at the same time, those on offer among them.
    pub waiting_max: u32,
}
