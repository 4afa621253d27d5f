//! News of supervisors in chats. Whoever does not see their way of being there is not told, and
//! is told that they left when they go on in a way that is not seen.

use baton_common::command::Person;
use baton_common::event::{Departure, Event};
use baton_common::ids::{ChatId, SupervisorId, WorkspaceId};
use baton_common::notice::{News as Told, Notice};
use baton_common::view::ParticipantView;
use baton_common::words::{Change, Mode, ParticipantState};

use super::News;
use super::audience::Reach;
use super::news::push;
use crate::state::{Chat, State};
use crate::view;

/// What became of a supervisor in a chat.
#[derive(Debug)]
pub(super) struct Overseen {
    chat: ChatId,
    supervisor: SupervisorId,
    change: Change,
    mode: Mode,
    /// The way before it, if it was another.
    was: Option<Mode>,
}

impl News {
    pub(super) fn hear_supervisor(&mut self, event: &Event) {
        match event {
            Event::SupervisorJoined { chat, supervisor, mode, was, .. } => {
                let (change, was) = (Change::Connected, *was);
                self.chat(chat, was.map_or(Reach::of(*mode), Reach::of).max(Reach::of(*mode)));
                let (chat, supervisor) = (chat.clone(), supervisor.clone());
                self.overseen.push(Overseen { chat, supervisor, change, mode: *mode, was });
            }
            Event::SupervisorLeft { chat, supervisor, mode, how } => {
                let change = match how {
                    Departure::Left => Change::Left,
                    Departure::Removed => Change::Removed,
                    Departure::Lost => Change::Lost,
                };
                self.chat(chat, Reach::of(*mode));
                self.leavers.push((chat.clone(), Person::Supervisor(supervisor.clone())));
                let (chat, supervisor) = (chat.clone(), supervisor.clone());
                self.overseen.push(Overseen { chat, supervisor, change, mode: *mode, was: None });
            }
            _ => {}
        }
    }

    /// A supervisor's last connection ended, or the first is back.
    pub(super) fn hear_reached(
        &mut self,
        state: &State,
        workspace: &WorkspaceId,
        supervisor: &SupervisorId,
        change: Change,
    ) {
        let space = state.workspace(workspace);
        let chats = space.and_then(|space| space.overseen.get(supervisor));
        for id in chats.into_iter().flatten() {
            let mode = state.chats.get(id).and_then(|chat| chat.overseen_by(supervisor));
            let Some(mode) = mode else { continue };
            self.chat(id, Reach::of(mode));
            let (chat, supervisor) = (id.clone(), supervisor.clone());
            self.overseen.push(Overseen { chat, supervisor, change, mode, was: None });
        }
    }

    pub(super) fn tell_overseen(&self, state: &State, notices: &mut Vec<Notice>) {
        for overseen in &self.overseen {
            let Some(chat) = state.chats.get(&overseen.chat) else { continue };
            let person = Person::Supervisor(overseen.supervisor.clone());
            let Some(row) = view::person(state, chat, &person) else { continue };
            let to = self.audience(chat, Reach::of(overseen.mode), []);
            self.tell_unseen(chat, overseen, &row, &to, notices);
            let (id, change) = (chat.id.clone(), overseen.change);
            let news = || Told::Participant { chat: id, participant: row, change };
            push(notices, chat, to, news);
        }
    }

    /// For those who saw them until now, and are not among those who still do, they have left.
    fn tell_unseen(
        &self,
        chat: &Chat,
        overseen: &Overseen,
        row: &ParticipantView,
        seeing: &[Person],
        notices: &mut Vec<Notice>,
    ) {
        let Some(was) = overseen.was else { return };
        let mut to = self.audience(chat, Reach::of(was), []);
        to.retain(|person| !seeing.contains(person));
        let (state, mode) = (ParticipantState::Left, Some(was));
        let participant = ParticipantView { state, mode, ..row.clone() };
        let (id, change) = (chat.id.clone(), Change::Left);
        push(notices, chat, to, || Told::Participant { chat: id, participant, change });
    }
}
