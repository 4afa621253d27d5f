//! A queue's row.

use baton_common::ids::{QueueId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::view::QueueView;
use smol_str::SmolStr;

use crate::decide::eligible_count;
use crate::ewt::Teller;
use crate::matching::available_count;
use crate::state::State;
use crate::state::workspace::QueueState;
use crate::stats::day;

/// The row of a configured queue.
pub(crate) fn queue(
    state: &State,
    now: Timestamp,
    teller: &mut Teller<'_>,
    workspace: &WorkspaceId,
    id: &QueueId,
) -> Option<QueueView> {
    let space = state.workspace(workspace)?;
    let config = state.config(workspace)?;
    let queue = config.queues.get(id)?;
    let line = space.queues.get(id);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let target = state.policies_of_queue(workspace, id).service_level;
    let midnight = day::midnight(now, config.time_zone.as_deref());
    let today = space.stats.queues.get(id).map(|stats| stats.day.clone()).unwrap_or_default();
    Some(QueueView {
        queue: id.clone(),
        name: SmolStr::new(config.queue_name(id)),
        waiting: count(line.map_or(0, |line| line.line.len())),
        oldest_wait: oldest_wait(line, now),
        eligible: count(eligible_count(state, workspace, id, &[], &[])),
        available: count(available_count(state, workspace, id)),
        ewt: teller.arrival(workspace, id, Vec::new()),
        open: space.is_open(queue),
        service_level: today.view(midnight, target),
        // Who is eligible and available is in the row, too.
        rev: line.map_or(0, |line| line.rev).max(space.agents_rev),
    })
}

/// The longest wait of a line now.
pub(crate) fn oldest_wait(line: Option<&QueueState>, now: Timestamp) -> Span {
    let oldest = line.and_then(|line| line.line.oldest());
    oldest.map_or(Span::ZERO, |oldest| now.since(oldest))
}
