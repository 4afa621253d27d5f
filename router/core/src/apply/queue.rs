//! Events of queues: opening hours that turn, lines of closed queues that are swept, and whether
//! somebody idles while chats wait.

use baton_common::event::Event;
use baton_common::ids::WorkspaceId;
use baton_common::time::Timestamp;

use crate::state::workspace::Closing;
use crate::state::{State, Timer};

impl State {
    pub(super) fn apply_queue(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::HoursTurned { workspace, closed, next_at } => {
                let timer = Timer::Hours(workspace.clone());
                match next_at {
                    Some(next_at) => self.timers.set(timer, *next_at),
                    None => self.timers.clear(&timer),
                }
                if let Some(space) = self.workspaces.get_mut(workspace) {
                    space.closed_hours = closed.iter().cloned().collect();
                }
                self.queues_turned(at, workspace);
            }
            Event::QueueSwept { workspace, queue, after, next_at } => {
                let after = after.as_ref().and_then(|id| self.entries.get(id));
                let after = after.map(|entry| entry.key);
                let space = self.workspaces.get_mut(workspace);
                if let Some(row) = space.and_then(|space| space.queues.get_mut(queue))
                    && let Some(closing) = &mut row.closing
                {
                    closing.after = after;
                }
                let timer = Timer::Sweep(workspace.clone(), queue.clone());
                match next_at {
                    Some(next_at) => self.timers.set(timer, *next_at),
                    None => self.timers.clear(&timer),
                }
            }
            Event::QueueIdled { workspace, queue, why } => {
                if let Some(space) = self.workspaces.get_mut(workspace) {
                    space.stats.idled(at, queue, *why);
                }
            }
            _ => unreachable!("apply hands queues' events here"),
        }
    }

    /// From a schema on queues have lives of their own: they begin.
    pub(super) fn lives_began(&mut self, at: Timestamp) {
        let workspaces: Vec<WorkspaceId> = self.workspaces.keys().cloned().collect();
        for workspace in workspaces {
            let config = self.config(&workspace);
            if config.is_some_and(|config| !config.hours.is_empty()) {
                self.timers.set(Timer::Hours(workspace.clone()), at);
            }
            self.queues_turned(at, &workspace);
        }
    }

    /// Looks which queues have closed or opened. The line of one that closes is swept if there is
    /// another queue to go on to.
    pub(super) fn queues_turned(&mut self, at: Timestamp, workspace: &WorkspaceId) {
        if self.schema < Self::HOURS {
            return;
        }
        let (rev, upto) = (self.rev, self.made);
        let Some(space) = self.workspaces.get_mut(workspace) else { return };
        let Some(config) = space.rules.as_ref().map(|rules| rules.config.clone()) else { return };
        for (id, queue) in &config.queues {
            let is_open = space.is_open(queue);
            let Some(row) = space.queues.get_mut(id) else { continue };
            let timer = Timer::Sweep(workspace.clone(), id.clone());
            if is_open != row.closing.is_none() {
                row.rev = rev;
            }
            if is_open {
                row.closing = None;
                self.timers.clear(&timer);
                continue;
            }
            let closing = row.closing.get_or_insert(Closing { upto, after: None });
            closing.after = None;
            if queue.overflow.is_some() && !row.line.is_empty() {
                self.timers.set(timer, at);
            } else {
                self.timers.clear(&timer);
            }
        }
    }
}
