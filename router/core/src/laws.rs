//! The law of the chat, asserted after every event also in release builds.
//!
//! A breach is a fault of the engine: the node sets the command aside (`internal`) and rebuilds.

use baton_common::event::{Event, OfferOf, TimedEvent};
use baton_common::ids::ChatId;

use crate::state::{Phase, State};

/// Panics if an event has broken a law.
pub(crate) fn check(state: &State, timed: &TimedEvent) {
    if let Some(chat) = chat_of(&timed.event) {
        owner(state, chat);
    }
    if let Event::OfferMade { agent, chat, of: OfferOf::Entry(_), assigned, .. } = &timed.event
        && assigned.as_ref().is_none_or(|assigned| !assigned.over_capacity)
    {
        capacity(state, chat, agent);
    }
}

/// A chat that is not over has an agent, a live entry or a running deadline.
fn owner(state: &State, id: &ChatId) {
    let Some(chat) = state.chats.get(id) else {
        return;
    };
    let owned = match chat.phase {
        Phase::Over(_) | Phase::Unattended(_) => true,
        Phase::Open => chat.present().next().is_some() || state.entry_of(chat).is_some(),
    };
    assert!(owned, "chat {id} has no owner");
}

/// Routing never gives an agent more than they can carry.
fn capacity(state: &State, id: &ChatId, agent: &baton_common::ids::AgentId) {
    let Some(chat) = state.chats.get(id) else {
        return;
    };
    let Some(row) = state.agent(&chat.workspace, agent) else {
        return;
    };
    let total = crate::matching::capacity(state, &chat.workspace, agent);
    let within = row.used() <= total || state.policies_of(chat).invite_over_capacity;
    assert!(within, "agent {agent} carries more than their capacity");
}

/// The chat whose owner an event may have changed. A start is owned by the entry that follows it
/// in the same command.
fn chat_of(event: &Event) -> Option<&ChatId> {
    match event {
        Event::ChatUnattended { chat, .. }
        | Event::ChatOver { chat, .. }
        | Event::EntrySettled { chat, .. }
        | Event::OfferMade { chat, .. }
        | Event::OfferMoved { chat, .. }
        | Event::OfferSettled { chat, .. }
        | Event::InviteSettled { chat, .. }
        | Event::AgentJoined { chat, .. }
        | Event::AgentLeft { chat, .. } => Some(chat),
        Event::EntryAdded(added) => Some(&added.chat),
        _ => None,
    }
}
