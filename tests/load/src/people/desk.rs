//! An agent's chats: the newest view of each, shared by the one who reads events and those who
//! talk. It leaves both to `agent` and `conversation`.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use serde_json::Value;
use tokio::sync::watch;

use super::view::View;

/// More chats than this and those that nobody looks at any more are looked for.
const SWEEP: usize = 64;

/// The chats of one agent.
#[derive(Debug, Default)]
pub(super) struct Desk(Mutex<HashMap<String, Seat>>);

#[derive(Debug)]
struct Seat {
    view: watch::Sender<View>,
    since: Option<Instant>,
}

impl Desk {
    /// A chat that the agent was offered; views of it come from now on.
    pub(super) fn sit(&self, chat: &str, copy: &Value) -> watch::Receiver<View> {
        let mut seats = self.lock();
        if seats.len() > SWEEP {
            seats.retain(|_, seat| seat.view.receiver_count() > 0);
        }
        let seat = seats
            .entry(chat.to_owned())
            .or_insert_with(|| Seat { view: watch::Sender::new(View::default()), since: None });
        seat.view.send_if_modified(|view| view.take(copy));
        seat.view.subscribe()
    }

    /// A newer copy of a chat.
    pub(super) fn see(&self, copy: &Value) {
        let id = copy["chat_id"].as_str().unwrap_or_default();
        if let Some(seat) = self.lock().get(id) {
            seat.view.send_if_modified(|view| view.take(copy));
        }
    }

    /// The agent is in a chat from now on: lines that were sent before reach nobody late.
    pub(super) fn joined(&self, chat: &str) {
        if let Some(seat) = self.lock().get_mut(chat) {
            seat.since = Some(Instant::now());
        }
    }

    /// Since when the agent is in a chat.
    pub(super) fn since(&self, chat: &str) -> Option<Instant> {
        self.lock().get(chat)?.since
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Seat>> {
        self.0.lock().expect("nobody panics while holding it")
    }
}
