//! Events of configuration and of agents' status.

use baton_common::ask::ConfigVersion;
use baton_common::command::Person;
use baton_common::config::Workspace as Config;
use baton_common::event::Event;
use baton_common::frame::Packed;
use baton_common::ids::WorkspaceId;
use baton_common::time::Timestamp;
use baton_common::words::{Connectivity, Status};

use crate::state::workspace::QueueState;
use crate::state::{AgentState, Entry, Rules, State, Timer};
use crate::stats::Tally;

impl State {
    pub(super) fn apply_agent(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::ConfigPublished { workspace, version, by, config } => {
                let which = ConfigVersion { version: *version, at, by: by.clone() };
                let space = self.workspaces.entry(workspace.clone()).or_default();
                space.history.push(which, config.clone());
                self.config_published(at, workspace, *version, config);
            }
            Event::AgentChanged { workspace, agent, status, reason, next_status, next_reason } => {
                let rev = self.rev;
                let Some(space) = self.workspaces.get_mut(workspace) else { return };
                let Some(row) = space.agents.get_mut(agent) else { return };
                // Whoever was put out may have been connected all the while.
                let back = row.status != *status
                    && (row.status == Status::LoggedOut || *status == Status::Ready);
                row.clock(at);
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
                space.agents_rev = rev;
                if *status == Status::LoggedOut && row.connectivity == Connectivity::Grace {
                    row.connectivity = Connectivity::Lost;
                    self.timers.clear(&Timer::AgentGrace(workspace.clone(), agent.clone()));
                }
                if back {
                    self.agent_back(workspace, agent);
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
        let before = std::mem::replace(&mut workspace.version, version);
        // What was published had been decoded by the decision; a newer release's document that
        // this one cannot read leaves the rules as they were rather than stopping the fold.
        let Some(config) = decode(packed) else { return };
        if let Some(old) = &workspace.rules {
            workspace.rosters.replace(before, &old.config, &config);
        }
        let mut agents = std::mem::take(&mut workspace.agents);
        let presence = &self.presence;
        let kept = config
            .agents
            .iter()
            .map(|(agent, of)| {
                // One who was taken away and is back may be connected all the while.
                let new = || {
                    let is_there = presence.count(id, &Person::Agent(agent.clone())) > 0;
                    let connectivity =
                        if is_there { Connectivity::Online } else { Connectivity::Lost };
                    let tally = Tally::from(at);
                    AgentState { since: at, connectivity, tally, ..AgentState::default() }
                };
                let mut row = agents.remove(agent).unwrap_or_else(new);
                row.clock(at);
                row.tally.capacity = of.total_capacity();
                row.rev = rev;
                (agent.clone(), row)
            })
            .collect();
        workspace.agents = kept;
        workspace.agents_rev = rev;
        let former = &mut workspace.stats.former;
        agents.values().for_each(|row| former.add(&row.tally_at(at)));
        workspace
            .queues
            .retain(|queue, line| config.queues.contains_key(queue) || !line.line.is_empty());
        for queue in config.queues.keys() {
            workspace.queues.or_insert_with(queue, QueueState::default).rev = rev;
        }
        let rules = Rules::from(config);
        let old = workspace.rules.as_ref();
        let other = |queue: &&baton_common::ids::QueueId| {
            old.is_some_and(|old| old.ages(queue) != rules.ages(queue))
        };
        let other = workspace.queues.keys().filter(other).filter_map(|q| workspace.queues.get(q));
        let aging: Vec<_> = other.flat_map(|queue| queue.line.ids()).collect();
        workspace.rules = Some(rules);
        workspace.day = None;
        // Other ages than before: looked at one by one, as any that reach one.
        if self.schema >= Entry::AGES {
            for entry in aging {
                self.timers.set(Timer::Age(entry), at);
            }
        }
        for agent in agents.keys().cloned() {
            self.timers.clear(&Timer::AgentGrace(id.clone(), agent.clone()));
            self.timers.clear(&Timer::RampUp(id.clone(), agent));
        }
        self.queues_turned(at, id);
    }
}

/// The document of a packed configuration.
pub(crate) fn decode(packed: &Packed) -> Option<Config> {
    serde_json::from_str(&packed.unpack().ok()?).ok()
}
