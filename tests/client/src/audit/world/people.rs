//! Agents: what they carry, and whether they are there.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{World, span};
use crate::audit::shapes::{Event, Person};
use crate::audit::totals::Counts;

/// An agent.
#[derive(Debug, Default)]
pub(in crate::audit) struct Agent {
    pub(in crate::audit) capacity: u64,
    /// Reserved by pending offers.
    pub(in crate::audit) offers: BTreeMap<SmolStr, u64>,
    /// Used by chats and wrap-ups.
    pub(in crate::audit) work: BTreeMap<SmolStr, Work>,
    /// Nobody expects them back.
    pub(in crate::audit) lost: bool,
    status: SmolStr,
    /// Up to when what they do is counted.
    clocked: i64,
    connections: BTreeSet<(SmolStr, SmolStr)>,
    in_grace: bool,
}

/// A chat or a wrap-up that an agent has.
#[derive(Debug)]
pub(in crate::audit) struct Work {
    pub(in crate::audit) weight: u64,
    /// The time in the chat, once it is over for the agent and the wrap-up runs.
    talked: Option<u64>,
    since: i64,
}

impl Agent {
    /// Reserved and used.
    pub(in crate::audit) fn used(&self) -> u64 {
        let work: u64 = self.work.values().map(|work| work.weight).sum();
        self.offers.values().sum::<u64>() + work
    }

    /// Counts the time until now, before anything changes.
    pub(super) fn clock(&mut self, at: i64, counts: &mut Counts) {
        let since = std::mem::replace(&mut self.clocked, at);
        if self.status == "ready" && !self.work.is_empty() {
            counts.worked(span(since, at));
        }
    }

    /// Whether they are in a chat, not only in wrap-ups.
    pub(in crate::audit) fn handles(&self) -> bool {
        self.work.values().any(|work| work.talked.is_none())
    }
}

impl World {
    pub(super) fn apply_people(&mut self, at: i64, event: &Event) {
        match event {
            Event::AgentJoined { chat, agent, weight } => self.joined(at, chat, agent, *weight),
            Event::AgentLeft { chat, agent, wrapup_until } => {
                self.departed(at, chat, agent, wrapup_until.is_some());
            }
            Event::SupervisorJoined { chat, supervisor, mode, .. } => {
                self.oversees(chat, supervisor, Some(mode));
            }
            Event::SupervisorLeft { chat, supervisor, .. } => {
                self.oversees(chat, supervisor, None);
            }
            Event::WrapupDone { chat, agent } => self.wrapped_up(at, chat, agent),
            Event::AgentChanged { workspace, agent: id, status } => {
                let Some(agent) = self.clocked(at, workspace, id) else { return };
                let before = std::mem::replace(&mut agent.status, status.clone());
                let back = before != *status && (before == "logged_out" || status == "ready");
                if status == "logged_out" && std::mem::take(&mut agent.in_grace) {
                    agent.lost = true;
                }
                if back {
                    self.back(workspace, id);
                }
            }
            Event::Connected { workspace, person: Person::Agent(id), gateway, connection } => {
                if let Some(agent) = self.agent_mut(workspace, id) {
                    agent.connections.insert((gateway.clone(), connection.clone()));
                    (agent.lost, agent.in_grace) = (false, false);
                }
                self.back(workspace, id);
            }
            Event::Disconnected {
                workspace,
                person: Person::Agent(agent),
                gateway,
                connection,
                grace_until,
            } => {
                let Some(agent) = self.agent_mut(workspace, agent) else { return };
                agent.connections.remove(&(gateway.clone(), connection.clone()));
                if agent.connections.is_empty() {
                    agent.in_grace = grace_until.is_some();
                    agent.lost = grace_until.is_none();
                }
            }
            Event::PersonLost { workspace, person: Person::Agent(agent) } => {
                if let Some(agent) = self.agent_mut(workspace, agent) {
                    (agent.lost, agent.in_grace) = (true, false);
                }
            }
            _ => {}
        }
    }

    /// A supervisor is in a chat in some way, or not any more: lines tell of it to everybody where
    /// everybody sees it.
    fn oversees(&mut self, id: &SmolStr, supervisor: &SmolStr, mode: Option<&SmolStr>) {
        let Some(chat) = self.chats.get_mut(id) else { return };
        let before = match mode {
            Some(mode) => chat.overseers.insert(supervisor.clone(), mode.clone()),
            None => chat.overseers.remove(supervisor),
        };
        let is_seen = |mode: Option<&SmolStr>| mode.is_some_and(|mode| mode == "barge");
        let (was, is) = (is_seen(before.as_ref()), is_seen(mode));
        let tale = self.tale(id);
        tale.joined += u32::from(is && !was);
        tale.left += u32::from(was && !is);
    }

    /// Whoever was away is passed over no longer.
    fn back(&mut self, workspace: &str, agent: &str) {
        let theirs = self.entries.values_mut().filter(|e| e.workspace == workspace);
        theirs.for_each(|entry| {
            entry.away.remove(agent);
        });
    }

    /// An agent whose time is counted until now.
    fn clocked(&mut self, at: i64, workspace: &str, agent: &str) -> Option<&mut Agent> {
        let space = self.spaces.get_mut(workspace)?;
        let agent = space.agents.get_mut(agent)?;
        agent.clock(at, &mut space.counts);
        Some(agent)
    }

    fn joined(&mut self, at: i64, id: &SmolStr, agent: &SmolStr, weight: u64) {
        let Some(chat) = self.chats.get_mut(id) else { return };
        chat.unattended = false;
        chat.accepted = None;
        chat.agents.insert(agent.clone(), at);
        let workspace = chat.workspace.clone();
        self.tale(id).joined += 1;
        if let Some(agent) = self.clocked(at, &workspace, agent) {
            agent.work.insert(id.clone(), Work { weight, talked: None, since: at });
        }
    }

    /// Out of a chat: into the wrap-up, or free.
    pub(super) fn departed(&mut self, at: i64, id: &SmolStr, agent: &SmolStr, wraps_up: bool) {
        let Some(chat) = self.chats.get_mut(id) else { return };
        let Some(joined_at) = chat.agents.remove(agent) else { return };
        let (workspace, queue) = (chat.workspace.clone(), chat.served_by.clone());
        let talked = span(joined_at, at);
        let tale = self.tale(id);
        tale.left += 1;
        tale.wrapups += u32::from(wraps_up);
        if !wraps_up {
            // Handle time takes in the wrap-up: with one it is counted at its end.
            self.counts(&workspace).handled(queue.as_ref(), talked);
        }
        let Some(agent) = self.clocked(at, &workspace, agent) else { return };
        if wraps_up && let Some(work) = agent.work.get_mut(id) {
            (work.talked, work.since) = (Some(talked), at);
        } else {
            agent.work.remove(id);
        }
    }

    fn wrapped_up(&mut self, at: i64, id: &SmolStr, agent: &SmolStr) {
        let Some(chat) = self.chats.get(id) else { return };
        let (workspace, queue) = (chat.workspace.clone(), chat.served_by.clone());
        let Some(agent) = self.clocked(at, &workspace, agent) else { return };
        let Some(work) = agent.work.remove(id) else { return };
        let Work { talked, since, .. } = work;
        let wrapup = span(since, at);
        let counts = self.counts(&workspace);
        counts.wrapped_up(queue.as_ref(), wrapup);
        counts.handled(queue.as_ref(), talked.unwrap_or_default() + wrapup);
        let tale = self.tale(id);
        tale.wrapups = tale.wrapups.saturating_sub(1);
    }
}
