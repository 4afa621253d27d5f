//! Requests over one inbox of our own. A request of the client's leaves an entry behind in its
//! reply map for each reply that never comes; here a request that nobody waits for any more is
//! gone. Leaves repeating, and what a reply means, to the callers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, HeaderMap, Message, StatusCode, Subscriber};
use bytes::Bytes;
use dashmap::DashMap;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Handle to the inbox; clones share it.
#[derive(Clone)]
pub(crate) struct Requests(Arc<Inner>);

struct Inner {
    client: Client,
    inbox: String,
    last: AtomicU64,
    waiting: DashMap<u64, mpsc::Sender<Message>>,
}

/// Why there is no reply. Only of `Disconnected` and `TooLarge` it is known that nobody got the
/// request.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoReply {
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
pub(crate) struct Request {
    pub(crate) subject: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
}

impl Request {
    /// A request without headers.
    pub(crate) fn new(subject: String, payload: impl Into<Bytes>) -> Self {
        Self { subject, headers: HeaderMap::new(), payload: payload.into() }
    }
}

/// The replies to one request, as they come.
pub(crate) struct Replies {
    received: mpsc::Receiver<Message>,
    inner: Arc<Inner>,
    number: u64,
}

impl Requests {
    /// Opens the inbox.
    pub(crate) async fn start(client: Client, shutdown: CancellationToken) -> anyhow::Result<Self> {
        let inbox = client.new_inbox();
        let replies = client.subscribe(format!("{inbox}.*")).await?;
        let waiting = DashMap::new();
        let inner = Arc::new(Inner { client, inbox, last: AtomicU64::new(0), waiting });
        tokio::spawn(hand_out(Arc::clone(&inner), replies, shutdown));
        Ok(Self(inner))
    }

    /// The connection.
    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// Whether the connection stands.
    pub(crate) fn connected(&self) -> bool {
        self.0.client.connection_state() == State::Connected
    }

    /// Sends a request and waits for its reply.
    pub(crate) async fn call(&self, request: Request, wait: Duration) -> Result<Message, NoReply> {
        let ask = async {
            let mut replies = self.send(request, 1).await?;
            replies.next(wait).await
        };
        timeout(wait, ask).await.unwrap_or(Err(NoReply::TimedOut))
    }

    /// Sends a request that has up to `most` replies.
    pub(crate) async fn send(&self, request: Request, most: usize) -> Result<Replies, NoReply> {
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
        let pending = Replies { received, inner: Arc::clone(&self.0), number };
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
    pub(crate) async fn next(&mut self, wait: Duration) -> Result<Message, NoReply> {
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
        self.inner.waiting.remove(&self.number);
    }
}

async fn hand_out(inner: Arc<Inner>, mut replies: Subscriber, shutdown: CancellationToken) {
    loop {
        let reply = tokio::select! {
            reply = replies.next() => reply,
            () = shutdown.cancelled() => return,
        };
        let Some(reply) = reply else { return };
        let number = reply.subject.rsplit('.').next().and_then(|token| token.parse().ok());
        let Some(number) = number else { continue };
        if let Some(sender) = inner.waiting.get(&number) {
            // More replies than were asked for: the reader finds the gap.
            let _ = sender.try_send(reply);
        }
    }
}

#[cfg(test)]
mod tests {
    use baton_runtime::testing::NatsServer;

    use super::*;

    #[tokio::test]
    async fn requests_that_nobody_answers_leave_nothing_behind() {
        let mut server = NatsServer::start();
        let client = server.link().await.client().clone();
        let silent = client.subscribe("silent").await.unwrap();
        let requests = Requests::start(client, CancellationToken::new()).await.unwrap();
        let wait = Duration::from_millis(100);
        for _ in 0..10 {
            let ask = Request::new("silent".into(), "x");
            assert_eq!(requests.call(ask, wait).await.unwrap_err(), NoReply::TimedOut);
            let ask = Request::new("nobody".into(), "x");
            assert_eq!(requests.call(ask, 50 * wait).await.unwrap_err(), NoReply::NoResponders);
        }
        let large = Request::new("silent".into(), vec![0; 2_000_000]);
        assert_eq!(requests.call(large, wait).await.unwrap_err(), NoReply::TooLarge);
        server.kill();
        let unsent = async {
            while requests.call(Request::new("silent".into(), "x"), wait).await.unwrap_err()
                != NoReply::Disconnected
            {}
        };
        timeout(100 * wait, unsent).await.unwrap();
        assert!(requests.0.waiting.is_empty());
        drop(silent);
    }
}
