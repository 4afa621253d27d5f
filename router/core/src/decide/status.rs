//! Agents' status, chosen by them.

use baton_common::answer::Done;
use baton_common::event::Event;
use baton_common::ids::{AgentId, OfferId, WorkspaceId};
use baton_common::words::{InviteState, OfferOutcome, Status, Withdrawn};
use smol_str::SmolStr;

use super::offer::settle_invite_of;
use super::{Asked, Draft, Verdict};
use crate::state::Offer;

pub(super) fn set(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    status: Status,
    reason: Option<&SmolStr>,
    after_work: bool,
) -> Verdict {
    let agent = ask.agent()?;
    let row = ask.state.agent(ask.workspace, agent).expect("ask.agent() found it");
    let has_work = !row.work.is_empty();
    let later = has_work && (after_work || status == Status::LoggedOut);
    let (now_status, now_reason) =
        if later { (row.status, row.reason.clone()) } else { (status, reason.cloned()) };
    let next = later.then(|| (status, reason.cloned()));
    if row.status == Status::Ready && (later || status != Status::Ready) {
        revoke_offers(&mut draft, ask.workspace, agent, Withdrawn::AgentNotReady, None);
    }
    let unchanged = row.status == now_status && row.reason == now_reason && row.next_status == next;
    if !unchanged {
        draft.push(Event::AgentChanged {
            workspace: ask.workspace.clone(),
            agent: agent.clone(),
            status: now_status,
            reason: now_reason,
            next_status: next.as_ref().map(|(status, _)| *status),
            next_reason: next.and_then(|(_, reason)| reason),
        });
    }
    draft.done(Done { agent: Some(agent.clone()), ..Done::default() })
}

/// Takes back all pending offers of an agent, and ends the invitations behind them.
pub(super) fn revoke_offers(
    draft: &mut Draft<'_>,
    workspace: &WorkspaceId,
    agent: &AgentId,
    why: Withdrawn,
    but: Option<&OfferId>,
) {
    let state = draft.state;
    let offers: Vec<&Offer> =
        state.pending_offers(workspace, agent).filter(|offer| Some(&offer.id) != but).collect();
    for offer in offers {
        draft.settle_offer(&offer.chat, &offer.id, OfferOutcome::Revoked, Some(why));
        if let Some(chat) = state.chats.get(&offer.chat) {
            settle_invite_of(draft, offer, chat, InviteState::Cancelled, Some(why));
        }
    }
}
