//! Connects to NATS and shows whether the connection stands. Leaves subscriptions, and repairing
//! what was missed while it did not stand, to those who subscribe.

use std::time::Duration;

use async_nats::jetstream::{self, context::ContextBuilder};
use async_nats::{Client, ConnectOptions, Event};
use tokio::sync::watch;
use tokio::time::Instant;

use super::facts::{FactError, check_server};
use crate::admin::ReadyFlag;
use crate::settings::NatsUrl;

/// A server whose host was cut off says nothing: it is noticed after two to three of these. With
/// one attempt to connect to it again that is less than its streams need to elect another leader
/// (four seconds at least), so the connection is not what people wait for.
const PING_EVERY: Duration = Duration::from_millis(750);
/// One attempt, name look-up included.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1_500);
/// First pause before connecting again; doubles with each attempt.
const FIRST_DELAY: Duration = Duration::from_millis(4);
/// Longest pause: a broker that is back is used within this time.
const LONGEST_DELAY: Duration = Duration::from_millis(1_500);

/// How to connect.
#[derive(Clone, Debug)]
pub struct LinkOptions {
    /// The servers.
    pub url: NatsUrl,
    /// Name of this client in the server's listings.
    pub name: String,
    /// How long to keep trying before giving up; zero tries once.
    pub patience: Duration,
}

/// A connection; clones share it. It reconnects by itself, for ever.
#[derive(Clone, Debug)]
pub struct Link {
    client: Client,
    state: watch::Receiver<LinkState>,
}

/// What happened to the connection so far. Counters and not events, so that nobody who looks
/// late misses one: compare with what you saw before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkState {
    /// Whether the connection stands.
    pub connected: bool,
    /// Times it was established; consumers and feeds are to be repaired when this rises.
    pub connects: u64,
    /// Times a subscription dropped messages because its reader was slow; repair as above.
    pub slow_consumers: u64,
    /// Whether the server has announced that it will stop.
    pub lame_duck: bool,
}

/// Why there is no connection. One line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No server answered in time.
    #[error("cannot reach NATS at {url}: {source}; start it, or set --nats-url")]
    Unreachable {
        /// Where.
        url: NatsUrl,
        /// The last attempt's error.
        source: async_nats::ConnectError,
    },
    /// A server answered and is not fit.
    #[error(transparent)]
    Unfit(#[from] FactError),
}

/// Connects and checks that the server is one that Baton can rely on.
pub async fn connect(options: LinkOptions) -> Result<Link, ConnectError> {
    let deadline = Instant::now() + options.patience;
    let mut attempt = 0;
    loop {
        let (sender, state) = watch::channel(LinkState::default());
        match settings(&options, sender).connect(options.url.servers()).await {
            Ok(client) => {
                check_server(&client.server_info())?;
                return Ok(Link { client, state });
            }
            Err(source) if Instant::now() >= deadline => {
                return Err(ConnectError::Unreachable { url: options.url, source });
            }
            Err(error) => {
                if attempt == 0 {
                    tracing::warn!(url = %options.url, %error, "NATS is not reached yet");
                }
                tokio::time::sleep(delay(attempt)).await;
            }
        }
        attempt += 1;
    }
}

impl Link {
    /// The client, for core subjects.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// JetStream with a limit on each request and acknowledgement: 500 ms for a leader.
    pub fn jetstream(&self, timeout: Duration) -> jetstream::Context {
        ContextBuilder::new().timeout(timeout).build(self.client.clone())
    }

    /// The state of the connection, to look at or to wait on.
    pub fn state(&self) -> watch::Receiver<LinkState> {
        self.state.clone()
    }

    /// Keeps a readiness flag like the connection, for as long as the connection is used.
    pub fn show_in(&self, flag: ReadyFlag) {
        let mut state = self.state();
        tokio::spawn(async move {
            loop {
                if state.borrow_and_update().connected {
                    flag.ready();
                } else {
                    flag.not_ready("not connected");
                }
                if state.changed().await.is_err() {
                    return flag.not_ready("the connection is closed");
                }
            }
        });
    }
}

fn settings(options: &LinkOptions, state: watch::Sender<LinkState>) -> ConnectOptions {
    let name = options.name.clone();
    ConnectOptions::new()
        .name(&options.name)
        .ping_interval(PING_EVERY)
        .connection_timeout(CONNECT_TIMEOUT)
        .reconnect_delay_callback(delay)
        .event_callback(move |event| {
            note(&name, &state, &event);
            std::future::ready(())
        })
}

fn note(name: &str, state: &watch::Sender<LinkState>, event: &Event) {
    match event {
        Event::Connected => tracing::info!(name, "connected to NATS"),
        Event::Disconnected => tracing::warn!(name, "disconnected from NATS"),
        Event::ServerError(error) => {
            tracing::warn!(name, %error, "the NATS server reports an error");
        }
        Event::ClientError(error) => {
            tracing::debug!(name, %error, "the NATS client reports an error");
        }
        Event::SlowConsumer(subscription) => {
            tracing::warn!(name, subscription, "a subscription dropped messages");
        }
        Event::LameDuckMode | Event::Draining | Event::Closed => {}
    }
    state.send_modify(|state| state.follow(event));
}

impl LinkState {
    fn follow(&mut self, event: &Event) {
        match event {
            Event::Connected => {
                self.connected = true;
                self.connects += 1;
                self.lame_duck = false;
            }
            Event::Disconnected | Event::Closed => self.connected = false,
            Event::SlowConsumer(_) => self.slow_consumers += 1,
            Event::LameDuckMode => self.lame_duck = true,
            Event::Draining | Event::ServerError(_) | Event::ClientError(_) => {}
        }
    }
}

/// Doubles up to the longest, of which a random part between half and all is waited: clients
/// that lost their server together do not return together.
fn delay(attempt: usize) -> Duration {
    let doublings = u32::try_from(attempt.min(16)).unwrap_or(16);
    let full = FIRST_DELAY.saturating_mul(1 << doublings).min(LONGEST_DELAY);
    full.mul_f64(rand::random_range(0.5..1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::Readiness;
    use crate::testing::NatsServer;

    #[test]
    fn delays_grow_jitter_and_stay_bounded() {
        for attempt in [0, 5, 30, usize::MAX] {
            let one = delay(attempt);
            assert!(one <= LONGEST_DELAY && one >= FIRST_DELAY / 2, "{attempt}: {one:?}");
        }
        assert!(delay(30) >= LONGEST_DELAY / 2);
        let all: std::collections::BTreeSet<_> = (0..20).map(|_| delay(30)).collect();
        assert!(all.len() > 10, "no jitter");
    }

    #[test]
    fn counters_keep_what_happened() {
        let mut state = LinkState::default();
        let events =
            [Event::Connected, Event::SlowConsumer(1), Event::Disconnected, Event::Connected];
        for event in &events {
            state.follow(event);
        }
        let expected =
            LinkState { connected: true, connects: 2, slow_consumers: 1, lame_duck: false };
        assert_eq!(state, expected);
    }

    #[tokio::test]
    async fn an_absent_server_is_one_line_with_the_address() {
        let url: NatsUrl = "nats://user:canary@127.0.0.1:1".parse().unwrap();
        let options = LinkOptions { url, name: "t".into(), patience: Duration::ZERO };
        let error = connect(options).await.unwrap_err().to_string();
        assert!(error.contains("127.0.0.1:1") && error.contains("--nats-url"), "{error}");
        assert!(!error.contains("canary") && !error.contains('\n'), "{error}");
    }

    #[tokio::test]
    async fn the_link_survives_a_restart_of_the_server_and_counts_it() {
        let mut server = NatsServer::start();
        let link = server.link().await;
        let readiness = Readiness::default();
        link.show_in(readiness.register("broker", "not reached yet"));
        let mut state = link.state();
        let standing = |state: &LinkState| state.connected;
        state.wait_for(standing).await.unwrap();
        server.kill();
        state.wait_for(|state| !state.connected).await.unwrap();
        server.restart();
        let after = *state.wait_for(standing).await.unwrap();
        assert_eq!(after.connects, 2);
        link.client().flush().await.unwrap();
        while !readiness.not_ready().is_empty() {
            tokio::task::yield_now().await;
        }
    }
}
