//! The laws of the domain, held at every event of the journal: who owns a chat, who was offered
//! what and took it, what agents carry.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::config::Config;
use super::findings::{Findings, Law};
use super::order::is_chosen;
use super::shapes::{Event, How, Of};
use super::world::World;

/// What is judged at the end of a frame: one commit may pass through states that nobody sees.
#[derive(Debug, Default)]
pub(super) struct Pending {
    started: Vec<SmolStr>,
    gone: BTreeSet<(SmolStr, SmolStr)>,
}

/// Before an event is applied: what it says must be possible.
pub(super) fn before(world: &World, event: &Event, place: &str, findings: &mut Findings) {
    match event {
        Event::OfferMade { offer, of, weight, .. } => {
            let law = Law::OneOwnerPerOffer;
            let is_new = !world.offers.contains_key(offer);
            findings.hold(law, is_new, &place, || format!("{offer} is made a second time"));
            if let Of::Entry(entry) = of {
                offered_entry(world, entry, *weight, place, findings);
            }
        }
        Event::QueueIdled { queue, why: Some(why), .. } if why == "fault" => {
            let what = format!("somebody idles while chats of queue {queue} wait, by no rule");
            findings.broken(Law::Conservation, &place, what);
        }
        Event::OfferSettled { offer, outcome, .. } => {
            settled(world, offer, *outcome, place, findings);
        }
        Event::EntrySettled { entry, outcome, agent, .. } => {
            let Some(row) = world.entries.get(entry) else {
                let what = format!("{entry} ends and is not live");
                return findings.broken(Law::OneOwnerPerOffer, &place, what);
            };
            if outcome == "served" {
                let same = row.accepted_by.is_some() && row.accepted_by == *agent;
                findings.hold(Law::OneOwnerPerOffer, same, &place, || {
                    format!("{entry} is served by {agent:?}, accepted by {:?}", row.accepted_by)
                });
            }
        }
        Event::AgentJoined { chat, agent, weight } => {
            let accepted = world.chats.get(chat).and_then(|chat| chat.accepted.clone());
            let same = accepted == Some((agent.clone(), *weight));
            findings.hold(Law::OneOwnerPerOffer, same, &place, || {
                format!("{agent} joins {chat} with weight {weight}, but accepted: {accepted:?}")
            });
        }
        Event::EntryAdded(added) => {
            findings.look(Law::Conservation, 1);
            let workspace = world.chats.get(&added.chat).map(|chat| chat.workspace.as_str());
            let config = workspace.and_then(|workspace| world.config(workspace));
            if let Some(weight) = config.and_then(|config| config.weight(&added.queue)) {
                findings.hold(Law::Capacity, weight == added.weight, &place, || {
                    let (entry, queue, is) = (&added.entry, &added.queue, added.weight);
                    format!("{entry} weighs {is}, chats of {queue} weigh {weight}")
                });
            }
        }
        _ => oversight(world, event, place, findings),
    }
}

/// Supervisors come to open chats alone, as what they were there, and are out before the end.
fn oversight(world: &World, event: &Event, place: &str, findings: &mut Findings) {
    match event {
        Event::SupervisorJoined { chat, supervisor, was, .. } => {
            let law = Law::Owner;
            let row = world.chats.get(chat);
            let is_open = row.is_some_and(|chat| !chat.over);
            findings
                .hold(law, is_open, &place, || format!("{supervisor} joins {chat}, it is over"));
            let before = row.and_then(|chat| chat.overseers.get(supervisor));
            findings.hold(law, before == was.as_ref(), &place, || {
                format!("{supervisor} was {was:?} in {chat}, is {before:?} there")
            });
        }
        Event::SupervisorLeft { chat, supervisor, mode } => {
            let before = world.chats.get(chat).and_then(|chat| chat.overseers.get(supervisor));
            findings.hold(Law::Owner, before == Some(mode), &place, || {
                format!("{supervisor} leaves {chat} as {mode}, is {before:?} there")
            });
        }
        Event::ChatOver { chat, .. } => {
            let left = world.chats.get(chat).is_none_or(|chat| chat.overseers.is_empty());
            findings.hold(Law::Owner, left, &place, || {
                format!("{chat} is over, and supervisors are still in it")
            });
        }
        _ => {}
    }
}

fn offered_entry(
    world: &World,
    entry: &SmolStr,
    weight: u64,
    place: &str,
    findings: &mut Findings,
) {
    let law = Law::OneOwnerPerOffer;
    let Some(row) = world.entries.get(entry) else {
        return findings.broken(law, &place, format!("{entry} is offered and is not live"));
    };
    findings.hold(law, row.offer.is_none(), &place, || {
        format!("{entry} is offered while {:?} is pending", row.offer)
    });
    findings.hold(Law::Capacity, row.weight == weight, &place, || {
        format!("{entry} weighs {}, its offer {weight}", row.weight)
    });
}

fn settled(world: &World, offer: &SmolStr, how: How, place: &str, findings: &mut Findings) {
    let law = Law::OneOwnerPerOffer;
    let Some(row) = world.offers.get(offer) else {
        return findings.broken(law, &place, format!("{offer} ends and was never made"));
    };
    findings.hold(law, row.outcome.is_none(), &place, || {
        format!("{offer} ends as {how:?}, it was {:?} already", row.outcome)
    });
    if how != How::Accepted {
        return;
    }
    if let Of::Entry(entry) = &row.of {
        let taken = world.entries.get(entry).and_then(|entry| entry.accepted_by.as_ref());
        findings.hold(law, taken.is_none(), &place, || {
            format!("{} accepts {entry}, which {taken:?} has accepted", row.agent)
        });
    }
}

/// After an event was applied: the state must be lawful.
pub(super) fn after(
    world: &World,
    event: &Event,
    place: &str,
    pending: &mut Pending,
    findings: &mut Findings,
) {
    match event {
        Event::ChatStarted { chat, .. } => pending.started.push(chat.clone()),
        Event::OfferMade { chat, agent, of, assigned, .. } => {
            let over = assigned.as_ref().is_some_and(|assigned| assigned.over_capacity);
            capacity(world, (chat, agent), of, over, place, findings);
        }
        Event::Disconnected { workspace, person: super::shapes::Person::Agent(agent), .. }
        | Event::PersonLost { workspace, person: super::shapes::Person::Agent(agent) } => {
            pending.gone.insert((workspace.clone(), agent.clone()));
        }
        _ => {}
    }
    if let Some(chat) = chat_of(event) {
        owner(world, chat, place, findings);
    }
}

/// At the end of a frame.
pub(super) fn commit(world: &World, place: &str, pending: &mut Pending, findings: &mut Findings) {
    for chat in pending.started.drain(..) {
        let fresh = world.chats.get(&chat).is_some_and(|chat| chat.fresh && !chat.over);
        findings.hold(Law::Owner, !fresh, &place, || format!("{chat} is started into no queue"));
    }
    for (workspace, id) in std::mem::take(&mut pending.gone) {
        let Some(agent) = world.agent(&workspace, &id) else { continue };
        let owns = agent.lost && agent.handles();
        findings.hold(Law::Owner, !owns, &place, || {
            format!("{id} is gone, is not expected back and is still in chats")
        });
    }
}

/// A chat that is not over has an agent, a live entry or a running deadline.
fn owner(world: &World, id: &SmolStr, place: &str, findings: &mut Findings) {
    let Some(chat) = world.chats.get(id).filter(|chat| !chat.over && !chat.fresh) else { return };
    let owned = !chat.agents.is_empty() || !chat.entries.is_empty() || chat.unattended;
    findings.hold(Law::Owner, owned, &place, || format!("{id} has no owner"));
}

/// What is reserved fits, so what is used later does: joining takes what the offer reserved.
fn capacity(
    world: &World,
    (chat, id): (&SmolStr, &SmolStr),
    of: &Of,
    over: bool,
    place: &str,
    findings: &mut Findings,
) {
    let Some(chat) = world.chats.get(chat) else { return };
    let Some(agent) = world.agent(&chat.workspace, id) else { return };
    let config = world.config(&chat.workspace);
    let invited = match of {
        Of::Invite(_) => true,
        Of::Entry(entry) => {
            world.entries.get(entry).is_some_and(|entry| is_chosen(world, entry, id))
        }
    };
    let queue = chat.served_by.as_ref().or(chat.last.as_ref().map(|(queue, _)| queue));
    let may = invited && config.is_some_and(|config| config.invites_over(queue))
        || over && config.is_some_and(Config::assigns_over);
    let fits = agent.used() <= agent.capacity;
    findings.hold(Law::Capacity, fits || may, &place, || {
        format!("{id} is offered to carry {} of {}", agent.used(), agent.capacity)
    });
}

/// The chat whose owner an event may have changed.
fn chat_of(event: &Event) -> Option<&SmolStr> {
    match event {
        Event::ChatUnattended { chat }
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
