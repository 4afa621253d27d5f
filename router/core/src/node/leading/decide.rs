//! What the leader decides and in which order: each command at the broker's time of its storing,
//! timers due by then first; later timers once every stored command is decided. Leaves the
//! decisions themselves to the engine.

use std::collections::BTreeMap;

use baton_common::code::Code;
use baton_common::command::{Actor, Command, CommandBody};
use baton_common::event::Event;
use baton_common::frame::Outcome;
use baton_common::ids::{GatewayId, WorkspaceId};
use baton_common::limits;
use baton_common::notice::{News, Notice, OutcomeNotice};
use baton_common::rejection::Rejection;
use baton_common::time::Timestamp;

use super::super::base::Base;
use super::super::draft::Draft;
use super::super::io::Alarm;
use super::Leading;
use super::reader::{Next, where_wrong};
use crate::State;
use crate::engine::{self, Decision};

/// The workspace of what concerns no workspace.
const NO_WORKSPACE: &str = "-";

impl Leading {
    /// Decides until nothing is left or the drafts are full.
    pub(super) fn decide(&mut self, base: &mut Base) {
        if self.resigning {
            return;
        }
        while self.has_room(base) {
            let Some(stored_at) = self.reader.next_at(base) else {
                return self.idle(base);
            };
            let at = stored_at.max(base.memory.state.last_event());
            self.fire(base, at);
            if self.has_room(base) {
                self.take_next(base, at);
            }
        }
    }

    /// Records an event of the leader's own, at the time of the newest one: it must not overtake
    /// commands that are stored and not decided.
    pub(super) fn own(&mut self, base: &mut Base, event: Event) {
        let at = base.memory.state.last_event();
        let noted = base.memory.note(base.of, &event);
        noted.expect("a leader's own events are of its shard");
        let decision = engine::note(&mut base.memory.state, at, vec![event]);
        self.push(base, decision);
    }

    /// The leader's time, never before the newest event.
    pub(super) fn now(&mut self, base: &Base) -> Timestamp {
        self.pace.read(base.clock).max(base.memory.state.last_event())
    }

    /// Whether timers may fire that no command waits for.
    pub(super) fn may_idle(&self, base: &Base) -> bool {
        !self.resigning && self.has_room(base) && self.reader.caught_up()
    }

    /// The draft that takes what comes next.
    pub(super) fn open(&mut self, base: &Base) -> &mut Draft {
        if self.drafts.is_empty() {
            self.drafts.push_back(Draft::new(base.memory.cursor.clone()));
        }
        self.drafts.back_mut().expect("one was just made")
    }

    /// One draft is open beside the frame under way; a second one means that the first is full.
    fn has_room(&self, base: &Base) -> bool {
        self.drafts.len() <= 1 && base.memory.effects.len() < limits::LINES_PENDING
    }

    fn idle(&mut self, base: &mut Base) {
        if !self.may_idle(base) {
            return;
        }
        while self.has_room(base)
            && let Some(gateway) = self.lost.pop_front()
        {
            self.lose_gateway(base, gateway);
        }
        let now = self.now(base);
        self.fire(base, now);
    }

    /// Fires timers that are due, unless they are held.
    fn fire(&mut self, base: &mut Base, at: Timestamp) {
        if self.hold_until.is_some_and(|until| at < until) {
            return;
        }
        self.hold_until = None;
        while self.has_room(base)
            && let Some(decision) = engine::fire_next(&mut base.memory.state, at)
        {
            assert!(!decision.events.is_empty(), "a timer without an event fires for ever");
            base.totals.decisions += 1;
            self.push(base, decision);
        }
    }

    fn take_next(&mut self, base: &mut Base, at: Timestamp) {
        let Some(next) = self.reader.take(&mut base.memory.cursor) else {
            return;
        };
        base.totals.decisions += 1;
        // Whatever panics until it is in the draft is this command's doing.
        base.deciding = Some((next.seq, next.index));
        let decision = decision(base, at, next);
        self.push(base, decision);
        base.deciding = None;
    }

    fn lose_gateway(&mut self, base: &mut Base, gateway: GatewayId) {
        let command = Command {
            workspace: WorkspaceId::new(NO_WORKSPACE),
            by: Actor::Gateway(gateway.clone()),
            key: None,
            ask: CommandBody::GatewayLost { gateway },
        };
        let at = self.now(base);
        let decision = engine::housekeep(&mut base.memory.state, at, &command);
        if !decision.events.is_empty() {
            self.push(base, decision);
        }
    }

    /// Puts a decision into the open draft, or into a new one if it does not fit.
    fn push(&mut self, base: &mut Base, decision: Decision) {
        let Decision { events, outcome, lines, notices } = decision;
        let schema = base.memory.schema();
        let known = events.iter().all(|timed| timed.event.schema() <= schema);
        assert!(known, "an event of a schema that was not raised");
        let told = outcome.as_ref().map(|outcome| told(&base.memory.state, outcome.at, outcome));
        if let Some(outcome) = &outcome {
            base.memory.gateways.record(outcome);
        }
        let notices = addressed(&base.memory.state, notices);
        if !self.open(base).fits(&events, outcome.as_ref()) {
            self.drafts.push_back(Draft::new(base.memory.cursor.clone()));
        }
        let gateway = outcome.as_ref().map(|outcome| outcome.frame.gateway.clone());
        let draft = self.open(base);
        let first = draft.add(&base.memory.cursor, events, outcome);
        draft.held.outcomes.extend(gateway.zip(told));
        draft.held.notices.extend(notices);
        draft.held.lines.extend(lines.into_iter().map(|mut line| {
            line.event += first;
            line
        }));
    }
}

/// Decides one command, or sets it aside.
fn decision(base: &mut Base, at: Timestamp, next: Next) -> Decision {
    let (seq, index) = (next.seq, next.index);
    if base.poisonous.contains(&(seq, index)) {
        base.totals.poisonous += 1;
        return set_aside(base, at, next);
    }
    match serde_json::from_str::<Command>(&next.command) {
        Ok(command) => (base.take)(&mut base.memory.state, at, &next.frame, index, &command),
        Err(error) => {
            base.totals.undecodable += 1;
            let problem = where_wrong(&error);
            base.alarm(Alarm::Undecodable { seq, index: Some(index), problem });
            set_aside(base, at, next)
        }
    }
}

/// Records that a command could not be decided.
fn set_aside(base: &mut Base, at: Timestamp, next: Next) -> Decision {
    let detail = "the command could not be decided, nothing was changed";
    let outcome = Outcome {
        frame: next.frame,
        index: next.index,
        at,
        key: None,
        start: false,
        workspace: None,
        chat: None,
        connected: None,
        refused_transfer: None,
        result: Err(Rejection::new(Code::Internal, detail)),
    };
    engine::record(&mut base.memory.state, &outcome);
    Decision { outcome: Some(outcome), ..Decision::default() }
}

/// The outcome as its gateway is told: with views of what it names, as of now.
pub(super) fn told(state: &State, now: Timestamp, outcome: &Outcome) -> OutcomeNotice {
    let result = engine::answer(state, now, outcome);
    OutcomeNotice { n: outcome.frame.n, index: outcome.index, result }
}

/// Splits notices by gateway; one for nobody in particular is for every gateway.
fn addressed(state: &State, notices: Vec<Notice>) -> Vec<(Option<GatewayId>, Notice)> {
    let mut addressed = Vec::new();
    for notice in notices {
        if notice.to.is_empty() {
            addressed.push((None, notice));
            continue;
        }
        if let News::Replaced { gateway, .. } = &notice.news {
            // Its person is served elsewhere by now.
            addressed.push((Some(gateway.clone()), notice));
            continue;
        }
        let mut by_gateway = BTreeMap::<_, Vec<_>>::new();
        for person in &notice.to {
            for gateway in state.gateways_of(&notice.workspace, person) {
                by_gateway.entry(gateway).or_default().push(person.clone());
            }
        }
        addressed.extend(by_gateway.into_iter().map(|(gateway, to)| {
            let (workspace, news) = (notice.workspace.clone(), notice.news.clone());
            (Some(gateway), Notice { workspace, to, news })
        }));
    }
    addressed
}
