//! The state as it is kept in images: what follows from the rest is made anew.

use std::collections::BTreeMap;

use baton_common::ids::{ChatId, EntryId, OfferId, WorkspaceId};
use baton_common::time::Timestamp;
use serde::Deserialize;

use super::spare::Spare;
use super::{Chat, Entry, Memory, Offer, Presence, State, Table, Timers, WorkspaceState};
use crate::matching::Index;

/// The fields of an image's state.
#[derive(Deserialize)]
pub(super) struct Kept {
    epoch: u64,
    last_event: Timestamp,
    made: u64,
    rev: u64,
    workspaces: BTreeMap<WorkspaceId, WorkspaceState>,
    chats: Table<ChatId, Chat>,
    entries: Table<EntryId, Entry>,
    offers: Table<OfferId, Offer>,
    timers: Timers,
    presence: Presence,
    memory: Memory,
    #[serde(default)]
    schema: u32,
}

impl From<Kept> for State {
    fn from(kept: Kept) -> Self {
        let mut state = Self {
            epoch: kept.epoch,
            last_event: kept.last_event,
            made: kept.made,
            rev: kept.rev,
            workspaces: kept.workspaces,
            chats: kept.chats,
            entries: kept.entries,
            offers: kept.offers,
            timers: kept.timers,
            presence: kept.presence,
            memory: kept.memory,
            schema: kept.schema,
            index: Index::default(),
            spare_work: Spare::default(),
            spare_news: Spare::default(),
        };
        for entry in state.entries.values() {
            if let Some(space) = state.workspaces.get_mut(&entry.workspace) {
                space.stand(entry);
            }
        }
        for chat in state.chats.values() {
            let Some(space) = state.workspaces.get_mut(&chat.workspace) else { continue };
            for overseer in chat.overseers.iter().filter(|overseer| overseer.is_present()) {
                let chats = space.overseen.entry(overseer.supervisor.clone()).or_default();
                chats.insert(chat.id.clone());
            }
        }
        for space in state.workspaces.values_mut() {
            for (agent, of) in space.rules.iter().flat_map(|rules| &rules.config.agents) {
                if let Some(row) = space.agents.get_mut(agent) {
                    row.tally.capacity = of.total_capacity();
                }
            }
            space.agents_rev = space.agents.values().map(|row| row.rev).max().unwrap_or_default();
        }
        state
    }
}
