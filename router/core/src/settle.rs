//! What follows from events without anybody asking: a status that waited for the work to end,
//! a chat that somebody can take again, and offers.

use std::collections::BTreeSet;

use baton_common::event::{Event, OfferOf, TimedEvent};
use baton_common::ids::WorkspaceId;
use baton_common::time::Timestamp;
use baton_common::words::Origin;

use crate::decide::Draft;
use crate::ewt;
use crate::matching::{self, Worklist};
use crate::state::State;
use crate::why;

/// Events of most decisions.
const EVENTS: usize = 5;

/// The next consequence, or nothing: the caller applies it and asks again.
fn settle(state: &State, now: Timestamp, work: &mut Worklist) -> Vec<Event> {
    let mut draft = Draft::new(state, now);
    if work.has_somebody() {
        next_status(&mut draft, work);
        if draft.events.is_empty() {
            attend(&mut draft, work);
        }
    }
    if draft.events.is_empty()
        && let Some(pair) = work.next(state, now)
    {
        let entry = &state.entries[&pair.entry];
        let live = state.policies_of_queue(&entry.workspace, &entry.queue).offer;
        let of = OfferOf::Entry(pair.entry.clone());
        draft.offer(&entry.chat, &pair.agent, of, entry.weight, live);
        draft.because(why::decided(state, now, entry, &pair.agent));
    }
    draft.events
}

/// `next_status` takes effect when the work has ended.
fn next_status(draft: &mut Draft<'_>, work: &mut Worklist) {
    let state = draft.state;
    let mut done = BTreeSet::new();
    for who in work.take_status() {
        for (workspace, agent) in who.agents(state) {
            let row = state.agent(workspace, agent).filter(|row| row.work.is_empty());
            let Some((status, reason)) = row.and_then(|row| row.next_status.as_ref()) else {
                continue;
            };
            if !done.insert((workspace.clone(), agent.clone())) {
                continue;
            }
            draft.push(Event::AgentChanged {
                workspace: workspace.clone(),
                agent: agent.clone(),
                status: *status,
                reason: reason.clone(),
                next_status: None,
                next_reason: None,
            });
        }
    }
}

/// Unattended chats wait in their queue again as soon as somebody can take them.
fn attend(draft: &mut Draft<'_>, work: &mut Worklist) {
    let (state, now) = (draft.state, draft.now);
    let mut done = BTreeSet::new();
    for who in work.take_attend() {
        for (workspace, agent) in who.agents(state) {
            let Some(space) = state.workspace(workspace) else { continue };
            for id in space.unattended.iter().filter(|id| !done.contains(*id)).collect::<Vec<_>>() {
                let last = state.chats.get(id).and_then(|chat| chat.last.as_ref());
                if last.is_some_and(|last| matching::can_take(state, now, workspace, agent, last)) {
                    requeue(draft, workspace, id);
                    done.insert(id.clone());
                }
            }
        }
    }
}

fn requeue(draft: &mut Draft<'_>, workspace: &WorkspaceId, chat: &baton_common::ids::ChatId) {
    let Some(last) = draft.state.chats.get(chat).and_then(|chat| chat.last.as_ref()) else {
        return;
    };
    let new = crate::decide::NewEntry {
        priority: Some(last.priority),
        skills: &last.skills,
        excluded: last.excluded.iter().cloned().collect(),
        ..crate::decide::NewEntry::new(&last.queue, Origin::Requeue, last.routed_at)
    };
    draft.entry(chat, workspace, new);
}

/// Applies events and all their consequences; returns everything that happened, in order. What
/// `also` tells of the same moment comes before the first consequence.
pub(crate) fn run(
    state: &mut State,
    now: Timestamp,
    events: Vec<Event>,
    mut also: impl FnMut(&State) -> Vec<Event>,
    mut told: impl FnMut(&State, &TimedEvent),
) -> Vec<TimedEvent> {
    // Most decisions hold no more: larger pieces of memory take longer to get.
    let mut all = Vec::with_capacity(events.len().max(EVENTS));
    let mut round = events;
    let mut work: Worklist = state.spare_work.take();
    loop {
        let from = all.len();
        all.extend(round.into_iter().map(|event| TimedEvent { at: now, event }));
        for timed in &all[from..] {
            state.apply(timed);
            crate::laws::check(state, timed);
            told(state, timed);
        }
        state.read_rows();
        work.hear(state, &all[from..]);
        round = also(state);
        if round.is_empty() {
            round = settle(state, now, &mut work);
        }
        if round.is_empty() {
            round = ewt::promises(state, now, &all);
        }
        if round.is_empty() {
            round = matching::look(state, now, work.refused());
        }
        if round.is_empty() {
            work.end();
            state.spare_work.leave(work);
            return all;
        }
    }
}
