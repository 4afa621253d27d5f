//! A person's presence that outlives connections, gateways and routers: one background task and a
//! handle that is cheap to clone. It follows the public contract and nothing else.
//!
//! The task reconnects to the next gateway, resumes, repeats commands that were refused for now or
//! whose answer was lost, fetches lines that did not come by themselves, renews a customer's token
//! and keeps the ledger. What to do about what happens is left to whoever reads it; whoever opens
//! a session must read it, or the socket is left unread like a slow client's.

mod backoff;
mod life;
mod lines;
mod pending;
mod queue;
mod side;
mod task;
mod wire;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

pub(crate) use backoff::Backoff;
use pending::Reply;
use queue::Queue;
use task::Task;

use crate::ledger::Way;
use crate::{Gateways, Ledger, Refusal, Who, fresh_key};

/// Commands that wait to be taken by the task: people act one after another.
const ORDERS: usize = 64;
/// Nobody is waited for longer.
const OPEN_LIMIT: Duration = Duration::from_mins(1);

/// Why a session could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The server will not have this person: a wrong token, say. Trying again does not help.
    #[error("not welcome: {0}")]
    Refused(Value),
    /// No gateway welcomed the person within a minute.
    #[error("no gateway welcomed this person: {0}")]
    Nobody(String),
}

/// The next thing that happened to a session.
#[derive(Clone, Debug)]
pub enum Happening {
    /// An event frame: `offer.new`, `chat.state`, `chat.message` …; `welcome` (the first and one
    /// after each `Resumed`) and `resync` too. Lines that were read by GET come as `chat.message`
    /// with `"fetched": true`.
    Event(Value),
    /// The connection is gone; the session connects again by itself.
    Lost,
    /// It is back, so long after it was lost. What was `watch`ed must be watched again.
    Resumed {
        /// From the loss to the welcome.
        after: Duration,
    },
    /// The server says goodbye; `Lost` or `Ended` follows.
    Bye(Value),
    /// There will be nothing more: closed, or sent away for good.
    Ended(String),
}

/// A person's presence; dropped with its last clone, the line is cut.
#[derive(Clone, Debug)]
pub struct Session(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: Arc<Queue>,
    orders: mpsc::Sender<Order>,
    cuts: mpsc::Sender<()>,
    gateway: Arc<Mutex<String>>,
}

/// What the handle asks of the task.
#[derive(Debug)]
enum Order {
    Command { kind: String, fields: Value, reply: Reply, way: Way },
    Close,
}

impl Session {
    /// Connects as an agent or supervisor (token) or as the customer of a started chat.
    pub async fn open(
        gateways: &Gateways,
        who: Who,
        token: &str,
        ledger: &Ledger,
    ) -> Result<Self, SessionError> {
        let queue = Arc::new(Queue::default());
        let (orders, ordered) = mpsc::channel(ORDERS);
        let (cuts, cut) = mpsc::channel(1);
        let gateway = Arc::new(Mutex::new(String::new()));
        let mut task = Task::new(gateways, who, token, ledger, Arc::clone(&queue));
        task.connect_to(ordered, cut, Arc::clone(&gateway));
        let stream = task.arrive(Instant::now() + OPEN_LIMIT).await?;
        tokio::spawn(task.run(stream));
        Ok(Self(Arc::new(Shared { queue, orders, cuts, gateway })))
    }

    /// The next thing that happened.
    pub async fn next(&self) -> Happening {
        self.0.queue.next().await
    }

    /// Sends a command until it is answered other than `unavailable`, under one frame id, also
    /// across reconnects. `chat.send` gets a `client_id` unless it has one.
    pub async fn command(&self, kind: &str, mut fields: Value) -> Result<Value, Refusal> {
        if kind == "chat.send" && fields.get("client_id").is_none() {
            fields["client_id"] = json!(fresh_key());
        }
        let (reply, answer) = oneshot::channel();
        let way = Way::at(&self.gateway());
        let order = Order::Command { kind: kind.to_owned(), fields, reply, way };
        let ended = || Refusal::gone("the session has ended");
        self.0.orders.send(order).await.map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// The gateway that it is connected to, or was last.
    pub fn gateway(&self) -> String {
        self.0.gateway.lock().expect("nobody panics while holding it").clone()
    }

    /// Drops the line now, without a close frame; the session resumes.
    pub fn cut(&self) {
        // One that waits already is as good.
        let _ = self.0.cuts.try_send(());
    }

    /// Closes in order: what was sent is answered and owed lines are read first, for some seconds.
    pub async fn close(self) {
        if self.0.orders.send(Order::Close).await.is_ok() {
            // The task drops its end when it is done.
            self.0.orders.closed().await;
        }
    }
}
