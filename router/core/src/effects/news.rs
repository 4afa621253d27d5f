//! News: what people are told of one decision, as it stands after all of it.
//!
//! Collected event by event, told once: a state that was passed through is never seen.

use std::collections::BTreeMap;

use baton_common::command::{Person, Target};
use baton_common::event::{Departure, Event, TimedEvent};
use baton_common::ids::{AgentId, ChatId, ConnectionId, GatewayId, InviteId, OfferId, WorkspaceId};
use baton_common::notice::{News as Told, Notice};
use baton_common::time::Timestamp;
use baton_common::words::{Change, OfferOutcome, ParticipantState, Withdrawn};

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
    /// Chats that changed, and whether the customer's copy did.
    chats: Vec<(ChatId, bool)>,
    /// Agents who were in a chat or its wrap-up until this decision.
    leavers: Vec<(ChatId, AgentId)>,
    agents: Vec<(WorkspaceId, AgentId)>,
    configs: BTreeMap<WorkspaceId, u64>,
    replaced: Vec<(WorkspaceId, Person, GatewayId, ConnectionId)>,
}

impl News {
    /// Takes in one event, right after it was applied.
    pub(crate) fn hear(&mut self, state: &State, timed: &TimedEvent) {
        self.hear_event(state, &timed.event);
        if let Some(chat) = shown_to_customer(state, &timed.event) {
            self.chats.push((chat.clone(), true));
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
            Event::Connected { .. } | Event::Disconnected { .. } => {
                self.hear_presence(state, event);
            }
            Event::ChatStarted { chat, .. }
            | Event::ChatTouched { chat }
            | Event::ChatUnattended { chat, .. }
            | Event::EntryAdded { chat, .. }
            | Event::EntrySettled { chat, .. }
            | Event::TransferCompleted { chat, .. }
            | Event::CustomerSeen { chat, .. }
            | Event::ChatDeflected { chat, .. } => {
                self.changed(chat);
            }
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
                self.configs.insert(workspace.clone(), *version);
            }
            _ => {}
        }
    }

    fn changed(&mut self, chat: &ChatId) {
        self.chats.push((chat.clone(), false));
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
                self.leavers.push((chat.clone(), agent.clone()));
            }
            _ => {}
        }
    }

    fn leaves(&mut self, state: &State, chat: &ChatId, agent: &AgentId, change: Change) {
        self.changed(chat);
        self.agent(state, chat, agent);
        self.leavers.push((chat.clone(), agent.clone()));
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
                    self.chats.push((chat.clone(), true));
                    self.parts.push((chat.clone(), person.clone(), change));
                }
            }
            Person::Customer(chat) => {
                if state.chats.get(chat).is_some_and(|chat| !chat.is_over()) {
                    self.chats.push((chat.clone(), true));
                    self.parts.push((chat.clone(), person.clone(), change));
                }
            }
            Person::Supervisor(_) => {}
        }
    }

    /// Everything there is to tell, in the contract's order.
    pub(crate) fn tell(mut self, state: &State, now: Timestamp) -> Vec<Notice> {
        self.sort();
        let mut notices = Vec::new();
        self.tell_offers(state, now, &mut notices);
        self.tell_participants(state, &mut notices);
        for (id, customer) in &self.chats {
            if let Some(chat) = state.chats.get(id) {
                let news = Told::Chat(Box::new(view::chat(state, chat)));
                let wraps_up = chat.agents.iter().filter(|p| p.state == ParticipantState::Wrapup);
                let more: Vec<&AgentId> = wraps_up.map(|p| &p.agent).collect();
                notices.push(self.notice(chat, *customer, &more, news));
            }
        }
        for (workspace, agent) in &self.agents {
            if let Some(row) = view::agent(state, workspace, agent) {
                notices.push(Notice {
                    workspace: workspace.clone(),
                    to: vec![Person::Agent(agent.clone())],
                    news: Told::Agent(Box::new(row)),
                });
            }
        }
        for (workspace, person, gateway, connection) in self.replaced {
            let news = Told::Replaced { gateway, connection };
            notices.push(Notice { workspace, to: vec![person], news });
        }
        notices.retain(|notice| !notice.to.is_empty());
        for (workspace, version) in self.configs {
            notices.push(Notice { workspace, to: Vec::new(), news: Told::Config { version } });
        }
        notices
    }

    /// Each once, in the order of the ids; of a chat that changed the customer's copy counts.
    fn sort(&mut self) {
        self.chats.sort_unstable_by(|(a, shown_a), (b, shown_b)| (a, shown_b).cmp(&(b, shown_a)));
        self.chats.dedup_by(|(later, _), (first, _)| later == first);
        self.leavers.sort_unstable();
        self.leavers.dedup();
        self.agents.sort_unstable();
        self.agents.dedup();
    }

    fn tell_offers(&self, state: &State, now: Timestamp, notices: &mut Vec<Notice>) {
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
        for (workspace, offer, agent, why, detail) in self.gone.iter().cloned() {
            notices.push(Notice {
                workspace,
                to: vec![Person::Agent(agent.clone())],
                news: Told::OfferGone { offer, agent, why, detail },
            });
        }
    }

    fn tell_participants(&self, state: &State, notices: &mut Vec<Notice>) {
        for (id, person, change) in &self.parts {
            let Some(chat) = state.chats.get(id) else {
                continue;
            };
            let Some(row) = view::person(state, chat, person) else {
                continue;
            };
            let news = Told::Participant { chat: id.clone(), participant: row, change: *change };
            notices.push(self.notice(chat, *change != Change::Invited, &[], news));
        }
        for (id, invite) in &self.invites {
            let Some(chat) = state.chats.get(id) else {
                continue;
            };
            let Some(invite) = chat.invite(invite) else {
                continue;
            };
            let invite = view::invite(state, chat, invite);
            let news = Told::Invite { chat: id.clone(), invite };
            notices.push(self.notice(chat, false, &[], news));
        }
    }

    /// To the agents in a chat, those who were until this decision, and perhaps the customer.
    fn notice(&self, chat: &Chat, customer: bool, more: &[&AgentId], news: Told) -> Notice {
        let from = self.leavers.partition_point(|(of, _)| *of < chat.id);
        let leavers = self.leavers[from..].iter().take_while(|(of, _)| *of == chat.id);
        let mut agents: Vec<&AgentId> = chat.present().map(|p| &p.agent).collect();
        agents.extend(more);
        agents.extend(leavers.map(|(_, agent)| agent));
        agents.sort_unstable();
        agents.dedup();
        let customer = customer.then(|| Person::Customer(chat.id.clone()));
        Notice {
            workspace: chat.workspace.clone(),
            to: agents.into_iter().cloned().map(Person::Agent).chain(customer).collect(),
            news,
        }
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
        | Event::EntryAdded { chat, .. }
        | Event::EntrySettled { chat, .. }
        | Event::WrapupDone { chat, .. } => {
            let talks = state.chats.get(chat).is_some_and(|chat| chat.present().next().is_some());
            (!talks).then_some(chat)
        }
        _ => None,
    }
}
