//! The thin task around a session: reads the socket, runs commands, follows transcripts, writes.
//! Decides nothing that the session could.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::{Message, WebSocket};
use baton_common::ids::ChatId;
use baton_common::notice::News;
use baton_common::protocol::event::ByeReason;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesOrdered, FuturesUnordered, SplitStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::close::{Ending, ending_of};
use super::feed::{Change, ChatNow};
use super::following::{Followed, Watched};
use super::greet::{self, Counted, Greeted, Registered};
use super::life;
use super::outbox::{self, Outbox};
use super::prepare::{self, HoldingsJoined, Prepared};
use super::session::{Answered, HoldingsNow, Output, Session};
use super::telling::Said;
use crate::access;
use crate::boards::Topic;
use crate::commands::{self, Replied};
use crate::dm::Dm;
use crate::drain;
use crate::gateway::{Gateway, Joined, was_removed};
use crate::half_open::Opening;
use crate::limiter::ConnectionBucket;
use crate::metrics;
use crate::news;
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::registry::Delivery;
use crate::shape;
use crate::token::wall_clock;
use crate::transcript::{Audience, Transcript};

/// Deliveries that are prepared at the same time.
const PREPARING: usize = 64;
/// How long the peer has to answer a close frame, and a slow one to read it.
const LINGER: Duration = Duration::from_secs(2);

pub(super) type Flow = ControlFlow<Ending>;
type Job = BoxFuture<'static, (u64, Result<Replied, Refusal>)>;

/// Serves one socket to its end.
pub(crate) async fn run(
    gateway: Gateway,
    origin: Origin,
    opening: Option<Opening>,
    socket: WebSocket,
) {
    let (sink, mut stream) = socket.split();
    let outbox = Outbox::new(Instant::now());
    let writer = tokio::spawn(outbox::write(outbox.clone(), sink));
    let ending = match greet::greet(&gateway, &origin, &mut stream).await {
        Ok(greeted) => {
            drop(opening);
            let _counted = Counted::new(greeted.caller.role());
            Connection::serve(gateway, greeted, outbox.clone(), &mut stream).await
        }
        Err(ending) => ending,
    };
    finish(&ending, &outbox, writer, stream).await;
}

/// Says the last words and lets the peer read them.
async fn finish(
    ending: &Ending,
    outbox: &Outbox,
    mut writer: JoinHandle<()>,
    mut stream: SplitStream<WebSocket>,
) {
    let Some(close) = ending.frame() else {
        writer.abort();
        return;
    };
    let slow = ending.bye.as_ref().is_some_and(|bye| bye.reason == ByeReason::Slow);
    if ending.bye.is_some() {
        metrics::frame(metrics::Direction::Out);
    }
    outbox.end(ending.text(), close, slow);
    let written = tokio::time::timeout(LINGER, &mut writer).await.is_ok();
    writer.abort();
    if !written {
        return;
    }
    // Closing with unread data would reset the connection and take the close frame with it.
    let answered = async {
        if ending.broken {
            tokio::time::sleep(LINGER / 2).await;
        } else {
            while let Some(Ok(_)) = stream.next().await {}
        }
    };
    let _ = tokio::time::timeout(LINGER, answered).await;
}

pub(super) struct Connection {
    pub(super) gateway: Gateway,
    pub(super) session: Session,
    registered: Registered,
    pub(super) outbox: Outbox,
    bucket: ConnectionBucket,
    pub(super) audience: Audience,
    pub(super) followed: HashMap<ChatId, Followed>,
    /// Transcripts that came along with what is being told, for chats that are to be followed.
    pub(super) at_hand: HashMap<ChatId, Joined>,
    /// Chats with lines that wait for room in the outbox.
    pub(super) lagging: HashSet<ChatId>,
    pub(super) generations: u64,
    jobs: FuturesUnordered<Job>,
    preparing: FuturesOrdered<BoxFuture<'static, Prepared>>,
    pub(super) watches: FuturesUnordered<Watched>,
    topics: HashSet<Topic>,
    dms: Option<mpsc::Receiver<Dm>>,
    single: bool,
    /// The taking of older connections' places, while it is under way.
    taking: FuturesUnordered<BoxFuture<'static, bool>>,
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
    async fn serve(
        gateway: Gateway,
        greeted: Greeted,
        outbox: Outbox,
        stream: &mut SplitStream<WebSocket>,
    ) -> Ending {
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
            preparing: FuturesOrdered::new(),
            watches: FuturesUnordered::new(),
            topics: HashSet::new(),
            dms,
            single,
            taking: FuturesUnordered::new(),
            leaving: Leaving::No,
        };
        connection.put_at_hand(&holdings.chats);
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

    fn leave(&self) {
        let topics: Vec<_> = self.topics.iter().cloned().collect();
        let connection = &self.registered.handle.connection;
        self.gateway.boards.unwatch(&self.session.caller().workspace, &topics, connection);
    }

    /// Waits for the next thing and deals with it.
    async fn step(&mut self, stream: &mut SplitStream<WebSocket>) -> Flow {
        let deadline = self.deadline();
        let draining = self.gateway.draining.clone();
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
            Some(prepared) = self.preparing.next() => self.prepared(prepared),
            Some(delivery) = self.registered.inbox.recv(), if self.preparing.len() < PREPARING => {
                self.prepare(delivery);
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

    /// Has a delivery joined with what it needs; what is followed here is at hand.
    fn prepare(&mut self, delivery: Delivery) {
        let known = match &delivery {
            Delivery::News(notice) => {
                news::chat_of(notice).and_then(|chat| self.followed.get(chat))
            }
            _ => None,
        };
        let known = known.map(|followed| Arc::clone(&followed.transcript));
        let (gateway, caller) = (self.gateway.clone(), self.session.caller().clone());
        self.preparing.push_back(Box::pin(prepare::prepare(gateway, caller, delivery, known)));
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

    fn answered(&mut self, ticket: u64, result: Result<Replied, Refusal>) -> Flow {
        let answered = match result {
            Ok(Replied::Plain(reply)) => Answered::Plain(*reply),
            Ok(Replied::Renewed(caller)) => Answered::Renewed(caller.expires_at),
            Ok(Replied::Chat(joined, reply)) => {
                // Something newer may have been told since the router answered.
                let view = self.gateway.chats.learn(&joined.view);
                let joined = Joined { view, ..joined };
                self.flush(&joined.view.chat)?;
                let now = self.chat_now(&joined);
                self.put_at_hand(std::slice::from_ref(&joined));
                Answered::Chat(Box::new(now), *reply)
            }
            Err(refusal) => Answered::Refused(refusal),
        };
        let outputs = self.session.answered(Instant::now(), ticket, answered);
        self.perform(outputs)
    }

    fn prepared(&mut self, prepared: Prepared) -> Flow {
        let outputs = match prepared {
            Prepared::News(notice, transcript) => return self.news(&notice.news, transcript),
            Prepared::Watched(joined) => {
                let now = self.chat_now(&joined);
                self.session.chat(&now, true)
            }
            Prepared::Resync(holdings) => {
                for joined in &holdings.chats {
                    self.flush(&joined.view.chat)?;
                }
                self.put_at_hand(&holdings.chats);
                let now = holdings_now(&holdings, self.audience);
                self.session.resync(&now)
            }
            Prepared::Refused(refusal) => return Flow::Break(greet::invalid(&refusal).into()),
            Prepared::Other(Delivery::Signal(signal)) => {
                let said = self.said(&signal.chat);
                self.session.signal(&signal, said.as_ref()).into_iter().collect()
            }
            Prepared::Other(Delivery::Position(position, ewt)) => {
                self.session.position(position, ewt, 0).into_iter().collect()
            }
            Prepared::Other(Delivery::Queues(rows)) => self.session.queues(&rows),
            Prepared::Other(Delivery::Agents(rows)) => self.session.agents(&rows),
            Prepared::Other(_) => Vec::new(),
        };
        self.perform(outputs)
    }

    fn news(&mut self, news: &News, transcript: Option<Arc<Transcript>>) -> Flow {
        let outputs = match (news, transcript) {
            (News::OfferNew(view), Some(transcript)) => {
                let offer = shape::offer::offer(view, &transcript);
                self.session.offer(offer).into_iter().collect()
            }
            (News::Chat(view), Some(transcript)) => {
                let view = self.gateway.chats.learn(&Arc::new((**view).clone()));
                let joined = Joined { view, transcript };
                self.flush(&joined.view.chat)?;
                let now = self.chat_now(&joined);
                self.put_at_hand(std::slice::from_ref(&joined));
                self.session.chat(&now, false)
            }
            (news, transcript) => {
                let said = transcript.map(|transcript| said(&transcript, self.audience));
                self.session.news(news, said.as_ref())
            }
        };
        self.perform(outputs)
    }

    /// Does what the session wants.
    fn perform(&mut self, outputs: Vec<Output>) -> Flow {
        for output in outputs {
            match output {
                Output::Send(text) => self.send(text)?,
                Output::Run(run) => {
                    let (gateway, caller) = (self.gateway.clone(), self.session.caller().clone());
                    self.jobs.push(Box::pin(async move {
                        let source = run.source.as_ref();
                        let done = commands::execute(&gateway, &caller, source, run.command);
                        (run.ticket, done.await)
                    }));
                }
                Output::Change(Change::Follow(chat)) => self.follow(&chat)?,
                Output::Change(Change::Unfollow(chat)) => self.unfollow(&chat),
                Output::Watch(topics) => {
                    let workspace = self.session.caller().workspace.clone();
                    self.topics.extend(topics.iter().cloned());
                    self.gateway.boards.watch(&workspace, topics, &self.registered.handle);
                }
                Output::Unwatch(topics) => {
                    let connection = &self.registered.handle.connection;
                    let workspace = &self.session.caller().workspace;
                    self.gateway.boards.unwatch(workspace, &topics, connection);
                    self.topics.retain(|topic| !topics.contains(topic));
                }
                Output::Ping => {
                    let ping = Message::Ping(bytes::Bytes::from_static(life::PING));
                    if self.outbox.push(ping).is_err() {
                        return slow();
                    }
                }
                Output::TakePlace => {
                    self.taking.push(Box::pin(self.registered.take_place(self.single)));
                }
                Output::Close(bye) => return Flow::Break(bye.into()),
                Output::Gone => return Flow::Break(Ending::gone()),
            }
        }
        self.at_hand.clear();
        Flow::Continue(())
    }

    pub(super) fn send(&self, text: String) -> Flow {
        metrics::frame(metrics::Direction::Out);
        match self.outbox.push(Message::from(text)) {
            Ok(()) => Flow::Continue(()),
            Err(outbox::Slow) => slow(),
        }
    }

    fn put_at_hand(&mut self, chats: &[Joined]) {
        for joined in chats {
            self.at_hand.insert(joined.view.chat.clone(), joined.clone());
        }
    }

    fn chat_now(&self, joined: &Joined) -> ChatNow {
        chat_now(joined, self.audience)
    }

    fn said(&self, chat: &ChatId) -> Option<Said> {
        self.followed.get(chat).map(|followed| said(&followed.transcript, self.audience))
    }
}

fn slow() -> Flow {
    metrics::slow_closed();
    let again = Some(greet::come_back());
    Flow::Break(greet::bye(ByeReason::Slow, None, again).into())
}

fn chat_now(joined: &Joined, audience: Audience) -> ChatNow {
    ChatNow {
        view: Arc::clone(&joined.view),
        profile: joined.transcript.profile(),
        last: joined.transcript.last(audience),
        removed: false,
    }
}

fn said(transcript: &Transcript, audience: Audience) -> Said {
    Said { profile: transcript.profile(), last: transcript.last(audience) }
}

fn holdings_now(holdings: &HoldingsJoined, audience: Audience) -> HoldingsNow {
    let offers = holdings.offers.iter();
    HoldingsNow {
        chats: holdings.chats.iter().map(|joined| chat_now(joined, audience)).collect(),
        agent: holdings.agent.as_ref().map(shape::rows::agent),
        offers: offers.map(|(view, transcript)| shape::offer::offer(view, transcript)).collect(),
    }
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
