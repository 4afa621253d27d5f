//! Baton as separate processes over an own broker, one server or a cluster of three: whatever a
//! test wants to kill, freeze and start again. `baton up` is in `place`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::jetstream;
use baton_client::{HEALED, Http};
use baton_runtime::testing::{DiskSync, NatsCluster, NatsServer};
use serde_json::Value;
use tempfile::TempDir;

use crate::metrics::Metrics;
use crate::place::{logs, write_secret};
use crate::process::{Process, Ready};
use crate::shop::Shop;
use crate::tokens::Minter;
use crate::until;

/// Which broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One server.
    One,
    /// A cluster of three; streams have three replicas.
    Three,
    /// The same with servers that sync to the disk before they acknowledge, as in production.
    ThreeSynced,
}

/// A broker of one test.
#[derive(Debug)]
pub enum Broker {
    /// See [`Kind::One`].
    One(NatsServer),
    /// See [`Kind::Three`] and [`Kind::ThreeSynced`].
    Three(NatsCluster),
}

/// A router or gateway and where it serves.
#[derive(Debug)]
pub struct Part {
    /// The process.
    pub process: Process,
    /// Where it serves.
    pub ready: Ready,
}

/// A system of separate processes.
#[derive(Debug)]
pub struct Stage {
    /// Routers that were started and not removed.
    pub routers: Vec<Part>,
    /// Gateways that were started.
    pub gateways: Vec<Part>,
    /// Signs tokens that the gateways accept.
    pub minter: Minter,
    /// What runs as a router; `baton` itself unless a test needs another.
    pub router_program: Option<PathBuf>,
    /// Whether its gateways limit the people of the test like all others.
    pub limits_us: bool,
    folder: TempDir,
    /// Dropped last: the processes stop before their broker.
    pub broker: Broker,
}

impl Broker {
    /// Starts it and waits until it takes streams.
    pub async fn start(kind: Kind) -> Self {
        match kind {
            Kind::One => Self::One(NatsServer::start()),
            Kind::Three => Self::Three(NatsCluster::start().await),
            Kind::ThreeSynced => Self::Three(NatsCluster::start_with(DiskSync::Always).await),
        }
    }

    /// What clients connect to.
    pub fn url(&self) -> String {
        match self {
            Self::One(server) => server.url(),
            Self::Three(cluster) => cluster.url(),
        }
    }

    /// `http://…` of each server's monitor.
    pub fn monitor_urls(&self) -> Vec<String> {
        match self {
            Self::One(server) => vec![server.monitor_url().to_owned()],
            Self::Three(cluster) => cluster.monitor_urls(),
        }
    }

    /// The process ids of the servers that run, in order.
    pub fn pids(&self) -> Vec<u32> {
        match self {
            Self::One(server) => server.pid().into_iter().collect(),
            Self::Three(cluster) => cluster.pids(),
        }
    }

    /// A client for looking at streams.
    pub async fn jetstream(&self) -> jetstream::Context {
        let link = match self {
            Self::One(server) => server.link().await,
            Self::Three(cluster) => cluster.link().await,
        };
        link.jetstream(Duration::from_secs(5))
    }

    /// Kills all of it and starts it again.
    pub async fn restart(&mut self) {
        match self {
            Self::One(server) => server.restart(),
            Self::Three(cluster) => {
                (0..3).for_each(|node| cluster.kill(node));
                (0..3).for_each(|node| cluster.restart(node));
                cluster.await_jetstream().await;
            }
        }
    }
}

impl Stage {
    /// A broker and one gateway.
    pub async fn without_router(kind: Kind) -> Self {
        let mut stage = Self::bare(kind).await;
        stage.add_gateway().await;
        stage
    }

    /// A broker alone.
    pub async fn bare(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let minter = Minter::new(&write_secret(folder.path()));
        let broker = Broker::start(kind).await;
        let (routers, gateways) = (Vec::new(), Vec::new());
        Self { routers, gateways, minter, router_program: None, limits_us: true, folder, broker }
    }

    /// A broker, one gateway and one router.
    pub async fn start(kind: Kind) -> Self {
        let mut stage = Self::without_router(kind).await;
        stage.add_router().await;
        stage
    }

    /// Starts one more router; waits for its ready line.
    pub async fn add_router(&mut self) -> usize {
        let router = self.router("127.0.0.1:0").await;
        self.routers.push(router);
        self.routers.len() - 1
    }

    /// Starts one more router that reaches the broker at this address, a proxy's.
    pub async fn add_router_at(&mut self, nats_url: &str) -> usize {
        let args = ["router", "--nats-url", nats_url, "--admin-listen", "127.0.0.1:0"];
        self.routers.push(part(Process::start(self.folder.path(), &args)).await);
        self.routers.len() - 1
    }

    /// Starts a router that was killed again, on its admin address.
    pub async fn restart_router(&mut self, index: usize) {
        self.routers[index].process.kill();
        let listen = self.routers[index].ready.admin.trim_start_matches("http://").to_owned();
        self.routers[index] = self.router(&listen).await;
    }

    /// Waits for the router that leads a workspace's shard: it alone exports the workspace. All of
    /// them must run.
    pub async fn leader_of(&self, workspace: &str) -> usize {
        let leads = async || {
            for (index, router) in self.routers.iter().enumerate() {
                let metrics = Metrics::of(&Http::new(&router.ready.admin)).await;
                if metrics.labels("agents").iter().any(|set| set["workspace"] == workspace) {
                    return Some(index);
                }
            }
            None
        };
        until("a leader of the workspace", HEALED, leads).await
    }

    /// Kills all routers (SIGKILL).
    pub fn kill_routers(&mut self) {
        for mut router in self.routers.drain(..) {
            router.process.kill();
        }
    }

    /// Starts one more gateway; waits for its ready line.
    pub async fn add_gateway(&mut self) -> usize {
        let gateway = self.gateway("127.0.0.1:0").await;
        self.gateways.push(gateway);
        self.gateways.len() - 1
    }

    /// Starts one more gateway that reaches the broker at this address, a proxy's.
    pub async fn add_gateway_at(&mut self, nats_url: &str) -> usize {
        let gateway = self.gateway_at(nats_url, "127.0.0.1:0").await;
        self.gateways.push(gateway);
        self.gateways.len() - 1
    }

    /// Kills a gateway (SIGKILL).
    pub fn kill_gateway(&mut self, index: usize) {
        self.gateways[index].process.kill();
    }

    /// Starts a gateway again on its public address.
    pub async fn restart_gateway(&mut self, index: usize) {
        self.kill_gateway(index);
        let listen = self.gateways[index].ready.public.trim_start_matches("http://").to_owned();
        self.gateways[index] = self.gateway(&listen).await;
    }

    /// The first gateway's public address.
    pub fn base(&self) -> &str {
        &self.gateways[0].ready.public
    }

    /// A workspace at the first gateway.
    pub async fn shop(&self, patch: Value) -> Shop {
        Shop::open(self.base(), &self.minter, "shop", patch).await
    }

    /// The metrics of all routers that answer, together.
    pub async fn router_metrics(&self) -> Metrics {
        let mut all = Metrics::default();
        for router in &self.routers {
            all.add(Metrics::of(&Http::new(&router.ready.admin)).await);
        }
        all
    }

    /// Everything that the processes printed so far.
    pub fn logs(&self) -> String {
        logs(self.folder.path())
    }

    async fn router(&self, listen: &str) -> Part {
        let url = self.broker.url();
        let args = ["router", "--nats-url", &url, "--admin-listen", listen];
        part(match &self.router_program {
            Some(program) => Process::start_program(program, self.folder.path(), &args),
            None => Process::start(self.folder.path(), &args),
        })
        .await
    }

    async fn gateway(&self, listen: &str) -> Part {
        self.gateway_at(&self.broker.url(), listen).await
    }

    async fn gateway_at(&self, url: &str, listen: &str) -> Part {
        let secret = self.folder.path().join("secret");
        let data = self.folder.path().join("data");
        let (secret, data) = (text(&secret), text(&data));
        let mut args = vec!["gateway", "--nats-url", url, "--token-secret-file", secret];
        args.extend(["--data-dir", data, "--listen", listen, "--admin-listen", "127.0.0.1:0"]);
        args.extend(["--limit-loopback", if self.limits_us { "true" } else { "false" }]);
        part(Process::start(self.folder.path(), &args)).await
    }
}

async fn part(mut process: Process) -> Part {
    let ready = process.ready().await;
    Part { process, ready }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}
