//! The end of a chat, for everybody.

use baton_common::command::Person;
use baton_common::event::{Departing, Departure, Event};
use baton_common::time::{Span, Timestamp};
use baton_common::words::{CloseReason, EntryOutcome, InviteState, OfferOutcome, Withdrawn};

use super::Draft;
use super::monitor::{overseers, step_out};
use crate::state::{Chat, Entry};

/// How a chat ends.
pub(crate) struct End {
    pub(crate) reason: CloseReason,
    pub(crate) by: Option<Person>,
}

/// Ends a chat: its agents leave, what is pending is taken back.
pub(crate) fn over(draft: &mut Draft<'_>, chat: &Chat, end: End) {
    let wrapup_until = wrapup_until(draft, chat);
    let entry = draft.state.entry_of(chat);
    let since = entry.map_or(chat.opened_at, |entry| entry.enqueued_at);
    let policies = draft.state.policies_of(chat);
    let short = draft.now.since(since) <= policies.short_abandon;
    let outcome = entry.map(|entry| outcome(chat, entry, end.reason));
    let why = match end.reason {
        CloseReason::CustomerLeft | CloseReason::Abandoned | CloseReason::Inactivity => {
            Withdrawn::CustomerLeft
        }
        _ => Withdrawn::Cancelled,
    };
    // Before the end, which is the last that is said in a chat.
    for supervisor in overseers(chat) {
        step_out(draft, chat, supervisor, Departure::Left);
    }
    draft.push(Event::ChatOver {
        chat: chat.id.clone(),
        reason: end.reason,
        by: end.by,
        short: short && end.reason == CloseReason::Abandoned,
        departures: chat
            .present()
            .map(|p| Departing { agent: p.agent.clone(), wrapup_until })
            .collect(),
        forget_at: draft.now + policies.reopen,
    });
    withdraw(draft, chat, why);
    if let (Some(entry), Some(outcome)) = (entry, outcome) {
        draft.push(Event::EntrySettled {
            chat: chat.id.clone(),
            entry: entry.id.clone(),
            outcome,
            agent: None,
            short: short && outcome == EntryOutcome::Abandoned,
        });
    }
}

/// The wrap-up's deadline for an agent who leaves now; none: no wrap-up.
pub(super) fn wrapup_until(draft: &Draft<'_>, chat: &Chat) -> Option<Timestamp> {
    let policies = match &chat.served_by {
        Some(queue) => draft.state.policies_of_queue(&chat.workspace, queue),
        None => draft.state.policies_of(chat),
    };
    (policies.wrapup > Span::ZERO).then(|| draft.now + policies.wrapup)
}

/// A customer abandons what they wait for. While agents are there, the customer talks; a transfer
/// that is already being offered is then cancelled rather than abandoned.
fn outcome(chat: &Chat, entry: &Entry, reason: CloseReason) -> EntryOutcome {
    let talks = chat.present().next().is_some();
    match reason {
        CloseReason::Abandoned => EntryOutcome::Abandoned,
        CloseReason::CustomerLeft if talks && entry.offer.is_none() => EntryOutcome::Abandoned,
        _ => EntryOutcome::Cancelled,
    }
}

fn withdraw(draft: &mut Draft<'_>, chat: &Chat, why: Withdrawn) {
    let state = draft.state;
    for id in &chat.offers {
        if state.offers.get(id).is_some_and(crate::state::Offer::is_pending) {
            draft.settle_offer(&chat.id, id, OfferOutcome::Revoked, Some(why));
        }
    }
    for invite in chat.live_invites() {
        draft.settle_invite(&chat.id, &invite.id, InviteState::Cancelled, Some(why));
    }
}
