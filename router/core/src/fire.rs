//! Timers that are due: what each leads to. One timer, one decision.

use baton_common::command::Person;
use baton_common::event::Event;
use baton_common::ids::{ChatId, ConnectionId, EntryId, GatewayId};
use baton_common::limits;
use baton_common::time::{Span, Timestamp};
use baton_common::words::CloseReason;

use crate::decide::{
    Draft, End, age_at, disconnect, expire_offer, hours_due, is_anybody_eligible, lose, over,
    sweep, tell_at, unattended, waited_too_long,
};
use crate::ewt::Teller;
use crate::state::agent::WorkKind;
use crate::state::{Phase, State, Timer};
use crate::view;

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
        Timer::SupervisorGrace(workspace, supervisor) => {
            lose(&mut draft, workspace, &Person::Supervisor(supervisor.clone()));
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
        Timer::Age(entry) => older(&mut draft, entry),
        Timer::RampUp(workspace, agent) => {
            draft.push(Event::RampUpElapsed { workspace: workspace.clone(), agent: agent.clone() });
        }
        Timer::Forget(chat) => forget(&mut draft, chat),
        Timer::Hours(workspace) => hours_due(&mut draft, workspace),
        Timer::Sweep(workspace, queue) => sweep(&mut draft, workspace, queue),
        Timer::Tell(entry) => tell(&mut draft, entry),
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

/// Entries that grow older together, in one decision: each may lead to an offer.
pub(crate) const TOGETHER: usize = limits::SLICE_EVENTS / 4;

/// The next of the entries that grow older at this moment, too. Chats that were started together
/// reach an age together; who of them goes first then is for the line to say, not for the clock.
pub(crate) fn together(state: &State, now: Timestamp) -> Option<Vec<Event>> {
    let (at, timer) = state.timers.next()?;
    (at <= now && matches!(timer, Timer::Age(_))).then(|| fire(state, now, timer))
}

/// An entry has reached an age at which something changes for it.
fn older(draft: &mut Draft<'_>, id: &EntryId) {
    let state = draft.state;
    let Some(entry) = state.entries.get(id) else {
        return;
    };
    let next_at = age_at(state, &entry.workspace, &entry.queue, entry.routed_at, draft.now);
    draft.push(Event::EntryAged { chat: entry.chat.clone(), entry: id.clone(), next_at });
}

/// If nobody is eligible, the entry goes on; else it is looked at again later.
fn no_agent(draft: &mut Draft<'_>, id: &EntryId) {
    let state = draft.state;
    let Some(entry) = state.entries.get(id) else {
        return;
    };
    let excluded: Vec<_> = entry.excluded.iter().chain(&entry.away).cloned().collect();
    let (workspace, queue) = (&entry.workspace, &entry.queue);
    let again = state.policies_of_queue(workspace, queue).no_agent_wait;
    let eligible = || is_anybody_eligible(state, workspace, queue, &entry.skills, &excluded);
    // A configuration since then may want nobody sent away.
    if again.is_some() && entry.offer.is_none() && !eligible() {
        waited_too_long(draft, entry);
    } else {
        let no_agent_at = draft.now + again.unwrap_or(Span::seconds(60)).max(Span::seconds(1));
        draft.push(Event::EntryLookedAt {
            chat: entry.chat.clone(),
            entry: id.clone(),
            no_agent_at,
        });
    }
}

/// A customer who waits alone is told how it stands; one who talks to somebody is not.
fn tell(draft: &mut Draft<'_>, id: &EntryId) {
    let state = draft.state;
    let Some(entry) = state.entries.get(id) else {
        return;
    };
    let next_at = tell_at(state, &entry.workspace, &entry.queue, draft.now);
    let chat = state.chats.get(&entry.chat).filter(|_| next_at.is_some());
    // It has a place only while nobody is connected.
    let waiting = chat.and_then(|chat| view::waiting(state, chat));
    let position = waiting.and_then(|entry| view::position(state, entry));
    let ewt = waiting.and_then(|entry| Teller::new(state, draft.now).entry(entry));
    let ewt = ewt.map(|ewt| ewt.p50);
    draft.push(Event::WaitTold {
        chat: entry.chat.clone(),
        entry: id.clone(),
        position,
        ewt,
        next_at,
    });
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
