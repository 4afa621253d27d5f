//! A chat's row.

use baton_common::command::{Person, Target};
use baton_common::ids::AgentId;
use baton_common::limits;
use baton_common::view::{ChatView, ClosedView, InviteView, NoteView, Owner, ParticipantView};
use baton_common::words::{Connectivity, NoteKind, ParticipantState, Withdrawn};
use smol_str::SmolStr;

use crate::state::{
    Chat, Entry, Invite, Overseer, Participant, Phase, State, Timer, WorkspaceState,
};

/// The row of a chat.
pub(crate) fn chat(state: &State, chat: &Chat) -> ChatView {
    let space = state.workspace_of(chat);
    let entry = state.entry_of(chat);
    let live = entry.filter(|_| waits(chat));
    let queue = match (live, &chat.phase) {
        (Some(entry), _) => Some(&entry.queue),
        (None, Phase::Unattended(_)) => chat.last.as_ref().map(|last| &last.queue),
        _ => chat.served_by.as_ref().or(chat.last.as_ref().map(|last| &last.queue)),
    };
    ChatView {
        chat: chat.id.clone(),
        workspace: chat.workspace.clone(),
        rev: chat.rev,
        state: chat.state(entry),
        queue: queue.cloned(),
        position: live.and_then(|entry| place(space, entry)),
        ewt: None,
        owner: owner(chat, entry),
        customer: chat.customer.clone(),
        participants: participants(state, space, chat),
        invites: chat.live_invites().map(|i| invite(state, chat, i)).collect(),
        notes: notes(chat),
        hops: chat.hops,
        previous: chat.previous.clone(),
        followed_by: chat.followed_by.clone(),
        opened_at: chat.opened_at,
        closed: closed(chat),
        token_until: match &chat.phase {
            Phase::Over(end) => Some(end.forget_at),
            _ => None,
        },
        spoke_every: baton_common::time::Span(state.policies_of(chat).inactivity.0 / 10),
    }
}

/// The entry by which a chat waits while no agent is in it.
pub(crate) fn waiting<'a>(state: &'a State, chat: &Chat) -> Option<&'a Entry> {
    state.entry_of(chat).filter(|_| waits(chat))
}

fn waits(chat: &Chat) -> bool {
    chat.present().next().is_none() && !chat.is_over()
}

/// Place in line from 1.
pub(crate) fn position(state: &State, entry: &Entry) -> Option<u32> {
    place(state.workspace(&entry.workspace)?, entry)
}

fn place(space: &WorkspaceState, entry: &Entry) -> Option<u32> {
    let ahead = space.queues.get(&entry.queue)?.line.before(&entry.key);
    u32::try_from(ahead + 1).ok()
}

fn owner(chat: &Chat, entry: Option<&Entry>) -> Option<Owner> {
    match (&chat.phase, chat.present().next()) {
        (Phase::Over(_), _) => None,
        (_, Some(first)) => Some(Owner::Agent(first.agent.clone())),
        (Phase::Unattended(until), None) => Some(Owner::Unattended(*until)),
        (Phase::Open, None) => entry.map(|entry| Owner::Queue(entry.queue.clone())),
    }
}

fn closed(chat: &Chat) -> Option<ClosedView> {
    match &chat.phase {
        Phase::Over(end) => {
            Some(ClosedView { at: end.at, reason: end.reason, by: end.by.clone(), code: end.code })
        }
        _ => None,
    }
}

fn participants(state: &State, space: &WorkspaceState, chat: &Chat) -> Vec<ParticipantView> {
    let invited = chat
        .live_invites()
        .filter_map(|invite| match &invite.to {
            Target::Agent(agent) => Some(agent).filter(|agent| is_invited(chat, agent)),
            Target::Queue(_) => None,
        })
        .map(|agent| agent_row(space, agent, ParticipantState::Invited));
    let agents = chat.agents.iter().filter(|p| !is_invited(chat, &p.agent));
    let agents = agents.map(|p| participant(state, chat, p));
    let overseers = chat.overseers.iter().map(|o| overseer(state, chat, o));
    let others = chat.agents.len() + chat.invites.len() + chat.overseers.len();
    let mut all = Vec::with_capacity(1 + others);
    all.push(customer(chat));
    agents.chain(invited).chain(overseers).for_each(|row| all.push(row));
    all
}

/// The row of one person in a chat, as it is among all of them.
pub(crate) fn person(state: &State, chat: &Chat, who: &Person) -> Option<ParticipantView> {
    let space = state.workspace_of(chat);
    match who {
        Person::Customer(id) if *id == chat.id => Some(customer(chat)),
        Person::Agent(agent) if is_invited(chat, agent) => {
            Some(agent_row(space, agent, ParticipantState::Invited))
        }
        Person::Agent(agent) => chat.participant(agent).map(|p| participant(state, chat, p)),
        Person::Supervisor(id) => {
            let own = chat.overseers.iter().find(|o| o.supervisor == *id);
            own.map(|o| overseer(state, chat, o))
        }
        Person::Customer(_) => None,
    }
}

/// Whether an invitation says how an agent stands: not while their wrap-up runs, which they must
/// see and can complete.
fn is_invited(chat: &Chat, agent: &AgentId) -> bool {
    let own = chat.participant(agent);
    let wraps_up = own.is_some_and(|own| own.state == ParticipantState::Wrapup);
    chat.is_invited(agent) && !wraps_up
}

fn customer(chat: &Chat) -> ParticipantView {
    ParticipantView {
        person: Person::Customer(chat.id.clone()),
        name: SmolStr::default(),
        state: match chat.phase {
            Phase::Over(_) => ParticipantState::Left,
            _ if chat.customer_away => ParticipantState::Disconnected,
            _ => ParticipantState::Connected,
        },
        mode: None,
        removed: false,
        wrapup_until: None,
    }
}

/// An agent's part, as it stands.
fn participant(state: &State, chat: &Chat, p: &Participant) -> ParticipantView {
    let space = state.workspace_of(chat);
    let is_away = || {
        let row = space.agents.get(&p.agent);
        row.is_some_and(|row| row.connectivity != Connectivity::Online)
    };
    let shown = match p.state {
        ParticipantState::Connected if is_away() => ParticipantState::Disconnected,
        other => other,
    };
    let wraps_up = p.state == ParticipantState::Wrapup;
    let until = || state.timers.deadline(&Timer::Wrapup(chat.id.clone(), p.agent.clone()));
    let wrapup_until = wraps_up.then(until).flatten();
    ParticipantView { wrapup_until, removed: p.removed, ..agent_row(space, &p.agent, shown) }
}

fn agent_row(space: &WorkspaceState, agent: &AgentId, shown: ParticipantState) -> ParticipantView {
    let name = space.rules.as_ref().map(|rules| rules.config.agent_name(agent));
    ParticipantView {
        person: Person::Agent(agent.clone()),
        name: SmolStr::new(name.unwrap_or(agent.as_str())),
        state: shown,
        mode: None,
        removed: false,
        wrapup_until: None,
    }
}

/// A supervisor's part, as it stands.
fn overseer(state: &State, chat: &Chat, o: &Overseer) -> ParticipantView {
    let person = Person::Supervisor(o.supervisor.clone());
    let is_away = || state.presence.count(&chat.workspace, &person) == 0;
    let shown = match o.state {
        ParticipantState::Connected if is_away() => ParticipantState::Disconnected,
        other => other,
    };
    let config = state.config(&chat.workspace);
    let name = config.map_or(o.supervisor.as_str(), |config| config.supervisor_name(&o.supervisor));
    let mode = Some(o.mode);
    ParticipantView {
        name: SmolStr::new(name),
        state: shown,
        mode,
        person,
        removed: false,
        wrapup_until: None,
    }
}

/// What agents left for those after them: the notes of transfers and of wrap-ups, the newest.
fn notes(chat: &Chat) -> Vec<NoteView> {
    // One who took an invitation back handed nothing over.
    let given = |invite: &&Invite| invite.reason != Some(Withdrawn::Cancelled);
    let handovers = chat.invites.iter().filter(given).filter(|invite| invite.note.is_some());
    let handovers = handovers.map(|invite| NoteView {
        at: invite.at,
        by: invite.by.clone(),
        kind: NoteKind::Handover,
        note: invite.note.clone(),
        disposition: None,
    });
    let outcomes = chat.outcomes.iter().map(|outcome| NoteView {
        at: outcome.at,
        by: outcome.by.clone(),
        kind: NoteKind::Wrapup,
        note: outcome.note.clone(),
        disposition: outcome.disposition.clone(),
    });
    let mut all: Vec<_> = handovers.chain(outcomes).collect();
    all.sort_by_key(|note| note.at);
    all.split_off(all.len().saturating_sub(limits::CHAT_NOTES))
}

/// An invitation's row.
pub(crate) fn invite(state: &State, chat: &Chat, invite: &Invite) -> InviteView {
    let entry = state.entry_of(chat).filter(|entry| entry.invite.as_ref() == Some(&invite.id));
    let to_queue = matches!(invite.to, Target::Queue(_));
    InviteView {
        invite: invite.id.clone(),
        to: invite.to.clone(),
        by: invite.by.clone(),
        state: invite.state,
        reason: invite.reason,
        at: invite.at,
        position: entry.filter(|_| to_queue).and_then(|entry| position(state, entry)),
        ewt: None,
    }
}
