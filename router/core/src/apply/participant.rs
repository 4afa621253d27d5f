//! Events of people in a chat: invitations, joining, leaving, wrap-up, hops.

use baton_common::event::{Departure, Event};
use baton_common::ids::{AgentId, ChatId};
use baton_common::limits;
use baton_common::time::{Span, Timestamp};
use baton_common::words::{InviteState, ParticipantState, TransferKind};

use crate::state::agent::{Work, WorkKind};
use crate::state::{Invite, Outcome, Participant, State, Timer};

impl State {
    pub(super) fn apply_participant(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::InviteMade { chat, invite, to, by, state, note, confirmed } => {
                self.made += 1;
                let Some(chat) = self.touched(chat) else {
                    return;
                };
                chat.invites.push(Invite {
                    id: invite.clone(),
                    to: to.clone(),
                    by: by.clone(),
                    state: *state,
                    reason: None,
                    at,
                    note: note.clone(),
                    confirmed: *confirmed,
                    counted: false,
                });
                chat.bound_invites();
            }
            Event::InviteSettled { chat, invite, state, reason } => {
                let Some(chat) = self.touched(chat) else {
                    return;
                };
                let workspace = chat.workspace.clone();
                let Some(invite) = chat.invite_mut(invite) else {
                    return;
                };
                invite.state = *state;
                invite.reason = *reason;
                let invite = invite.clone();
                self.count_invite(&workspace, &invite);
            }
            Event::AgentJoined { .. } => self.agent_joined(at, event),
            Event::AgentLeft { chat, agent, how, wrapup_until } => {
                let state = match how {
                    Departure::Left => ParticipantState::Left,
                    Departure::Removed => ParticipantState::Removed,
                    Departure::Lost => ParticipantState::Lost,
                };
                self.agent_departed(at, chat, agent, state, *wrapup_until);
            }
            Event::WrapupDone { chat, agent, disposition, note, .. } => {
                self.wrapup_done(at, chat, agent);
                let (by, disposition, note) = (agent.clone(), disposition.clone(), note.clone());
                if (&disposition, &note) != (&None, &None)
                    && let Some(chat) = self.chats.get_mut(chat)
                {
                    chat.concluded(Outcome { at, by, disposition, note });
                }
            }
            Event::TransferCompleted { chat, by, kind, to } => {
                let Some(chat) = self.touched(chat) else {
                    return;
                };
                chat.hops += 1;
                for invite in chat.invites.iter_mut().filter(|i| i.by == *by) {
                    invite.counted = true;
                }
                if let Some(to) = to {
                    chat.paths.push((by.clone(), to.clone(), at));
                    let surplus = chat.paths.len().saturating_sub(limits::CHAT_HISTORY);
                    chat.paths.drain(..surplus);
                }
                let workspace = chat.workspace.clone();
                self.count_completed(&workspace, *kind);
            }
            _ => unreachable!("apply hands participants' events here"),
        }
    }

    fn agent_joined(&mut self, at: Timestamp, event: &Event) {
        let Event::AgentJoined { chat: id, agent, weight, warn_at } = event else {
            return;
        };
        self.timers.clear(&Timer::Wrapup(id.clone(), agent.clone()));
        let Some(chat) = self.chat_attended(id) else { return };
        chat.agents.retain(|p| p.agent != *agent);
        chat.agents.push(Participant {
            agent: agent.clone(),
            state: ParticipantState::Connected,
            joined_at: at,
            removed: false,
        });
        chat.warned &= warn_at.is_none();
        let workspace = chat.workspace.clone();
        if let Some(warn_at) = warn_at {
            self.timers.set(Timer::Inactivity(id.clone()), *warn_at);
        }
        if let Some(state) = self.touched_agent(&workspace, agent) {
            state.clock(at);
            let talked = Span::ZERO;
            let work = Work { kind: WorkKind::Handling, weight: *weight, since: at, talked };
            state.work.insert(id.clone(), work);
        }
    }

    /// An agent is out of a chat; the slot stays held while a wrap-up runs.
    pub(super) fn agent_departed(
        &mut self,
        at: Timestamp,
        id: &ChatId,
        agent: &AgentId,
        state: ParticipantState,
        wrapup_until: Option<Timestamp>,
    ) {
        let Some(chat) = self.touched(id) else { return };
        let workspace = chat.workspace.clone();
        let queue = chat.served_by.clone();
        let Some(participant) = chat.participant_mut(agent) else {
            return;
        };
        let joined_at = participant.joined_at;
        participant.removed = state == ParticipantState::Removed;
        participant.state = match (state, wrapup_until) {
            (ParticipantState::Lost, _) => ParticipantState::Lost,
            (_, Some(_)) => ParticipantState::Wrapup,
            (_, None) => ParticipantState::Done,
        };
        if chat.present().next().is_none() {
            self.timers.clear(&Timer::Inactivity(id.clone()));
        }
        if let Some(until) = wrapup_until {
            self.timers.set(Timer::Wrapup(id.clone(), agent.clone()), until);
        }
        let rev = self.rev;
        if let Some(space) = self.workspaces.get_mut(&workspace) {
            let talked = at.since(joined_at);
            // Handle time takes in the wrap-up: with one it is counted at its end.
            if wrapup_until.is_none() {
                space.stats.handled(queue.as_ref(), talked);
            }
            if let Some(work) = space.touched_agent(agent, rev) {
                work.departed(at, id, talked, wrapup_until.is_some());
            }
        }
    }

    fn wrapup_done(&mut self, at: Timestamp, id: &ChatId, agent: &AgentId) {
        self.timers.clear(&Timer::Wrapup(id.clone(), agent.clone()));
        let Some(chat) = self.touched(id) else { return };
        let (workspace, queue) = (chat.workspace.clone(), chat.served_by.clone());
        if let Some(participant) = chat.participant_mut(agent)
            && participant.state == ParticipantState::Wrapup
        {
            participant.state = ParticipantState::Done;
        }
        let rev = self.rev;
        if let Some(space) = self.workspaces.get_mut(&workspace) {
            let state = space.touched_agent(agent, rev);
            let work = state.and_then(|state| {
                state.clock(at);
                state.idle_since = at;
                let work = state.work.remove(id)?;
                let wrapup = at.since(work.since);
                state.tally.handled(Span(work.talked.0 + wrapup.0), wrapup);
                Some(work)
            });
            if let Some(work) = work {
                let wrapup = at.since(work.since);
                space.stats.wrapped_up(queue.as_ref(), wrapup);
                space.stats.handled(queue.as_ref(), Span(work.talked.0 + wrapup.0));
            }
        }
    }

    fn count_completed(&mut self, workspace: &baton_common::ids::WorkspaceId, kind: TransferKind) {
        if let Some(workspace) = self.workspaces.get_mut(workspace) {
            workspace.stats.transfer(kind, baton_common::words::TransferResult::Completed);
        }
    }

    fn count_invite(&mut self, workspace: &baton_common::ids::WorkspaceId, invite: &Invite) {
        use baton_common::command::Target;
        use baton_common::words::TransferResult;
        let kind = match invite.to {
            Target::Agent(_) => TransferKind::Agent,
            Target::Queue(_) => TransferKind::Queue,
        };
        let result = match invite.state {
            _ if invite.counted => return,
            InviteState::Declined => TransferResult::Declined,
            InviteState::Expired => TransferResult::Expired,
            InviteState::Cancelled => TransferResult::Cancelled,
            _ => return,
        };
        if let Some(workspace) = self.workspaces.get_mut(workspace) {
            workspace.stats.transfer(kind, result);
        }
    }
}

impl crate::state::AgentState {
    /// Out of a chat: into its wrap-up, or free.
    fn departed(&mut self, at: Timestamp, chat: &ChatId, talked: Span, wrapup: bool) {
        self.clock(at);
        if wrapup && let Some(work) = self.work.get_mut(chat) {
            work.kind = WorkKind::Wrapup;
            work.talked = talked;
            work.since = at;
        } else {
            self.work.remove(chat);
            self.tally.handled(talked, Span::ZERO);
            self.idle_since = at;
        }
    }
}
