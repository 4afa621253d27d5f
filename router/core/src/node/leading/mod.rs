//! The leader: it decides against its own memory while one append is in flight, and lets nothing
//! out before the frame is acknowledged. Leaves reading (`reader`), deciding (`decide`), letting
//! out (`release`), the gateways' pulses (`presence`), and handing over (`handover`) to their
//! files.

mod decide;
mod handover;
mod presence;
mod reader;
mod release;

use std::collections::VecDeque;

use baton_common::event::Event;
use baton_common::frame::Cursor;
use baton_common::ids::GatewayId;
use baton_common::limits;
use baton_common::notice::{GatewayPulse, NoticeFrame, RouterPulse};
use baton_common::time::{Span, Timestamp};
use baton_common::view::Position;

use super::append::{Flight, Settled};
use super::base::Base;
use super::claiming::look;
use super::draft::{Draft, Held, Seal};
use super::following;
use super::io::{Alarm, Clock, CommandsOpened, Input, Output};
use super::pace::Pace;
use super::role::Role;
use presence::{Heard, Heeded};
use reader::Reader;

/// Leads one term.
#[derive(Debug)]
pub(crate) struct Leading {
    epoch: u64,
    since: Clock,
    pace: Pace,
    reader: Reader,
    /// The command stream seemed to be another: it is looked at again after this frame.
    doubt: Option<u64>,
    /// Sealed and sent; what it holds leaves when it is acknowledged.
    flight: Option<(Flight, Held)>,
    /// The frames after it, oldest first; the last one is open.
    drafts: VecDeque<Draft>,
    heard: Heard,
    pulse_at: Clock,
    /// No timer fires before: people get time to react after an absence.
    hold_until: Option<Timestamp>,
    /// Gateways whose loss is to be decided.
    lost: VecDeque<GatewayId>,
    replies_held: usize,
    resigning: bool,
    /// The newest frames at this leader's last pulses, the oldest first.
    trail: VecDeque<u64>,
    alarmed: bool,
}

/// Whether the role goes on after a part of a step.
enum Goes {
    On,
    To(Role),
}

impl Leading {
    /// The claim is in the journal since `at`, the broker's time. The command stream was `opened`
    /// meanwhile, or is being opened.
    pub(super) fn begin(
        base: &mut Base,
        claim: &Flight,
        at: Timestamp,
        opened: Option<CommandsOpened>,
    ) -> Role {
        let before = base.memory.state.last_event();
        let unplanned = base.memory.leader.is_some();
        if let Err(error) = base.memory.fold(base.of, claim.payload()) {
            return following::halt(base, error.to_string());
        }
        base.totals.failovers += u64::from(unplanned);
        let now = at.max(base.memory.state.last_event());
        let mut pace = Pace::new(now, base.clock);
        pace.sample(at, base.clock);
        let mut leading = Box::new(Self {
            epoch: base.memory.epoch,
            since: base.clock,
            pace,
            reader: Reader::default(),
            doubt: None,
            flight: None,
            drafts: VecDeque::new(),
            heard: Heard::new(base.clock),
            pulse_at: base.clock,
            hold_until: None,
            lost: VecDeque::new(),
            replies_held: 0,
            resigning: false,
            trail: VecDeque::new(),
            alarmed: false,
        });
        if before > Timestamp::default() && now.since(before) > limits::ABSENCE {
            leading.grant(base);
        }
        base.out.push(Output::Led { epoch: leading.epoch });
        if let Some(opened) = opened {
            leading.commands_opened(base, &opened);
        }
        base.out.extend(
            base.memory.effects.again().into_iter().map(|line| Output::Line(Box::new(line))),
        );
        leading.finish(base)
    }

    pub(super) fn step(mut self: Box<Self>, base: &mut Base, input: Input) -> Role {
        self.notice_gap(base);
        let goes = match input {
            Input::Appended { seq, attempt, result } => {
                let settled = self.flight.as_mut().map_or(Settled::No, |(flight, _)| {
                    flight.answered(base.clock, (seq, attempt), result, &mut base.out)
                });
                self.settle(base, settled)
            }
            Input::Looked { seq, found } => {
                let settled = self
                    .flight
                    .as_mut()
                    .map_or(Settled::No, |(flight, _)| flight.looked(base.clock, seq, found));
                self.settle(base, settled)
            }
            Input::RouterPulse(pulse) => {
                self.other_leader(base, &pulse);
                Goes::On
            }
            input => {
                self.take_in(base, input);
                Goes::On
            }
        };
        match goes {
            Goes::On => self.finish(base),
            Goes::To(role) => role,
        }
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(super) fn wants_commands(&self) -> bool {
        !self.resigning && self.reader.wants_more()
    }

    /// Whether everything that is stored has been decided, and is acknowledged.
    pub(super) fn is_settled(&self) -> bool {
        self.reader.caught_up() && self.flight.is_none() && self.drafts.is_empty()
    }

    /// For how long the append under way has been unresolved.
    pub(super) fn unresolved(&self, base: &Base) -> Span {
        self.flight.as_ref().map_or(Span::ZERO, |(flight, _)| base.clock.since(flight.begun))
    }

    pub(super) fn deadline(&self, base: &Base) -> Clock {
        let mut at = self.pulse_at;
        if let Some((flight, _)) = &self.flight {
            at = at.min(flight.deadline());
        }
        let due = base.memory.state.next_deadline();
        if let Some(due) = due.filter(|_| self.may_idle(base)) {
            let due = self.hold_until.map_or(due, |held| held.max(due));
            let clock = self.pace.read_at().after(Span(self.pace.until(due)));
            at = at.min(clock.max(base.clock.after(Span(1))));
        }
        at
    }

    fn take_in(&mut self, base: &mut Base, input: Input) {
        match input {
            Input::CommandsOpened(opened) => self.commands_opened(base, &opened),
            Input::Commands { message, pending } => self.reader.deliver(message, pending),
            Input::Broker { at, first, last } => {
                base.heard_time(at);
                self.pace.sample(at, base.clock);
                self.reader.ends(first, last);
            }
            Input::Ask { token, ask } => self.asked(base, token, &ask),
            Input::Measure => self.measure(base),
            Input::GatewayPulse(pulse) => self.gateway_pulse(base, &pulse),
            Input::LineStored(id) => base.memory.effects.stored(id),
            Input::Attached => self.attached(base),
            Input::Detached => self.reader.lose(),
            _ => {}
        }
    }

    /// Decides what there is, sends what can be sent, and goes on or gives up.
    fn finish(mut self: Box<Self>, base: &mut Base) -> Role {
        if let Some((flight, _)) = &mut self.flight {
            flight.tick(base.clock, &mut base.out);
        }
        if base.clock >= self.pulse_at {
            self.tend(base);
        }
        self.decide(base);
        if self.seal(base) {
            self.decide(base);
        }
        self.pulse(base);
        Role::Leading(self)
    }

    /// Sends the oldest draft unless an append is under way.
    fn seal(&mut self, base: &mut Base) -> bool {
        if self.flight.is_some() {
            return false;
        }
        let Some(draft) = self.drafts.pop_front() else {
            return false;
        };
        let seal = Seal {
            epoch: self.epoch,
            previous: base.memory.digest,
            effects_through: base.memory.effects.through(base.memory.seq),
        };
        let (payload, events, held) = draft.seal(&seal);
        let append = base.append(payload, events);
        if self.drafts.is_empty() {
            // Nothing was decided after it: the state is what this frame leads to.
            base.marks.take(append.seq, &base.memory);
        }
        self.flight = Some((Flight::begin(append, base.clock, false, &mut base.out), held));
        true
    }

    fn settle(&mut self, base: &mut Base, settled: Settled) -> Goes {
        let seq = base.memory.seq + 1;
        let epoch = self.epoch;
        match settled {
            Settled::No => Goes::On,
            Settled::Committed(_) => {
                let goes = self.committed(base);
                if self.doubt == Some(base.memory.seq) {
                    look(base);
                }
                goes
            }
            Settled::Fenced => {
                base.totals.fenced += 1;
                Goes::To(depose(base, Alarm::Fenced { epoch, seq }))
            }
            Settled::Rewound => {
                Goes::To(depose(base, Alarm::JournalRewound { seq: base.memory.seq }))
            }
            Settled::Refused(problem) => Goes::To(depose(base, Alarm::Refused { problem })),
        }
    }

    /// Somebody pulses for a later term. The journal has the last word: an append is refused if
    /// it is so, and until then nothing is answered.
    fn other_leader(&mut self, base: &Base, pulse: &RouterPulse) {
        if pulse.position.epoch > self.epoch && self.flight.is_none() {
            self.prove(base);
        }
    }

    /// After a pause in which another router may have taken over, nothing is answered before an
    /// append has proved that this one still leads.
    fn notice_gap(&mut self, base: &mut Base) {
        if base.gap > limits::ROUTER_SILENCE {
            self.prove(base);
        }
        if base.gap > limits::ABSENCE {
            self.heard.listen_anew(base.clock);
            self.grant(base);
        }
    }

    fn attached(&mut self, base: &mut Base) {
        self.heard.listen_anew(base.clock);
        if base.clock.since(base.detached_at) > limits::ABSENCE {
            self.grant(base);
        }
        self.reader.lose();
        look(base);
        self.prove(base);
    }

    fn prove(&mut self, base: &Base) {
        if self.drafts.is_empty() && !self.resigning {
            self.drafts.push_back(Draft::new(base.memory.cursor.clone()));
        }
    }

    /// Overdue timers wait, so that people can react to what they could not see.
    fn grant(&mut self, base: &Base) {
        let now = self.pace.read(base.clock);
        if base.memory.state.next_deadline().is_some_and(|due| due <= now) {
            self.hold_until = Some(now + limits::ABSENCE_GRANT);
        }
    }

    fn commands_opened(&mut self, base: &mut Base, opened: &CommandsOpened) {
        if self.resigning {
            return;
        }
        self.pace.sample(opened.at, base.clock);
        let cursor = base.memory.cursor.clone();
        if opened.cursor != cursor.seq {
            look(base);
            return;
        }
        if !opened.continues(&cursor) {
            if !self.is_proven(base, opened) {
                return;
            }
            let first = opened.first;
            base.alarm(Alarm::CommandsRewound { first });
            let seq = first.saturating_sub(1);
            base.memory.cursor = Cursor { seq, index: 0, whole: true, frame: None };
            self.own(base, Event::CommandsRewound { first });
        }
        self.doubt = None;
        let end = if opened.first > opened.last { 0 } else { opened.last };
        let from = self.reader.restart(&base.memory.cursor, end);
        base.out.push(Output::ReadCommands { from });
    }

    /// A server that is cut off from the others tells of a stream as it once was, and an answer
    /// may be late: that the stream is another is believed when it is asked once more after a
    /// frame was acknowledged, and says so again.
    fn is_proven(&mut self, base: &Base, opened: &CommandsOpened) -> bool {
        if let Some(proof) = self.doubt {
            return opened.after >= proof;
        }
        self.prove(base);
        self.doubt = Some(base.memory.seq + 1 + u64::from(self.flight.is_some()));
        false
    }

    fn gateway_pulse(&mut self, base: &mut Base, pulse: &GatewayPulse) {
        let settled = self.is_settled();
        let known = (base.of.shard, &base.memory.state);
        match self.heard.pulse(base.clock, known, settled, pulse) {
            Heeded::Fine => {}
            Heeded::Leaving => self.leaving(base, &pulse.gateway),
            Heeded::Differs => self.call(base, &pulse.gateway),
        }
    }

    /// Breaks the chain of notices: the gateway announces all its connections again.
    fn call(&mut self, base: &mut Base, gateway: &GatewayId) {
        let position = self.position(base);
        self.heard.tell(base.clock, gateway, position);
        let frame = NoticeFrame {
            shard: base.of.shard,
            position,
            previous: Position::default(),
            outcomes: Vec::new(),
            items: Vec::new(),
        };
        base.out.push(Output::Notice { gateway: gateway.clone(), frame });
    }

    fn leaving(&mut self, base: &mut Base, gateway: &GatewayId) {
        if base.memory.state.gateways().contains(gateway) {
            self.lost.push_back(gateway.clone());
        }
    }

    fn pulse(&mut self, base: &mut Base) {
        if base.clock < self.pulse_at {
            return;
        }
        self.pulse_at = base.clock.after(limits::ROUTER_PULSE);
        if base.attached {
            let silent = self.heard.silent(base.clock, &base.memory.state);
            for gateway in silent {
                self.heard.lose(&gateway);
                self.lost.push_back(gateway);
            }
        }
        if self.unresolved(base) >= limits::APPEND_UNKNOWN {
            if !self.alarmed {
                base.alarm(Alarm::AppendUnknown { seq: base.memory.seq + 1 });
                self.alarmed = true;
            }
            return;
        }
        let pulse = RouterPulse {
            router: base.router.clone(),
            shard: base.of.shard,
            position: self.position(base),
            command_lag: self.reader.lag(),
            noticed: self.heard.told(),
        };
        base.out.push(Output::Pulse(pulse));
    }

    /// The newest acknowledged frame.
    fn position(&self, base: &Base) -> Position {
        Position { epoch: self.epoch, seq: base.memory.seq }
    }
}

/// The memory is dropped: it holds what will never be in the journal.
fn depose(base: &mut Base, alarm: Alarm) -> Role {
    base.alarm(alarm);
    base.bar.raise(base.clock);
    base.out.push(Output::Unled);
    following::restore(base)
}
