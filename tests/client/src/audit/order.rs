//! First come, first served within a key class: entries of one queue, priority, skills, weight and
//! configuration. An entry may be offered to an agent only if no older one of its class waits that
//! this agent could have been offered.
//!
//! Not judged, so that there is no false alarm: entries of different classes among each other;
//! whom of several agents the policy chooses; offers to agents whom somebody chose (blind
//! transfers to an agent, supervisors' orders); an older entry that this agent was asked for
//! before, is excluded from, is in the chat of or invited to, or that prefers another agent for
//! some time yet.

use std::collections::{BTreeMap, HashMap};

use smol_str::SmolStr;

use super::findings::{Findings, Law};
use super::shapes::{Event, How, Of, Skill, Target};
use super::world::{Entry, World};

/// Older ones that are passed over are few; a long line of them is not walked to its end.
const LOOKED_AT: usize = 256;

/// Entries that the same agents can take and that nothing but their age orders.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Class {
    pub(super) workspace: SmolStr,
    pub(super) queue: SmolStr,
    pub(super) priority: u32,
    pub(super) skills: Vec<Skill>,
    pub(super) weight: u64,
    /// Of the configuration: another head start orders otherwise.
    pub(super) version: u64,
}

/// The age that an entry is routed by, and its place among equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) routed_at: i64,
    pub(super) number: u64,
}

/// The lines of waiting entries without an offer.
#[derive(Debug, Default)]
pub(super) struct Lines(HashMap<Class, BTreeMap<Key, SmolStr>>);

impl Lines {
    /// Before an event is applied: judges offers, takes entries out.
    pub(super) fn before(
        &mut self,
        world: &World,
        at: i64,
        event: &Event,
        place: &str,
        findings: &mut Findings,
    ) {
        match event {
            Event::OfferMade { agent, of: Of::Entry(entry), assigned, .. } => {
                let Some(row) = world.entries.get(entry) else { return };
                if assigned.is_none() && !is_chosen(world, row, agent) {
                    findings.look(Law::Order, 1);
                    if let Some(older) = self.passed_over(world, at, row, agent) {
                        let what = format!(
                            "{entry} of queue {} is offered to {agent} before {older}, \
                             which is older and waits for the same",
                            row.queue
                        );
                        findings.broken(Law::Order, &place, what);
                    }
                }
                self.remove(row);
            }
            Event::OfferMoved { entry, .. } | Event::EntrySettled { entry, .. } => {
                if let Some(row) = world.entries.get(entry) {
                    self.remove(row);
                }
            }
            _ => {}
        }
    }

    /// After an event was applied: puts entries in.
    pub(super) fn after(&mut self, world: &World, event: &Event) {
        match event {
            Event::EntryAdded(added) => self.insert(world, &added.entry),
            Event::OfferSettled { offer, outcome, .. } if *outcome != How::Accepted => {
                if let Some(Of::Entry(entry)) = world.offers.get(offer).map(|offer| &offer.of) {
                    self.insert(world, entry);
                }
            }
            _ => {}
        }
    }

    fn insert(&mut self, world: &World, id: &SmolStr) {
        if let Some(entry) = world.entries.get(id).filter(|entry| entry.offer.is_none()) {
            self.0.entry(entry.class.clone()).or_default().insert(entry.key, id.clone());
        }
    }

    fn remove(&mut self, entry: &Entry) {
        if let Some(line) = self.0.get_mut(&entry.class) {
            line.remove(&entry.key);
            if line.is_empty() {
                self.0.remove(&entry.class);
            }
        }
    }

    /// An older entry that the agent could have been offered.
    fn passed_over(&self, world: &World, at: i64, row: &Entry, agent: &str) -> Option<&SmolStr> {
        let line = self.0.get(&row.class)?;
        let mut older = line.range(..row.key).map(|(_, id)| id).take(LOOKED_AT);
        older.find(|id| could_have(world, at, id, agent))
    }
}

/// Whether the offer is for the agent whom somebody chose.
pub(super) fn is_chosen(world: &World, entry: &Entry, agent: &str) -> bool {
    let invites = world.chats.get(&entry.chat).map(|chat| &chat.invites);
    let invite = invites.zip(entry.invite.as_ref()).and_then(|(all, id)| all.get(id));
    invite.is_some_and(|invite| matches!(&invite.to, Target::Agent(to) if to == agent))
}

fn could_have(world: &World, at: i64, id: &SmolStr, agent: &str) -> bool {
    let Some(entry) = world.entries.get(id) else { return false };
    let Some(chat) = world.chats.get(&entry.chat) else { return false };
    let prefers_another =
        entry.preferred.as_ref().is_some_and(|(whom, until)| whom != agent && at < *until);
    let is_asked = world.agent(&entry.workspace, agent).is_some_and(|row| {
        let mut offers = row.offers.keys().filter_map(|offer| world.offers.get(offer));
        offers.any(|offer| offer.chat == entry.chat)
    });
    !entry.never.contains(agent)
        && !entry.away.contains(agent)
        && !chat.agents.contains_key(agent)
        && !chat.over
        && !prefers_another
        && !is_asked
}
