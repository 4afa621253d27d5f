//! An agent's statistics, as of now.

use baton_common::ids::{AgentId, WorkspaceId};
use baton_common::protocol::statistics::{AgentStatistics, OfferCounts};
use baton_common::time::{ApiTime, Span, Timestamp};
use baton_common::words::OfferOutcome;

use crate::state::State;

/// The statistics of a configured agent.
pub(crate) fn statistics(
    state: &State,
    now: Timestamp,
    workspace: &WorkspaceId,
    id: &AgentId,
) -> Option<AgentStatistics> {
    let row = state.agent(workspace, id)?;
    let tally = row.tally_at(now);
    let part = |part: u64, of: u64| {
        let permille = (part * 1_000).checked_div(of)?;
        // Whole permille, written as a fraction.
        Some(Span(permille).as_seconds())
    };
    Some(AgentStatistics {
        agent: id.clone(),
        at: ApiTime(now),
        accepted_today: row.today.count(now),
        offers: OfferCounts {
            accepted: tally.offers(OfferOutcome::Accepted),
            declined: tally.offers(OfferOutcome::Declined),
            expired: tally.offers(OfferOutcome::Expired),
            revoked: tally.offers(OfferOutcome::Revoked),
        },
        ready_s: tally.ready.as_seconds(),
        not_ready_s: tally.not_ready.as_seconds(),
        logged_out_s: tally.logged_out.as_seconds(),
        work_s: tally.worked.as_seconds(),
        occupancy: part(tally.worked.0, tally.ready.0),
        capacity_occupancy: part(tally.carried / 1_000, tally.could_carry / 1_000),
        handled: tally.handled,
        handle_s: tally.handle.as_seconds(),
        wrapup_s: tally.wrapup.as_seconds(),
    })
}
