//! A supervisor gives a chat to an agent or to a queue: what it waited for is superseded, and the
//! agents who are in it are out. Above an agent's capacity only if the workspace allows it, and
//! the offer says so.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::{Actor, Target};
use baton_common::event::{Assigned, Departure, OfferOf};
use baton_common::ids::{AgentId, ChatId, QueueId, SupervisorId};
use baton_common::quantity::Permille;
use baton_common::rejection::Rejection;
use baton_common::words::{
    EntryOutcome, InviteState, OfferOutcome, Origin, TransferKind, Withdrawn,
};

use super::door::{Knock, knock};
use super::draft::NewEntry;
use super::leave::{complete, depart};
use super::transfer::{known_agent, known_queue};
use super::{Asked, Draft, Verdict, closed, overflow};
use crate::matching;
use crate::state::{Chat, Entry, Offer};

pub(super) fn reassign(draft: Draft<'_>, ask: &Asked<'_>, id: &ChatId, to: &Target) -> Verdict {
    let (Actor::Supervisor(by) | Actor::Admin(by)) = ask.by else {
        return Err(Rejection::new(Code::Forbidden, "this needs role supervisor").into());
    };
    let chat = ask.chat(id)?;
    match to {
        Target::Agent(agent) => known_agent(ask, agent)?,
        Target::Queue(queue) => known_queue(ask, queue)?,
    }
    if chat.is_over() {
        return Err(closed().into());
    }
    match to {
        Target::Agent(agent) => to_agent(draft, ask, chat, agent, by.clone()),
        Target::Queue(queue) => to_queue(draft, ask, chat, queue),
    }
}

/// Offered to the agent at the chat's old age; if that fails, it waits in its queue.
fn to_agent(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    chat: &Chat,
    target: &AgentId,
    by: SupervisorId,
) -> Verdict {
    let (weight, over_capacity) = room(ask, chat, target)?;
    let last = chat.last.as_ref().expect("a chat that is open had an entry");
    let live = ask.state.entry_of(chat);
    let talks = chat.present().next().is_some();
    let queue = chat.served_by.as_ref().filter(|_| talks).unwrap_or(&last.queue);
    // Who had declined what waited is not asked for it again; a talk begins anew.
    let passed_over = live.map_or(&last.excluded, |entry| &entry.excluded).iter();
    let away = live.into_iter().flat_map(|entry| &entry.away);
    let others = |agent: &&AgentId| !talks && *agent != target;
    supersede(&mut draft, chat);
    let new = NewEntry {
        priority: Some(last.priority),
        skills: &last.skills,
        excluded: passed_over.filter(others).cloned().collect(),
        away: away.filter(others).cloned().collect(),
        ..NewEntry::new(queue, Origin::Transfer, last.routed_at)
    };
    let entry = draft.entry(&chat.id, ask.workspace, new);
    leave_line(&mut draft, live);
    let ttl = ask.state.policies_of_queue(ask.workspace, queue).offer;
    draft.offer(&chat.id, target, OfferOf::Entry(entry), weight, ttl);
    draft.by_order(Assigned { by, over_capacity });
    everybody_out(&mut draft, chat, &Target::Agent(target.clone()));
    draft.done_chat(&chat.id)
}

fn to_queue(mut draft: Draft<'_>, ask: &Asked<'_>, chat: &Chat, queue: &QueueId) -> Verdict {
    let present: Vec<AgentId> = chat.present().map(|p| p.agent.clone()).collect();
    let live = ask.state.entry_of(chat);
    if present.is_empty() && live.is_some_and(|entry| entry.queue == *queue) {
        let detail = format!("the chat waits in queue `{queue}` already");
        return Err(Rejection::new(Code::Conflict, detail).into());
    }
    let admitted = knock(ask.state, ask.workspace, queue, &[], &present, Knock::Transfer)?;
    // Whoever waits already keeps their age; a transfer out of a talk begins now.
    let waits_since = chat.last.as_ref().filter(|_| present.is_empty()).map(|l| l.routed_at);
    let routed_at = waits_since.unwrap_or(draft.now);
    supersede(&mut draft, chat);
    let new = NewEntry {
        excluded: present,
        ..NewEntry::new(&admitted.queue, Origin::Transfer, routed_at)
    };
    draft.entry(&chat.id, ask.workspace, new);
    leave_line(&mut draft, live);
    everybody_out(&mut draft, chat, &Target::Queue(admitted.queue.clone()));
    draft.done(Done {
        chat: Some(chat.id.clone()),
        queue: Some(admitted.queue),
        warning: admitted.warning,
        ..Done::default()
    })
}

/// What the chat will take of the agent, and whether that is more than they have.
pub(super) fn room(
    ask: &Asked<'_>,
    chat: &Chat,
    target: &AgentId,
) -> Result<(Permille, bool), Rejection> {
    if chat.is_present(target) {
        let detail = format!("{target} is in the chat: remove the others instead");
        return Err(Rejection::new(Code::AlreadyParticipant, detail));
    }
    let row = ask.state.agent(ask.workspace, target).expect("known_agent found it");
    if !row.is_willing() {
        let detail = format!("{target} is not ready: choose another agent, or a queue");
        return Err(Rejection::new(Code::NoEligibleAgent, detail));
    }
    let weight = chat.last.as_ref().map(|last| last.weight).unwrap_or_default();
    let of_chat = |offer: &&Offer| offer.chat == chat.id;
    let freed = ask.state.pending_offers(ask.workspace, target).filter(of_chat);
    let freed: u32 = freed.map(|offer| offer.weight.0).sum();
    let total = matching::capacity(ask.state, ask.workspace, target);
    let over = row.used().0.saturating_sub(freed).saturating_add(weight.0) > total.0;
    let rules = ask.state.rules(ask.workspace);
    if over && !rules.is_some_and(|rules| rules.policies(None).assign_over_capacity) {
        let detail = format!(
            "{target} has no room: choose another agent, or allow assign_over_capacity in the \
             configuration"
        );
        return Err(Rejection::new(Code::AtCapacity, detail));
    }
    Ok((weight, over))
}

/// Takes back what was asked of agents and queues so far.
fn supersede(draft: &mut Draft<'_>, chat: &Chat) {
    let state = draft.state;
    let why = Some(Withdrawn::Superseded);
    for offer in chat.offers.iter().filter_map(|id| state.offers.get(id)) {
        if offer.is_pending() {
            draft.settle_offer(&chat.id, &offer.id, OfferOutcome::Revoked, why);
        }
    }
    for invite in chat.live_invites() {
        draft.settle_invite(&chat.id, &invite.id, InviteState::Cancelled, why);
    }
}

/// The entry that another one has replaced.
fn leave_line(draft: &mut Draft<'_>, live: Option<&Entry>) {
    if let Some(entry) = live {
        overflow::settle(draft, entry, EntryOutcome::Cancelled);
    }
}

/// The agents are out; if there were any, the chat was transferred.
fn everybody_out(draft: &mut Draft<'_>, chat: &Chat, to: &Target) {
    for participant in chat.present() {
        depart(draft, chat, &participant.agent, Departure::Removed);
    }
    if let Some(first) = chat.present().next() {
        complete(draft, chat, &first.agent, Some((TransferKind::Blind, to.clone())));
    }
}
