//! Events of a chat's life: start, silence, unattended, end, forgetting.

use baton_common::event::{Departing, Event};
use baton_common::ids::{AgentId, ChatId, CustomerId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::words::{CloseReason, ParticipantState};
use smol_str::SmolStr;

use crate::state::chat::Ending;
use crate::state::{AgentState, Chat, Phase, State, Timer};

impl State {
    pub(super) fn apply_chat(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::ChatStarted {
                workspace,
                chat,
                customer,
                customer_mark,
                previous,
                language,
                grace_until,
            } => {
                let mut new = self.new_chat(at, workspace, chat, customer);
                new.customer_mark = *customer_mark;
                new.previous.clone_from(previous);
                new.language.clone_from(language);
                self.chat_started(new, *grace_until);
            }
            Event::ChatDeflected {
                workspace,
                chat,
                customer,
                queue,
                code,
                forget_at,
                language,
            } => {
                let mut new = self.new_chat(at, workspace, chat, customer);
                let reason = CloseReason::Deflected;
                new.phase = Phase::Over(Ending {
                    at,
                    reason,
                    by: None,
                    code: Some(*code),
                    forget_at: *forget_at,
                });
                new.served_by.clone_from(queue);
                new.language.clone_from(language);
                self.timers.set(Timer::Forget(chat.clone()), *forget_at);
                self.chats.insert(chat.clone(), new);
                self.count_deflected(workspace, queue.as_ref(), *code);
            }
            Event::ChatTouched { chat } => self.touch_chat(chat),
            Event::ChatSpoke { chat, warn_at, .. } => {
                if let Some(chat) = self.touched(chat) {
                    chat.warned = false;
                    let timer = Timer::Inactivity(chat.id.clone());
                    self.timers.set(timer, *warn_at);
                }
            }
            Event::InactivityWarned { chat, close_at } => {
                if let Some(chat) = self.touched(chat) {
                    chat.warned = true;
                    let timer = Timer::Inactivity(chat.id.clone());
                    self.timers.set(timer, *close_at);
                }
            }
            Event::ChatUnattended { chat, until } => self.chat_unattended(chat, *until),
            Event::ChatOver { chat, departures, forget_at, .. } => {
                self.chat_over(at, chat, departures, *forget_at, event);
            }
            Event::ChatForgotten { chat } => self.chat_forgotten(chat),
            _ => unreachable!("apply hands chats' events here"),
        }
    }

    /// Made in place: a chat is large.
    #[inline]
    fn new_chat(
        &self,
        at: Timestamp,
        workspace: &WorkspaceId,
        chat: &ChatId,
        customer: &CustomerId,
    ) -> Chat {
        Chat {
            id: chat.clone(),
            workspace: workspace.clone(),
            customer: customer.clone(),
            customer_mark: None,
            previous: None,
            followed_by: Vec::new(),
            language: None::<SmolStr>,
            opened_at: at,
            rev: self.rev,
            phase: Phase::Open,
            customer_away: false,
            agents: Vec::new(),
            overseers: Vec::new(),
            entry: None,
            invites: Vec::new(),
            offers: Vec::new(),
            served_by: None,
            last: None,
            customer_wait: Span::ZERO,
            hops: 0,
            paths: Vec::new(),
            warned: false,
            outcomes: Vec::new(),
        }
    }

    #[inline]
    fn chat_started(&mut self, chat: Chat, grace_until: Timestamp) {
        let id = &chat.id;
        self.timers.set(Timer::CustomerGrace(id.clone()), grace_until);
        if let (Some(mark), Some(workspace)) =
            (chat.customer_mark, self.workspaces.get_mut(&chat.workspace))
        {
            workspace.customers.insert(mark, id.clone());
        }
        if let Some(before) = chat.previous.as_ref().and_then(|id| self.chats.get_mut(id)) {
            before.followed_by.push(id.clone());
        }
        self.chats.insert(id.clone(), chat);
    }

    fn chat_unattended(&mut self, id: &ChatId, until: Timestamp) {
        let Some(chat) = self.touched(id) else { return };
        chat.phase = Phase::Unattended(until);
        let workspace = chat.workspace.clone();
        self.timers.set(Timer::Unattended(id.clone()), until);
        if let Some(workspace) = self.workspaces.get_mut(&workspace) {
            workspace.unattended.insert(id.clone());
        }
    }

    /// The chat has an owner again, or is over.
    pub(super) fn chat_attended(&mut self, id: &ChatId) -> Option<&mut Chat> {
        let chat = self.chats.get_mut(id)?;
        chat.rev = self.rev;
        if matches!(chat.phase, Phase::Unattended(_)) {
            chat.phase = Phase::Open;
            self.timers.clear(&Timer::Unattended(id.clone()));
            if let Some(workspace) = self.workspaces.get_mut(&chat.workspace) {
                workspace.unattended.remove(id);
            }
        }
        Some(chat)
    }

    fn chat_over(
        &mut self,
        at: Timestamp,
        id: &ChatId,
        departures: &[Departing],
        forget_at: Timestamp,
        event: &Event,
    ) {
        let Event::ChatOver { reason, by, .. } = event else {
            return;
        };
        self.count_over(at, id, event);
        let Some(chat) = self.chat_attended(id) else { return };
        chat.phase =
            Phase::Over(Ending { at, reason: *reason, by: by.clone(), code: None, forget_at });
        self.timers.clear(&Timer::Inactivity(id.clone()));
        self.timers.clear(&Timer::CustomerGrace(id.clone()));
        self.timers.set(Timer::Forget(id.clone()), forget_at);
        for Departing { agent, wrapup_until } in departures {
            self.agent_departed(at, id, agent, ParticipantState::Left, *wrapup_until);
        }
        self.memory.chat_over(id, at);
    }

    fn chat_forgotten(&mut self, id: &ChatId) {
        let Some(chat) = self.chats.remove(id) else {
            return;
        };
        for offer in &chat.offers {
            self.offers.remove(offer);
        }
        for timer in [
            Timer::Forget(id.clone()),
            Timer::Inactivity(id.clone()),
            Timer::CustomerGrace(id.clone()),
        ] {
            self.timers.clear(&timer);
        }
        if let (Some(mark), Some(workspace)) =
            (chat.customer_mark, self.workspaces.get_mut(&chat.workspace))
            && workspace.customers.get(&mark) == Some(id)
        {
            workspace.customers.remove(&mark);
        }
        if let Some(before) = chat.previous.and_then(|id| self.chats.get_mut(&id)) {
            before.followed_by.retain(|after| after != id);
        }
    }

    /// The chat, its row marked as changed.
    pub(super) fn touched(&mut self, id: &ChatId) -> Option<&mut Chat> {
        let rev = self.rev;
        let chat = self.chats.get_mut(id)?;
        chat.rev = rev;
        Some(chat)
    }

    pub(super) fn touch_chat(&mut self, id: &ChatId) {
        let _ = self.touched(id);
    }

    /// An agent, the row marked as changed.
    pub(super) fn touched_agent(
        &mut self,
        workspace: &WorkspaceId,
        agent: &AgentId,
    ) -> Option<&mut AgentState> {
        let rev = self.rev;
        self.workspaces.get_mut(workspace)?.touched_agent(agent, rev)
    }
}
