//! The thin shell around a session, from welcome to end: waits for whatever comes next and hands
//! it to who deals with it. Decides nothing that the session could.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::time::Instant;

use axum::extract::ws::{Message, WebSocket};
use baton_common::ids::ChatId;
use baton_common::protocol::event::ByeReason;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, SplitStream};
use tokio::sync::mpsc;

use super::close::{Ending, ending_of};
use super::deliveries::Deliveries;
use super::doing::Job;
use super::following::{Followed, Watched};
use super::greet::{self, Greeted, Registered};
use super::now::holdings_now;
use super::outbox::Outbox;
use super::session::{Output, Session};
use crate::access;
use crate::boards::Topic;
use crate::dm::Dm;
use crate::drain;
use crate::gateway::{Gateway, Joined, was_removed};
use crate::limiter::ConnectionBucket;
use crate::metrics;
use crate::shape;
use crate::token::wall_clock;
use crate::transcript::Audience;

/// Whether the connection goes on, or how it ends.
pub(super) type Flow = ControlFlow<Ending>;

/// A welcomed connection.
pub(super) struct Connection {
    pub(super) gateway: Gateway,
    pub(super) session: Session,
    pub(super) registered: Registered,
    pub(super) outbox: Outbox,
    bucket: ConnectionBucket,
    pub(super) audience: Audience,
    pub(super) followed: HashMap<ChatId, Followed>,
    /// Transcripts that came along with what is being told, for chats that are to be followed.
    pub(super) at_hand: HashMap<ChatId, Joined>,
    /// Chats with lines that wait for room in the outbox.
    pub(super) lagging: HashSet<ChatId>,
    pub(super) generations: u64,
    pub(super) jobs: FuturesUnordered<Job>,
    pub(super) deliveries: Deliveries,
    pub(super) watches: FuturesUnordered<Watched>,
    pub(super) topics: HashSet<Topic>,
    dms: Option<mpsc::Receiver<Dm>>,
    pub(super) single: bool,
    /// The taking of older connections' places, while it is under way.
    pub(super) taking: FuturesUnordered<BoxFuture<'static, bool>>,
    leaving: Leaving,
}

/// Whether the connection is to be let go because the gateway stops.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// The gateway does not stop.
    No,
    /// At its turn.
    At(Instant),
    /// Once what it asked for is answered; it is listened to no more.
    Answered,
}

impl Connection {
    /// Welcomes, and serves until the connection ends.
    pub(super) async fn serve(
        gateway: Gateway,
        greeted: Greeted,
        outbox: Outbox,
        stream: &mut SplitStream<WebSocket>,
    ) -> Ending {
        let (mut connection, outputs) = Self::welcome(gateway, greeted, outbox).await;
        let mut flow = connection.perform(outputs);
        while flow.is_continue() {
            flow = connection.step(stream).await;
            if flow.is_continue() && connection.has_left() {
                flow = Flow::Break(greet::draining().into());
            }
        }
        connection.leave();
        flow.break_value().unwrap_or_else(Ending::gone)
    }

    async fn welcome(gateway: Gateway, greeted: Greeted, outbox: Outbox) -> (Self, Vec<Output>) {
        let Greeted { caller, client_id, resume, holdings, registered, single, rivals } = greeted;
        let audience = caller.audience();
        let dms = match audience {
            Audience::Agents => Some(gateway.dms.follow(&caller.workspace, &caller.person).await),
            Audience::Customer => None,
        };
        let mut now = holdings_now(&holdings, audience);
        for (now, joined) in now.chats.iter_mut().zip(&holdings.chats) {
            now.removed = access::may_be_removed(&joined.view, &caller.person)
                && was_removed(&joined.transcript, &caller.sub());
        }
        let (mut session, mut outputs) =
            Session::welcome(Instant::now(), caller, &client_id, &now, &resume);
        outputs.extend(rivals.then(|| session.has_rivals()));
        let mut connection = Self {
            gateway,
            session,
            registered,
            outbox,
            bucket: ConnectionBucket::new(),
            audience,
            followed: HashMap::new(),
            at_hand: HashMap::new(),
            lagging: HashSet::new(),
            generations: 0,
            jobs: FuturesUnordered::new(),
            deliveries: Deliveries::default(),
            watches: FuturesUnordered::new(),
            topics: HashSet::new(),
            dms,
            single,
            taking: FuturesUnordered::new(),
            leaving: Leaving::No,
        };
        connection.put_at_hand(&holdings.chats);
        (connection, outputs)
    }

    fn leave(&self) {
        let topics: Vec<_> = self.topics.iter().cloned().collect();
        let connection = &self.registered.handle.connection;
        self.gateway.boards.unwatch(&self.session.caller().workspace, &topics, connection);
    }

    /// Waits for the next thing and deals with it.
    async fn step(&mut self, stream: &mut SplitStream<WebSocket>) -> Flow {
        let deadline = self.deadline();
        let draining = self.gateway.draining.clone();
        let has_room = self.deliveries.has_room();
        tokio::select! {
            biased;
            () = draining.cancelled(), if self.leaving == Leaving::No => {
                self.leaving = Leaving::At(drain::turn(&self.gateway));
                Flow::Continue(())
            }
            _ = self.registered.stop.changed() => self.stopped(),
            () = tokio::time::sleep_until(deadline.into()) => self.tick(),
            Some((ticket, result)) = self.jobs.next() => self.answered(ticket, result),
            Some(taken) = self.taking.next() => {
                self.session.took_place(taken);
                Flow::Continue(())
            }
            Some(prepared) = self.deliveries.preparing().next() => self.prepared(prepared),
            Some(delivery) = self.registered.inbox.recv(), if has_room => {
                self.deliver(delivery);
                Flow::Continue(())
            }
            Some((chat, generation, lines)) = self.watches.next() => {
                self.line_stored(&chat, generation, lines)
            }
            dm = next_dm(&mut self.dms) => {
                self.perform(vec![Session::dm(shape::rows::dm(&dm))])
            }
            () = self.outbox.room(), if !self.lagging.is_empty() => self.catch_up(),
            message = stream.next(), if self.leaving != Leaving::Answered => self.received(message),
        }
    }

    fn deadline(&self) -> Instant {
        let session = self.session.deadline(Instant::now(), wall_clock());
        let turn = match self.leaving {
            Leaving::At(turn) => turn.min(session),
            Leaving::No | Leaving::Answered => session,
        };
        self.outbox.deadline().map_or(turn, |outbox| outbox.min(turn))
    }

    /// Whether everything is answered that was asked before the connection was let go.
    fn has_left(&self) -> bool {
        self.leaving == Leaving::Answered && self.jobs.is_empty()
    }

    fn stopped(&mut self) -> Flow {
        let reason = *self.registered.stop.borrow_and_update();
        match reason {
            None => Flow::Continue(()),
            Some(ByeReason::Slow) => slow(),
            Some(reason) => Flow::Break(greet::bye(reason, None, None).into()),
        }
    }

    fn tick(&mut self) -> Flow {
        if matches!(self.leaving, Leaving::At(turn) if turn <= Instant::now()) {
            self.leaving = Leaving::Answered;
        }
        if self.outbox.is_stalled(Instant::now()) {
            return slow();
        }
        let outputs = self.session.tick(Instant::now(), wall_clock());
        self.perform(outputs)
    }

    fn received(&mut self, message: Option<Result<Message, axum::Error>>) -> Flow {
        match message {
            Some(Ok(Message::Text(text))) => {
                metrics::frame(metrics::Direction::In);
                let rate = self.bucket.frame();
                let outputs = self.session.text(Instant::now(), text.as_str(), rate);
                self.perform(outputs)
            }
            Some(Ok(Message::Binary(_))) => Flow::Break(Ending::code(1003)),
            Some(Ok(Message::Ping(_))) => {
                self.session.heard();
                Flow::Continue(())
            }
            Some(Ok(Message::Pong(payload))) => {
                let outputs = self.session.pong(&payload);
                self.perform(outputs)
            }
            Some(Ok(Message::Close(_))) | None => Flow::Break(Ending::gone()),
            Some(Err(error)) => Flow::Break(ending_of(error)),
        }
    }
}

/// The peer does not read what it is told.
pub(super) fn slow() -> Flow {
    metrics::slow_closed();
    let again = Some(greet::come_back());
    Flow::Break(greet::bye(ByeReason::Slow, None, again).into())
}

async fn next_dm(dms: &mut Option<mpsc::Receiver<Dm>>) -> Dm {
    match dms {
        Some(receiver) => match receiver.recv().await {
            Some(dm) => dm,
            None => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}
