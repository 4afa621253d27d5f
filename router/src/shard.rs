//! The event loop of one shard: waits for the next input, steps the node, does what it says.
//! Nothing in it waits for the broker: what does is an errand, and answers by an input.

use std::time::Duration;

use anyhow::Context as _;
use async_nats::Subject;
use baton_common::ids::RouterId;
use baton_common::subjects;
use baton_core::node::{Alarm, Append, Input, Node, Output, ShardOf};
use bytes::Bytes;
use metrics::histogram;
use serde::Serialize;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::Readiness;
use crate::asks::Asks;
use crate::broker::Broker;
use crate::errands::Errands;
use crate::feed::Feed;
use crate::imager::Imager;
use crate::lines::Lines;
use crate::metrics::{self as names, Exported};
use crate::sources::{Came, Sources};

/// How long a planned stop may take to hand over and store lines.
const STOP: Duration = Duration::from_secs(10);
/// A publish waits for room in the client's buffer at most so long: notices may be lost.
const PUBLISH: Duration = Duration::from_millis(500);

/// One shard of this router.
pub(crate) struct Shard {
    node: Node,
    first: Vec<Output>,
    broker: Broker,
    sources: Sources,
    errands: Errands,
    lines: Lines,
    /// The frame under way and when it was first sent.
    appending: Option<(u64, Instant)>,
    stop_by: Option<Instant>,
    stopped: bool,
}

impl Shard {
    /// Subscribes; nothing is read or written before [`Self::run`].
    pub(crate) async fn start(
        broker: Broker,
        of: ShardOf,
        router: RouterId,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Self> {
        let opened = Sources::open(&broker, shutdown).await;
        let (sources, results) = opened.context("subscribing to pulses")?;
        let (node, first) = Node::new(of, router);
        let lines = Lines::start(broker.requests().clone(), of.shard, results.clone());
        let errands = Errands::new(broker.clone(), results);
        Ok(Self {
            node,
            first,
            broker,
            sources,
            errands,
            lines,
            appending: None,
            stop_by: None,
            stopped: false,
        })
    }

    /// Runs until the node has stepped down.
    pub(crate) async fn run(mut self, readiness: Readiness, exported: Exported, imager: Imager) {
        for output in std::mem::take(&mut self.first) {
            self.perform(output, &exported).await;
        }
        while !self.stopped && self.stop_by.is_none_or(|by| Instant::now() < by) {
            let deadline = self.node.next_deadline();
            let wants = self.node.wants_commands();
            let by = self.stop_by.unwrap_or_else(|| Instant::now() + STOP);
            let came = tokio::time::timeout_at(by, self.sources.next(deadline, wants)).await;
            let Some(input) = self.input(came.unwrap_or(Came::Nothing)).await else { continue };
            let begun = Instant::now();
            if matches!(input, Input::StepDown) {
                self.stop_by = Some(Instant::now() + STOP);
            }
            for output in self.step(input) {
                self.perform(output, &exported).await;
            }
            self.report(&readiness);
            imager.leads(self.node.status().leads.is_some());
            histogram!(names::STALL).record(begun.elapsed().as_secs_f64());
            self.errands.reap();
        }
        drop(imager);
        self.finish().await;
    }

    /// What came, as an input for the node.
    async fn input(&mut self, came: Came) -> Option<Input> {
        match came {
            Came::Input(input) => Some(input),
            Came::Asked(message) => {
                let asks = self.sources.asks.as_mut()?;
                asks.take_in(self.broker.client(), message).await
            }
            Came::ReadBroker => {
                if self.sources.attached() {
                    self.errands.read_broker();
                }
                None
            }
            Came::Nothing => None,
        }
    }

    fn step(&mut self, input: Input) -> Vec<Output> {
        if let Input::Appended { seq, result: baton_core::node::AppendResult::Committed, .. } =
            &input
            && let Some((_, begun)) = self.appending.take_if(|(under_way, _)| under_way == seq)
        {
            histogram!(names::APPEND).record(begun.elapsed().as_secs_f64());
        }
        let before = self.node.totals();
        let begun = Instant::now();
        let outputs = self.node.step(self.sources.clock(), input);
        let now = self.node.totals();
        let decisions = usize::try_from(now.decisions - before.decisions).unwrap_or(usize::MAX);
        if decisions > 0 {
            let count = u32::try_from(decisions).unwrap_or(u32::MAX);
            let one = begun.elapsed() / count;
            histogram!(names::DECISION).record_many(one.as_secs_f64(), decisions);
        }
        if before != now {
            names::count(before, now);
        }
        outputs
    }

    async fn perform(&mut self, output: Output, exported: &Exported) {
        let shard = self.broker.shard;
        match output {
            Output::Restore => {
                self.sources.journal = None;
                self.errands.restore();
            }
            Output::Follow { from } => self.follow(from),
            Output::Unfollow => self.sources.journal = None,
            Output::Probe => self.errands.probe(),
            Output::Append(append) => self.append(append),
            Output::ReadFrame { seq } => self.errands.look(seq),
            Output::OpenCommands { cursor, after } => {
                self.sources.commands = None;
                self.errands.open_commands(cursor, after);
            }
            Output::ReadCommands { from } => {
                let stream = subjects::commands_stream(shard);
                let feed = Feed::start(self.broker.jetstream(), stream, from);
                self.sources.commands = Some(feed);
            }
            Output::Led { epoch } => self.led(epoch).await,
            Output::Unled => self.unled(exported),
            Output::Notice { gateway, frame } => {
                self.tell(subjects::notice(shard, &gateway), &frame).await;
            }
            Output::Reply { token, reply } => {
                if let Some(asks) = &mut self.sources.asks {
                    asks.reply(self.broker.client(), token, &reply).await;
                }
            }
            Output::Line(line) => self.lines.take(*line).await,
            Output::Pulse(pulse) => {
                names::lag(shard, pulse.command_lag);
                self.tell(subjects::router_pulse(shard), &pulse).await;
            }
            Output::Beat(beat) => self.tell(subjects::router_beat(shard), &beat).await,
            Output::Measured(families) => exported.set(shard, families),
            Output::Alarm(alarm) => sound(shard, &alarm),
            Output::Stopped => self.stopped = true,
        }
    }

    async fn led(&mut self, epoch: u64) {
        let shard = self.broker.shard;
        tracing::info!(shard, epoch, "leads");
        match Asks::listen(self.broker.client(), shard).await {
            Ok(asks) => self.sources.asks = Some(asks),
            // Only a closed client refuses; gateways then find nobody who answers.
            Err(error) => tracing::error!(shard, %error, "cannot listen to questions"),
        }
    }

    fn unled(&mut self, exported: &Exported) {
        tracing::info!(shard = self.broker.shard, "leads no longer");
        self.sources.asks = None;
        self.sources.commands = None;
        self.errands.close_commands();
        self.appending = None;
        exported.clear(self.broker.shard);
        names::lag(self.broker.shard, 0);
    }

    /// Sends what may be lost; not at all while there is no connection, which would make it wait.
    async fn tell(&self, subject: String, message: &impl Serialize) {
        if !self.sources.attached() {
            return;
        }
        let payload = serde_json::to_vec(message).expect("notices and pulses are plain data");
        let payload = Bytes::from(payload);
        let sent = self.broker.client().publish(Subject::from(subject), payload);
        if let Err(problem) = timeout(PUBLISH, sent).await.map_err(|_| "timed out".to_owned()) {
            tracing::debug!(shard = self.broker.shard, problem, "a notice was not sent");
        }
    }

    fn append(&mut self, append: Append) {
        if append.attempt == 0 {
            self.appending = Some((append.seq, Instant::now()));
            let events = u32::try_from(append.events).unwrap_or(u32::MAX);
            histogram!(names::BATCH).record(f64::from(events));
        }
        self.errands.append(append);
    }

    fn follow(&mut self, from: u64) {
        let stream = subjects::journal_stream(self.broker.shard);
        let known = from.saturating_sub(1);
        self.sources.journal = Some(Feed::start(self.broker.jetstream(), stream, known));
        self.errands.journal_end(from);
    }

    fn report(&self, readiness: &Readiness) {
        let status = self.node.status();
        let shard = self.broker.shard;
        names::lead(shard, status.leads.is_some(), self.node.memory().position().epoch);
        names::ready(shard, status.not_ready.is_none());
        readiness.set(shard, status.not_ready);
    }

    /// Lets lines be stored within the time of a planned stop.
    async fn finish(mut self) {
        let shard = self.broker.shard;
        let by = self.stop_by.unwrap_or_else(|| Instant::now() + STOP);
        // Nobody reads answers any more: whoever gives one goes on at once.
        drop(self.sources);
        if tokio::time::timeout_at(by, self.lines.stored()).await.is_err() {
            tracing::warn!(shard, "stopped before all lines were stored; they are sent again");
        }
        if tokio::time::timeout_at(by, self.broker.client().flush()).await.is_err() {
            tracing::debug!(shard, "stopped before everything was sent");
        }
        tracing::info!(shard, "stopped");
    }
}

fn sound(shard: u16, alarm: &Alarm) {
    match alarm {
        Alarm::Fenced { .. } => {
            tracing::warn!(shard, ?alarm, "another router leads; this one rebuilds and follows");
        }
        Alarm::AppendUnknown { seq } => {
            tracing::error!(shard, seq, "the journal has not acknowledged for long: check NATS");
        }
        alarm => tracing::error!(shard, ?alarm, "needs an operator's look"),
    }
}
