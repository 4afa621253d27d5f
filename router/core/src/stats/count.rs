//! What is counted of events that need the state to be understood.

use baton_common::code::Code;
use baton_common::event::Event;
use baton_common::ids::{ChatId, QueueId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::words::{CloseReason, EntryOutcome};

use super::{DeflectedFor, Phase};
use crate::state::{Entry, State};

impl State {
    /// An entry's stay ended; the entry is out of the map, its chat not changed yet.
    pub(crate) fn count_entry(
        &mut self,
        at: Timestamp,
        entry: &Entry,
        outcome: EntryOutcome,
        short: bool,
    ) {
        let wait = at.since(entry.enqueued_at);
        let (before, served) = match self.chats.get(&entry.chat) {
            Some(chat) => (chat.customer_wait, chat.served_by.is_some()),
            None => (Span::ZERO, false),
        };
        let target = self.policies_of_queue(&entry.workspace, &entry.queue).service_level;
        let Some(workspace) = self.workspaces.get_mut(&entry.workspace) else {
            return;
        };
        let midnight = workspace.midnight(at);
        let stats = workspace.stats.queue(&entry.queue);
        stats.wait.entry(outcome).or_default().add(wait);
        stats.day.add(midnight, target, wait, outcome);
        match outcome {
            EntryOutcome::Served => stats.trend.accepted(at, wait <= target),
            EntryOutcome::Abandoned => stats.trend.abandoned(at),
            _ => {}
        }
        // Once a chat: whoever was served has waited, whatever a transfer comes to later.
        let ends = matches!(outcome, EntryOutcome::Served | EntryOutcome::Abandoned);
        if ends && !served {
            let all = Span(before.0 + wait.0);
            stats.customer_wait.entry(outcome).or_default().add(all);
        }
        if outcome == EntryOutcome::Abandoned {
            let phase = if served { Phase::Transfer } else { Phase::New };
            *stats.abandoned.entry((phase, short)).or_default() += 1;
        }
    }

    /// A chat is over. An unattended one has no entry that could tell of the abandonment.
    pub(crate) fn count_over(&mut self, at: Timestamp, id: &ChatId, event: &Event) {
        let Event::ChatOver { reason: CloseReason::Abandoned, short, .. } = event else {
            return;
        };
        let Some(chat) = self.chats.get(id) else {
            return;
        };
        let Some(last) = chat.last.as_ref().filter(|_| chat.entry.is_none()) else {
            return;
        };
        let served = chat.served_by.is_some();
        let phase = if served { Phase::Transfer } else { Phase::New };
        // The sum of its stays in queues, as for everybody else.
        let (queue, wait) = (last.queue.clone(), chat.customer_wait);
        let workspace = chat.workspace.clone();
        let Some(workspace) = self.workspaces.get_mut(&workspace) else {
            return;
        };
        let stats = workspace.stats.queue(&queue);
        *stats.abandoned.entry((phase, *short)).or_default() += 1;
        stats.trend.abandoned(at);
        if !served {
            stats.customer_wait.entry(EntryOutcome::Abandoned).or_default().add(wait);
        }
    }

    pub(crate) fn count_deflected(
        &mut self,
        workspace: &WorkspaceId,
        queue: Option<&QueueId>,
        code: Code,
    ) {
        let reason = match code {
            Code::QueueClosed => DeflectedFor::Closed,
            Code::QueueFull => DeflectedFor::Full,
            Code::NoEligibleAgent => DeflectedFor::NoAgent,
            _ => DeflectedFor::Unknown,
        };
        // A queue that does not exist is no label: names from outside are without bound.
        let queue = queue.filter(|_| reason != DeflectedFor::Unknown).cloned();
        if let Some(workspace) = self.workspaces.get_mut(workspace) {
            *workspace.stats.deflected.entry((queue, reason)).or_default() += 1;
        }
    }
}
