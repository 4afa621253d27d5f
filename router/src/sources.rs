//! Everything that a shard's loop waits for, as one future: connection, answers of its own tasks,
//! the clock, messages. Leaves what an input means to the node.

use std::time::Duration;

use async_nats::{Message, Subscriber};
use baton_common::notice::{GatewayPulse, RouterBeat, RouterPulse};
use baton_common::subjects;
use baton_core::node::{Clock, Input};
use baton_runtime::nats::LinkState;
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::asks::Asks;
use crate::broker::Broker;
use crate::feed::Feed;

/// Answers of a shard's tasks that wait for the loop: a few a kind, and those of stored lines.
const RESULTS: usize = 1_024;
/// How often the metrics of the state are taken.
const MEASURE: Duration = Duration::from_millis(500);
/// How often the broker's time and the end of the command stream are read.
const BROKER: Duration = Duration::from_secs(2);

/// What there is to wait for.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) journal: Option<Feed>,
    pub(crate) commands: Option<Feed>,
    pub(crate) asks: Option<Asks>,
    results: mpsc::Receiver<Input>,
    started: Instant,
    shutdown: CancellationToken,
    stepping_down: bool,
    link: watch::Receiver<LinkState>,
    seen: LinkState,
    router_pulses: Subscriber,
    router_beats: Subscriber,
    gateway_pulses: Subscriber,
    measure: Interval,
    broker: Interval,
}

/// What came.
#[derive(Debug)]
pub(crate) enum Came {
    /// An input for the node.
    Input(Input),
    /// A question, or a probe.
    Asked(Message),
    /// The broker's time is to be read.
    ReadBroker,
    /// Nothing of use.
    Nothing,
}

impl Sources {
    /// Subscribes to pulses; also returns where the shard's tasks send their answers.
    pub(crate) async fn open(
        broker: &Broker,
        shutdown: CancellationToken,
    ) -> anyhow::Result<(Self, mpsc::Sender<Input>)> {
        let (sender, results) = mpsc::channel(RESULTS);
        let client = broker.client();
        let mut link = broker.link.state();
        let seen = *link.borrow_and_update();
        let mut measure = interval(MEASURE);
        let mut broker_ticks = interval(BROKER);
        measure.set_missed_tick_behavior(MissedTickBehavior::Delay);
        broker_ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let sources = Self {
            journal: None,
            commands: None,
            asks: None,
            results,
            started: Instant::now(),
            shutdown,
            stepping_down: false,
            link,
            seen,
            router_pulses: client.subscribe(subjects::router_pulse(broker.shard)).await?,
            router_beats: client.subscribe(subjects::router_beat(broker.shard)).await?,
            gateway_pulses: client.subscribe(subjects::GATEWAY_PULSE).await?,
            measure,
            broker: broker_ticks,
        };
        Ok((sources, sender))
    }

    /// Milliseconds since these sources were opened.
    pub(crate) fn clock(&self) -> Clock {
        Clock(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Whether the connection to the broker stands.
    pub(crate) fn attached(&self) -> bool {
        self.link.borrow().connected
    }

    /// Waits for whatever comes first. What keeps the shard alive goes before what it works on;
    /// among the latter chance is fair.
    pub(crate) async fn next(&mut self, deadline: Option<Clock>, wants_commands: bool) -> Came {
        let wake = deadline.map(|at| self.started + Duration::from_millis(at.0));
        tokio::select! {
            biased;
            () = self.shutdown.cancelled(), if !self.stepping_down => {
                self.stepping_down = true;
                Came::Input(Input::StepDown)
            }
            Ok(()) = self.link.changed() => self.link_changed(),
            Some(input) = self.results.recv() => Came::Input(input),
            Some(message) = self.router_pulses.next() => {
                let pulse: Option<RouterPulse> = decode(&message);
                pulse.map_or(Came::Nothing, |pulse| Came::Input(Input::RouterPulse(pulse)))
            }
            Some(message) = self.router_beats.next() => {
                let beat: Option<RouterBeat> = decode(&message);
                beat.map_or(Came::Nothing, |beat| Came::Input(Input::RouterBeat(beat)))
            }
            () = until(wake) => Came::Input(Input::Tick),
            came = Self::work(
                &mut self.journal,
                &mut self.commands,
                &mut self.asks,
                &mut self.gateway_pulses,
                wants_commands,
            ) => came,
            _ = self.broker.tick() => Came::ReadBroker,
            _ = self.measure.tick() => Came::Input(Input::Measure),
        }
    }

    async fn work(
        journal: &mut Option<Feed>,
        commands: &mut Option<Feed>,
        asks: &mut Option<Asks>,
        gateway_pulses: &mut Subscriber,
        wants_commands: bool,
    ) -> Came {
        tokio::select! {
            (frame, _) = Feed::next(journal) => Came::Input(Input::Frame(frame)),
            (message, pending) = Feed::next(commands), if wants_commands => {
                Came::Input(Input::Commands { message, pending })
            }
            message = Asks::next(asks) => Came::Asked(message),
            Some(message) = gateway_pulses.next() => {
                let pulse: Option<GatewayPulse> = decode(&message);
                pulse.map_or(Came::Nothing, |pulse| Came::Input(Input::GatewayPulse(pulse)))
            }
        }
    }

    fn link_changed(&mut self) -> Came {
        let state = *self.link.borrow_and_update();
        let before = std::mem::replace(&mut self.seen, state);
        if !state.connected {
            Came::Input(Input::Detached)
        } else if state.connects > before.connects {
            Came::Input(Input::Attached)
        } else {
            Came::Nothing
        }
    }
}

fn decode<T: serde::de::DeserializeOwned>(message: &Message) -> Option<T> {
    let decoded = serde_json::from_slice(&message.payload);
    if let Err(error) = &decoded {
        tracing::debug!(subject = %message.subject, %error, "a pulse could not be decoded");
    }
    decoded.ok()
}

async fn until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake).await,
        None => std::future::pending().await,
    }
}
