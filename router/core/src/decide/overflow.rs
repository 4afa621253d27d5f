//! Leaving a queue without having been served: on to the overflow queue at the old age, or
//! unattended, or over. Who is let in there is `door`'s to say.

use baton_common::event::Event;
use baton_common::ids::{ChatId, QueueId, WorkspaceId};
use baton_common::quantity::Priority;
use baton_common::time::Span;
use baton_common::words::{
    ChatState, CloseReason, EntryOutcome, InviteState, OfferOutcome, Origin, Withdrawn,
};

use super::door::{Placed, onward};
use super::offer::settle_invite_of;
use super::{Draft, End, NewEntry, over};
use crate::state::{Chat, Entry, State};

/// An entry's time in this queue is over: on to the overflow queue. If there is none, or none
/// lets it in, it is unattended (or, while agents are in the chat, simply not wanted any more);
/// yet whoever is asked for it may take it, since it would find nothing better.
pub(crate) fn waited_too_long(draft: &mut Draft<'_>, entry: &Entry) {
    let state = draft.state;
    let Some(chat) = state.chats.get(&entry.chat) else {
        return;
    };
    let offer = entry.offer.as_ref().and_then(|id| state.offers.get(id));
    match (next(state, entry, &Placed::default()), offer) {
        (Some(queue), offer) => {
            if let Some(offer) = offer {
                let why = Some(Withdrawn::Superseded);
                draft.settle_offer(&chat.id, &offer.id, OfferOutcome::Revoked, why);
                settle_invite_of(draft, offer, chat, InviteState::Cancelled, why);
            }
            move_on(draft, entry, &queue);
        }
        (None, Some(offer)) => draft.push(Event::EntryLookedAt {
            chat: chat.id.clone(),
            entry: entry.id.clone(),
            no_agent_at: offer.expires_at.max(draft.now + Span(1)),
        }),
        (None, None) => {
            expire(draft, chat, entry);
            settle(draft, entry, EntryOutcome::Expired);
        }
    }
}

/// Where an entry would go on.
pub(super) fn next(state: &State, entry: &Entry, placed: &Placed) -> Option<QueueId> {
    let passed_over: Vec<_> = entry.excluded.iter().chain(&entry.away).cloned().collect();
    onward(state, &entry.workspace, &entry.queue, &entry.skills, &passed_over, placed)
}

/// The entry ends here and goes on there, with all that it brought.
pub(super) fn move_on(draft: &mut Draft<'_>, entry: &Entry, to: &QueueId) {
    let new = NewEntry {
        priority: own_priority(draft.state, &entry.workspace, &entry.queue, entry.priority),
        skills: &entry.skills,
        excluded: entry.excluded.iter().cloned().collect(),
        away: entry.away.iter().cloned().collect(),
        preferred: entry.preferred.clone(),
        by: entry.by.as_ref(),
        invite: entry.invite.clone(),
        note: entry.note.as_ref(),
        ..NewEntry::new(to, Origin::Overflow, entry.routed_at)
    };
    draft.entry(&entry.chat, &entry.workspace, new);
    settle(draft, entry, EntryOutcome::Overflowed);
}

/// The priority that a chat brought, if it was not its queue's: only that one goes on with it.
fn own_priority(
    state: &State,
    workspace: &WorkspaceId,
    queue: &QueueId,
    priority: Priority,
) -> Option<Priority> {
    let queue = state.config(workspace)?.queues.get(queue)?;
    (priority != queue.priority).then_some(priority)
}

pub(super) fn settle(draft: &mut Draft<'_>, entry: &Entry, outcome: EntryOutcome) {
    draft.push(Event::EntrySettled {
        chat: entry.chat.clone(),
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

/// Nobody came: on to the overflow queue if that takes it now, or over.
pub(crate) fn unattended(draft: &mut Draft<'_>, id: &ChatId) {
    let state = draft.state;
    let Some(chat) = state.chats.get(id) else {
        return;
    };
    let last = chat.last.as_ref().expect("an unattended chat had an entry");
    let excluded: Vec<_> = last.excluded.iter().cloned().collect();
    let (workspace, placed) = (&chat.workspace, Placed::default());
    match onward(state, workspace, &last.queue, &last.skills, &excluded, &placed) {
        Some(queue) => {
            let new = NewEntry {
                priority: own_priority(state, workspace, &last.queue, last.priority),
                skills: &last.skills,
                excluded,
                ..NewEntry::new(&queue, Origin::Overflow, last.routed_at)
            };
            draft.entry(id, workspace, new);
        }
        None => over(draft, chat, End { reason: CloseReason::Orphaned, by: None }),
    }
}
