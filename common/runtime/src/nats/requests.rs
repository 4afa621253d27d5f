//! Requests over one inbox of our own. A request of the client's leaves an entry behind in its
//! reply map for each reply that never comes; here a request that nobody waits for any more is
//! gone. Leaves repeating, and what a reply means, to the callers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, HeaderMap, Message, StatusCode, SubscribeError, Subscriber};
use bytes::Bytes;
use dashmap::DashMap;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

/// Handle to the inbox; clones share it. The inbox ends with the last of them.
#[derive(Clone, Debug)]
pub struct Requests(Arc<Inner>);

/// Who waits, by the request's number.
type Waiting = DashMap<u64, mpsc::Sender<Message>>;

#[derive(Debug)]
struct Inner {
    client: Client,
    inbox: String,
    last: AtomicU64,
    waiting: Arc<Waiting>,
    _reader: AbortOnDropHandle<()>,
}

/// Why there is no reply. Only of `Disconnected` and `TooLarge` it is known that nobody got the
/// request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReply {
    /// The connection does not stand; nothing was sent.
    #[error("the connection to the broker does not stand")]
    Disconnected,
    /// Larger than the broker takes; nothing was sent.
    #[error("the message is larger than the broker takes")]
    TooLarge,
    /// Nobody listens there.
    #[error("nobody listens there now")]
    NoResponders,
    /// Nobody answered in time.
    #[error("no reply came in time")]
    TimedOut,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where to.
    pub subject: String,
    /// May be empty.
    pub headers: HeaderMap,
    /// The body.
    pub payload: Bytes,
}

impl Request {
    /// A request without headers.
    pub fn new(subject: String, payload: impl Into<Bytes>) -> Self {
        Self { subject, headers: HeaderMap::new(), payload: payload.into() }
    }
}

/// The replies to one request, as they come.
#[derive(Debug)]
pub struct Replies {
    received: mpsc::Receiver<Message>,
    waiting: Arc<Waiting>,
    number: u64,
}

impl Requests {
    /// Opens the inbox.
    pub async fn start(client: Client) -> Result<Self, SubscribeError> {
        let inbox = client.new_inbox();
        let replies = client.subscribe(format!("{inbox}.*")).await?;
        let waiting = Arc::new(Waiting::new());
        let reader = tokio::spawn(hand_out(Arc::clone(&waiting), replies));
        let reader = AbortOnDropHandle::new(reader);
        let last = AtomicU64::new(0);
        Ok(Self(Arc::new(Inner { client, inbox, last, waiting, _reader: reader })))
    }

    /// The connection.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Whether the connection stands.
    pub fn connected(&self) -> bool {
        self.0.client.connection_state() == State::Connected
    }

    /// How many requests wait for a reply.
    pub fn waiting(&self) -> usize {
        self.0.waiting.len()
    }

    /// Sends a request and waits for its reply.
    pub async fn call(&self, request: Request, wait: Duration) -> Result<Message, NoReply> {
        let ask = async {
            let mut replies = self.send(request, 1).await?;
            replies.next(wait).await
        };
        timeout(wait, ask).await.unwrap_or(Err(NoReply::TimedOut))
    }

    /// Sends a request that has up to `most` replies.
    pub async fn send(&self, request: Request, most: usize) -> Result<Replies, NoReply> {
        // What is sent without a connection is sent after the reconnect, when nobody cares.
        if !self.connected() {
            return Err(NoReply::Disconnected);
        }
        if request.payload.len() > self.0.client.max_payload() {
            return Err(NoReply::TooLarge);
        }
        let number = self.0.last.fetch_add(1, Ordering::Relaxed);
        let (sender, received) = mpsc::channel(most);
        self.0.waiting.insert(number, sender);
        let pending = Replies { received, waiting: Arc::clone(&self.0.waiting), number };
        let inbox = format!("{}.{number}", self.0.inbox);
        let Request { subject, headers, payload } = request;
        let client = &self.0.client;
        let sent = if headers.is_empty() {
            client.publish_with_reply(subject, inbox, payload).await
        } else {
            client.publish_with_reply_and_headers(subject, inbox, headers, payload).await
        };
        sent.map(|()| pending).map_err(|_| NoReply::Disconnected)
    }
}

impl Replies {
    /// The next reply.
    pub async fn next(&mut self, wait: Duration) -> Result<Message, NoReply> {
        match timeout(wait, self.received.recv()).await {
            Ok(Some(reply)) if reply.status == Some(StatusCode::NO_RESPONDERS) => {
                Err(NoReply::NoResponders)
            }
            Ok(Some(reply)) => Ok(reply),
            Ok(None) | Err(_) => Err(NoReply::TimedOut),
        }
    }
}

impl Drop for Replies {
    fn drop(&mut self) {
        self.waiting.remove(&self.number);
    }
}

async fn hand_out(waiting: Arc<Waiting>, mut replies: Subscriber) {
    while let Some(reply) = replies.next().await {
        let number = reply.subject.rsplit('.').next().and_then(|token| token.parse().ok());
        let Some(number) = number else { continue };
        if let Some(sender) = waiting.get(&number) {
            // More replies than were asked for: the reader finds the gap.
            let _ = sender.try_send(reply);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NatsServer;

    const WAIT: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn requests_that_nobody_answers_leave_nothing_behind() {
        let mut server = NatsServer::start();
        let client = server.link().await.client().clone();
        let silent = client.subscribe("silent").await.unwrap();
        let requests = Requests::start(client).await.unwrap();
        for _ in 0..10 {
            let ask = Request::new("silent".into(), "x");
            assert_eq!(requests.call(ask, WAIT).await.unwrap_err(), NoReply::TimedOut);
            let ask = Request::new("nobody".into(), "x");
            assert_eq!(requests.call(ask, 50 * WAIT).await.unwrap_err(), NoReply::NoResponders);
        }
        let large = Request::new("silent".into(), vec![0; 2_000_000]);
        assert_eq!(requests.call(large, WAIT).await.unwrap_err(), NoReply::TooLarge);
        server.kill();
        let unsent = async {
            while requests.call(Request::new("silent".into(), "x"), WAIT).await.unwrap_err()
                != NoReply::Disconnected
            {}
        };
        timeout(100 * WAIT, unsent).await.unwrap();
        assert_eq!(requests.waiting(), 0);
        drop(silent);
    }

    #[tokio::test]
    async fn a_reply_after_its_time_is_nobodys() {
        let server = NatsServer::start();
        let client = server.link().await.client().clone();
        let mut asked = client.subscribe("late").await.unwrap();
        let requests = Requests::start(client.clone()).await.unwrap();
        let late = Request::new("late".into(), "1");
        assert_eq!(requests.call(late, WAIT).await.unwrap_err(), NoReply::TimedOut);
        let late = asked.next().await.unwrap().reply.unwrap();
        let (answer, ()) =
            tokio::join!(requests.call(Request::new("late".into(), "2"), 50 * WAIT), async {
                let asked = asked.next().await.unwrap();
                client.publish(late, "one".into()).await.unwrap();
                client.publish(asked.reply.unwrap(), "two".into()).await.unwrap();
            });
        assert_eq!(answer.unwrap().payload, "two");
    }
}
