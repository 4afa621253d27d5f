//! An offer, as the agent it is for gets it.

use baton_common::event::OfferOf;
use baton_common::time::{Span, Timestamp};
use baton_common::view::OfferView;
use baton_common::words::OfferKind;

use crate::matching::age;
use crate::state::{Offer, State};

/// The row of an offer.
pub(crate) fn offer(state: &State, now: Timestamp, offer: &Offer) -> Option<OfferView> {
    let chat = state.chats.get(&offer.chat)?;
    let shown = crate::view::chat(state, chat);
    let base = OfferView {
        offer: offer.id.clone(),
        agent: offer.agent.clone(),
        kind: OfferKind::Invite,
        invite: None,
        entry: None,
        queue: None,
        origin: None,
        from_agent: None,
        chat: shown,
        skills: Vec::new(),
        wait: Span::ZERO,
        expires_at: offer.expires_at,
        assigned: offer.assigned.clone(),
        now,
        note: None,
    };
    Some(match &offer.of {
        OfferOf::Invite(id) => {
            let invite = chat.invite(id);
            OfferView {
                invite: Some(id.clone()),
                from_agent: invite.map(|invite| invite.by.clone()),
                note: invite.and_then(|invite| invite.note.clone()),
                ..base
            }
        }
        OfferOf::Entry(id) => {
            let entry = state.entries.get(id)?;
            let rules = state.rules(&offer.workspace)?;
            OfferView {
                kind: OfferKind::Queue,
                entry: Some(id.clone()),
                queue: Some(entry.queue.clone()),
                origin: Some(entry.origin),
                from_agent: entry.by.clone(),
                skills: age::required(&rules.config, &entry.queue, &entry.skills, entry.age()),
                wait: offer.wait,
                note: entry.note.clone(),
                ..base
            }
        }
    })
}
