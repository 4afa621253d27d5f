//! Events of supervisors in chats.

use baton_common::event::{Departure, Event};
use baton_common::ids::{ChatId, SupervisorId};
use baton_common::time::Timestamp;
use baton_common::words::{Mode, ParticipantState};

use crate::state::{Overseer, State, Timer};

impl State {
    pub(super) fn apply_supervisor(&mut self, event: &Event) {
        match event {
            Event::SupervisorJoined { chat, supervisor, mode, grace_until, .. } => {
                self.supervisor_joined(chat, supervisor, *mode, *grace_until);
            }
            Event::SupervisorLeft { chat, supervisor, mode, how } => {
                let state = match how {
                    Departure::Left => ParticipantState::Left,
                    Departure::Removed => ParticipantState::Removed,
                    Departure::Lost => ParticipantState::Lost,
                };
                self.supervisor_left(chat, supervisor, *mode, state);
            }
            _ => unreachable!("apply hands supervisors' events here"),
        }
    }

    fn supervisor_joined(
        &mut self,
        id: &ChatId,
        supervisor: &SupervisorId,
        mode: Mode,
        grace_until: Option<Timestamp>,
    ) {
        let Some(chat) = self.touched(id) else { return };
        let state = ParticipantState::Connected;
        chat.put_overseer(Overseer { supervisor: supervisor.clone(), mode, state });
        let workspace = chat.workspace.clone();
        if let Some(space) = self.workspaces.get_mut(&workspace) {
            space.overseen.entry(supervisor.clone()).or_default().insert(id.clone());
        }
        if let Some(until) = grace_until {
            self.timers.set(Timer::SupervisorGrace(workspace, supervisor.clone()), until);
        }
    }

    fn supervisor_left(
        &mut self,
        id: &ChatId,
        supervisor: &SupervisorId,
        mode: Mode,
        state: ParticipantState,
    ) {
        let Some(chat) = self.touched(id) else { return };
        chat.put_overseer(Overseer { supervisor: supervisor.clone(), mode, state });
        let workspace = chat.workspace.clone();
        let Some(space) = self.workspaces.get_mut(&workspace) else { return };
        let Some(chats) = space.overseen.get_mut(supervisor) else { return };
        chats.remove(id);
        if chats.is_empty() {
            space.overseen.remove(supervisor);
            self.timers.clear(&Timer::SupervisorGrace(workspace, supervisor.clone()));
        }
    }
}
