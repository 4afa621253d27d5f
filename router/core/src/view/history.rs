//! A queue's last hours, as of now.

use baton_common::ids::{QueueId, WorkspaceId};
use baton_common::protocol::history::{QueueHistory, QueueStep};
use baton_common::time::{ApiTime, Timestamp};

use crate::state::State;
use crate::stats::trend::{STEP_S, Step};

/// The history of a configured queue.
pub(crate) fn history(
    state: &State,
    now: Timestamp,
    workspace: &WorkspaceId,
    id: &QueueId,
) -> Option<QueueHistory> {
    let space = state.workspace(workspace)?;
    space.rules.as_ref()?.config.queues.get(id)?;
    let steps = space.stats.queues.get(id).map(|stats| stats.trend.until(now));
    let buckets = steps.into_iter().flatten().map(|step| bucket(&step)).collect();
    Some(QueueHistory { queue: id.clone(), step_s: STEP_S, buckets })
}

fn bucket(step: &Step) -> QueueStep {
    QueueStep {
        from: ApiTime(step.from()),
        entered: step.entered,
        accepted: step.accepted,
        abandoned: step.abandoned,
        within_target: step.within_target,
        waiting_max: step.waiting_max,
    }
}
