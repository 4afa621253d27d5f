//! What a node has in every role: its identity, its memory, the clock, and the outputs of the
//! step under way. Leaves the roles to their own files.

use std::collections::BTreeSet;

use baton_common::command::Command;
use baton_common::frame::FrameId;
use baton_common::ids::RouterId;
use baton_common::limits;
use baton_common::time::{Span, Timestamp};

use super::council::{Council, Fit};
use super::io::{Alarm, Append, Clock, Output};
use super::memory::{Memory, ShardOf};
use super::witness::Marks;
use crate::State;
use crate::engine::{self, Decision};
use crate::stats::{self, Family};

/// Decides one command; `engine::take`, unless a test puts a harmful one in its place.
pub(crate) type Take = fn(&mut State, Timestamp, &FrameId, u32, &Command) -> Decision;

/// Takes the metrics; `stats::exposition`, unless a test puts a harmful one in its place.
pub(crate) type Measure = fn(&State, u16, Timestamp) -> Vec<Family>;

/// Running totals since the node was made; the shell exports how they grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Commands and timers decided.
    pub decisions: u64,
    /// Commands set aside because the engine panicked.
    pub poisonous: u64,
    /// Commands or messages that could not be decoded.
    pub undecodable: u64,
    /// Appends refused because another router had written.
    pub fenced: u64,
    /// Take-overs from a leader that had not stepped down.
    pub failovers: u64,
}

#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) of: ShardOf,
    pub(crate) router: RouterId,
    pub(crate) memory: Memory,
    pub(crate) clock: Clock,
    /// How much later this step is than the one before.
    pub(crate) gap: Span,
    pub(crate) attached: bool,
    pub(crate) detached_at: Clock,
    pub(crate) bar: Bar,
    /// The routers of the shard.
    pub(crate) council: Council,
    /// When this router tells the others of itself next.
    pub(crate) beat_at: Clock,
    /// Stepping down for good.
    pub(crate) leaving: bool,
    /// The command that is being decided at this moment: a panic is put down to it.
    pub(crate) deciding: Option<(u64, u32)>,
    /// Commands that made a step panic: set aside when they are met again.
    pub(crate) poisonous: BTreeSet<(u64, u32)>,
    /// The frame that did not continue the one before, until one there does.
    pub(crate) broken: Option<u64>,
    /// The journal was said to be shorter than what is remembered of it.
    pub(crate) shorter: bool,
    pub(crate) marks: Marks,
    /// The term in which this router last found that it remembers another state than the leader.
    pub(crate) differed: Option<u64>,
    pub(crate) totals: Totals,
    pub(crate) take: Take,
    pub(crate) measure: Measure,
    pub(crate) out: Vec<Output>,
    broker: Option<(Timestamp, Clock)>,
    appends: u64,
}

/// A router that was deposed, or failed, does not claim for a while, longer each time.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) until: Clock,
    /// The bar holds at least until then.
    least: Clock,
    /// It holds whatever the others do.
    firm: bool,
    next: Span,
}

/// Barred routers give those who are not barred so long to claim before them.
const PATIENCE: Span = Span(limits::ROUTER_SILENCE.0 + 500);
/// A router that was not deposed for so long is trusted as if it never had been.
const TRUSTED_AFTER: Span = limits::DEPOSED[1];

impl Base {
    pub(crate) fn new(of: ShardOf, router: RouterId) -> Self {
        let clock = Clock::default();
        Self {
            of,
            council: Council::new(of, router.clone()),
            beat_at: clock,
            leaving: false,
            router,
            memory: Memory::default(),
            clock,
            gap: Span::ZERO,
            attached: true,
            detached_at: clock,
            bar: Bar::new(clock),
            deciding: None,
            poisonous: BTreeSet::new(),
            broken: None,
            shorter: false,
            marks: Marks::default(),
            differed: None,
            totals: Totals::default(),
            take: engine::take,
            measure: stats::exposition,
            out: Vec::new(),
            broker: None,
            appends: 0,
        }
    }

    pub(crate) fn alarm(&mut self, alarm: Alarm) {
        self.out.push(Output::Alarm(alarm));
    }

    /// The broker told its time.
    pub(crate) fn heard_time(&mut self, at: Timestamp) {
        self.broker = Some((at, self.clock));
    }

    /// How long the broker has said nothing.
    pub(crate) fn broker_silence(&self) -> Span {
        self.broker.map_or(Span::ZERO, |(_, clock)| self.clock.since(clock))
    }

    /// What another router needs to lead on from `seq`.
    pub(crate) fn fit(&self, seq: u64) -> Fit {
        Fit { seq, schema: self.memory.schema() }
    }

    /// The broker's time as far as it is known, never before the newest event.
    pub(crate) fn broker_time(&self) -> Timestamp {
        let known = self.broker.map(|(at, clock)| at + self.clock.since(clock));
        known.unwrap_or_default().max(self.memory.state.last_event())
    }

    /// A new append. Its message id is unique to this process: a restarted process that counted
    /// anew would have its writes swallowed as repeats.
    pub(crate) fn append(&mut self, payload: Vec<u8>, events: usize) -> Append {
        self.appends += 1;
        Append {
            seq: self.memory.seq + 1,
            attempt: 0,
            message_id: format!("{}-{}-{}", self.router, self.of.shard, self.appends),
            payload: payload.into(),
            events,
        }
    }

    /// Which append the next one will be: makes a claim's nonce its own.
    pub(crate) fn appends(&self) -> u64 {
        self.appends
    }
}

impl Bar {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { until: clock, least: clock, firm: false, next: limits::DEPOSED[0] }
    }

    /// Another router leads: from now on, for twice as long as the time before.
    pub(crate) fn raise(&mut self, clock: Clock) {
        if clock.since(self.until) > TRUSTED_AFTER {
            self.forget();
        }
        self.until = clock.after(self.next);
        self.least = clock.after(limits::DEPOSED[0]);
        self.firm = false;
        self.next = Span((self.next.0 * 2).min(limits::DEPOSED[1].0));
    }

    /// This router failed: as above, whatever the others do.
    pub(crate) fn raise_firmly(&mut self, clock: Clock) {
        self.raise(clock);
        self.firm = true;
    }

    /// When this router may claim if a leader was last heard of at `heard`. The bar grows longer
    /// only for as long as somebody else gets on: a shard that nobody serves does not wait for it.
    pub(crate) fn over(&self, heard: Clock) -> Clock {
        if self.firm { self.until } else { self.until.min(self.least.max(heard.after(PATIENCE))) }
    }

    /// The same for the only router that is left: there is nobody to quarrel with.
    pub(crate) fn over_alone(&self) -> Clock {
        if self.firm { self.until } else { Clock::default() }
    }

    /// The same once the leader has resigned, at `heard`: there is nobody to quarrel with.
    pub(crate) fn over_resigned(&self, heard: Clock) -> Clock {
        let others = heard.after(limits::HEIR_TIME).after(limits::HEIR_TIME);
        if self.firm { self.until } else { self.until.min(others) }
    }

    /// This router has led long enough to be trusted again.
    pub(crate) fn forget(&mut self) {
        self.next = limits::DEPOSED[0];
    }
}
