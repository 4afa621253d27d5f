//! The router's shell: one event loop a shard that turns NATS and timers into inputs of
//! `baton_core::node`, and its outputs into NATS. It leaves every decision, and the journal
//! protocol itself, to the node, and the process to `deploy/baton`.

mod aside;
mod asks;
mod broker;
mod feed;
mod imager;
mod lines;
mod metrics;
mod readiness;
mod shard;
mod snapshots;
mod sources;

use std::time::Duration;

use anyhow::Context as _;
use baton_common::ids::RouterId;
use baton_core::node::ShardOf;
use baton_runtime::admin::Registry;
use baton_runtime::nats::{Link, Requests, Wanted, ensure_snapshots, ensure_streams};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use broker::Broker;
use imager::Imager;
use metrics::Exported;
pub(crate) use readiness::Readiness;
use shard::Shard;

pub use imager::Images;

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
    /// When images of the state are due.
    pub images: Images,
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

/// Makes sure of the streams, then starts one task a shard. Each rebuilds its state, follows, and
/// leads where nobody else does.
pub async fn start(options: Options) -> anyhow::Result<RunningRouter> {
    let Options { link, shards, replicas, images: due, admin, shutdown } = options;
    metrics::describe();
    // Before anything is waited for: a process that is ready has a router that follows.
    let flag = admin.readiness().register("router", "starting");
    let jetstream = link.jetstream(SLOW_REQUEST);
    for shard in 0..shards {
        ensure_streams(&jetstream, Wanted { shard, shards, replicas }).await?;
    }
    let images = ensure_snapshots(&jetstream, replicas).await?;
    let requests = Requests::start(link.client().clone()).await?;
    let router = RouterId::new(format!("rtr_{:016x}", rand::random::<u64>()));
    tracing::info!(%router, shards, "router starts");
    let readiness = Readiness::new(flag, shards);
    let exported = Exported::default();
    admin.metrics().add_source(metrics::SOURCE, exported.source());
    let mut tasks = JoinSet::new();
    for shard in 0..shards {
        let broker = Broker::new(&link, &requests, shard, images.clone());
        let of = ShardOf { shard, shards };
        let imager = Imager::start(broker.clone(), of, due);
        let shard = Shard::start(broker, of, router.clone(), shutdown.clone());
        let shard = shard.await.with_context(|| format!("shard {} of {shards}", of.shard))?;
        tasks.spawn(shard.run(readiness.clone(), exported.clone(), imager));
    }
    Ok(RunningRouter { tasks, admin })
}

impl RunningRouter {
    /// Waits until every shard has stepped down and stopped.
    pub async fn stopped(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a shard's task ended by itself");
            }
        }
        self.admin.metrics().remove_source(metrics::SOURCE);
    }
}
