//! News: what people are told of one decision, as it stands after all of it.
//!
//! Collected event by event, told once: a state that was passed through is never seen.

use baton_common::command::{Person, Target};
use baton_common::event::{Departure, Event, TimedEvent};
use baton_common::ids::{AgentId, ChatId, ConnectionId, GatewayId, InviteId, OfferId, WorkspaceId};
use baton_common::notice::{News as Told, Notice};
use baton_common::time::Timestamp;
use baton_common::words::{Change, OfferOutcome, ParticipantState, Withdrawn};

use super::audience::Reach;
use super::overseers::Overseen;
use crate::state::agent::WorkKind;
use crate::state::{Chat, State};
use crate::view;

/// What has to be told.
#[derive(Debug, Default)]
pub(crate) struct News {
    made: Vec<OfferId>,
    gone: Vec<(WorkspaceId, OfferId, AgentId, OfferOutcome, Option<Withdrawn>)>,
    parts: Vec<(ChatId, Person, Change)>,
    invites: Vec<(ChatId, InviteId)>,
    pub(super) overseen: Vec<Overseen>,
    /// Chats that changed, and whose copies did.
    chats: Vec<(ChatId, Reach)>,
    /// Who was in a chat or its wrap-up until this decision.
    pub(super) leavers: Vec<(ChatId, Person)>,
    agents: Vec<(WorkspaceId, AgentId)>,
    configs: Vec<(WorkspaceId, u64)>,
    replaced: Vec<(WorkspaceId, Person, GatewayId, ConnectionId)>,
}

impl News {
    /// Takes in one event, right after it was applied.
    pub(crate) fn hear(&mut self, state: &State, timed: &TimedEvent) {
        self.hear_event(state, &timed.event);
        if let Some(chat) = shown_to_customer(state, &timed.event) {
            self.chat(chat, Reach::Everybody);
        }
    }

    fn hear_event(&mut self, state: &State, event: &Event) {
        match event {
            Event::OfferMade { .. } | Event::OfferSettled { .. } | Event::OfferMoved { .. } => {
                self.hear_offer(state, event);
            }
            Event::InviteMade { .. }
            | Event::InviteSettled { .. }
            | Event::AgentJoined { .. }
            | Event::AgentLeft { .. }
            | Event::WrapupDone { .. } => self.hear_participant(state, event),
            Event::SupervisorJoined { .. } | Event::SupervisorLeft { .. } => {
                self.hear_supervisor(event);
            }
            Event::Connected { .. } | Event::Disconnected { .. } => {
                self.hear_presence(state, event);
            }
            Event::ChatStarted { chat, .. }
            | Event::ChatTouched { chat }
            | Event::ChatUnattended { chat, .. }
            | Event::EntrySettled { chat, .. }
            | Event::TransferCompleted { chat, .. }
            | Event::CustomerSeen { chat, .. }
            | Event::ChatDeflected { chat, .. } => {
                self.changed(chat);
            }
            Event::EntryAdded(added) => self.changed(&added.chat),
            Event::ChatOver { chat, departures, .. } => {
                self.changed(chat);
                for departing in departures {
                    self.leaves(state, chat, &departing.agent, Change::Left);
                }
                self.parts.push((chat.clone(), Person::Customer(chat.clone()), Change::Left));
            }
            Event::AgentChanged { workspace, agent, .. } => {
                self.agents.push((workspace.clone(), agent.clone()));
            }
            Event::ConfigPublished { workspace, version, .. } => {
                self.configs.push((workspace.clone(), *version));
            }
            _ => {}
        }
    }

    fn changed(&mut self, chat: &ChatId) {
        self.chat(chat, Reach::Agents);
    }

    pub(super) fn chat(&mut self, chat: &ChatId, reach: Reach) {
        match self.chats.last_mut() {
            // Most events of a decision are of one chat.
            Some((last, shown)) if last == chat => *shown = reach.max(*shown),
            _ => self.chats.push((chat.clone(), reach)),
        }
    }

    fn hear_offer(&mut self, state: &State, event: &Event) {
        let (Event::OfferMade { offer: id, chat, .. }
        | Event::OfferSettled { offer: id, chat, .. }
        | Event::OfferMoved { offer: id, chat, .. }) = event
        else {
            return;
        };
        self.changed(chat);
        let Some(offer) = state.offers.get(id) else {
            return;
        };
        self.agents.push((offer.workspace.clone(), offer.agent.clone()));
        match offer.outcome {
            None => self.made.push(id.clone()),
            Some((outcome, why)) => {
                let workspace = offer.workspace.clone();
                self.gone.push((workspace, id.clone(), offer.agent.clone(), outcome, why));
            }
        }
    }

    fn hear_participant(&mut self, state: &State, event: &Event) {
        match event {
            Event::InviteMade { chat, invite, to, .. } => {
                self.invites.push((chat.clone(), invite.clone()));
                self.changed(chat);
                if let Target::Agent(agent) = to {
                    let person = Person::Agent(agent.clone());
                    self.parts.push((chat.clone(), person, Change::Invited));
                }
            }
            Event::InviteSettled { chat, invite, .. } => {
                self.invites.push((chat.clone(), invite.clone()));
                self.changed(chat);
            }
            Event::AgentJoined { chat, agent, .. } => {
                self.changed(chat);
                self.agent(state, chat, agent);
                self.parts.push((chat.clone(), Person::Agent(agent.clone()), Change::Connected));
            }
            Event::AgentLeft { chat, agent, how, .. } => {
                let change = match how {
                    Departure::Left => Change::Left,
                    Departure::Removed => Change::Removed,
                    Departure::Lost => Change::Lost,
                };
                self.leaves(state, chat, agent, change);
            }
            Event::WrapupDone { chat, agent, .. } => {
                self.changed(chat);
                self.agent(state, chat, agent);
                self.leavers.push((chat.clone(), Person::Agent(agent.clone())));
            }
            _ => {}
        }
    }

    fn leaves(&mut self, state: &State, chat: &ChatId, agent: &AgentId, change: Change) {
        self.changed(chat);
        self.agent(state, chat, agent);
        self.leavers.push((chat.clone(), Person::Agent(agent.clone())));
        self.parts.push((chat.clone(), Person::Agent(agent.clone()), change));
    }

    fn agent(&mut self, state: &State, chat: &ChatId, agent: &AgentId) {
        if let Some(chat) = state.chats.get(chat) {
            self.agents.push((chat.workspace.clone(), agent.clone()));
        }
    }

    /// A return within the grace, or the end of the last connection.
    fn hear_presence(&mut self, state: &State, event: &Event) {
        let (change, workspace, person) = match event {
            Event::Connected { workspace, person, back, .. } => {
                if let Person::Agent(agent) = person {
                    self.agents.push((workspace.clone(), agent.clone()));
                }
                if !back {
                    return;
                }
                (Change::Connected, workspace, person)
            }
            Event::Disconnected {
                workspace, person, gateway, connection, replaced: true, ..
            } => {
                let (gateway, connection) = (gateway.clone(), connection.clone());
                let (workspace, person) = (workspace.clone(), person.clone());
                self.replaced.push((workspace, person, gateway, connection));
                return;
            }
            Event::Disconnected { workspace, person, .. }
                if state.presence.count(workspace, person) == 0 =>
            {
                (Change::Disconnected, workspace, person)
            }
            _ => return,
        };
        match person {
            Person::Agent(agent) => {
                self.agents.push((workspace.clone(), agent.clone()));
                let work =
                    state.agent(workspace, agent).into_iter().flat_map(|row| row.work.iter());
                for (chat, _) in work.filter(|(_, work)| work.kind == WorkKind::Handling) {
                    self.chat(chat, Reach::Everybody);
                    self.parts.push((chat.clone(), person.clone(), change));
                }
            }
            Person::Customer(chat) => {
                if state.chats.get(chat).is_some_and(|chat| !chat.is_over()) {
                    self.chat(chat, Reach::Everybody);
                    self.parts.push((chat.clone(), person.clone(), change));
                }
            }
            Person::Supervisor(supervisor) => {
                self.hear_reached(state, workspace, supervisor, change);
            }
        }
    }

    /// Everything there is to tell, in the contract's order. Nothing is left to tell then.
    pub(crate) fn tell(&mut self, state: &State, now: Timestamp) -> Vec<Notice> {
        self.sort();
        let mut notices = Vec::with_capacity(self.most());
        self.tell_offers(state, now, &mut notices);
        self.tell_participants(state, &mut notices);
        for (id, reach) in &self.chats {
            if let Some(chat) = state.chats.get(id) {
                let wraps_up = chat.agents.iter().filter(|p| p.state == ParticipantState::Wrapup);
                let to = self.audience(chat, *reach, wraps_up.map(|p| &p.agent));
                let news = || Told::Chat(Box::new(view::chat(state, chat)));
                push(&mut notices, chat, to, news);
            }
        }
        each(&mut self.agents, |(workspace, agent)| {
            if let Some(row) = view::agent(state, &workspace, &agent) {
                let (to, news) = (vec![Person::Agent(agent)], Told::Agent(Box::new(row)));
                notices.push(Notice { workspace, to, news });
            }
        });
        each(&mut self.replaced, |(workspace, person, gateway, connection)| {
            let news = Told::Replaced { gateway, connection };
            notices.push(Notice { workspace, to: vec![person], news });
        });
        each(&mut self.configs, |(workspace, version)| {
            notices.push(Notice { workspace, to: Vec::new(), news: Told::Config { version } });
        });
        self.made.clear();
        self.parts.clear();
        self.overseen.clear();
        self.invites.clear();
        self.chats.clear();
        self.leavers.clear();
        notices
    }

    /// How many notices there will be at most.
    fn most(&self) -> usize {
        let of_parts = self.parts.len() + 2 * self.overseen.len();
        let of_chats = of_parts + self.invites.len() + self.chats.len();
        let of_agents = self.made.len() + self.gone.len() + self.agents.len();
        of_chats + of_agents + self.replaced.len() + self.configs.len()
    }

    /// Each once, in the order of the ids; of a chat that changed the widest reach counts.
    fn sort(&mut self) {
        // Most decisions are of one chat and one agent: those are in order.
        if self.chats.len() > 1 {
            let order =
                |(a, shown_a): &(_, _), (b, shown_b): &(_, _)| (a, shown_b).cmp(&(b, shown_a));
            self.chats.sort_unstable_by(order);
            self.chats.dedup_by(|(later, _), (first, _)| later == first);
        }
        if self.leavers.len() > 1 {
            self.leavers.sort_unstable();
            self.leavers.dedup();
        }
        if self.agents.len() > 1 {
            self.agents.sort_unstable();
            self.agents.dedup();
        }
        // The newest version is told of.
        if self.configs.len() > 1 {
            self.configs.sort_unstable_by(|(a, old), (b, new)| (a, new).cmp(&(b, old)));
            self.configs.dedup_by(|(later, _), (first, _)| later == first);
        }
    }

    fn tell_offers(&mut self, state: &State, now: Timestamp, notices: &mut Vec<Notice>) {
        for id in &self.made {
            let Some(offer) = state.offers.get(id).filter(|offer| offer.is_pending()) else {
                continue;
            };
            if let Some(shown) = view::offer(state, now, offer) {
                notices.push(Notice {
                    workspace: offer.workspace.clone(),
                    to: vec![Person::Agent(offer.agent.clone())],
                    news: Told::OfferNew(Box::new(shown)),
                });
            }
        }
        each(&mut self.gone, |(workspace, offer, agent, why, detail)| {
            notices.push(Notice {
                workspace,
                to: vec![Person::Agent(agent.clone())],
                news: Told::OfferGone { offer, agent, why, detail },
            });
        });
    }

    fn tell_participants(&self, state: &State, notices: &mut Vec<Notice>) {
        for (id, person, change) in &self.parts {
            let Some(chat) = state.chats.get(id) else {
                continue;
            };
            let Some(row) = view::person(state, chat, person) else {
                continue;
            };
            let reach = if *change == Change::Invited { Reach::Agents } else { Reach::Everybody };
            let to = self.audience(chat, reach, []);
            let (chat_id, change) = (id.clone(), *change);
            let news = || Told::Participant { chat: chat_id, participant: row, change };
            push(notices, chat, to, news);
        }
        self.tell_overseen(state, notices);
        for (id, invite) in &self.invites {
            let Some(chat) = state.chats.get(id) else {
                continue;
            };
            let Some(invite) = chat.invite(invite) else {
                continue;
            };
            let to = self.audience(chat, Reach::Agents, []);
            let invite = || view::invite(state, chat, invite);
            push(notices, chat, to, || Told::Invite { chat: id.clone(), invite: invite() });
        }
    }
}

/// Empties a list; mostly it is empty.
fn each<T>(list: &mut Vec<T>, tell: impl FnMut(T)) {
    if !list.is_empty() {
        list.drain(..).for_each(tell);
    }
}

/// If there is somebody to tell.
pub(super) fn push(
    notices: &mut Vec<Notice>,
    chat: &Chat,
    to: Vec<Person>,
    news: impl FnOnce() -> Told,
) {
    if !to.is_empty() {
        notices.push(Notice { workspace: chat.workspace.clone(), to, news: news() });
    }
}

/// The chat whose customer sees a change: invitations, transfers that wait and wrap-ups beside
/// a running talk are not in their copy.
fn shown_to_customer<'a>(state: &State, event: &'a Event) -> Option<&'a ChatId> {
    match event {
        Event::AgentJoined { chat, .. }
        | Event::AgentLeft { chat, .. }
        | Event::ChatStarted { chat, .. }
        | Event::ChatOver { chat, .. }
        | Event::ChatUnattended { chat, .. }
        | Event::ChatDeflected { chat, .. } => Some(chat),
        Event::OfferMade { chat, .. }
        | Event::OfferSettled { chat, .. }
        | Event::OfferMoved { chat, .. }
        | Event::EntrySettled { chat, .. }
        | Event::WrapupDone { chat, .. } => alone(state, chat),
        Event::EntryAdded(added) => alone(state, &added.chat),
        _ => None,
    }
}

/// The chat, unless somebody talks there.
fn alone<'a>(state: &State, chat: &'a ChatId) -> Option<&'a ChatId> {
    let talks = state.chats.get(chat).is_some_and(|chat| chat.present().next().is_some());
    (!talks).then_some(chat)
}
