//! What routers compare of a state instead of the whole of it: how much of everything there is,
//! and one chat and one agent drawn by lot. Leaves when and with whom to the node.

use baton_common::hash::Mark;
use baton_common::ids::EntryId;
use baton_common::time::Timestamp;
use serde::Serialize;

use super::{AgentState, Chat, Entry, State, Timer, WorkspaceState};

/// A part of a state; it costs the same however large the state is.
#[derive(Debug, Serialize)]
pub(crate) struct Sample<'a> {
    epoch: u64,
    last_event: Timestamp,
    numbers: [u64; 2],
    sizes: [usize; 4],
    next: Option<(Timestamp, &'a Timer)>,
    timers: usize,
    presence: [u64; 4],
    memory: [u64; 4],
    chat: Option<&'a Chat>,
    entry: Option<&'a Entry>,
    agent: Option<&'a AgentState>,
}

impl State {
    /// The same lot draws the same from the same state.
    pub(crate) fn sample(&self, lot: u64) -> Sample<'_> {
        let drawn = Lot(Mark::of(&["lot", &lot.to_string()]));
        let workspace =
            drawn.of(self.workspaces.len()).and_then(|at| self.workspaces.values().nth(at));
        let agent = workspace.and_then(|workspace| drawn.agent(workspace));
        let waiting = workspace.and_then(|workspace| drawn.waiting(workspace));
        let waiting = waiting.and_then(|id| self.entries.get(&id)).map(|entry| &entry.chat);
        let held = agent.and_then(|row| row.work.keys().next());
        // Of one that waits and one that somebody has, now this, now that.
        let drawn = if lot.is_multiple_of(2) { waiting.or(held) } else { held.or(waiting) };
        let chat = drawn.and_then(|id| self.chats.get(id));
        Sample {
            epoch: self.epoch,
            last_event: self.last_event,
            numbers: [self.made, self.rev],
            sizes: [self.workspaces.len(), self.chats.len(), self.entries.len(), self.offers.len()],
            next: self.timers.next(),
            timers: self.timers.len(),
            presence: self.presence.sizes(),
            memory: self.memory.sizes(),
            chat,
            entry: chat.and_then(|chat| self.entry_of(chat)),
            agent,
        }
    }
}

/// Draws by what every router has in the same order: rows by id have none.
struct Lot(Mark);

impl Lot {
    /// One of so many.
    fn of(&self, all: usize) -> Option<usize> {
        let Mark(bytes) = self.0;
        let number = bytes[..8].iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
        let at = number.checked_rem(u64::try_from(all).ok()?)?;
        usize::try_from(at).ok()
    }

    /// An agent, by the configuration.
    fn agent<'a>(&self, workspace: &'a WorkspaceState) -> Option<&'a AgentState> {
        let agents = &workspace.rules.as_ref()?.config.agents;
        let (agent, _) = agents.get_index(self.of(agents.len())?)?;
        workspace.agents.get(agent)
    }

    /// An entry of a line.
    fn waiting(&self, workspace: &WorkspaceState) -> Option<EntryId> {
        let queues = &workspace.rules.as_ref()?.config.queues;
        let (queue, _) = queues.get_index(self.of(queues.len())?)?;
        let line = &workspace.queues.get(queue)?.line;
        let key = line.nth(self.of(line.len())?)?;
        Some(State::entry_id(key.number))
    }
}
