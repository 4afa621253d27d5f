//! Answers to offers, and what becomes of one that nobody answered.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::event::{Event, OfferOf};
use baton_common::ids::{AgentId, OfferId};
use baton_common::rejection::Rejection;
use baton_common::words::{
    EntryOutcome, InviteState, OfferOutcome, OnNoAnswer, ParticipantState, Status, Withdrawn,
};

use super::status::revoke_offers;
use super::{Asked, Draft, Verdict};
use crate::state::{Chat, Offer, State};

pub(super) fn accept(mut draft: Draft<'_>, ask: &Asked<'_>, id: &OfferId) -> Verdict {
    let (offer, chat) = find(ask, id)?;
    match offer.outcome {
        None => {}
        Some((OfferOutcome::Accepted, _)) => return draft.done_chat(&chat.id),
        Some(_) => return Err(stale(ask.state, offer, chat).into()),
    }
    draft.settle_offer(&chat.id, id, OfferOutcome::Accepted, None);
    join(&mut draft, chat, &offer.agent, offer);
    match &offer.of {
        OfferOf::Entry(entry) => {
            draft.push(Event::EntrySettled {
                chat: chat.id.clone(),
                entry: entry.clone(),
                outcome: EntryOutcome::Served,
                agent: Some(offer.agent.clone()),
                short: false,
            });
            let invite = ask.state.entries.get(entry).and_then(|entry| entry.invite.as_ref());
            // One that its agent declined stays so, whoever takes the chat then.
            let live = invite.and_then(|id| chat.invite(id)).filter(|i| i.state.is_live());
            if let Some(invite) = live {
                draft.settle_invite(&chat.id, &invite.id, InviteState::Accepted, None);
            }
        }
        OfferOf::Invite(invite) => {
            draft.settle_invite(&chat.id, invite, InviteState::Accepted, None);
        }
    }
    draft.done_chat(&chat.id)
}

fn join(draft: &mut Draft<'_>, chat: &Chat, agent: &AgentId, offer: &Offer) {
    let wraps_up = chat.participant(agent).is_some_and(|p| p.state == ParticipantState::Wrapup);
    if wraps_up {
        draft.push(Event::WrapupDone {
            chat: chat.id.clone(),
            agent: agent.clone(),
            disposition: None,
            note: None,
            timed_out: false,
        });
    }
    let first = chat.present().next().is_none();
    let inactivity = match &offer.queue {
        Some(queue) => draft.state.policies_of_queue(&chat.workspace, queue).inactivity,
        None => draft.state.policies_of(chat).inactivity,
    };
    let warn_at = (first && inactivity.0 > 0).then(|| draft.now + inactivity.half());
    draft.push(Event::AgentJoined {
        chat: chat.id.clone(),
        agent: agent.clone(),
        weight: offer.weight,
        warn_at,
    });
}

pub(super) fn decline(mut draft: Draft<'_>, ask: &Asked<'_>, id: &OfferId) -> Verdict {
    let (offer, chat) = find(ask, id)?;
    match offer.outcome {
        None => {}
        Some((OfferOutcome::Declined, _)) => return draft.done(Done::default()),
        Some(_) => return Err(stale(ask.state, offer, chat).into()),
    }
    draft.settle_offer(&chat.id, id, OfferOutcome::Declined, None);
    settle_invite_of(&mut draft, offer, chat, InviteState::Declined, None);
    draft.done(Done::default())
}

/// Nobody answered in time.
pub(crate) fn expire(draft: &mut Draft<'_>, offer: &Offer) {
    let Some(chat) = draft.state.chats.get(&offer.chat) else {
        return;
    };
    draft.settle_offer(&chat.id, &offer.id, OfferOutcome::Expired, None);
    settle_invite_of(draft, offer, chat, InviteState::Expired, None);
    let policies = match &offer.queue {
        Some(queue) => draft.state.policies_of_queue(&chat.workspace, queue),
        None => draft.state.policies_of(chat),
    };
    let ready = draft
        .state
        .agent(&chat.workspace, &offer.agent)
        .is_some_and(|agent| agent.status == Status::Ready);
    if policies.on_no_answer == OnNoAnswer::NotReady && ready {
        let why = Withdrawn::AgentNotReady;
        revoke_offers(draft, &chat.workspace, &offer.agent, why, Some(&offer.id));
        let next = draft
            .state
            .agent(&chat.workspace, &offer.agent)
            .and_then(|agent| agent.next_status.clone());
        draft.push(Event::AgentChanged {
            workspace: chat.workspace.clone(),
            agent: offer.agent.clone(),
            status: Status::NotReady,
            reason: Some("no_answer".into()),
            next_status: next.as_ref().map(|(status, _)| *status),
            next_reason: next.and_then(|(_, reason)| reason),
        });
    }
}

/// The invitation behind an offer ends with it: its own, or that of a blind transfer to this
/// agent (the entry itself goes on waiting).
pub(super) fn settle_invite_of(
    draft: &mut Draft<'_>,
    offer: &Offer,
    chat: &Chat,
    state: InviteState,
    reason: Option<Withdrawn>,
) {
    use baton_common::command::Target;
    match &offer.of {
        OfferOf::Invite(invite) => draft.settle_invite(&chat.id, invite, state, reason),
        OfferOf::Entry(entry) => {
            let entry = draft.state.entries.get(entry);
            let invite = entry.and_then(|e| e.invite.as_ref()).and_then(|id| chat.invite(id));
            let to_agent = invite.filter(|i| {
                i.state.is_live() && matches!(&i.to, Target::Agent(to) if *to == offer.agent)
            });
            if let Some(invite) = to_agent {
                draft.settle_invite(&chat.id, &invite.id, state, reason);
            }
        }
    }
}

fn find<'a>(ask: &Asked<'a>, id: &OfferId) -> Result<(&'a Offer, &'a Chat), Rejection> {
    let agent = ask.agent()?;
    let offer = ask
        .state
        .offers
        .get(id)
        .filter(|offer| offer.workspace == *ask.workspace)
        .ok_or_else(|| Rejection::new(Code::NotFound, "there is no such offer"))?;
    if offer.agent != *agent {
        return Err(Rejection::new(Code::Forbidden, "the offer is for another agent"));
    }
    let chat = ask.state.chats.get(&offer.chat).expect("offers go with their chat");
    Ok((offer, chat))
}

/// Too late: says how the offer ended and who won what it was for.
fn stale(state: &State, offer: &Offer, chat: &Chat) -> Rejection {
    let (why, withdrawn) = offer.outcome.unwrap_or((OfferOutcome::Revoked, None));
    let won = |other: &&Offer| {
        let accepted = matches!(other.outcome, Some((OfferOutcome::Accepted, _)));
        accepted && other.of == offer.of && other.agent != offer.agent
    };
    let mut offers = chat.offers.iter().filter_map(|id| state.offers.get(id));
    let winner = offers.find(won).map(|other| &other.agent);
    let ended = match why {
        OfferOutcome::Accepted => "the offer was accepted",
        OfferOutcome::Declined => "you declined the offer",
        OfferOutcome::Expired => "the offer expired",
        OfferOutcome::Revoked => "the offer was taken back",
    };
    let detail = match winner {
        Some(agent) => format!("{ended}, {agent} has the chat"),
        None => ended.to_owned(),
    };
    Rejection {
        why: Some(why),
        withdrawn,
        by: winner.cloned(),
        ..Rejection::new(Code::OfferStale, detail)
    }
}

impl State {
    /// Pending offers of an agent.
    pub(crate) fn pending_offers<'a>(
        &'a self,
        workspace: &baton_common::ids::WorkspaceId,
        agent: &AgentId,
    ) -> impl Iterator<Item = &'a Offer> {
        let row = self.agent(workspace, agent);
        row.into_iter().flat_map(|row| row.offers.keys()).filter_map(|id| self.offers.get(id))
    }
}
