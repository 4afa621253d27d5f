//! An offer for its agent.

use baton_common::command::Person;
use baton_common::protocol::message::Message;
use baton_common::protocol::offer::Offer;
use baton_common::time::ApiTime;
use baton_common::view::OfferView;
use baton_common::words::{OfferKind, Origin};

use super::{chat, line};
use crate::caller::Reader;
use crate::transcript::{Audience, Transcript};

/// Lines of a transferred chat that come with the offer.
const LAST_LINES: usize = 5;

/// The offer, joined with the transcript of its chat.
pub(crate) fn offer(view: &OfferView, transcript: &Transcript) -> Offer {
    let dossier = transcript.dossier(&view.chat.notes);
    let person = Person::Agent(view.agent.clone());
    let seq = transcript.last(Audience::Agents);
    Offer {
        offer_id: view.offer.clone(),
        kind: view.kind,
        invite_id: view.invite.clone(),
        queue: view.queue.clone(),
        origin: view.origin,
        from_agent: view.from_agent.clone(),
        chat: chat::chat(&view.chat, &dossier, seq, (Reader::Agent, &person)),
        skills: view.skills.clone(),
        wait_s: view.wait.as_seconds(),
        expires_at: ApiTime(view.expires_at),
        expires_in_s: view.expires_at.since(view.now).as_seconds(),
        note: view.note.as_ref().and_then(|note| transcript.note(note)),
        assigned_by: view.assigned.as_ref().map(|assigned| assigned.by.clone()),
        over_capacity: view.assigned.as_ref().and_then(|a| a.over_capacity.then_some(true)),
        last_lines: is_handed_over(view).then(|| last_lines(view, transcript)),
    }
}

/// Whether somebody has talked in the chat and hands it over.
pub(crate) fn is_handed_over(view: &OfferView) -> bool {
    view.kind == OfferKind::Invite || view.origin == Some(Origin::Transfer)
}

fn last_lines(view: &OfferView, transcript: &Transcript) -> Vec<Message> {
    let profile = transcript.profile();
    let lines = transcript.last_text_lines(Audience::Agents, LAST_LINES);
    let shape = |heard| line::message(&view.chat.chat, heard, &profile, Audience::Agents);
    lines.iter().filter_map(shape).collect()
}
