//! An agent's row.

use baton_common::ids::{AgentId, WorkspaceId};
use baton_common::view::AgentView;
use smol_str::SmolStr;

use crate::state::State;
use crate::state::agent::WorkKind;

/// The row of a configured agent.
pub(crate) fn agent(state: &State, workspace: &WorkspaceId, id: &AgentId) -> Option<AgentView> {
    let row = state.agent(workspace, id)?;
    let config = state.config(workspace)?;
    let skills = config.agents.get(id).map(|agent| agent.skills.clone()).unwrap_or_default();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Some(AgentView {
        agent: id.clone(),
        name: SmolStr::new(config.agent_name(id)),
        status: row.status,
        reason: row.reason.clone(),
        next_status: row.next_status.as_ref().map(|(status, _)| *status),
        activity: row.activity(),
        offered: count(row.offers.len()),
        handling: count(row.count(WorkKind::Handling)),
        wrapup: count(row.count(WorkKind::Wrapup)),
        connectivity: row.connectivity,
        used: row.used(),
        total: crate::matching::capacity(state, workspace, id),
        skills,
        since: row.since,
        rev: row.rev,
    })
}
