//! The gateway's line to the routers: commands in frames, questions, notices, pulses, and the
//! workspaces' configurations as the routers have them. Leaves texts to `transcript`, and what a
//! notice means for a socket to the sockets.

pub(crate) mod append;
mod configs;
mod continuity;
mod inbound;
mod lane;
mod outbox;
mod pulse;
mod questions;
pub(crate) mod requests;
mod resync;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod tests;
mod waiting;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use baton_common::answer::Answer;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::command::{Command, Presence};
use baton_common::ids::{GatewayId, WorkspaceId};
use baton_common::notice::{ConnectionDigest, NoticeFrame};
use baton_common::rejection::Rejection;
use baton_common::{config, hash, limits, subjects};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use configs::Configs;
use lane::Lane;
use outbox::Spooled;
use requests::Requests;
use waiting::Waiter;

/// The connections of this gateway per shard, in short.
pub type Digests = Arc<dyn Fn() -> Vec<ConnectionDigest> + Send + Sync>;
/// All connections of this gateway that belong to a shard.
pub type Announce = Arc<dyn Fn(u16) -> Vec<Presence> + Send + Sync>;

/// Questions wait so long for a leader: longer than a router's fail-over takes (1.2 s).
const ASK_PATIENCE: Duration = Duration::from_secs(2);
/// Events that wait for the sockets; more make the notices wait in their subscription.
const EVENTS: usize = 1_024;

/// Handle to the line; clones share it.
#[derive(Clone)]
pub struct Link(Arc<Inner>);

struct Inner {
    gateway: GatewayId,
    lanes: Vec<Arc<Lane>>,
    requests: Requests,
    configs: Configs,
    digests: Digests,
    announce: Announce,
    left: CancellationToken,
    shutdown: CancellationToken,
}

/// What became of a submitted command.
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
    /// A router decided.
    Decided(Result<Answer, Rejection>),
    /// It is stored; no router decided in time.
    Stored,
    /// It is not known to be stored (`unavailable`).
    Refused(Rejection),
}

/// What a gateway is told.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkEvent {
    /// News for people connected here.
    Notice(NoticeFrame),
    /// Continuity with this shard's leader was lost: ask `Welcome` for everybody of this shard.
    /// The connections have been announced again before.
    Lost {
        /// Which shard.
        shard: u16,
    },
}

impl Link {
    /// Starts the line of one gateway life. `gateway` must never have been used before: command
    /// frames are numbered from 1 under it. `shutdown` ends the line at once, so cancel it last:
    /// after the sockets' last commands and [`Self::leave`].
    pub async fn start(
        connection: &baton_runtime::nats::Link,
        shards: u16,
        gateway: GatewayId,
        digests: Digests,
        announce: Announce,
        shutdown: CancellationToken,
    ) -> anyhow::Result<(Self, mpsc::Receiver<LinkEvent>)> {
        let client = connection.client().clone();
        let state = connection.state();
        let notices = client.subscribe(subjects::notices(&gateway)).await?;
        let pulses = client.subscribe(subjects::ROUTER_PULSES).await?;
        let requests = Requests::start(client, shutdown.clone()).await?;
        let (lanes, spools): (Vec<_>, Vec<_>) =
            (0..shards.max(1)).map(Lane::new).map(|(lane, spool)| (Arc::new(lane), spool)).unzip();
        let inner = Arc::new(Inner {
            gateway,
            lanes,
            requests,
            configs: Configs::default(),
            digests,
            announce,
            left: CancellationToken::new(),
            shutdown,
        });
        let (events, receiver) = mpsc::channel(EVENTS);
        for (lane, spool) in inner.lanes.iter().zip(spools) {
            inner.start_lane(lane, spool);
            tokio::spawn(resync::run(Arc::clone(&inner), Arc::clone(lane), events.clone()));
        }
        tokio::spawn(inbound::run(Arc::clone(&inner), notices, pulses, events));
        tokio::spawn(resync::watch_connection(Arc::clone(&inner), state));
        tokio::spawn(pulse::run(Arc::clone(&inner)));
        tokio::spawn(Arc::clone(&inner).read_default_config());
        Ok((Self(inner), receiver))
    }

    /// This gateway's life.
    pub fn gateway(&self) -> &GatewayId {
        &self.0.gateway
    }

    /// The shard of a workspace.
    pub fn shard(&self, workspace: &WorkspaceId) -> u16 {
        hash::shard_of(workspace, self.0.shards())
    }

    /// Stores a command and waits at most `wait` for its outcome.
    pub async fn submit(&self, command: Command, wait: Duration) -> Submitted {
        self.submit_to(self.0.lane(&command.workspace), &command, wait).await
    }

    async fn submit_to(&self, lane: &Lane, command: &Command, wait: Duration) -> Submitted {
        let command = serde_json::value::to_raw_value(command).expect("commands are plain data");
        let until = Instant::now() + wait;
        let stored = Arc::new(AtomicBool::new(false));
        let (reply, outcome) = oneshot::channel();
        let waiter = Waiter { reply, stored: Arc::clone(&stored) };
        match lane.spool.try_send(Spooled { command, waiter, until }) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                return Submitted::Refused(unavailable("too many commands wait; try again later"));
            }
            Err(TrySendError::Closed(_)) => {
                return Submitted::Refused(unavailable("this gateway stops; use another"));
            }
        }
        match timeout_at(until, outcome).await {
            Ok(Ok(submitted)) => submitted,
            _ if stored.load(Ordering::Acquire) => Submitted::Stored,
            _ => Submitted::Refused(unavailable("the broker did not answer in time; try again")),
        }
    }

    /// [`Self::submit`] with the usual wait; what is not decided by then is `unavailable`.
    pub async fn command(&self, command: Command) -> Result<Answer, Rejection> {
        match self.submit(command, lane::duration(limits::COMMAND_WAIT)).await {
            Submitted::Decided(result) => result,
            Submitted::Stored => Err(unavailable("no router decided in time; try again")),
            Submitted::Refused(rejection) => Err(rejection),
        }
    }

    /// Asks the shard's leader; short gaps between leaders are waited out.
    pub async fn ask(&self, workspace: &WorkspaceId, ask: Ask) -> Result<ReplyBody, Rejection> {
        questions::ask(self.0.lane(workspace), &self.0.requests, &ask, ASK_PATIENCE).await
    }

    /// A workspace's configuration; none if it has none, or no router answers within a second.
    pub async fn config(&self, workspace: &WorkspaceId) -> Option<Arc<config::Workspace>> {
        self.0.configs.read(&self.0, workspace).await
    }

    /// A workspace's configuration if it is at hand.
    pub fn cached_config(&self, workspace: &WorkspaceId) -> Option<Arc<config::Workspace>> {
        self.0.configs.get(workspace)
    }

    /// Whether any configuration at hand allows pages of this origin.
    pub fn any_origin(&self, origin: &str) -> bool {
        self.0.configs.any_origin(origin)
    }

    /// Whether the shard's leader is so far behind that new chats are to be refused.
    pub fn overloaded(&self, workspace: &WorkspaceId) -> bool {
        self.0.lane(workspace).lags(limits::COMMAND_LAG)
    }

    /// Whether the connection to the broker stands.
    pub fn broker_connected(&self) -> bool {
        self.0.requests.connected()
    }

    /// Tells the routers that this gateway stops, and sends what is still queued in the client.
    pub async fn leave(&self) {
        pulse::leave(&self.0).await;
    }
}

impl Inner {
    fn shards(&self) -> u16 {
        u16::try_from(self.lanes.len()).expect("there are as many lanes as shards")
    }

    fn lane(&self, workspace: &WorkspaceId) -> &Lane {
        &self.lanes[usize::from(hash::shard_of(workspace, self.shards()))]
    }

    async fn read_default_config(self: Arc<Self>) {
        tokio::select! {
            () = self.shutdown.cancelled() => {}
            () = self.configs.read_default(&self) => {}
        }
    }

    fn start_lane(&self, lane: &Arc<Lane>, spool: mpsc::Receiver<Spooled>) {
        let (requests, gateway) = (self.requests.clone(), self.gateway.clone());
        let stop = self.shutdown.clone();
        tokio::spawn(outbox::run(Arc::clone(lane), spool, requests, gateway, stop));
        let (requests, gateway) = (self.requests.clone(), self.gateway.clone());
        let stop = self.shutdown.clone();
        tokio::spawn(questions::run(Arc::clone(lane), requests, gateway, stop));
    }
}

pub(crate) fn unavailable(detail: &str) -> Rejection {
    Rejection::new(Code::Unavailable, detail)
}
