//! Events of presence: connections come and go, graces run out.

use baton_common::command::Person;
use baton_common::event::Event;
use baton_common::ids::{AgentId, SupervisorId, WorkspaceId};
use baton_common::time::Timestamp;
use baton_common::words::Connectivity;

use crate::state::{State, Timer};

impl State {
    pub(super) fn apply_presence(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Connected { workspace, person, gateway, connection, back, client } => {
                let who = (workspace.clone(), person.clone());
                self.presence.add(who, gateway, connection, *client);
                self.person_there(workspace, person, *back);
            }
            Event::Disconnected {
                workspace,
                person,
                gateway,
                connection,
                grace_until,
                replaced,
            } => {
                let who = (workspace.clone(), person.clone());
                self.presence.remove(&who, gateway, connection);
                if *replaced {
                    self.presence.replaced(who, connection);
                }
                if self.presence.count(workspace, person) == 0 {
                    self.person_away(workspace, person, *grace_until);
                }
                if self.presence.of_gateway(gateway).next().is_none() {
                    self.timers.clear(&Timer::GatewayDrain(gateway.clone()));
                }
            }
            Event::GatewayLost { gateway } => {
                if self.presence.of_gateway(gateway).next().is_some() {
                    self.timers.set(Timer::GatewayDrain(gateway.clone()), at);
                }
            }
            Event::CustomerSeen { chat, grace_until } => {
                if let Some(row) = self.chats.get_mut(chat) {
                    row.customer_away = false;
                    row.rev = self.rev;
                    self.timers.set(Timer::CustomerGrace(chat.clone()), *grace_until);
                }
            }
            Event::PersonLost { workspace, person } => self.person_lost(workspace, person),
            _ => unreachable!("apply hands presence's events here"),
        }
    }

    fn person_there(&mut self, workspace: &WorkspaceId, person: &Person, back: bool) {
        match person {
            Person::Agent(agent) => {
                self.timers.clear(&Timer::AgentGrace(workspace.clone(), agent.clone()));
                self.set_connectivity(workspace, agent, Connectivity::Online);
                self.agent_back(workspace, agent);
                if back {
                    self.touch_chats_of(workspace, agent);
                }
            }
            Person::Customer(chat) => {
                self.timers.clear(&Timer::CustomerGrace(chat.clone()));
                if back && let Some(row) = self.touched(chat) {
                    row.customer_away = false;
                }
            }
            Person::Supervisor(supervisor) => {
                let timer = Timer::SupervisorGrace(workspace.clone(), supervisor.clone());
                self.timers.clear(&timer);
                if back {
                    self.touch_overseen(workspace, supervisor);
                }
            }
        }
    }

    /// Whoever was away is passed over no longer.
    pub(super) fn agent_back(&mut self, workspace: &WorkspaceId, agent: &AgentId) {
        let space = self.workspaces.get_mut(workspace);
        let passed_over = space.and_then(|space| space.away.remove(agent));
        for entry in passed_over.into_iter().flatten() {
            if let Some(entry) = self.entries.get_mut(&entry) {
                entry.away.remove(agent);
            }
        }
    }

    fn person_away(
        &mut self,
        workspace: &WorkspaceId,
        person: &Person,
        grace_until: Option<Timestamp>,
    ) {
        match (person, grace_until) {
            (Person::Agent(agent), Some(until)) => {
                self.timers.set(Timer::AgentGrace(workspace.clone(), agent.clone()), until);
                self.set_connectivity(workspace, agent, Connectivity::Grace);
                self.touch_chats_of(workspace, agent);
            }
            (Person::Agent(agent), None) => {
                self.set_connectivity(workspace, agent, Connectivity::Lost);
            }
            (Person::Customer(chat), until) => {
                if let Some(row) = self.touched(chat) {
                    row.customer_away = true;
                }
                if let Some(until) = until {
                    self.timers.set(Timer::CustomerGrace(chat.clone()), until);
                }
            }
            (Person::Supervisor(supervisor), until) => {
                if let Some(until) = until {
                    let timer = Timer::SupervisorGrace(workspace.clone(), supervisor.clone());
                    self.timers.set(timer, until);
                    self.touch_overseen(workspace, supervisor);
                }
            }
        }
    }

    fn person_lost(&mut self, workspace: &WorkspaceId, person: &Person) {
        match person {
            Person::Agent(agent) => {
                self.timers.clear(&Timer::AgentGrace(workspace.clone(), agent.clone()));
                self.set_connectivity(workspace, agent, Connectivity::Lost);
            }
            Person::Customer(chat) => {
                self.timers.clear(&Timer::CustomerGrace(chat.clone()));
            }
            Person::Supervisor(supervisor) => {
                let timer = Timer::SupervisorGrace(workspace.clone(), supervisor.clone());
                self.timers.clear(&timer);
            }
        }
    }

    fn set_connectivity(
        &mut self,
        workspace: &WorkspaceId,
        agent: &AgentId,
        connectivity: Connectivity,
    ) {
        let rev = self.rev;
        let Some(space) = self.workspaces.get_mut(workspace) else { return };
        if let Some(row) = space.agents.get_mut(agent) {
            row.connectivity = connectivity;
            row.rev = rev;
            space.agents_rev = rev;
        }
    }

    /// A supervisor's row shows it too.
    fn touch_overseen(&mut self, workspace: &WorkspaceId, supervisor: &SupervisorId) {
        let space = self.workspaces.get(workspace);
        let chats = space.and_then(|space| space.overseen.get(supervisor)).cloned();
        for chat in chats.iter().flatten() {
            self.touch_chat(chat);
        }
    }

    /// A participant's row shows whether the agent can be reached: its chats changed too.
    fn touch_chats_of(&mut self, workspace: &WorkspaceId, agent: &AgentId) {
        let row = self.agent(workspace, agent);
        let chats: Vec<_> = row.into_iter().flat_map(|row| row.work.keys().cloned()).collect();
        for chat in &chats {
            self.touch_chat(chat);
        }
    }
}
