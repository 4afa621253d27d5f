//! The task behind a session: one loop over the socket, the handle's orders, HTTP calls beside it
//! and time; between two connections, attempts at the next.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::backoff::Backoff;
use super::life::{Due, Life};
use super::lines::Lines;
use super::pending::{Owner, Pending};
use super::queue::Queue;
use super::side::{self, Fetched};
use super::wire::{self, Unwelcome};
use super::{Happening, Order, SessionError};
use crate::frames::Line;
use crate::ledger::{Ledger, Way, Who, Witness};
use crate::{Gateways, fresh_key};

/// A customer's token is renewed so long before its end.
const RENEW: Duration = Duration::from_mins(5);
/// What is outstanding when a session is closed is waited for so long.
const CLOSE_LIMIT: Duration = Duration::from_secs(3);

/// How a connection ended.
enum End {
    /// Come back, now or after that.
    Lost(Option<Duration>),
    /// Stay away.
    Over(String),
}

/// The owner of everything a session is.
pub(super) struct Task {
    gateways: Gateways,
    who: Who,
    token: String,
    client_id: String,
    witness: Witness,
    queue: Arc<Queue>,
    orders: mpsc::Receiver<Order>,
    cuts: mpsc::Receiver<()>,
    gateway: Arc<Mutex<String>>,
    base: Option<String>,
    pending: Pending,
    lines: Lines,
    side: Option<BoxFuture<'static, Fetched>>,
    /// When to renew a customer's token.
    renew_at: Option<Instant>,
    /// When the connection was lost, while there is none.
    lost_at: Option<Instant>,
    /// From the loss, or from the beginning, to the newest welcome.
    way: Way,
    life: Life,
    /// The reader fell so far behind that events were dropped: continuity must be regained.
    overflowed: bool,
    /// The handle wants it to end, by then at the latest.
    closing: Option<Instant>,
}

impl Task {
    pub(super) fn new(
        gateways: &Gateways,
        who: Who,
        token: &str,
        ledger: &Ledger,
        queue: Arc<Queue>,
    ) -> Self {
        let lines = match &who {
            Who::Customer { chat, .. } => Lines::of_customer(chat),
            _ => Lines::new(),
        };
        Self {
            gateways: gateways.clone(),
            witness: ledger.witness(who.clone()),
            who,
            token: token.to_owned(),
            client_id: fresh_key(),
            queue,
            orders: mpsc::channel(1).1,
            cuts: mpsc::channel(1).1,
            gateway: Arc::default(),
            base: None,
            pending: Pending::new(),
            lines,
            side: None,
            renew_at: None,
            lost_at: None,
            way: Way::begin(),
            life: Life::new(Instant::now()),
            overflowed: false,
            closing: None,
        }
    }

    /// The handle's ends.
    pub(super) fn connect_to(
        &mut self,
        orders: mpsc::Receiver<Order>,
        cuts: mpsc::Receiver<()>,
        gateway: Arc<Mutex<String>>,
    ) {
        (self.orders, self.cuts, self.gateway) = (orders, cuts, gateway);
    }

    /// The first connection.
    pub(super) async fn arrive(&mut self, until: Instant) -> Result<Line, SessionError> {
        let mut backoff = Backoff::new();
        loop {
            let asked = match self.attempt().await {
                Ok(stream) => return Ok(stream),
                Err(Unwelcome::Bye(bye)) => match reconnect_in(&bye) {
                    None => return Err(SessionError::Refused(bye)),
                    asked => asked,
                },
                Err(Unwelcome::Lost(why)) if Instant::now() >= until => {
                    return Err(SessionError::Nobody(why));
                }
                Err(Unwelcome::Lost(_)) => None,
            };
            let pause = self.pause(&mut backoff, asked);
            tokio::time::sleep(pause).await;
        }
    }

    /// Lives until the end.
    pub(super) async fn run(mut self, first: Line) {
        let mut stream = Some(first);
        let why = loop {
            let end = match stream.take() {
                Some(stream) => self.live(stream).await,
                None => End::Over("closed".into()),
            };
            match end {
                End::Over(why) => break why,
                End::Lost(_) if self.closing.is_some() => break "closed".into(),
                End::Lost(asked) => {
                    self.queue.push(Happening::Lost);
                    match self.reconnect(asked).await {
                        Ok(new) => stream = Some(new),
                        Err(why) => break why,
                    }
                }
            }
        };
        self.pending.abandon(&why, &self.witness);
        while let Some(owed) = self.lines.next_owed() {
            self.witness.left_out(&owed.chat);
        }
        self.queue.push(Happening::Ended(why));
    }

    /// Attempts at gateways in turn until one welcomes; why not, if it is not to be.
    async fn reconnect(&mut self, asked: Option<Duration>) -> Result<Line, String> {
        self.lost_at = Some(Instant::now());
        self.way = Way::at(self.base.as_deref().unwrap_or_default());
        let mut backoff = Backoff::new();
        let mut asked = asked;
        loop {
            let pause = self.pause(&mut backoff, asked);
            self.rest(pause).await?;
            asked = match self.attempt().await {
                Ok(stream) => return Ok(stream),
                Err(Unwelcome::Bye(bye)) => match reconnect_in(&bye) {
                    None => {
                        let why = bye["reason"].as_str().unwrap_or("sent away").to_owned();
                        self.queue.push(Happening::Bye(bye));
                        return Err(why);
                    }
                    asked => asked,
                },
                Err(Unwelcome::Lost(_)) => None,
            };
        }
    }

    /// The next pause between attempts; one that the server asks for is not the client's own.
    fn pause(&mut self, backoff: &mut Backoff, asked: Option<Duration>) -> Duration {
        let pause = backoff.pause(asked);
        self.way.rest(pause, asked.is_some());
        pause
    }

    /// Waits between attempts; commands are taken meanwhile, and the end.
    async fn rest(&mut self, pause: Duration) -> Result<(), String> {
        let until = Instant::now() + pause;
        loop {
            tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(Order::Command { kind, fields, reply, way }) => {
                        self.pending.add(&kind, fields, Some(reply), way);
                    }
                    Some(Order::Close) | None => return Err("closed".into()),
                },
                () = tokio::time::sleep_until(until.into()) => return Ok(()),
            }
        }
    }

    async fn attempt(&mut self) -> Result<Line, Unwelcome> {
        let Some(base) = self.gateways.next(self.base.as_deref()) else {
            return Err(Unwelcome::Lost("there is no gateway".into()));
        };
        let mut hello = json!({"type": "hello", "token": self.token, "client_id": self.client_id});
        let resume = self.lines.resume();
        if resume.as_object().is_some_and(|chats| !chats.is_empty()) {
            hello["resume"] = resume;
        }
        self.way.by(&base);
        self.base = Some(base.clone());
        let (stream, welcome) = wire::greet(&base, &hello).await?;
        *self.gateway.lock().expect("nobody panics while holding it") = base;
        self.welcomed(welcome);
        Ok(stream)
    }

    fn welcomed(&mut self, welcome: Value) {
        let text = |name: &str| welcome[name].as_str().unwrap_or_default().to_owned();
        let (workspace, role, sub) = (text("workspace"), text("role"), text("id"));
        self.lines.welcomed(&sub, &welcome);
        let client_id = self.client_id.clone();
        self.pending.of(Owner { workspace, role, sub, client_id });
        self.life.beats(welcome["heartbeat_s"].as_f64());
        self.good_until(&welcome["expires_at"]);
        self.overflowed = false;
        while self.cuts.try_recv().is_ok() {}
        self.witness.told(&welcome);
        self.witness.waited("welcome", self.way.clone());
        if let Some(lost_at) = self.lost_at.take() {
            self.queue.push(Happening::Resumed { after: lost_at.elapsed() });
        }
        self.queue.push(Happening::Event(welcome));
    }

    /// Only customers' tokens can be renewed here: others are signed elsewhere.
    fn good_until(&mut self, expires_at: &Value) {
        let at = expires_at.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
        self.renew_at = at.filter(|_| self.who.is_customer()).map(|at| {
            let left = at.duration_since(jiff::Timestamp::now()).unsigned_abs();
            Instant::now() + left.saturating_sub(RENEW.min(left / 2))
        });
    }

    async fn live(&mut self, mut stream: Line) -> End {
        self.life.heard(Instant::now());
        for frame in self.pending.all(&self.way) {
            if stream.send(Message::text(frame)).await.is_err() {
                return End::Lost(None);
            }
        }
        loop {
            self.work_beside();
            if self.closing.is_some() && self.is_idle() {
                return close(stream).await;
            }
            let has_room = self.queue.has_room(!self.pending.is_empty());
            if self.overflowed && has_room && self.pending.is_empty() {
                return End::Lost(None);
            }
            let deadline = self.deadline(has_room);
            let step = tokio::select! {
                biased;
                Some(()) = self.cuts.recv() => return End::Lost(None),
                order = self.orders.recv(), if self.closing.is_none() => self.order(order),
                fetched = async { self.side.as_mut().expect("it is asked before").await },
                    if self.side.is_some() => self.fetched(fetched),
                message = stream.next(), if has_room => match message {
                    Some(Ok(message)) => self.heard(message),
                    Some(Err(_)) | None => Step::End(End::Lost(None)),
                },
                () = self.queue.drained(), if !has_room => Step::Go,
                () = tokio::time::sleep_until(deadline.into()) => self.tick(has_room),
            };
            let sent = match step {
                Step::Go => Ok(()),
                Step::Send(messages) => send(&mut stream, messages).await,
                Step::End(end) => return end,
            };
            if sent.is_err() {
                return End::Lost(None);
            }
        }
    }

    /// Starts the next HTTP call, if one is due: one at a time.
    fn work_beside(&mut self) {
        if self.side.is_some() {
            return;
        }
        let (gateways, token) = (self.gateways.clone(), self.token.clone());
        let is_due = self.renew_at.is_some_and(|at| at <= Instant::now());
        if let (true, Who::Customer { chat, .. }) = (is_due, &self.who) {
            self.renew_at = None;
            self.side = Some(side::renewed(gateways, token, chat.clone()).boxed());
        } else if let Some(owed) = self.lines.next_owed() {
            self.side = Some(side::lines(gateways, token, owed).boxed());
        }
    }

    fn is_idle(&self) -> bool {
        let over = self.closing.is_some_and(|until| until <= Instant::now());
        over || (self.pending.is_empty() && self.side.is_none())
    }

    fn order(&mut self, order: Option<Order>) -> Step {
        match order {
            Some(Order::Command { kind, fields, reply, way }) => {
                if self.pending.is_empty() {
                    self.life.heard(Instant::now());
                }
                Step::text(self.pending.add(&kind, fields, Some(reply), way))
            }
            Some(Order::Close) => {
                self.closing = Some(Instant::now() + CLOSE_LIMIT);
                Step::Go
            }
            None => Step::End(End::Over("dropped".into())),
        }
    }

    fn fetched(&mut self, fetched: Fetched) -> Step {
        self.side = None;
        match fetched {
            Fetched::Lines(chat, lines, is_all) => {
                if !is_all {
                    self.witness.left_out(&chat);
                }
                for message in lines {
                    self.witness.line(&chat, &message);
                    let event = json!({"type": "chat.message", "chat_id": chat.as_str(),
                        "seq": message["seq"], "message": message, "fetched": true});
                    self.happened(event);
                }
                Step::Go
            }
            Fetched::Token(Some(token)) => {
                let fields = json!({"token": token});
                let way = Way::at(self.base.as_deref().unwrap_or_default());
                Step::text(self.pending.add("token.renew", fields, None, way))
            }
            Fetched::Token(None) => Step::Go,
        }
    }

    fn heard(&mut self, message: Message) -> Step {
        self.life.heard(Instant::now());
        let Message::Text(text) = message else { return Step::Go };
        match serde_json::from_str::<Value>(text.as_str()) {
            Ok(frame) if frame.get("re").is_some() => self.answered(frame),
            Ok(frame) => self.event(frame),
            Err(_) => Step::Go,
        }
    }

    fn answered(&mut self, frame: Value) -> Step {
        self.witness.told(&frame);
        if let Some(chat) = frame.get("chat") {
            self.lines.mention(chat);
        }
        let expires_at = frame["expires_at"].clone();
        let Some(finished) = self.pending.answered(frame, &self.witness) else {
            return Step::Go;
        };
        if finished.ok && finished.kind == "token.renew" {
            if let Some(token) = finished.fields["token"].as_str() {
                token.clone_into(&mut self.token);
            }
            self.good_until(&expires_at);
        }
        Step::Go
    }

    fn event(&mut self, frame: Value) -> Step {
        match frame["type"].as_str() {
            Some("bye") => {
                let end = match reconnect_in(&frame) {
                    None => End::Over(frame["reason"].as_str().unwrap_or("sent away").into()),
                    asked => End::Lost(asked),
                };
                self.queue.push(Happening::Bye(frame));
                return Step::End(end);
            }
            Some("chat.message") => {
                let chat = frame["chat_id"].as_str().unwrap_or_default();
                let disorder = self.lines.came(chat, frame["seq"].as_u64().unwrap_or_default());
                self.witness.line(chat, &frame["message"]);
                self.witness.came(&frame["message"], &self.way);
                if let Some(disorder) = disorder {
                    self.witness.disorder(disorder);
                }
            }
            Some("chat.state") => self.lines.mention(&frame),
            Some("resync") => self.lines.resynced(&frame),
            _ => {}
        }
        self.witness.told(&frame);
        self.happened(frame);
        Step::Go
    }

    fn happened(&mut self, event: Value) {
        if self.queue.keeps() && !self.overflowed {
            self.queue.push(Happening::Event(event));
        } else {
            self.overflowed = true;
        }
    }

    fn tick(&mut self, has_room: bool) -> Step {
        let now = Instant::now();
        // Who does not read cannot say that the other is silent.
        let due =
            if has_room { self.life.due(now, !self.pending.is_empty()) } else { Due::Nothing };
        let mut messages: Vec<Message> =
            self.pending.due(now).into_iter().map(Message::text).collect();
        match due {
            Due::Gone => return Step::End(End::Lost(None)),
            Due::Ping => messages.push(Message::Ping(Vec::new().into())),
            Due::Nothing => {}
        }
        Step::Send(messages)
    }

    fn deadline(&self, has_room: bool) -> Instant {
        let silent_at = has_room.then(|| self.life.deadline(!self.pending.is_empty()));
        // While another call runs, renewing waits for its end.
        let renew_at = self.renew_at.filter(|_| self.side.is_none());
        let all = [silent_at, self.pending.deadline(), renew_at, self.closing];
        let first = all.into_iter().flatten().min();
        first.unwrap_or_else(|| Instant::now() + RENEW)
    }
}

/// What one turn of the loop leads to.
enum Step {
    Go,
    Send(Vec<Message>),
    End(End),
}

impl Step {
    fn text(frame: String) -> Self {
        Self::Send(vec![Message::text(frame)])
    }
}

async fn send(stream: &mut Line, messages: Vec<Message>) -> Result<(), ()> {
    for message in messages {
        stream.send(message).await.map_err(|_| ())?;
    }
    Ok(())
}

async fn close(mut stream: Line) -> End {
    let closed = async {
        let _ = stream.close(None).await;
        while let Some(Ok(_)) = stream.next().await {}
    };
    // The server has no reason to answer slowly; if it does, the line is cut.
    let _ = tokio::time::timeout(CLOSE_LIMIT, closed).await;
    End::Over("closed".into())
}

fn reconnect_in(bye: &Value) -> Option<Duration> {
    let seconds = bye["reconnect_in_s"].as_f64()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
