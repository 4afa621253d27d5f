//! Events of entries: coming, staying, ending.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use baton_common::event::Event;
use baton_common::ids::EntryId;
use baton_common::time::{Span, Timestamp};
use baton_common::words::EntryOutcome;

use crate::state::chat::LastEntry;
use crate::state::{Entry, LineKey, State, Timer};

impl State {
    pub(super) fn apply_entry(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::EntryAdded { entry, max_wait_at, no_agent_at, .. } => {
                self.made += 1;
                self.entry_added(at, event);
                if let Some(at) = max_wait_at {
                    self.timers.set(Timer::MaxWait(entry.clone()), *at);
                }
                if let Some(at) = no_agent_at {
                    self.timers.set(Timer::NoAgent(entry.clone()), *at);
                }
            }
            Event::EntryLookedAt { entry, no_agent_at, .. } => {
                self.timers.set(Timer::NoAgent(entry.clone()), *no_agent_at);
            }
            Event::EntrySettled { entry, outcome, short, .. } => {
                self.entry_settled(at, entry, *outcome, *short);
            }
            _ => unreachable!("apply hands entries' events here"),
        }
    }

    fn entry_added(&mut self, at: Timestamp, event: &Event) {
        let Event::EntryAdded {
            chat,
            entry,
            queue,
            origin,
            priority,
            skills,
            weight,
            routed_at,
            excluded,
            away,
            preferred,
            by,
            invite,
            note,
            ..
        } = event
        else {
            return;
        };
        self.chat_attended(chat);
        let number = self.made;
        let Some(of) = self.touched(chat) else { return };
        of.entry = Some(entry.clone());
        of.last = Some(LastEntry {
            queue: queue.clone(),
            priority: *priority,
            skills: skills.clone(),
            weight: *weight,
            routed_at: *routed_at,
            excluded: BTreeSet::new(),
        });
        let workspace = of.workspace.clone();
        let due = *routed_at - self.head_start(&workspace, queue);
        let key = LineKey { priority: Reverse(*priority), due, number };
        let added = Entry {
            id: entry.clone(),
            workspace: workspace.clone(),
            chat: chat.clone(),
            queue: queue.clone(),
            origin: *origin,
            priority: *priority,
            skills: skills.clone(),
            weight: *weight,
            key,
            routed_at: *routed_at,
            enqueued_at: at,
            excluded: excluded.iter().cloned().collect(),
            away: away.iter().cloned().collect::<BTreeSet<_>>(),
            preferred: preferred.clone(),
            by: by.clone(),
            invite: invite.clone(),
            note: note.clone(),
            offer: None,
            was_offered: false,
        };
        if let Some(workspace) = self.workspaces.get_mut(&workspace) {
            let line = workspace.queues.entry(queue.clone()).or_default();
            line.line.insert(key, entry.clone());
            workspace.stats.queue(queue).entered(*origin);
        }
        self.entries.insert(entry.clone(), added);
        self.touch_queue(&workspace, queue);
    }

    fn head_start(
        &self,
        workspace: &baton_common::ids::WorkspaceId,
        queue: &baton_common::ids::QueueId,
    ) -> Span {
        self.rules(workspace)
            .and_then(|rules| rules.config.queues.get(queue))
            .and_then(|queue| queue.head_start_s)
            .map_or(Span::ZERO, |s| s.0)
    }

    fn entry_settled(&mut self, at: Timestamp, id: &EntryId, outcome: EntryOutcome, short: bool) {
        let Some(entry) = self.entries.remove(id) else {
            return;
        };
        self.timers.clear(&Timer::MaxWait(id.clone()));
        self.timers.clear(&Timer::NoAgent(id.clone()));
        self.count_entry(at, &entry, outcome, short);
        if let Some(chat) = self.touched(&entry.chat) {
            if chat.entry.as_ref() == Some(id) {
                chat.entry = None;
            }
            if let (EntryOutcome::Expired, Some(last)) = (outcome, chat.last.as_mut()) {
                last.excluded.clone_from(&entry.excluded);
            }
            if outcome == EntryOutcome::Served {
                chat.served_by = Some(entry.queue.clone());
            }
            chat.customer_wait.0 += at.since(entry.enqueued_at).0;
        }
        if let Some(queue) =
            self.workspaces.get_mut(&entry.workspace).and_then(|w| w.queues.get_mut(&entry.queue))
        {
            queue.line.remove(&entry.key);
        }
        self.touch_queue(&entry.workspace, &entry.queue);
    }
}
