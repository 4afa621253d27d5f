//! Chats, their entries and invitations.

use smol_str::SmolStr;

use super::{Chat, Entry, Invite, Tale, World, span};
use crate::audit::order::{Class, Key};
use crate::audit::shapes::{Added, Event, Target};

impl World {
    pub(super) fn apply_chat(&mut self, at: i64, event: &Event) {
        match event {
            Event::ChatStarted { workspace, chat } => {
                let workspace = workspace.clone();
                self.tale(chat).started += 1;
                let new = Chat { workspace, fresh: true, ..Chat::default() };
                self.chats.insert(chat.clone(), new);
            }
            Event::ChatDeflected { workspace, chat, queue, code } => {
                let tale = self.tale(chat);
                tale.deflected += 1;
                tale.over = true;
                let workspace = workspace.clone();
                self.counts(&workspace).deflected(queue.as_ref(), code);
                let new = Chat { workspace, over: true, ..Chat::default() };
                self.chats.insert(chat.clone(), new);
            }
            Event::ChatUnattended { chat } => {
                if let Some(chat) = self.chats.get_mut(chat) {
                    chat.unattended = true;
                }
            }
            Event::ChatOver { .. } => self.chat_over(at, event),
            Event::ChatForgotten { chat } => {
                self.chats.remove(chat);
            }
            Event::EntryAdded(added) => self.entry_added(at, added),
            Event::EntrySettled { entry, outcome, short, .. } => {
                self.entry_settled(at, entry, outcome, *short);
            }
            Event::InviteMade { chat, invite, to, by } => {
                if let Some(chat) = self.chats.get_mut(chat) {
                    let new = Invite { to: to.clone(), by: by.clone(), counted: false };
                    chat.invites.insert(invite.clone(), new);
                }
            }
            Event::InviteSettled { chat, invite, state } => {
                self.invite_settled(chat, invite, state);
            }
            Event::TransferCompleted { chat, by, kind } => {
                let Some(chat) = self.chats.get_mut(chat) else { return };
                // The transfer is counted as completed, whatever becomes of the invitation.
                let theirs = chat.invites.values_mut().filter(|invite| invite.by == *by);
                theirs.for_each(|invite| invite.counted = true);
                let workspace = chat.workspace.clone();
                self.counts(&workspace).transfer(kind, "completed");
            }
            _ => {}
        }
    }

    pub(super) fn tale(&mut self, chat: &SmolStr) -> &mut Tale {
        if !self.tales.contains_key(chat) {
            self.tales.insert(chat.clone(), Tale::default());
        }
        self.tales.get_mut(chat).expect("it was just made sure of")
    }

    fn chat_over(&mut self, at: i64, event: &Event) {
        let Event::ChatOver { chat: id, reason, short, departures } = event else { return };
        let Some(chat) = self.chats.get_mut(id) else { return };
        chat.over = true;
        chat.unattended = false;
        let served = chat.served_by.is_some();
        // A chat that waits for nobody has no entry that could tell of the abandonment.
        let unattended = chat.last.as_ref().filter(|_| chat.entries.is_empty());
        let abandoned =
            unattended.filter(|_| reason == "abandoned").map(|(queue, _)| queue.clone());
        let (workspace, waited) = (chat.workspace.clone(), chat.waited);
        if let Some(queue) = abandoned {
            let counts = self.counts(&workspace);
            counts.abandoned(&queue, served, *short);
            if !served {
                counts.customer_waited(&queue, "abandoned", waited);
            }
        }
        self.tale(id).over = true;
        for departing in departures {
            self.departed(at, id, &departing.agent, departing.wrapup_until.is_some());
        }
    }

    fn entry_added(&mut self, at: i64, added: &Added) {
        self.made += 1;
        let number = self.made;
        let Some(chat) = self.chats.get_mut(&added.chat) else { return };
        chat.fresh = false;
        chat.unattended = false;
        chat.entries.push(added.entry.clone());
        chat.last = Some((added.queue.clone(), added.weight));
        let workspace = chat.workspace.clone();
        let version = self.spaces.get(&workspace).map_or(0, |space| space.version);
        let class = Class {
            workspace: workspace.clone(),
            queue: added.queue.clone(),
            priority: added.priority,
            skills: added.skills.clone(),
            weight: added.weight,
            version,
        };
        let entry = Entry {
            chat: added.chat.clone(),
            workspace: workspace.clone(),
            queue: added.queue.clone(),
            weight: added.weight,
            enqueued_at: at,
            class,
            key: Key { routed_at: added.routed_at, number },
            never: added.excluded.iter().cloned().collect(),
            away: added.away.iter().cloned().collect(),
            preferred: added.preferred.clone(),
            invite: added.invite.clone(),
            offer: None,
            accepted_by: None,
            was_offered: false,
        };
        self.entries.insert(added.entry.clone(), entry);
        self.counts(&workspace).entered(&added.queue, &added.origin);
    }

    fn entry_settled(&mut self, at: i64, id: &SmolStr, outcome: &SmolStr, short: bool) {
        let Some(entry) = self.entries.remove(id) else { return };
        let wait = span(entry.enqueued_at, at);
        let Some(chat) = self.chats.get_mut(&entry.chat) else { return };
        chat.entries.retain(|live| live != id);
        let served = chat.served_by.is_some();
        chat.waited += wait;
        let all = chat.waited;
        if outcome == "served" {
            chat.served_by = Some(entry.queue.clone());
        }
        let ended = if outcome == "served" { "accepted" } else { outcome.as_str() };
        let counts = self.counts(&entry.workspace);
        counts.waited(&entry.queue, ended, wait);
        if !served && matches!(ended, "accepted" | "abandoned") {
            counts.customer_waited(&entry.queue, ended, all);
        }
        if ended == "abandoned" {
            counts.abandoned(&entry.queue, served, short);
        }
    }

    fn invite_settled(&mut self, chat: &SmolStr, invite: &SmolStr, state: &SmolStr) {
        let Some(chat) = self.chats.get_mut(chat) else { return };
        let Some(invite) = chat.invites.get(invite).filter(|invite| !invite.counted) else {
            return;
        };
        let kind = match invite.to {
            Target::Agent(_) => "agent",
            Target::Queue(_) => "queue",
        };
        let workspace = chat.workspace.clone();
        if matches!(state.as_str(), "declined" | "expired" | "cancelled") {
            self.counts(&workspace).transfer(kind, state);
        }
    }
}
