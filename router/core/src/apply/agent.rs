//! Events of configuration and of agents' status.

use std::collections::BTreeMap;

use baton_common::config::Workspace as Config;
use baton_common::event::Event;
use baton_common::frame::Packed;
use baton_common::ids::WorkspaceId;
use baton_common::time::Timestamp;
use baton_common::words::{Connectivity, Status};

use crate::state::{AgentState, Rules, State, Timer};

impl State {
    pub(super) fn apply_agent(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::ConfigPublished { workspace, version, config, .. } => {
                self.config_published(at, workspace, *version, config);
            }
            Event::AgentChanged { workspace, agent, status, reason, next_status, next_reason } => {
                let rev = self.rev;
                let Some(row) =
                    self.workspaces.get_mut(workspace).and_then(|w| w.agents.get_mut(agent))
                else {
                    return;
                };
                if row.status != *status || row.reason != *reason {
                    row.since = at;
                }
                if *status == Status::Ready && row.status != Status::Ready {
                    row.idle_since = at;
                }
                row.status = *status;
                row.reason.clone_from(reason);
                row.next_status = next_status.map(|next| (next, next_reason.clone()));
                row.rev = rev;
                if *status == Status::LoggedOut && row.connectivity == Connectivity::Grace {
                    row.connectivity = Connectivity::Lost;
                    self.timers.clear(&Timer::AgentGrace(workspace.clone(), agent.clone()));
                }
            }
            Event::RampUpElapsed { workspace, agent } => {
                self.timers.clear(&Timer::RampUp(workspace.clone(), agent.clone()));
                if let Some(row) =
                    self.workspaces.get_mut(workspace).and_then(|w| w.agents.get_mut(agent))
                {
                    row.ramp_until = None;
                }
            }
            _ => unreachable!("apply hands agents' events here"),
        }
    }

    fn config_published(&mut self, at: Timestamp, id: &WorkspaceId, version: u64, packed: &Packed) {
        let rev = self.rev;
        let workspace = self.workspaces.entry(id.clone()).or_default();
        workspace.version = version;
        // What was published had been decoded by the decision; a newer release's document that
        // this one cannot read leaves the rules as they were rather than stopping the fold.
        let Some(config) = decode(packed) else { return };
        let mut agents = std::mem::take(&mut workspace.agents);
        let kept: BTreeMap<_, _> = config
            .agents
            .keys()
            .map(|agent| {
                let new = || AgentState { since: at, ..AgentState::default() };
                let mut row = agents.remove(agent).unwrap_or_else(new);
                row.rev = rev;
                (agent.clone(), row)
            })
            .collect();
        workspace.agents = kept;
        workspace
            .queues
            .retain(|queue, line| config.queues.contains_key(queue) || !line.line.is_empty());
        for queue in config.queues.keys() {
            workspace.queues.entry(queue.clone()).or_default().rev = rev;
        }
        workspace.rules = Some(Rules::from(config));
        for agent in agents.into_keys() {
            self.timers.clear(&Timer::AgentGrace(id.clone(), agent.clone()));
            self.timers.clear(&Timer::RampUp(id.clone(), agent));
        }
    }
}

/// The document of a packed configuration.
pub(crate) fn decode(packed: &Packed) -> Option<Config> {
    serde_json::from_str(&packed.unpack().ok()?).ok()
}
