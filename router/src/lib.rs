//! The router's shell: one event loop a shard that turns NATS and timers into inputs of
//! `baton_core::node`, and its outputs into NATS. It leaves every decision, and the journal
//! protocol itself, to the node, and the process to `deploy/baton`.

mod asks;
mod broker;
mod feed;
mod lines;
mod metrics;
mod shard;
mod snapshots;
mod sources;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use baton_common::ids::RouterId;
use baton_core::node::ShardOf;
use baton_runtime::admin::{ReadyFlag, Registry};
use baton_runtime::nats::{Link, Wanted, ensure_snapshots, ensure_streams};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use broker::Broker;
use metrics::Exported;
use shard::Shard;

/// Creating streams, reading images: not on the path of any command.
const SLOW_REQUEST: Duration = Duration::from_secs(5);

/// What a router needs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connection to the broker.
    pub link: Link,
    /// How many shards the deployment has; fixed at its creation.
    pub shards: u16,
    /// Replicas of streams that are created.
    pub replicas: usize,
    /// Where readiness and metrics are shown.
    pub admin: Registry,
    /// Cancelled when the router shall step down and stop.
    pub shutdown: CancellationToken,
}

/// A router that runs.
#[derive(Debug)]
pub struct RunningRouter {
    tasks: JoinSet<()>,
    admin: Registry,
}

/// Which shards are served, for the one flag of the router.
#[derive(Clone, Debug)]
pub(crate) struct Readiness {
    flag: ReadyFlag,
    waiting: Arc<Mutex<BTreeMap<u16, String>>>,
}

/// Makes sure of the streams, then starts one task a shard. Each rebuilds its state, follows, and
/// leads where nobody else does.
pub async fn start(options: Options) -> anyhow::Result<RunningRouter> {
    let Options { link, shards, replicas, admin, shutdown } = options;
    metrics::describe();
    let jetstream = link.jetstream(SLOW_REQUEST);
    for shard in 0..shards {
        ensure_streams(&jetstream, Wanted { shard, shards, replicas }).await?;
    }
    let images = ensure_snapshots(&jetstream, replicas).await?;
    let router = RouterId::new(format!("rtr_{:016x}", rand::random::<u64>()));
    tracing::info!(%router, shards, "router starts");
    let flag = admin.readiness().register("router", "starting");
    let readiness = Readiness::new(flag, shards);
    let exported = Exported::default();
    admin.metrics().add_source(metrics::SOURCE, exported.source());
    let mut tasks = JoinSet::new();
    for shard in 0..shards {
        let broker = Broker::new(&link, shard, images.clone());
        let of = ShardOf { shard, shards };
        let shard = Shard::start(broker, of, router.clone(), shutdown.clone());
        let shard = shard.await.with_context(|| format!("shard {} of {shards}", of.shard))?;
        tasks.spawn(shard.run(readiness.clone(), exported.clone()));
    }
    Ok(RunningRouter { tasks, admin })
}

impl RunningRouter {
    /// Waits until every shard has stepped down, kept its image and stopped.
    pub async fn stopped(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a shard's task ended by itself");
            }
        }
        self.admin.metrics().remove_source(metrics::SOURCE);
    }
}

impl Readiness {
    fn new(flag: ReadyFlag, shards: u16) -> Self {
        let waiting = (0..shards).map(|shard| (shard, "starting".to_owned())).collect();
        Self { flag, waiting: Arc::new(Mutex::new(waiting)) }
    }

    /// A shard is served, or not and why.
    pub(crate) fn set(&self, shard: u16, not_ready: Option<String>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match not_ready {
            None => waiting.remove(&shard),
            Some(why) => waiting.insert(shard, why),
        };
        match waiting.first_key_value() {
            None => self.flag.ready(),
            Some((shard, why)) => self.flag.not_ready(&format!("shard {shard}: {why}")),
        }
    }
}
