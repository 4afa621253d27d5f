//! Leaving a chat ("End Chat"), ending it for everybody, removing somebody; and small signs of
//! life within one.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::{Actor, Person, Target};
use baton_common::event::{Departure, Event, OfferOf};
use baton_common::ids::{AgentId, ChatId, NoteId};
use baton_common::rejection::Rejection;
use baton_common::words::{ChatState, CloseReason, InviteState, Mode, Origin, Role, TransferKind};
use smol_str::SmolStr;

use super::door;
use super::draft::NewEntry;
use super::over::{End, over, wrapup_until};
use super::{Asked, Draft, Verdict, closed};
use crate::state::{Chat, Invite};

/// What the leaver agrees to.
pub(super) struct How {
    pub(super) blind: bool,
    pub(super) confirm: bool,
}

pub(super) fn leave(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    id: &ChatId,
    how: &How,
    disposition: Option<&SmolStr>,
    note: Option<&NoteId>,
) -> Verdict {
    let chat = ask.chat(id)?;
    let agent = ask.agent_in(chat)?;
    let others = chat.present().any(|p| p.agent != *agent);
    let pending = chat.live_invites().find(|i| matches!(i.to, Target::Agent(_)));
    match (others, ask.state.entry_of(chat), pending) {
        (true, ..) => {
            depart(&mut draft, chat, agent, Departure::Left);
            complete(&mut draft, chat, agent, None);
        }
        (false, Some(entry), _) => {
            let confirmed = how.confirm
                || entry.invite.as_ref().and_then(|i| chat.invite(i)).is_some_and(|i| i.confirmed);
            if let Some(refusal) = door::held(ask.state, entry).filter(|_| !confirmed) {
                return Err(refusal.into());
            }
            depart(&mut draft, chat, agent, Departure::Left);
            complete(&mut draft, chat, agent, None);
        }
        (false, None, Some(invite)) if how.blind => {
            turn_into_entry(&mut draft, chat, agent, invite);
            depart(&mut draft, chat, agent, Departure::Left);
            complete(&mut draft, chat, agent, Some((TransferKind::Blind, invite.to.clone())));
        }
        (false, None, Some(_)) => return Err(would_orphan().into()),
        (false, None, None) => {
            let by = Some(Person::Agent(agent.clone()));
            over(&mut draft, chat, End { reason: CloseReason::Resolved, by });
        }
    }
    if let Some(disposition) = disposition {
        wrap_up_at_once(&mut draft, chat, agent, disposition, note);
    }
    draft.done_chat(id)
}

fn would_orphan() -> Rejection {
    Rejection::new(
        Code::WouldOrphan,
        "only an invitation is pending: wait for the answer, or leave with blind",
    )
}

/// With a disposition the wrap-up is done at once.
fn wrap_up_at_once(
    draft: &mut Draft<'_>,
    chat: &Chat,
    agent: &AgentId,
    disposition: &SmolStr,
    note: Option<&NoteId>,
) {
    draft.push(Event::WrapupDone {
        chat: chat.id.clone(),
        agent: agent.clone(),
        disposition: Some(disposition.clone()),
        note: note.cloned(),
        timed_out: false,
    });
}

/// The pending invitation becomes the offer of a new entry, at the chat's old age.
fn turn_into_entry(draft: &mut Draft<'_>, chat: &Chat, agent: &AgentId, invite: &Invite) {
    let last = chat.last.as_ref().expect("a chat with agents had an entry");
    let queue = chat.served_by.as_ref().unwrap_or(&last.queue);
    let entry = draft.entry(
        &chat.id,
        &chat.workspace,
        NewEntry {
            priority: Some(last.priority),
            skills: &last.skills,
            by: Some(agent),
            invite: Some(invite.id.clone()),
            note: invite.note.as_ref(),
            ..NewEntry::new(queue, Origin::Transfer, last.routed_at)
        },
    );
    let state = draft.state;
    let is_its = |of: &OfferOf| matches!(of, OfferOf::Invite(i) if *i == invite.id);
    let offer = chat
        .offers
        .iter()
        .filter_map(|id| state.offers.get(id))
        .find(|offer| offer.is_pending() && is_its(&offer.of));
    if let Some(offer) = offer {
        let (chat, offer) = (chat.id.clone(), offer.id.clone());
        draft.push(Event::OfferMoved { chat, offer, entry });
    }
}

/// An agent is out; a wrap-up begins unless they were lost.
pub(super) fn depart(draft: &mut Draft<'_>, chat: &Chat, agent: &AgentId, how: Departure) {
    let until = match how {
        Departure::Lost => None,
        Departure::Left | Departure::Removed => wrapup_until(draft, chat),
    };
    draft.push(Event::AgentLeft {
        chat: chat.id.clone(),
        agent: agent.clone(),
        how,
        wrapup_until: until,
    });
}

/// If the leaver had added somebody, that transfer is complete now: one hop.
pub(super) fn complete(
    draft: &mut Draft<'_>,
    chat: &Chat,
    agent: &AgentId,
    blind: Option<(TransferKind, Target)>,
) {
    let added = chat.invites.iter().rev().find(|invite| {
        let stands = matches!(
            (&invite.to, invite.state),
            (_, InviteState::Accepted) | (Target::Queue(_), InviteState::Queued)
        );
        invite.by == *agent && !invite.counted && stands
    });
    let kind_of = |to: &Target| match to {
        Target::Agent(_) => TransferKind::Agent,
        Target::Queue(_) => TransferKind::Queue,
    };
    let completed = blind.or_else(|| added.map(|i| (kind_of(&i.to), i.to.clone())));
    if let Some((kind, to)) = completed {
        let (chat, by) = (chat.id.clone(), agent.clone());
        draft.push(Event::TransferCompleted { chat, by, kind, to: Some(to) });
    }
}

pub(super) fn end(mut draft: Draft<'_>, ask: &Asked<'_>, id: &ChatId) -> Verdict {
    let chat = ask.chat(id)?;
    let reason = match ask.by {
        Actor::Customer(own) if own == id => match ask.state.chat_state(chat) {
            ChatState::Active => CloseReason::CustomerLeft,
            _ => CloseReason::Abandoned,
        },
        Actor::Agent(_) => {
            ask.agent_in(chat)?;
            CloseReason::Resolved
        }
        Actor::Supervisor(_) | Actor::Admin(_) => CloseReason::Resolved,
        _ => return Err(Rejection::new(Code::Forbidden, "this is not your chat").into()),
    };
    if chat.is_over() {
        return Err(closed().into());
    }
    over(&mut draft, chat, End { reason, by: ask.by.person() });
    draft.done_chat(id)
}

pub(super) fn remove(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    id: &ChatId,
    target: &AgentId,
) -> Verdict {
    if matches!(ask.by, Actor::Agent(agent) if agent == target) {
        let detail = "you cannot remove yourself: leave the chat instead";
        return Err(Rejection::invalid("participant", detail).into());
    }
    let chat = ask.chat(id)?;
    // To agents who may not see them, supervisors are not there.
    let sees_all = !matches!(ask.by, Actor::Agent(_));
    let mode = chat.overseen_by(&target.as_str().into());
    let oversees = mode.is_some_and(|mode| sees_all || mode.is_seen_by_agents());
    if oversees && chat.participant(target).is_none() {
        return Err(Rejection::invalid("participant", "only agents are removed").into());
    }
    if !chat.is_present(target) && !chat.may_read(target) {
        return Err(Rejection::new(Code::NotFound, "this person is not in the chat").into());
    }
    match ask.by {
        Actor::Supervisor(_) | Actor::Admin(_) => {}
        _ => drop(ask.agent_in(chat)?),
    }
    if chat.is_over() {
        return Err(closed().into());
    }
    if !chat.is_present(target) {
        return Err(Rejection::new(Code::Conflict, "this agent has left the chat").into());
    }
    let others = chat.present().any(|p| p.agent != *target);
    if !others && chat.entry.is_none() {
        let detail = "nobody else has the chat: add an agent or a queue first, or end it";
        return Err(Rejection::new(Code::WouldOrphan, detail).into());
    }
    depart(&mut draft, chat, target, Departure::Removed);
    draft.done_chat(id)
}

pub(super) fn touch(mut draft: Draft<'_>, ask: &Asked<'_>, id: &ChatId) -> Verdict {
    let chat = ask.chat(id)?;
    ask.agent_in(chat)?;
    draft.push(Event::ChatTouched { chat: id.clone() });
    draft.done_chat(id)
}

pub(super) fn spoke(mut draft: Draft<'_>, ask: &Asked<'_>, id: &ChatId) -> Verdict {
    let chat = ask.chat(id)?;
    let role = match ask.by {
        Actor::Customer(own) if own == id => Role::Customer,
        Actor::Agent(agent) if chat.is_present(agent) => Role::Agent,
        Actor::Supervisor(by) | Actor::Admin(by) if chat.overseen_by(by) == Some(Mode::Barge) => {
            Role::Supervisor
        }
        _ => return Err(Rejection::new(Code::Forbidden, "you are not in this chat").into()),
    };
    let inactivity = ask.state.policies_of(chat).inactivity;
    if !chat.is_over() && chat.present().next().is_some() && inactivity.0 > 0 {
        let warn_at = draft.now + inactivity.half();
        draft.push(Event::ChatSpoke { chat: id.clone(), role, warn_at });
    }
    draft.done(Done::default())
}
