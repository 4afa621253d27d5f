//! What routers compare of a state instead of the whole of it: how much of everything there is,
//! and one chat and one agent drawn by lot. Leaves when and with whom to the node.

use std::collections::BTreeMap;

use baton_common::hash::Mark;
use baton_common::ids::Id;
use baton_common::time::Timestamp;
use serde::Serialize;

use super::{AgentState, Chat, Entry, State, Timer};

/// A part of a state; it costs the same however large the state is.
#[derive(Debug, Serialize)]
pub(crate) struct Sample<'a> {
    epoch: u64,
    last_event: Timestamp,
    numbers: [u64; 2],
    sizes: [usize; 4],
    next: Option<(Timestamp, &'a Timer)>,
    timers: usize,
    presence: [u64; 4],
    memory: [u64; 4],
    chat: Option<&'a Chat>,
    entry: Option<&'a Entry>,
    agent: Option<&'a AgentState>,
}

impl State {
    /// The same lot draws the same from the same state.
    pub(crate) fn sample(&self, lot: u64) -> Sample<'_> {
        let lot = Mark::of(&["lot", &lot.to_string()]).id_text();
        let chat = draw(&self.chats, &format!("cht_{lot}"));
        let workspace = match chat {
            Some(chat) => self.workspaces.get(&chat.workspace),
            None => draw(&self.workspaces, &lot),
        };
        Sample {
            epoch: self.epoch,
            last_event: self.last_event,
            numbers: [self.made, self.rev],
            sizes: [self.workspaces.len(), self.chats.len(), self.entries.len(), self.offers.len()],
            next: self.timers.next(),
            timers: self.timers.len(),
            presence: self.presence.sizes(),
            memory: self.memory.sizes(),
            chat,
            entry: chat.and_then(|chat| self.entry_of(chat)),
            agent: workspace.and_then(|workspace| draw(&workspace.agents, &lot)),
        }
    }
}

/// The first one from `lot` on, or else the first one.
fn draw<'a, K, V>(all: &'a BTreeMap<Id<K>, V>, lot: &str) -> Option<&'a V> {
    let drawn = all.range(Id::new(lot)..).next().or_else(|| all.first_key_value());
    drawn.map(|(_, one)| one)
}
