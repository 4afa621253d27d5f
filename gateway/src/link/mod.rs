//! The gateway's line to the routers: commands in frames, questions, notices, pulses, and the
//! workspaces' configurations as the routers have them. Leaves texts to `transcript`, and what a
//! notice means for a socket to the sockets.

pub(crate) mod append;
mod configs;
mod continuity;
mod inbound;
mod lane;
mod origins;
mod outbox;
mod pulse;
mod questions;
mod resync;
mod spool;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod tests;
mod waiting;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use baton_common::answer::Answer;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::command::{Command, Presence};
use baton_common::ids::{GatewayId, WorkspaceId};
use baton_common::notice::{ConnectionDigest, NoticeFrame};
use baton_common::rejection::Rejection;
use baton_common::{config, hash, limits, subjects};
use baton_runtime::nats::Requests;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use configs::Configs;
use lane::Lane;
use origins::Origins;
use spool::{NoRoom, Spooled};

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
    origins: Origins,
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
        let requests = Requests::start(client).await?;
        let bytes: Arc<AtomicUsize> = Arc::default();
        let lane = |shard| Arc::new(Lane::new(shard, Arc::clone(&bytes)));
        let lanes = (0..shards.max(1)).map(lane).collect();
        let inner = Arc::new(Inner {
            gateway,
            lanes,
            requests,
            configs: Configs::new(shards),
            origins: Origins::default(),
            digests,
            announce,
            left: CancellationToken::new(),
            shutdown,
        });
        let (events, receiver) = mpsc::channel(EVENTS);
        for lane in &inner.lanes {
            inner.start_lane(lane);
            tokio::spawn(Arc::clone(&inner).read_origins(lane.shard));
            tokio::spawn(resync::run(Arc::clone(&inner), Arc::clone(lane), events.clone()));
        }
        tokio::spawn(inbound::run(Arc::clone(&inner), notices, pulses, events));
        tokio::spawn(resync::watch_connection(Arc::clone(&inner), state));
        tokio::spawn(pulse::run(Arc::clone(&inner)));
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
        let now = Instant::now();
        let (spooled, pending) = Spooled::new(command, now + wait);
        match lane.spool.push(spooled, now) {
            Ok(()) => pending.wait().await,
            Err(no_room) => Submitted::Refused(no_room.into()),
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

    /// Stores what nobody waits for and the engine is to hear of, also while the broker elects. Too
    /// many at the same time are not taken: the digests in the pulses tell of connections that
    /// ended too, and a leader that knows of others calls for an announcement.
    pub async fn report(&self, command: Command) {
        let lane = self.0.lane(&command.workspace);
        if let Ok(_seat) = lane.reports.try_acquire() {
            self.submit_to(lane, &command, lane::duration(limits::REPORT_WAIT)).await;
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

    /// The same, or why there is none.
    pub async fn known_config(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Arc<config::Workspace>, Rejection> {
        self.0.configs.demand(&self.0, workspace).await
    }

    /// Waits until a version that was published here is at hand: its own chats follow it.
    pub async fn reach_config(&self, workspace: &WorkspaceId, version: u64) {
        self.0.configs.reach(&self.0, workspace, version).await;
    }

    /// A workspace's configuration if it is at hand.
    pub fn cached_config(&self, workspace: &WorkspaceId) -> Option<Arc<config::Workspace>> {
        self.0.configs.get(workspace)
    }

    /// Whether any workspace allows pages of this origin; `unavailable` if that cannot be told.
    pub async fn any_origin(&self, origin: &str) -> Result<bool, Rejection> {
        self.0.origins.allow(&self.0, origin).await
    }

    /// Whether the shard's leader is so far behind, or so much waits for the broker, that new
    /// chats are to be refused.
    pub fn overloaded(&self, workspace: &WorkspaceId) -> bool {
        let lane = self.0.lane(workspace);
        lane.lags(limits::COMMAND_LAG) || lane.spool.is_crowded()
    }

    /// Whether the shard's leader is so far behind that what nobody waits for is to be dropped.
    pub fn sheds(&self, workspace: &WorkspaceId) -> bool {
        self.0.lane(workspace).lags(limits::COMMAND_LAG_ASIDE)
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

    async fn read_origins(self: Arc<Self>, shard: u16) {
        tokio::select! {
            () = self.shutdown.cancelled() => {}
            () = self.origins.begin(&self, shard) => {}
        }
    }

    fn start_lane(&self, lane: &Arc<Lane>) {
        let (requests, gateway) = (self.requests.clone(), self.gateway.clone());
        let stop = self.shutdown.clone();
        tokio::spawn(outbox::run(Arc::clone(lane), requests, gateway, stop));
        let (requests, gateway) = (self.requests.clone(), self.gateway.clone());
        let stop = self.shutdown.clone();
        tokio::spawn(questions::run(Arc::clone(lane), requests, gateway, stop));
    }
}

impl From<NoRoom> for Rejection {
    fn from(no_room: NoRoom) -> Self {
        match no_room {
            NoRoom::Full => unavailable("too many commands wait; try again later"),
            NoRoom::Closed => unavailable("this gateway stops; use another"),
        }
    }
}

pub(crate) fn unavailable(detail: &str) -> Rejection {
    Rejection::new(Code::Unavailable, detail)
}
