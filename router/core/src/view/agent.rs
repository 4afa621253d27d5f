//! An agent's row.

use baton_common::config::Agent;
use baton_common::ids::{AgentId, WorkspaceId};
use baton_common::view::AgentView;
use smol_str::SmolStr;

use crate::state::State;
use crate::state::agent::WorkKind;

/// The row of a configured agent.
pub(crate) fn agent(state: &State, workspace: &WorkspaceId, id: &AgentId) -> Option<AgentView> {
    let space = state.workspace(workspace)?;
    let row = space.agents.get(id)?;
    let config = space.rules.as_ref()?.config.agents.get(id);
    let name = config.and_then(|agent| agent.name.as_deref()).unwrap_or(id.as_str());
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Some(AgentView {
        agent: id.clone(),
        name: SmolStr::new(name),
        status: row.status,
        reason: row.reason.clone(),
        next_status: row.next_status.as_ref().map(|(status, _)| *status),
        activity: row.activity(),
        offered: count(row.offers.len()),
        handling: count(row.count(WorkKind::Handling)),
        wrapup: count(row.count(WorkKind::Wrapup)),
        connectivity: row.connectivity,
        used: row.used(),
        total: config.map(Agent::total_capacity).unwrap_or_default(),
        skills: config.map(|agent| agent.skills.clone()).unwrap_or_default(),
        since: row.since,
        rev: row.rev,
    })
}
