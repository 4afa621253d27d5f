//! What somebody is told who asks how long a wait will be: puts together what stands ahead from
//! the lines of the state, and who could serve from the index. Leaves the arithmetic to `line`.
//!
//! Lines are counted, not walked. Of a queue whose entries ask for different skills, those ahead
//! are taken to be mixed as the whole line is. Agents who prefer another queue take all of it
//! first. Requirements count as they are now: a later relaxation is a pleasant surprise.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

use baton_common::config::Queue;
use baton_common::event::{Event, TimedEvent};
use baton_common::ids::{AgentId, EntryId, QueueId, WorkspaceId};
use baton_common::quantity::SkillLevel;
use baton_common::time::{Span, Timestamp};
use baton_common::view::{ChatView, Ewt};

use super::learned::Learned;
use super::line::{Prediction, Rival, Scene};
use super::probe::Verdicts;
use crate::matching::{self, Crew, Seeks, age};
use crate::state::workspace::QueueState;
use crate::state::{Chat, Entry, LineKey, State};
use crate::view;

/// The schema with which promises are recorded.
const SCHEMA: u32 = 3;

/// Answers questions about one state; crews are looked up once for all entries that ask the same.
pub(crate) struct Teller<'a> {
    state: &'a State,
    now: Timestamp,
    crews: BTreeMap<Kind, Option<Rc<Crew>>>,
    /// Of queues that nothing is known of.
    nothing: Learned,
}

/// What entries have in common that the same agents can serve.
type Kind = (WorkspaceId, QueueId, Vec<SkillLevel>, u32, usize, Vec<AgentId>);

/// Somebody who waits, or would.
struct Waiting<'a> {
    workspace: &'a WorkspaceId,
    queue: &'a QueueId,
    /// Beyond the queue's.
    skills: &'a [SkillLevel],
    weight: u32,
    /// By which its requirements are relaxed.
    age: Span,
    key: LineKey,
    /// Agents who may not have it.
    barred: Vec<AgentId>,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(state: &'a State, now: Timestamp) -> Self {
        Self { state, now, crews: BTreeMap::new(), nothing: Learned::default() }
    }

    /// The rest of an entry's wait.
    pub(crate) fn entry(&mut self, entry: &Entry) -> Option<Ewt> {
        self.predict_entry(entry).map(|prediction| ewt(&prediction, self.now))
    }

    /// The row of a chat, with its expected wait.
    pub(crate) fn chat(&mut self, chat: &Chat) -> ChatView {
        let mut view = view::chat(self.state, chat);
        let Some(entry) = self.state.entry_of(chat) else { return view };
        let invites = view.invites.iter_mut().filter(|invite| invite.position.is_some());
        let places = invites.map(|invite| &mut invite.ewt);
        for place in places.chain(view.position.is_some().then_some(&mut view.ewt)) {
            *place = self.entry(entry);
        }
        view
    }

    /// The wait of a chat that would come into a queue now, as chats come there; `barred` may not
    /// have it.
    pub(crate) fn arrival(
        &mut self,
        workspace: &WorkspaceId,
        queue: &QueueId,
        barred: Vec<AgentId>,
    ) -> Option<Ewt> {
        let of = self.newcomer(workspace, queue, barred)?;
        self.predict(&of, true).map(|prediction| ewt(&prediction, self.now))
    }

    /// Agents who could take such a chat at once.
    pub(crate) fn available(
        &mut self,
        workspace: &WorkspaceId,
        queue: &QueueId,
        barred: &[AgentId],
    ) -> usize {
        let of = self.newcomer(workspace, queue, barred.to_vec());
        of.and_then(|of| self.crew(&of)).map_or(0, |crew| crew.free)
    }

    fn newcomer<'q>(
        &self,
        workspace: &'q WorkspaceId,
        queue: &'q QueueId,
        barred: Vec<AgentId>,
    ) -> Option<Waiting<'q>> {
        let row = self.state.config(workspace)?.queues.get(queue)?;
        let (weight, key) = (row.chat_weight().0, last_place(row, self.now));
        Some(Waiting { workspace, queue, skills: &[], weight, age: Span::ZERO, key, barred })
    }

    /// How waits that were told of came out: what was told on coming, and at ages.
    pub(crate) fn verdicts(
        &self,
        workspace: &WorkspaceId,
        queue: &QueueId,
    ) -> Option<(&'a Verdicts, &'a Verdicts)> {
        let probes = &self.state.workspace(workspace)?.learned.get(queue)?.probes;
        Some((probes.first(), probes.later()))
    }

    fn predict_entry(&mut self, entry: &Entry) -> Option<Prediction> {
        let barred = entry.excluded.iter().chain(&entry.away).cloned().collect();
        let of = Waiting {
            workspace: &entry.workspace,
            queue: &entry.queue,
            skills: &entry.skills,
            weight: entry.weight.0,
            age: entry.age(),
            key: entry.key,
            barred,
        };
        if entry.offer.is_some() {
            let own = self.state.workspace(of.workspace)?.learned.get(of.queue)?;
            return Some(self.scene(&of, own, &Crew::default()).at_once());
        }
        self.predict(&of, false)
    }

    /// `comes`: does not stand there yet, and takes what is free.
    fn predict(&mut self, of: &Waiting<'_>, comes: bool) -> Option<Prediction> {
        let crew = self.crew(of)?;
        let own = self.state.workspace(of.workspace)?.learned.get(of.queue)?;
        let scene = self.scene(of, own, &crew);
        let nobody_ahead = scene.rivals.iter().all(|rival| rival.ahead < 0.5);
        if comes && crew.free > 0 && nobody_ahead {
            return Some(scene.at_once());
        }
        scene.predict()
    }

    fn crew(&mut self, of: &Waiting<'_>) -> Option<Rc<Crew>> {
        let (steps, _) = self.state.rules(of.workspace)?.ages(of.queue);
        let step = age::passed(steps, of.age);
        let (workspace, queue) = (of.workspace.clone(), of.queue.clone());
        let kind = (workspace, queue, of.skills.to_vec(), of.weight, step, of.barred.clone());
        let look = || {
            let age = age::begins(steps, step);
            let seeks = Seeks { queue: of.queue, skills: of.skills, weight: of.weight, age };
            matching::crew(self.state, of.workspace, &seeks, &of.barred).map(Rc::new)
        };
        self.crews.entry(kind).or_insert_with(look).clone()
    }

    fn scene<'s>(&'s self, of: &Waiting<'_>, own: &'s Learned, crew: &Crew) -> Scene<'s> {
        let mut rivals = Vec::with_capacity(crew.lines.len() + 1);
        let space = self.state.workspace(of.workspace);
        for line in &crew.lines {
            let learned = space.and_then(|space| space.learned.get(&line.queue));
            let row = space.and_then(|space| space.queues.get(&line.queue));
            let places = row.map_or([0.0; 3], |row| places(row, &of.key, line.waiting));
            let ahead = places.iter().zip(&line.shares).map(|(n, share)| n * share).sum::<f64>();
            rivals.push(Rival {
                learned: learned.unwrap_or(&self.nothing),
                weight: f64::from(line.weight),
                share: line.shares.iter().sum(),
                first: line.shares[0],
                ahead: ahead * line.part,
                comes: line.comes,
                window: self.window(of, &line.queue),
            });
        }
        let knows_own = |line: &matching::SharedLine| line.comes && line.queue == *of.queue;
        if !crew.lines.iter().any(knows_own) {
            rivals.push(Rival::of(own, f64::from(of.weight)));
        }
        let (room, priority, now) = (crew.room, of.key.priority.0, self.now);
        Scene { own, rivals, room, priority, now }
    }

    /// For how long from now on what comes into a queue goes first, by its head start.
    fn window(&self, of: &Waiting<'_>, queue: &QueueId) -> f64 {
        let rules = self.state.rules(of.workspace);
        let row = rules.and_then(|rules| rules.config.queues.get(queue));
        let head_start = row.and_then(|row| row.head_start_s).map_or(Span::ZERO, |s| s.0);
        super::learned::as_float((of.key.due + head_start).since(self.now).0)
    }
}

/// Where a chat would stand that came into a queue now, as chats come there.
pub(crate) fn last_place(queue: &Queue, now: Timestamp) -> LineKey {
    let head_start = queue.head_start_s.map_or(Span::ZERO, |s| s.0);
    let priority = Reverse(queue.priority);
    LineKey { in_time: true, priority, due: now - head_start, number: u64::MAX }
}

/// Entries of a queue that have no offer and stand before a key: those that go first if agents
/// take that queue before, beside or after the key's own.
fn places(row: &QueueState, key: &LineKey, waiting: usize) -> [f64; 3] {
    let whole = LineKey { due: Timestamp(i64::MAX), number: u64::MAX, ..*key };
    let above = LineKey { due: Timestamp(i64::MIN), number: 0, ..*key };
    // Who has an offer stands in front, as a rule.
    let offered = row.line.len().saturating_sub(waiting);
    [whole, *key, above].map(|key| {
        let before = row.line.before(&key).saturating_sub(offered);
        super::learned::as_float(before as u64)
    })
}

fn ewt(prediction: &Prediction, now: Timestamp) -> Ewt {
    let promise = prediction.promise(now);
    Ewt { p50: promise.p50, p90: promise.p90 }
}

/// What entries on probation are told now: of those that have begun to wait, and of those that
/// have reached an age. The caller applies the events and asks again, until there are none.
pub(crate) fn promises(state: &State, now: Timestamp, happened: &[TimedEvent]) -> Vec<Event> {
    if state.schema < SCHEMA {
        return Vec::new();
    }
    let mut all = Vec::new();
    let is_added = |timed: &TimedEvent| matches!(timed.event, Event::EntryAdded { .. });
    // Most commands let nobody in.
    let Some(first) = happened.iter().position(is_added) else { return all };
    let mut teller = None;
    let mut last = None;
    let mut queues: Vec<(&WorkspaceId, &QueueId)> = Vec::new();
    for timed in &happened[first..] {
        let Event::EntryAdded(added) = &timed.event else { continue };
        let entry = state.entries.get(&added.entry).filter(|entry| entry.offer.is_none());
        let Some(entry) = entry else { continue };
        let space = state.workspace(&entry.workspace);
        let Some(learned) = space.and_then(|space| space.learned.get(&entry.queue)) else {
            continue;
        };
        let queue = (&entry.workspace, &entry.queue);
        if last == Some(queue) || queues.contains(&queue) {
            continue;
        }
        queues.extend(last.replace(queue));
        // While nothing is known of the queue's chats, looking for who could serve them is in vain.
        let wants = learned.cycle().is_some() && learned.probes.wants(&entry.id, now);
        let wanted = wants.then_some(&entry.id);
        for id in wanted.into_iter().chain(learned.probes.due(now)) {
            let teller = teller.get_or_insert_with(|| Teller::new(state, now));
            all.extend(promise(state, teller, id));
        }
    }
    all
}

fn promise(state: &State, teller: &mut Teller<'_>, id: &EntryId) -> Option<Event> {
    let entry = state.entries.get(id).filter(|entry| entry.offer.is_none())?;
    let promise = teller.predict_entry(entry)?.promise(teller.now);
    Some(Event::EntryQuoted {
        chat: entry.chat.clone(),
        entry: id.clone(),
        p50: promise.p50,
        p90: promise.p90,
        mean: promise.mean,
        deviation: promise.deviation,
    })
}
