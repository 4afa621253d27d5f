//! Work conservation: notices when somebody who could serve a chat idles while it waits.
//!
//! After each command and each timer those rows are looked at that have changed, whatever the
//! worklist has made of them: a pair that it left over is a fault of the engine. Where the
//! configuration holds offers back (ramp-up, what must be spare, a profile's delay) a second
//! space is kept in which nothing does; who finds somebody there idles by rule. That it began and
//! ended is recorded (`Event::QueueIdled`), so the times measured are a projection of the journal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use baton_common::config::Workspace as Config;
use baton_common::event::Event;
use baton_common::ids::{QueueId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::words::IdleFor;
use indexmap::IndexMap;

use super::hear::{age_of, waiting};
use super::space::{Idle, Space};
use super::{Fixed, Source};
use crate::matching::fit;
use crate::state::{AgentState, Entry, State};

/// So many changed rows are looked at one by one; when there are more, everything is.
const CHANGED: usize = 1_024;

/// See the module.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    unheld: IndexMap<WorkspaceId, Unheld, Fixed>,
    changed: Vec<Changed>,
    /// Workspaces of which everything is looked at.
    all: BTreeSet<u32>,
    /// The pairs that were seen last: while they last, nothing has ended.
    seen: BTreeMap<(u32, QueueId), Idle>,
}

/// A workspace as if no rule held offers back.
#[derive(Clone)]
struct Unheld {
    config: Arc<Config>,
    space: Space,
}

/// A row that has changed, by its workspace.
type Changed = (u32, Source);

/// A configuration without what holds offers back; none: nothing does.
fn unheld(config: &Config) -> Option<Arc<Config>> {
    let ramps = |queue| config.queue_policies(queue).ramp_up > Span::ZERO;
    let spares = config.queues.values().any(|queue| queue.spare.is_some_and(|spare| spare.0 > 0));
    let delays = config.profiles.values().flatten().any(|row| row.delay_s.is_some());
    if !spares && !delays && !config.queues.keys().any(ramps) {
        return None;
    }
    let mut config = config.clone();
    config.queues.values_mut().for_each(|queue| queue.spare = None);
    config.profiles.values_mut().flatten().for_each(|row| row.delay_s = None);
    Some(Arc::new(config))
}

impl Watch {
    fn note(&mut self, at: u32, source: Source) {
        if self.changed.len() < CHANGED {
            self.changed.push((at, source));
        } else {
            self.all.insert(at);
        }
    }

    /// An agent's row has changed.
    pub(super) fn agent(&mut self, at: u32, id: &WorkspaceId, number: u32, row: &AgentState) {
        self.note(at, Source::Agent(at, number));
        if let Some(unheld) = self.unheld.get_mut(id) {
            unheld.space.put_unheld(number, row);
        }
    }

    /// An entry has changed; none: it waits no more.
    pub(super) fn entry(
        &mut self,
        at: u32,
        id: &WorkspaceId,
        number: u64,
        of: Option<(&Entry, bool)>,
    ) {
        self.note(at, Source::Entry(at, number));
        if let Some(Unheld { config, space }) = self.unheld.get_mut(id) {
            space.put_entry(config, number, of);
        }
    }

    /// Everything of a workspace has changed.
    pub(super) fn workspace(&mut self, state: &State, at: u32, id: &WorkspaceId) {
        self.all.insert(at);
        self.seen.retain(|(other, _), _| *other != at);
        let old = self.unheld.swap_remove(id);
        let Some(workspace) = state.workspace(id) else { return };
        let config = workspace.rules.as_ref().and_then(|rules| unheld(&rules.config));
        let Some(config) = config else { return };
        let mut space = Space::new(&config);
        let anew = if let Some(old) = old {
            space.take_over(&config, old.space, age_of(state))
        } else {
            let lines = workspace.queues.values().flat_map(|queue| queue.line.iter());
            lines.map(|key| key.number).collect()
        };
        for (agent, row) in &workspace.agents {
            if let Some(number) = space.agent_number(agent) {
                space.put_unheld(number, row);
            }
        }
        for number in anew {
            let entry = state.entries.get(&State::entry_id(number));
            space.put_entry(&config, number, entry.and_then(|entry| waiting(state, entry)));
        }
        self.unheld.insert(id.clone(), Unheld { config, space });
    }

    /// From here on it is recorded.
    pub(super) fn everything(&mut self, workspaces: usize) {
        self.all.extend((0..workspaces).map(super::small));
    }

    /// What has begun and ended since it was asked last.
    fn look(&mut self, moment: Moment<'_>) -> Vec<Event> {
        if moment.state.schema < State::HOURS {
            self.changed.clear();
            return Vec::new();
        }
        let mut events = Vec::new();
        let (mut changed, all) = (std::mem::take(&mut self.changed), std::mem::take(&mut self.all));
        changed.sort_unstable();
        changed.dedup();
        for rows in changed.chunk_by(|(a, _), (b, _)| a == b) {
            if !all.contains(&rows[0].0) {
                self.look_at(moment, rows[0].0, Some(rows), &mut events);
            }
        }
        for at in all {
            self.look_at(moment, at, None, &mut events);
        }
        changed.clear();
        self.changed = changed;
        events
    }

    /// Looks at some rows of a workspace and at the queues where somebody idled; or at all of it.
    fn look_at(
        &mut self,
        moment: Moment<'_>,
        at: u32,
        rows: Option<&[Changed]>,
        events: &mut Vec<Event>,
    ) {
        let state = moment.state;
        let spaces = state.index.spaces.as_ref();
        let Some((id, space)) = spaces.and_then(|all| all.get_index(at as usize)) else { return };
        let Some(workspace) = state.workspace(id) else { return };
        let held = Side { moment, space, why: IdleFor::Fault };
        let unheld = self.unheld.get(id);
        let unheld = unheld.map(|of| Side {
            space: &of.space,
            why: IdleFor::Rule,
            moment: Moment { refused: &[], ..moment },
        });
        let open = &workspace.stats.idle;
        let mut verdicts: BTreeMap<QueueId, Option<IdleFor>> = BTreeMap::new();
        for (queue, (_, why)) in open {
            let seen = self.seen.get(&(at, queue.clone())).filter(|_| rows.is_some());
            let mut sides = Some(held).into_iter().chain(unheld);
            let lasts = seen.is_some_and(|pair| sides.any(|s| s.why == *why && s.lasts(*pair)));
            verdicts.insert(queue.clone(), lasts.then_some(*why));
        }
        let ended = |queue: &QueueId| rows.is_none() || verdicts.get(queue) == Some(&None);
        let some_ended = rows.is_none() || verdicts.values().any(Option::is_none);
        let mut found = Vec::new();
        for side in Some(held).into_iter().chain(unheld) {
            if some_ended {
                side.search(ended, &mut found);
            }
            let rows = rows.into_iter().flatten();
            rows.for_each(|(_, source)| side.changed(*source, &mut found));
        }
        // Mostly nobody idles, and nobody did.
        if found.is_empty() && verdicts.is_empty() {
            return;
        }
        for (queue, pair, why) in found {
            let verdict = verdicts.entry(queue.clone()).or_default();
            if verdict.is_none_or(|known| known < why) {
                *verdict = Some(why);
                self.seen.insert((at, queue), pair);
            }
        }
        for (queue, why) in verdicts {
            if why.is_none() {
                self.seen.remove(&(at, queue.clone()));
            }
            if open.get(&queue).map(|(_, why)| *why) != why {
                events.push(Event::QueueIdled { workspace: id.clone(), queue, why });
            }
        }
    }
}

/// What has begun and ended since it was asked last; whoever was refused has found nothing now.
pub(crate) fn look(state: &mut State, now: Timestamp, refused: &[Source]) -> Vec<Event> {
    let mut watch = std::mem::take(&mut state.index.watch);
    let events = watch.look(Moment { state, now, refused });
    #[cfg(test)]
    if state.schema >= State::HOURS {
        super::watch_tests::agree(state, &events);
    }
    // What is there in the meantime holds nothing.
    std::mem::forget(std::mem::replace(&mut state.index.watch, watch));
    events
}

/// When somebody looks, and at what.
#[derive(Clone, Copy)]
struct Moment<'a> {
    state: &'a State,
    now: Timestamp,
    /// These have found nothing just now.
    refused: &'a [Source],
}

/// A space, and what it means to be found in it.
#[derive(Clone, Copy)]
struct Side<'a> {
    moment: Moment<'a>,
    space: &'a Space,
    why: IdleFor,
}

type Found = Vec<(QueueId, Idle, IdleFor)>;

impl Side<'_> {
    /// Who may not have an entry.
    fn barred(&self, number: u64) -> Vec<u32> {
        let entry = self.moment.state.entries.get(&State::entry_id(number));
        let barred = entry.into_iter().flat_map(|entry| fit::barred(self.moment.state, entry));
        barred.filter_map(|agent| self.space.agent_number(agent)).collect()
    }

    fn lasts(&self, pair: Idle) -> bool {
        self.space.is_idle(pair, &|number| self.barred(number))
    }

    fn add(&self, pairs: impl IntoIterator<Item = (u32, Idle)>, found: &mut Found) {
        let named = |(queue, pair)| (self.space.queue_id(queue).clone(), pair, self.why);
        found.extend(pairs.into_iter().map(named));
    }

    /// In each of some queues whoever idles.
    fn search(&self, queues: impl Fn(&QueueId) -> bool, found: &mut Found) {
        let queues = |queue| queues(self.space.queue_id(queue));
        let pairs = self.space.idle_in(queues, &|number| self.barred(number));
        self.add(pairs, found);
    }

    /// Whoever idles because of a row that has changed.
    fn changed(&self, source: Source, found: &mut Found) {
        let barred = |number| self.barred(number);
        match source {
            _ if self.moment.refused.contains(&source) => {}
            Source::Entry(_, number) => {
                let pair = self.space.server(number, &barred);
                let pair = self.space.queue_of(number).zip(pair);
                self.add(pair, found);
            }
            Source::Agent(_, agent) => {
                let may = |number| !barred(number).contains(&agent);
                // Mostly there is nothing at all.
                if self.space.choice(agent, self.moment.now, may).is_some() {
                    let pairs = self.space.idle_for(agent, &barred);
                    self.add(pairs, found);
                }
            }
        }
    }
}
