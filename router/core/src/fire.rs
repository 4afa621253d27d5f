//! Timers that are due: what each leads to. One timer, one decision.

use baton_common::command::Person;
use baton_common::event::Event;
use baton_common::ids::{ChatId, ConnectionId, EntryId, GatewayId};
use baton_common::limits;
use baton_common::time::{Span, Timestamp};
use baton_common::words::{
    ChatState, CloseReason, EntryOutcome, InviteState, OfferOutcome, Origin, Withdrawn,
};

use crate::decide::{Draft, End, NewEntry, disconnect, eligible_count, expire_offer, lose, over};
use crate::state::agent::WorkKind;
use crate::state::{Chat, Entry, Phase, State, Timer};

/// What a due timer leads to. Always at least one event that ends or moves the timer.
pub(crate) fn fire(state: &State, now: Timestamp, timer: &Timer) -> Vec<Event> {
    let mut draft = Draft::new(state, now);
    match timer {
        Timer::GatewayDrain(gateway) => drain(&mut draft, gateway),
        Timer::OfferExpiry(offer) => {
            if let Some(offer) = state.offers.get(offer) {
                expire_offer(&mut draft, offer);
            }
        }
        Timer::AgentGrace(workspace, agent) => {
            lose(&mut draft, workspace, &Person::Agent(agent.clone()));
        }
        Timer::CustomerGrace(id) => {
            if let Some(chat) = state.chats.get(id) {
                lose(&mut draft, &chat.workspace, &Person::Customer(id.clone()));
            }
        }
        Timer::Inactivity(chat) => inactivity(&mut draft, chat),
        Timer::Wrapup(chat, agent) => draft.push(Event::WrapupDone {
            chat: chat.clone(),
            agent: agent.clone(),
            disposition: None,
            note: None,
            timed_out: true,
        }),
        Timer::Unattended(chat) => unattended(&mut draft, chat),
        Timer::MaxWait(entry) => {
            if let Some(entry) = state.entries.get(entry) {
                waited_too_long(&mut draft, entry);
            }
        }
        Timer::NoAgent(entry) => no_agent(&mut draft, entry),
        Timer::RampUp(workspace, agent) => {
            draft.push(Event::RampUpElapsed { workspace: workspace.clone(), agent: agent.clone() });
        }
        Timer::Forget(chat) => forget(&mut draft, chat),
    }
    draft.events
}

fn drain(draft: &mut Draft<'_>, gateway: &GatewayId) {
    let slice: Vec<ConnectionId> = draft
        .state
        .presence
        .of_gateway(gateway)
        .take(limits::SLICE_EVENTS / 5)
        .map(|(connection, _)| connection.clone())
        .collect();
    disconnect(draft, gateway, &slice);
}

/// Warned at half of the time, ended at the whole.
fn inactivity(draft: &mut Draft<'_>, id: &ChatId) {
    let state = draft.state;
    let Some(chat) = state.chats.get(id) else {
        return;
    };
    if chat.warned {
        over(draft, chat, End { reason: CloseReason::Inactivity, by: None });
    } else {
        let close_at = draft.now + state.policies_of(chat).inactivity.half();
        draft.push(Event::InactivityWarned { chat: id.clone(), close_at });
    }
}

/// Nobody came: on to the overflow queue, or over.
fn unattended(draft: &mut Draft<'_>, id: &ChatId) {
    let state = draft.state;
    let Some(chat) = state.chats.get(id) else {
        return;
    };
    let last = chat.last.as_ref().expect("an unattended chat had an entry");
    let overflow = overflow_of(state, &chat.workspace, &last.queue);
    match overflow {
        Some(queue) => {
            let new = NewEntry {
                skills: &last.skills,
                ..NewEntry::new(&queue, Origin::Overflow, last.routed_at)
            };
            draft.entry(id, &chat.workspace, new);
        }
        None => over(draft, chat, End { reason: CloseReason::Orphaned, by: None }),
    }
}

fn overflow_of(
    state: &State,
    workspace: &baton_common::ids::WorkspaceId,
    queue: &baton_common::ids::QueueId,
) -> Option<baton_common::ids::QueueId> {
    state.rules(workspace)?.config.queues.get(queue)?.overflow.clone()
}

/// An entry's time in this queue is over: on to the overflow queue, without one unattended (or,
/// while agents are in the chat, simply not wanted any more).
fn waited_too_long(draft: &mut Draft<'_>, entry: &Entry) {
    let state = draft.state;
    let Some(chat) = state.chats.get(&entry.chat) else {
        return;
    };
    if let Some(offer) = &entry.offer {
        let why = Some(Withdrawn::Superseded);
        draft.settle_offer(&chat.id, offer, OfferOutcome::Revoked, why);
    }
    let overflow = overflow_of(state, &entry.workspace, &entry.queue);
    let outcome = if let Some(queue) = overflow {
        let new = NewEntry {
            skills: &entry.skills,
            excluded: entry.excluded.iter().cloned().collect(),
            away: entry.away.iter().cloned().collect(),
            by: entry.by.as_ref(),
            invite: entry.invite.clone(),
            note: entry.note.as_ref(),
            ..NewEntry::new(&queue, Origin::Overflow, entry.routed_at)
        };
        draft.entry(&chat.id, &entry.workspace, new);
        EntryOutcome::Overflowed
    } else {
        expire(draft, chat, entry);
        EntryOutcome::Expired
    };
    draft.push(Event::EntrySettled {
        chat: chat.id.clone(),
        entry: entry.id.clone(),
        outcome,
        agent: None,
        short: false,
    });
}

/// Nobody takes the chat from here: it is unattended, unless agents are with it.
fn expire(draft: &mut Draft<'_>, chat: &Chat, entry: &Entry) {
    if draft.state.chat_state(chat) != ChatState::Active {
        let policies = draft.state.policies_of_queue(&entry.workspace, &entry.queue);
        let until = draft.now + policies.unattended;
        draft.push(Event::ChatUnattended { chat: chat.id.clone(), until });
    }
    if let Some(invite) = &entry.invite {
        draft.settle_invite(&chat.id, invite, InviteState::Expired, None);
    }
}

/// If nobody is eligible still, the entry goes on; else it is looked at again later.
fn no_agent(draft: &mut Draft<'_>, id: &EntryId) {
    let state = draft.state;
    let Some(entry) = state.entries.get(id) else {
        return;
    };
    let excluded: Vec<_> = entry.excluded.iter().chain(&entry.away).cloned().collect();
    let eligible = eligible_count(state, &entry.workspace, &entry.queue, &entry.skills, &excluded);
    if eligible == 0 && entry.offer.is_none() {
        waited_too_long(draft, entry);
    } else {
        let again = state.policies_of_queue(&entry.workspace, &entry.queue).no_agent_wait;
        let no_agent_at = draft.now + again.unwrap_or(Span::seconds(60)).max(Span::seconds(1));
        draft.push(Event::EntryLookedAt {
            chat: entry.chat.clone(),
            entry: id.clone(),
            no_agent_at,
        });
    }
}

/// The memory of a closed chat ends, and with it wrap-ups that outlived the reopen window.
fn forget(draft: &mut Draft<'_>, id: &ChatId) {
    let state = draft.state;
    let Some(chat) = state.chats.get(id).filter(|chat| matches!(chat.phase, Phase::Over(_))) else {
        return;
    };
    for participant in &chat.agents {
        let row = state.agent(&chat.workspace, &participant.agent);
        let wraps_up =
            row.and_then(|row| row.work.get(id)).is_some_and(|work| work.kind == WorkKind::Wrapup);
        if wraps_up {
            draft.push(Event::WrapupDone {
                chat: id.clone(),
                agent: participant.agent.clone(),
                disposition: None,
                note: None,
                timed_out: true,
            });
        }
    }
    draft.push(Event::ChatForgotten { chat: id.clone() });
}
