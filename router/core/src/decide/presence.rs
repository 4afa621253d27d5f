//! Connections that come and go, and people who do not come back.

use std::collections::BTreeSet;

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::{Actor, Person, Presence};
use baton_common::event::{Departure, Event};
use baton_common::hash::Mark;
use baton_common::ids::{AgentId, ChatId, ConnectionId, GatewayId, SupervisorId, WorkspaceId};
use baton_common::limits;
use baton_common::rejection::Rejection;
use baton_common::words::{ChatState, CloseReason, Connectivity, Origin, Status, Withdrawn};

use super::draft::NewEntry;
use super::leave::depart;
use super::monitor::step_out;
use super::over::{End, over};
use super::status::revoke_offers;
use super::{Asked, Draft, Verdict};
use crate::state::State;

/// One connection: where it is, and the client's own id of itself.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) gateway: &'a GatewayId,
    pub(super) connection: &'a ConnectionId,
    pub(super) client: Option<Mark>,
}

pub(super) fn connected(mut draft: Draft<'_>, ask: &Asked<'_>, at: &Place<'_>) -> Verdict {
    let Some(person) = ask.by.person() else {
        return Err(Rejection::new(Code::Forbidden, "only people connect").into());
    };
    match &person {
        Person::Agent(_) => drop(ask.agent()?),
        Person::Customer(chat) => drop(ask.chat(chat)?),
        Person::Supervisor(_) => {}
    }
    let (state, workspace) = (ask.state, ask.workspace);
    let all = state.presence.count(workspace, &person);
    let older = rivals(state, workspace, &person, at).count();
    // Those that are about to be replaced do not count, yet nobody may pile them up either.
    let (most, piled) = (limits::PERSON_CONNECTIONS, 2 * limits::PERSON_CONNECTIONS);
    let too_many = all - older >= most || all >= piled;
    if too_many && !state.presence.has(at.gateway, at.connection) {
        let detail = "too many connections: close some";
        return Err(Rejection::new(Code::Conflict, detail).into());
    }
    connect(&mut draft, workspace, &person, at);
    let chat = match (ask.by, person) {
        (Actor::Customer(chat), _) => Some(chat.clone()),
        _ => None,
    };
    draft.done(Done { chat, rivals: older > 0, ..Done::default() })
}

/// The client was heard of after the welcome of this connection: it takes the place of those that
/// came before it. A client has left whatever it opened before a welcome that it answers, but
/// what came after this connection may be what it has left this one for. One that is not known
/// has ended, or was replaced itself, or will be announced: it takes nobody's place.
pub(super) fn proven(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    gateway: &GatewayId,
    connection: &ConnectionId,
) -> Verdict {
    let presence = &ask.state.presence;
    let Some((workspace, person)) = presence.who(gateway, connection) else {
        return draft.done(Done::default());
    };
    let at = Place { gateway, connection, client: presence.client(connection) };
    let came = presence.came(connection);
    let rivals = rivals(ask.state, workspace, person, &at);
    for (gateway, connection) in rivals.filter(|(_, other)| presence.came(other) < came) {
        replace(&mut draft, workspace, person, gateway, connection);
    }
    draft.done(Done::default())
}

/// The person's other connections of the same client; all others where only one is allowed.
fn rivals<'a>(
    state: &'a State,
    workspace: &WorkspaceId,
    person: &Person,
    at: &Place<'a>,
) -> impl Iterator<Item = &'a (GatewayId, ConnectionId)> {
    let single = state.rules(workspace).is_some_and(|rules| rules.policies(None).single_connection);
    let (own, client) = (at.connection, at.client);
    state.presence.of_person(workspace, person).filter(move |(_, other)| {
        let same = client.is_some() && state.presence.client(other) == client;
        other != own && (single || same)
    })
}

/// A newer connection has taken this one's place, whether its gateway knows it yet or not. It is
/// never the person's last.
fn replace(
    draft: &mut Draft<'_>,
    workspace: &WorkspaceId,
    person: &Person,
    gateway: &GatewayId,
    connection: &ConnectionId,
) {
    draft.push(Event::Disconnected {
        workspace: workspace.clone(),
        person: person.clone(),
        gateway: gateway.clone(),
        connection: connection.clone(),
        grace_until: None,
        replaced: true,
    });
}

fn connect(draft: &mut Draft<'_>, workspace: &WorkspaceId, person: &Person, at: &Place<'_>) {
    if !draft.state.presence.has(at.gateway, at.connection) {
        draft.push(Event::Connected {
            workspace: workspace.clone(),
            person: person.clone(),
            gateway: at.gateway.clone(),
            connection: at.connection.clone(),
            back: is_missed(draft.state, workspace, person),
            client: at.client,
        });
    }
    let Person::Agent(agent) = person else { return };
    let logged_out =
        draft.state.agent(workspace, agent).is_some_and(|row| row.status == Status::LoggedOut);
    if logged_out {
        draft.push(Event::AgentChanged {
            workspace: workspace.clone(),
            agent: agent.clone(),
            status: Status::NotReady,
            reason: Some("login".into()),
            next_status: None,
            next_reason: None,
        });
    }
}

/// Whether others were told that the person is away.
fn is_missed(state: &State, workspace: &WorkspaceId, person: &Person) -> bool {
    match person {
        Person::Agent(agent) => {
            state.agent(workspace, agent).is_some_and(|row| row.connectivity == Connectivity::Grace)
        }
        Person::Customer(chat) => state.chats.get(chat).is_some_and(|chat| chat.customer_away),
        Person::Supervisor(supervisor) => {
            let oversees = is_overseeing(state, workspace, supervisor);
            oversees && state.presence.count(workspace, person) == 0
        }
    }
}

pub(super) fn disconnected(
    mut draft: Draft<'_>,
    gateway: &GatewayId,
    connection: &ConnectionId,
) -> Verdict {
    disconnect(&mut draft, gateway, std::slice::from_ref(connection));
    draft.done(Done::default())
}

/// Ends some connections of a gateway. A person's last one begins their grace.
pub(crate) fn disconnect(draft: &mut Draft<'_>, gateway: &GatewayId, gone: &[ConnectionId]) {
    let state = draft.state;
    for (at, connection) in gone.iter().enumerate() {
        let Some((workspace, person)) = state.presence.who(gateway, connection) else {
            continue;
        };
        let of_person = |c: &&ConnectionId| {
            state.presence.who(gateway, c).is_some_and(|(w, p)| w == workspace && p == person)
        };
        let before = gone[..at].iter().filter(of_person).count();
        let is_last = state.presence.count(workspace, person) == before + 1;
        let grace_until = if is_last { grace(draft, workspace, person) } else { None };
        draft.push(Event::Disconnected {
            workspace: workspace.clone(),
            person: person.clone(),
            gateway: gateway.clone(),
            connection: connection.clone(),
            grace_until,
            replaced: false,
        });
        if let (true, Person::Agent(agent)) = (is_last, person) {
            revoke_offers(draft, workspace, agent, Withdrawn::AgentLost, None);
        }
    }
}

/// Until when a person without a connection is expected back.
fn grace(
    draft: &Draft<'_>,
    workspace: &WorkspaceId,
    person: &Person,
) -> Option<baton_common::time::Timestamp> {
    match person {
        Person::Agent(agent) => {
            let row = draft.state.agent(workspace, agent)?;
            let expected = row.status != Status::LoggedOut || !row.work.is_empty();
            let grace = draft.state.rules(workspace)?.policies(None).agent_grace;
            expected.then(|| draft.now + grace)
        }
        Person::Customer(chat) => {
            let chat = draft.state.chats.get(chat).filter(|chat| !chat.is_over())?;
            Some(draft.now + draft.state.policies_of(chat).customer_grace)
        }
        Person::Supervisor(supervisor) => {
            let oversees = is_overseeing(draft.state, workspace, supervisor);
            let grace = draft.state.rules(workspace)?.policies(None).agent_grace;
            oversees.then(|| draft.now + grace)
        }
    }
}

/// Makes what is known of a gateway's connections in a range of ids what the gateway says.
pub(super) fn announce(
    mut draft: Draft<'_>,
    gateway: &GatewayId,
    connections: &[Presence],
    range: (Option<&ConnectionId>, Option<&ConnectionId>),
) -> Verdict {
    let state = draft.state;
    let announced: BTreeSet<&ConnectionId> = connections.iter().map(|c| &c.connection).collect();
    let known = state.presence.in_range(gateway, range);
    let gone: Vec<ConnectionId> =
        known.filter(|known| !announced.contains(known)).cloned().collect();
    for Presence { workspace, person, connection, client } in connections {
        let exists = match person {
            Person::Agent(agent) => state.agent(workspace, agent).is_some(),
            Person::Customer(chat) => state.chats.contains_key(chat),
            Person::Supervisor(_) => true,
        };
        let at = Place { gateway, connection, client: *client };
        if !exists || state.presence.has(gateway, connection) {
            continue;
        }
        // One whose place was taken did not hear of it: it is to be told again. One that was only
        // thought to be gone lives at its gateway, whatever others there are.
        let was_replaced = state.presence.was_replaced(workspace, person, connection);
        if was_replaced && rivals(state, workspace, person, &at).next().is_some() {
            replace(&mut draft, workspace, person, gateway, connection);
        } else {
            connect(&mut draft, workspace, person, &at);
        }
    }
    disconnect(&mut draft, gateway, &gone);
    draft.done(Done::default())
}

pub(super) fn gateway_lost(mut draft: Draft<'_>, gateway: &GatewayId) -> Verdict {
    if draft.state.presence.of_gateway(gateway).next().is_some() {
        draft.push(Event::GatewayLost { gateway: gateway.clone() });
    }
    draft.done(Done::default())
}

pub(super) fn seen(mut draft: Draft<'_>, ask: &Asked<'_>, id: &ChatId) -> Verdict {
    let chat = ask.chat(id)?;
    let person = Person::Customer(id.clone());
    if !chat.is_over() && ask.state.presence.count(ask.workspace, &person) == 0 {
        let grace = ask.state.policies_of(chat).customer_grace;
        let grace_until = draft.now + grace;
        draft.push(Event::CustomerSeen { chat: id.clone(), grace_until });
    }
    draft.done(Done::default())
}

/// A person did not come back within the grace.
pub(crate) fn lose(draft: &mut Draft<'_>, workspace: &WorkspaceId, person: &Person) {
    draft.push(Event::PersonLost { workspace: workspace.clone(), person: person.clone() });
    match person {
        Person::Agent(agent) => lose_agent(draft, workspace, agent),
        Person::Customer(id) => {
            let state = draft.state;
            let Some(chat) = state.chats.get(id).filter(|chat| !chat.is_over()) else {
                return;
            };
            let reason = match state.chat_state(chat) {
                ChatState::Active => CloseReason::CustomerLeft,
                _ => CloseReason::Abandoned,
            };
            over(draft, chat, End { reason, by: Some(person.clone()) });
        }
        Person::Supervisor(supervisor) => {
            let space = draft.state.workspace(workspace);
            let chats = space.and_then(|space| space.overseen.get(supervisor));
            for chat in chats.into_iter().flatten().filter_map(|id| draft.state.chats.get(id)) {
                step_out(draft, chat, supervisor, Departure::Lost);
            }
        }
    }
}

fn is_overseeing(state: &State, workspace: &WorkspaceId, supervisor: &SupervisorId) -> bool {
    state.workspace(workspace).is_some_and(|space| space.overseen.contains_key(supervisor))
}

fn lose_agent(draft: &mut Draft<'_>, workspace: &WorkspaceId, agent: &AgentId) {
    let state = draft.state;
    if state.agent(workspace, agent).is_none() {
        return;
    }
    revoke_offers(draft, workspace, agent, Withdrawn::AgentLost, None);
    evict(draft, workspace, agent);
    draft.push(Event::AgentChanged {
        workspace: workspace.clone(),
        agent: agent.clone(),
        status: Status::LoggedOut,
        reason: Some("lost".into()),
        next_status: None,
        next_reason: None,
    });
}

/// An agent's chats go on without them: with other agents, or queued at their old age and not for
/// this agent until they are back. Wrap-ups run on.
pub(super) fn evict(draft: &mut Draft<'_>, workspace: &WorkspaceId, agent: &AgentId) {
    let state = draft.state;
    let Some(row) = state.agent(workspace, agent) else {
        return;
    };
    for id in row.work.keys() {
        let Some(chat) = state.chats.get(id).filter(|chat| chat.is_present(agent)) else {
            continue;
        };
        let others = chat.present().any(|p| p.agent != *agent);
        if !others && chat.entry.is_none() {
            let last = chat.last.as_ref().expect("a chat with agents had an entry");
            draft.entry(
                id,
                workspace,
                NewEntry {
                    priority: Some(last.priority),
                    skills: &last.skills,
                    away: vec![agent.clone()],
                    ..NewEntry::new(&last.queue, Origin::Requeue, last.routed_at)
                },
            );
        }
        depart(draft, chat, agent, Departure::Lost);
    }
}

#[cfg(test)]
#[path = "presence_tests.rs"]
mod tests;
