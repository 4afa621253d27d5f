//! Events of entries: coming, staying, ending.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use baton_common::event::{EntryAdded, Event};
use baton_common::ids::EntryId;
use baton_common::time::{Span, Timestamp};
use baton_common::words::EntryOutcome;

use crate::state::chat::LastEntry;
use crate::state::{Entry, LineKey, State, Timer};

impl State {
    pub(super) fn apply_entry(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::EntryAdded(added) => {
                let EntryAdded { entry, max_wait_at, no_agent_at, age_at, tell_at, .. } = &**added;
                self.made += 1;
                self.entry_added(at, added);
                if let Some(at) = max_wait_at {
                    self.timers.set(Timer::MaxWait(entry.clone()), *at);
                }
                if let Some(at) = no_agent_at {
                    self.timers.set(Timer::NoAgent(entry.clone()), *at);
                }
                if let Some(at) = age_at {
                    self.timers.set(Timer::Age(entry.clone()), *at);
                }
                if let Some(at) = tell_at {
                    self.timers.set(Timer::Tell(entry.clone()), *at);
                }
            }
            Event::WaitTold { entry, next_at, .. } => {
                let timer = Timer::Tell(entry.clone());
                match next_at {
                    Some(at) => self.timers.set(timer, *at),
                    None => self.timers.clear(&timer),
                }
            }
            Event::EntryAged { entry, next_at, .. } => {
                self.entry_aged(at, entry);
                let timer = Timer::Age(entry.clone());
                match next_at {
                    Some(at) => self.timers.set(timer, *at),
                    None => self.timers.clear(&timer),
                }
            }
            Event::EntryLookedAt { entry, no_agent_at, .. } => {
                let timer = self.looked_at(at, entry);
                self.timers.set(timer, *no_agent_at);
            }
            Event::EntrySettled { entry, outcome, short, .. } => {
                self.entry_settled(at, entry, *outcome, *short);
            }
            _ => unreachable!("apply hands entries' events here"),
        }
    }

    fn entry_added(&mut self, at: Timestamp, added: &EntryAdded) {
        let EntryAdded {
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
        } = added;
        let number = self.made;
        let Some(of) = self.chat_attended(chat) else { return };
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
        let in_time = self.is_in_time(&workspace, queue, at.since(*routed_at));
        let key = LineKey { in_time, priority: Reverse(*priority), due, number };
        let key = key.within(in_time, *priority);
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
            aged: at,
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
        let rev = self.rev;
        if let Some(workspace) = self.workspaces.get_mut(&workspace) {
            let line = workspace.stand(&added);
            line.rev = rev;
            let waiting = line.line.len();
            workspace.stats.queue(queue).entered(at, *origin, waiting);
        }
        self.entries.insert(entry.clone(), added);
    }

    /// Rules hold for its age of now; beyond the starvation bound it goes to the front.
    fn entry_aged(&mut self, at: Timestamp, id: &EntryId) {
        let Some(entry) = self.entries.get(id) else { return };
        let age = at.since(entry.routed_at);
        let in_time = self.is_in_time(&entry.workspace, &entry.queue, age);
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.aged = at;
        if entry.key.in_time == in_time {
            return;
        }
        let before = entry.key;
        entry.key = before.within(in_time, entry.priority);
        let (after, since) = (entry.key, entry.enqueued_at);
        let (workspace, queue) = (entry.workspace.clone(), entry.queue.clone());
        if let Some(row) =
            self.workspaces.get_mut(&workspace).and_then(|w| w.queues.get_mut(&queue))
        {
            row.line.remove(&before);
            row.line.insert(after, since);
        }
        self.touch_queue(&workspace, &queue);
    }

    /// The deadline of an entry that was due: of two the one that comes first.
    fn looked_at(&self, at: Timestamp, id: &EntryId) -> Timer {
        let both = [Timer::MaxWait(id.clone()), Timer::NoAgent(id.clone())];
        let due = |timer: &Timer| self.timers.deadline(timer).filter(|due| *due <= at);
        let [longest, nobody] = both.each_ref().map(due);
        let [max_wait, no_agent] = both;
        match (longest, nobody) {
            (Some(longest), Some(nobody)) if longest <= nobody => max_wait,
            (Some(_), None) => max_wait,
            _ => no_agent,
        }
    }

    fn is_in_time(
        &self,
        workspace: &baton_common::ids::WorkspaceId,
        queue: &baton_common::ids::QueueId,
        age: Span,
    ) -> bool {
        let rules = self.rules(workspace);
        let bound = rules.and_then(|rules| rules.policies(Some(queue)).starvation);
        bound.is_none_or(|bound| age < bound)
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
        self.timers.clear(&Timer::Age(id.clone()));
        self.timers.clear(&Timer::Tell(id.clone()));
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
        let rev = self.rev;
        let Some(workspace) = self.workspaces.get_mut(&entry.workspace) else { return };
        if let Some(queue) = workspace.step_out(&entry) {
            queue.rev = rev;
            let waiting = queue.line.len();
            workspace.stats.queue(&entry.queue).trend.wait(at, waiting);
        }
    }
}
