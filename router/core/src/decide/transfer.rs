//! "+": adding an agent or a queue, taking it back, and the blind transfer.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::{AddQueue, Target};
use baton_common::event::{Departure, Event, OfferOf};
use baton_common::ids::{AgentId, ChatId, InviteId, NoteId, QueueId};
use baton_common::quantity::Permille;
use baton_common::rejection::Rejection;
use baton_common::words::{
    EntryOutcome, InviteState, OfferOutcome, Origin, TransferKind, Withdrawn,
};

use super::door::{Admitted, Knock, knock};
use super::draft::NewEntry;
use super::leave::{complete, depart};
use super::{Asked, Draft, Verdict};
use crate::state::Chat;

pub(super) fn add_agent(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    id: &ChatId,
    target: &AgentId,
    note: Option<&NoteId>,
) -> Verdict {
    let chat = ask.chat(id)?;
    known_agent(ask, target)?;
    let agent = ask.agent_in(chat)?;
    may_hop(&draft, ask, chat, agent, &Target::Agent(target.clone()))?;
    let weight = may_invite(ask, chat, target)?;
    let invite = invite_agent(&mut draft, chat, agent, target, weight, note);
    let chat = Some(id.clone());
    draft.done(Done { chat, invite: Some(invite), ..Done::default() })
}

fn invite_agent(
    draft: &mut Draft<'_>,
    chat: &Chat,
    agent: &AgentId,
    target: &AgentId,
    weight: Permille,
    note: Option<&NoteId>,
) -> InviteId {
    let to = Target::Agent(target.clone());
    let invite = draft.invite(chat, to, agent, InviteState::Pending, note, false);
    let live = draft.state.policies_of(chat).offer;
    draft.offer(&chat.id, target, OfferOf::Invite(invite.clone()), weight, live);
    invite
}

pub(super) fn add_queue(mut draft: Draft<'_>, ask: &Asked<'_>, add: &AddQueue) -> Verdict {
    let chat = ask.chat(&add.chat)?;
    known_queue(ask, &add.queue)?;
    let agent = ask.agent_in(chat)?;
    let to = Target::Queue(add.queue.clone());
    may_hop(&draft, ask, chat, agent, &to)?;
    no_live_entry(chat)?;
    let present: Vec<AgentId> = chat.present().map(|p| p.agent.clone()).collect();
    let admitted =
        knock(ask.state, ask.workspace, &add.queue, &add.skills, &present, Knock::Transfer)?;
    let Admitted { queue, warning, held } = admitted;
    let to = Target::Queue(queue.clone());
    let note = add.note.as_ref();
    let invite = draft.invite(chat, to, agent, InviteState::Queued, note, add.confirm);
    let now = draft.now;
    draft.entry(
        &chat.id,
        ask.workspace,
        NewEntry {
            priority: add.priority,
            skills: &add.skills,
            excluded: present,
            by: Some(agent),
            invite: Some(invite.clone()),
            note,
            ..NewEntry::new(&queue, Origin::Transfer, now)
        },
    );
    draft.done(Done {
        chat: Some(chat.id.clone()),
        invite: Some(invite),
        queue: Some(queue),
        warning,
        held: held && !add.confirm,
        ..Done::default()
    })
}

pub(super) fn cancel(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    id: &ChatId,
    invite: &InviteId,
) -> Verdict {
    let chat = ask.chat(id)?;
    let invite = chat
        .invite(invite)
        .ok_or_else(|| Rejection::new(Code::NotFound, "there is no such invitation"))?;
    ask.agent_in(chat)?;
    if !invite.state.is_live() {
        let detail = "the invitation is settled already";
        return Err(Rejection::new(Code::OfferStale, detail).into());
    }
    withdraw(&mut draft, chat, invite, Withdrawn::Cancelled);
    draft.done(Done::default())
}

/// Takes an invitation back: its offer revoked, its entry removed.
fn withdraw(draft: &mut Draft<'_>, chat: &Chat, invite: &crate::state::Invite, why: Withdrawn) {
    let state = draft.state;
    let entry = state.entry_of(chat).filter(|entry| entry.invite.as_ref() == Some(&invite.id));
    let is_its = |of: &OfferOf| match of {
        OfferOf::Invite(id) => *id == invite.id,
        OfferOf::Entry(id) => entry.is_some_and(|entry| entry.id == *id),
    };
    let offer = chat
        .offers
        .iter()
        .filter_map(|id| state.offers.get(id))
        .find(|offer| offer.is_pending() && is_its(&offer.of));
    if let Some(offer) = offer {
        draft.settle_offer(&chat.id, &offer.id, OfferOutcome::Revoked, Some(why));
    }
    if let Some(entry) = entry {
        draft.push(Event::EntrySettled {
            chat: chat.id.clone(),
            entry: entry.id.clone(),
            outcome: EntryOutcome::Cancelled,
            agent: None,
            short: false,
        });
    }
    draft.settle_invite(&chat.id, &invite.id, InviteState::Cancelled, Some(why));
}

/// Blind: add and leave in one commit.
pub(super) fn transfer(
    draft: Draft<'_>,
    ask: &Asked<'_>,
    id: &ChatId,
    to: &Target,
    confirm: bool,
    note: Option<&NoteId>,
) -> Verdict {
    let chat = ask.chat(id)?;
    match to {
        Target::Agent(target) => to_agent(draft, ask, chat, target, note),
        Target::Queue(queue) => to_queue(draft, ask, chat, queue, confirm, note),
    }
}

fn to_agent(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    chat: &Chat,
    target: &AgentId,
    note: Option<&NoteId>,
) -> Verdict {
    known_agent(ask, target)?;
    let agent = ask.agent_in(chat)?;
    let to = Target::Agent(target.clone());
    may_hop(&draft, ask, chat, agent, &to)?;
    no_live_entry(chat)?;
    let weight = may_invite(ask, chat, target)?;
    let others = chat.present().any(|p| p.agent != *agent);
    let invite = if others {
        invite_agent(&mut draft, chat, agent, target, weight, note)
    } else {
        let last = chat.last.as_ref().expect("a chat with agents had an entry");
        let queue = chat.served_by.as_ref().unwrap_or(&last.queue);
        let pending = InviteState::Pending;
        let invite = draft.invite(chat, to.clone(), agent, pending, note, false);
        let entry = draft.entry(
            &chat.id,
            ask.workspace,
            NewEntry {
                priority: Some(last.priority),
                skills: &last.skills,
                by: Some(agent),
                invite: Some(invite.clone()),
                note,
                ..NewEntry::new(queue, Origin::Transfer, last.routed_at)
            },
        );
        let live = ask.state.policies_of_queue(ask.workspace, queue).offer;
        draft.offer(&chat.id, target, OfferOf::Entry(entry), weight, live);
        invite
    };
    depart(&mut draft, chat, agent, Departure::Left);
    complete(&mut draft, chat, agent, Some((TransferKind::Blind, to)));
    let chat = Some(chat.id.clone());
    draft.done(Done { chat, invite: Some(invite), ..Done::default() })
}

fn to_queue(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    chat: &Chat,
    queue: &QueueId,
    confirm: bool,
    note: Option<&NoteId>,
) -> Verdict {
    known_queue(ask, queue)?;
    let agent = ask.agent_in(chat)?;
    may_hop(&draft, ask, chat, agent, &Target::Queue(queue.clone()))?;
    no_live_entry(chat)?;
    let present: Vec<AgentId> = chat.present().map(|p| p.agent.clone()).collect();
    let admitted = knock(ask.state, ask.workspace, queue, &[], &present, Knock::Transfer)?;
    if admitted.held && !confirm && present.len() == 1 {
        let detail = format!(
            "queue `{}` cannot serve the chat now: stay with it, or transfer with confirm",
            admitted.queue
        );
        return Err(Rejection::new(Code::WouldOrphan, detail).into());
    }
    let to = Target::Queue(admitted.queue.clone());
    let queued = InviteState::Queued;
    let invite = draft.invite(chat, to.clone(), agent, queued, note, true);
    let now = draft.now;
    draft.entry(
        &chat.id,
        ask.workspace,
        NewEntry {
            excluded: present,
            by: Some(agent),
            invite: Some(invite.clone()),
            note,
            ..NewEntry::new(&admitted.queue, Origin::Transfer, now)
        },
    );
    depart(&mut draft, chat, agent, Departure::Left);
    complete(&mut draft, chat, agent, Some((TransferKind::Blind, to)));
    draft.done(Done {
        chat: Some(chat.id.clone()),
        invite: Some(invite),
        queue: Some(admitted.queue),
        warning: admitted.warning,
        ..Done::default()
    })
}

pub(super) fn known_agent(ask: &Asked<'_>, agent: &AgentId) -> Result<(), Rejection> {
    match ask.state.agent(ask.workspace, agent) {
        Some(_) => Ok(()),
        None => Err(Rejection::new(Code::AgentNotFound, format!("there is no agent `{agent}`"))),
    }
}

pub(super) fn known_queue(ask: &Asked<'_>, queue: &QueueId) -> Result<(), Rejection> {
    let rules = ask.state.rules(ask.workspace);
    if rules.is_some_and(|rules| rules.config.queues.contains_key(queue)) {
        return Ok(());
    }
    Err(Rejection::new(Code::QueueNotFound, format!("there is no queue `{queue}`")))
}

pub(super) fn no_live_entry(chat: &Chat) -> Result<(), Rejection> {
    match chat.entry {
        None => Ok(()),
        Some(_) => Err(Rejection::new(
            Code::Conflict,
            "the chat waits in a queue already: cancel that invitation first",
        )),
    }
}

pub(super) fn may_hop(
    draft: &Draft<'_>,
    ask: &Asked<'_>,
    chat: &Chat,
    agent: &AgentId,
    to: &Target,
) -> Result<(), Rejection> {
    let policies = ask.state.policies_of(chat);
    if chat.hops >= policies.max_hops {
        let detail = format!("the chat was transferred {} times, the most allowed", chat.hops);
        return Err(Rejection::new(Code::HopLimit, detail));
    }
    let back = chat.paths.iter().any(|(from, target, at)| {
        let reverse = matches!(to, Target::Agent(a) if a == from)
            && matches!(target, Target::Agent(a) if a == agent);
        reverse && draft.now.since(*at) < policies.pair_cooldown
    });
    if back {
        let detail = "the chat came from this agent a moment ago: wait, or choose another";
        return Err(Rejection::new(Code::HopLimit, detail));
    }
    Ok(())
}

/// Whether an agent can be invited, and the room it takes.
pub(super) fn may_invite(
    ask: &Asked<'_>,
    chat: &Chat,
    target: &AgentId,
) -> Result<Permille, Rejection> {
    let offered =
        ask.state.pending_offers(ask.workspace, target).any(|offer| offer.chat == chat.id);
    if chat.is_present(target) || chat.is_invited(target) || offered {
        let detail = format!("{target} is in the chat or invited to it");
        return Err(Rejection::new(Code::AlreadyParticipant, detail));
    }
    let row = ask.state.agent(ask.workspace, target).expect("known_agent found it");
    if !row.is_willing() {
        let detail = format!("{target} is not ready: choose another agent, or a queue");
        return Err(Rejection::new(Code::NoEligibleAgent, detail));
    }
    let weight = chat.last.as_ref().map(|last| last.weight).unwrap_or_default();
    let total = crate::matching::capacity(ask.state, ask.workspace, target);
    let over = ask.state.policies_of(chat).invite_over_capacity;
    if row.used().0 + weight.0 > total.0 && !over {
        let detail = format!("{target} has no room: choose another agent, or a queue");
        return Err(Rejection::new(Code::AtCapacity, detail));
    }
    Ok(weight)
}
