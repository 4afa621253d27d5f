//! A virtual customer: starts a chat, waits with patience, talks, and leaves when it is over. When
//! one comes is left to `run`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use baton_client::{Happening, Session, Started, Who, fresh_key, start_chat};
use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::conversation::{draw, moments};
use super::words;
use crate::board::NUMBER;
use crate::meter::{Count, Measure};
use crate::world::{Role, Stage, World};

/// For a customer with nothing more to do but wait for others.
const LONG: Duration = Duration::from_hours(24);
/// Customers who end a chat do so at this part of what the agent would take, at the earliest.
const EARLIEST: f64 = 0.3;

/// Comes at the planned time and stays until the chat is over.
pub(crate) async fn visit(world: Arc<World>, number: u64, planned: Instant) {
    world.meter.since(Measure::Lag, planned);
    world.meter.count(Count::Arrived);
    world.board.starts(number, planned);
    if let Some((visit, started)) = Visit::begin(&world, number, planned).await {
        visit.stay(started).await;
    }
    world.board.ends(number);
}

struct Visit {
    world: Arc<World>,
    number: u64,
    planned: Instant,
    rng: StdRng,
    mood: Mood,
    /// When to do the next thing: lose patience, say a line, end the chat.
    plans: Vec<(tokio::time::Instant, Deed)>,
    /// Sends without making the reader wait.
    sends: JoinSet<()>,
    was_served: bool,
}

/// Where a customer is; counted for as long as it lasts.
struct Mood {
    world: Arc<World>,
    now: Where,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Waiting,
    Active,
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    LosePatience,
    Say,
    End,
}

impl Visit {
    async fn begin(world: &Arc<World>, number: u64, planned: Instant) -> Option<(Self, Started)> {
        let mut rng = world.rng(Role::Customer, number);
        let mood = Mood::new(world);
        let body = order(world, number, &mut rng);
        match start_chat(&world.target.gateways, &body, world.control.ledger()).await {
            Ok(started) => {
                world.meter.since(Measure::StartToAnswer, planned);
                world.meter.count(Count::Chats);
                let visit = Self {
                    world: Arc::clone(world),
                    number,
                    planned,
                    rng,
                    mood,
                    plans: Vec::new(),
                    sends: JoinSet::new(),
                    was_served: false,
                };
                Some((visit, started))
            }
            Err(refusal) => {
                world.meter.count(Count::Refused);
                world.meter.error(&format!("start: {}", refusal.code), &refusal.detail);
                None
            }
        }
    }

    async fn stay(mut self, started: Started) {
        let target = &self.world.target;
        let who = Who::Customer { workspace: target.workspace.clone(), chat: started.chat.clone() };
        let ledger = self.world.control.ledger();
        let opened = Session::open(&target.gateways, who, &started.token, ledger).await;
        match opened {
            Ok(session) => {
                self.plan_patience();
                self.live(&session, &started.chat).await;
                self.sends.shutdown().await;
                session.close().await;
            }
            Err(error) => {
                self.world.meter.error("customer: no connection", &error.to_string());
            }
        }
    }

    async fn live(&mut self, session: &Session, chat: &str) {
        let mut stage = self.world.stage();
        let mut is_hurried = false;
        while self.mood.now != Where::Over {
            let next = self.plans.iter().map(|(at, _)| *at).min();
            let next = next.unwrap_or_else(|| tokio::time::Instant::now() + LONG);
            tokio::select! {
                biased;
                happening = session.next() => self.meet(happening),
                _ = stage.wait_for(|stage| *stage >= Stage::Hurrying), if !is_hurried => {
                    is_hurried = true;
                    self.send(session, "chat.end", json!({"chat_id": chat}));
                }
                Some(_) = self.sends.join_next() => {}
                () = sleep_until(next) => self.act(session, chat),
            }
        }
    }

    fn meet(&mut self, happening: Happening) {
        let meter = &self.world.meter;
        match happening {
            Happening::Event(event) => self.hear(&event),
            Happening::Lost => meter.count(Count::Lost),
            Happening::Resumed { after } => self.world.resumed(after),
            Happening::Bye(_) => {}
            Happening::Ended(why) => {
                self.world.meter.error("customer: the session ended", &why);
                self.mood.is(Where::Over);
            }
        }
    }

    fn hear(&mut self, event: &Value) {
        match event["type"].as_str().unwrap_or_default() {
            "chat.state" => self.look(event["state"].as_str().unwrap_or_default()),
            "chat.message" if event["message"]["from"]["role"] == "agent" => {
                let text = event["message"]["text"].as_str().unwrap_or_default();
                if let Some(sent) = words::sent_at(&self.world, text) {
                    self.world.meter.since(Measure::LineToLine, sent);
                }
            }
            "welcome" | "resync" => {
                let chat = event["chats"].as_array().and_then(|chats| chats.first());
                let state = chat.and_then(|chat| chat["state"].as_str());
                self.look(state.unwrap_or_default());
            }
            _ => {}
        }
    }

    fn look(&mut self, state: &str) {
        let now = match state {
            "queued" | "offered" | "unattended" => Where::Waiting,
            "active" => Where::Active,
            "wrapup" | "closed" => Where::Over,
            _ => return,
        };
        if now == self.mood.now {
            return;
        }
        self.mood.is(now);
        match now {
            Where::Waiting => self.plan_patience(),
            Where::Active => self.served(),
            Where::Over => {}
        }
    }

    /// An agent is there: for the first time, or again after a transfer.
    fn served(&mut self) {
        let meter = &self.world.meter;
        if let Some(accepted) = self.world.board.connected(self.number) {
            meter.since(Measure::AcceptToConnected, accepted);
        }
        if !self.was_served {
            meter.since(Measure::Wait, self.planned);
            meter.count(Count::Served);
            self.was_served = true;
        }
        let chats = self.world.plan.chats;
        let (now, whole) = (tokio::time::Instant::now(), chats.handle_s.draw(&mut self.rng));
        self.plans = moments(chats.customer_lines, whole, &mut self.rng)
            .into_iter()
            .map(|at| (now + at, Deed::Say))
            .collect();
        if self.rng.random_bool(chats.customer_ends) {
            let at = whole.mul_f64(self.rng.random_range(EARLIEST..1.0));
            self.plans.push((now + at, Deed::End));
        }
    }

    fn plan_patience(&mut self) {
        let patience = self.world.plan.chats.patience_s.draw(&mut self.rng);
        self.plans = vec![(tokio::time::Instant::now() + patience, Deed::LosePatience)];
    }

    /// Does everything that is due.
    fn act(&mut self, session: &Session, chat: &str) {
        let now = tokio::time::Instant::now();
        let (due, later) = self.plans.drain(..).partition(|(at, _)| *at <= now);
        self.plans = later;
        let due: Vec<(tokio::time::Instant, Deed)> = due;
        for (_, deed) in due {
            match deed {
                Deed::Say => self.say(session, chat),
                Deed::End => self.send(session, "chat.end", json!({"chat_id": chat})),
                Deed::LosePatience => {
                    self.world.meter.count(Count::Abandoned);
                    self.send(session, "chat.end", json!({"chat_id": chat}));
                }
            }
        }
    }

    fn say(&mut self, session: &Session, chat: &str) {
        let text = words::line(&self.world, Instant::now());
        self.send(
            session,
            "chat.send",
            json!({"chat_id": chat, "text": text, "client_id": fresh_key()}),
        );
    }

    fn send(&mut self, session: &Session, kind: &'static str, fields: Value) {
        let (world, session) = (Arc::clone(&self.world), session.clone());
        self.sends.spawn(async move {
            if world.command(&session, kind, fields).await.is_ok() && kind == "chat.send" {
                world.meter.count(Count::Lines);
            }
        });
    }
}

impl Mood {
    fn new(world: &Arc<World>) -> Self {
        let mood = Self { world: Arc::clone(world), now: Where::Waiting };
        if let Some(gauge) = mood.gauge() {
            gauge.fetch_add(1, Ordering::Relaxed);
        }
        mood
    }

    fn is(&mut self, now: Where) {
        if let Some(gauge) = self.gauge() {
            gauge.fetch_sub(1, Ordering::Relaxed);
        }
        self.now = now;
        if let Some(gauge) = self.gauge() {
            gauge.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn gauge(&self) -> Option<&AtomicU64> {
        match self.now {
            Where::Waiting => Some(&self.world.meter.waiting),
            Where::Active => Some(&self.world.meter.active),
            Where::Over => None,
        }
    }
}

impl Drop for Mood {
    fn drop(&mut self) {
        self.is(Where::Over);
    }
}

/// The body of a start.
fn order(world: &World, number: u64, rng: &mut StdRng) -> Value {
    let shares: Vec<u32> = world.plan.queues.values().map(|queue| queue.share).collect();
    let chosen = draw(&shares, rng);
    let queue = world.plan.queues.keys().nth(chosen).expect("the draw is below the count");
    json!({
        "workspace": world.target.workspace,
        "queue": queue,
        "customer": {"name": format!("Customer {number}"), "email": "customer@example.org"},
        "attributes": {NUMBER: number, "page": "/checkout/payment"},
        "text": format!("Hello, my order {} has not arrived.", rng.next_u64() % 1_000_000),
    })
}
