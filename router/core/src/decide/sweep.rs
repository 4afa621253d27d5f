//! A queue closes with chats in it: those who can go on to the overflow queue do, a slice at a
//! time. Whoever cannot, or has no such queue, stays in line until served.
//!
//! Nobody who waits is thrown out. An entry that is being offered is left to its agent, and a
//! transfer whose agent is still there waits where the agent put it, unless the queue passes
//! transfers on. As some may be able to go on later (an offer failed, there is room again), all
//! are looked at again now and then while the queue is closed. Entries that came in although it
//! was closed are meant to be there.

use baton_common::event::Event;
use baton_common::ids::{QueueId, WorkspaceId};
use baton_common::limits;
use baton_common::words::ZeroEligible;

use super::door::Placed;
use super::{Draft, overflow};
use crate::state::{Entry, State};

/// Entries that are looked at in one slice: each that goes on makes two events, and an offer may
/// follow.
const SLICE: usize = limits::SLICE_EVENTS / 4;

/// The next slice of a closed queue's line.
pub(crate) fn sweep(draft: &mut Draft<'_>, workspace: &WorkspaceId, queue: &QueueId) {
    let (state, now) = (draft.state, draft.now);
    let space = state.workspace(workspace);
    let row = space.and_then(|space| space.queues.get(queue));
    let Some((row, closing)) = row.and_then(|row| Some((row, row.closing.as_ref()?))) else {
        return swept(draft, workspace, queue, None, None);
    };
    let from = closing.after.map_or(0, |key| {
        let at = row.line.before(&key);
        if row.line.nth(at) == Some(key) { at + 1 } else { at }
    });
    let slice: Vec<_> = (from..).map_while(|at| row.line.nth(at)).take(SLICE).collect();
    let looked_at: Vec<&Entry> =
        slice.iter().filter_map(|key| state.entries.get(&State::entry_id(key.number))).collect();
    let mut placed = Placed::default();
    let mut moves = Vec::new();
    for entry in looked_at.iter().filter(|e| e.key.number <= closing.upto && may_go(state, e)) {
        if let Some(to) = overflow::next(state, entry, &placed) {
            *placed.entry(to.clone()).or_default() += 1;
            moves.push((*entry, to));
        }
    }
    let ends = slice.len() < SLICE;
    let next_at = match (ends, row.line.len() > moves.len()) {
        (false, _) => Some(now),
        (true, true) => Some(now + limits::SWEEP_AGAIN),
        (true, false) => None,
    };
    let last = looked_at.last().filter(|_| !ends).map(|entry| entry.id.clone());
    swept(draft, workspace, queue, last, next_at);
    for (entry, to) in moves {
        overflow::move_on(draft, entry, &to);
    }
}

/// Before the moves of its slice: the last entry that was looked at is still there then.
fn swept(
    draft: &mut Draft<'_>,
    workspace: &WorkspaceId,
    queue: &QueueId,
    after: Option<baton_common::ids::EntryId>,
    next_at: Option<baton_common::time::Timestamp>,
) {
    let (workspace, queue) = (workspace.clone(), queue.clone());
    draft.push(Event::QueueSwept { workspace, queue, after, next_at });
}

fn may_go(state: &State, entry: &Entry) -> bool {
    let talks = || {
        let chat = state.chats.get(&entry.chat);
        chat.is_some_and(|chat| chat.present().next().is_some())
    };
    let passes_on = || {
        let policies = state.policies_of_queue(&entry.workspace, &entry.queue);
        policies.zero_eligible == ZeroEligible::OverflowTo
    };
    entry.offer.is_none() && (!talks() || passes_on())
}
