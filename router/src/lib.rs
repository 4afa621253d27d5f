//! The router's shell: one event loop a shard that turns NATS and timers into inputs of
//! `baton_core::node`, and its outputs into NATS. It leaves every decision, and the journal
//! protocol itself, to the node, and the process to `deploy/baton`.

mod aside;
mod asks;
mod broker;
mod errands;
mod feed;
mod imager;
mod lines;
mod metrics;
mod readiness;
mod shard;
mod snapshots;
mod sources;
mod store;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use anyhow::Context as _;
use baton_common::ids::RouterId;
use baton_core::node::ShardOf;
use baton_runtime::admin::Registry;
use baton_runtime::nats::{Link, Requests, Wanted, ensure_snapshots, ensure_streams};
use futures_util::FutureExt as _;
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
    tasks: Tasks,
    admin: Registry,
}

/// The shards' tasks. One that fails stops all: a router that serves only some of its shards
/// would be taken for one that serves them.
#[derive(Debug)]
struct Tasks {
    running: JoinSet<(u16, Result<(), String>)>,
    readiness: Readiness,
    shutdown: CancellationToken,
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
    let mut tasks = Tasks { running: JoinSet::new(), readiness: readiness.clone(), shutdown };
    for shard in 0..shards {
        let broker = Broker::new(&link, &requests, shard, images.clone());
        let of = ShardOf { shard, shards };
        let imager = Imager::start(broker.clone(), of, due);
        let started = Shard::start(broker, of, router.clone(), tasks.shutdown.clone());
        let started = started.await.with_context(|| format!("shard {shard} of {shards}"))?;
        tasks.start(shard, started.run(readiness.clone(), exported.clone(), imager));
    }
    Ok(RunningRouter { tasks, admin })
}

impl RunningRouter {
    /// Waits until every shard has stepped down and stopped. An error says which shard failed
    /// and why; the others were stopped for it.
    pub async fn stopped(self) -> anyhow::Result<()> {
        let ended = self.tasks.ended().await;
        self.admin.metrics().remove_source(metrics::SOURCE);
        ended
    }
}

impl Tasks {
    fn start(&mut self, shard: u16, run: impl Future<Output = ()> + Send + 'static) {
        let run = AssertUnwindSafe(run).catch_unwind();
        self.running.spawn(async move { (shard, run.await.map_err(|panic| said(&*panic))) });
    }

    async fn ended(mut self) -> anyhow::Result<()> {
        let mut outcome = Ok(());
        while let Some(ended) = self.running.join_next().await {
            let (shard, Err(problem)) = ended? else { continue };
            tracing::error!(shard, problem, "a shard has failed: this router stops");
            self.readiness.set(shard, Some(format!("failed: {problem}")));
            self.shutdown.cancel();
            outcome = outcome.and(Err(anyhow::anyhow!("shard {shard} failed: {problem}")));
        }
        outcome
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it panicked").to_owned()
}

#[cfg(test)]
mod tests {
    use baton_runtime::admin::Readiness as Process;

    use super::*;

    #[tokio::test]
    async fn a_shard_that_fails_stops_the_router() {
        let process = Process::default();
        let readiness = Readiness::new(process.register("router", "starting"), 2);
        let shutdown = CancellationToken::new();
        let mut tasks = Tasks { running: JoinSet::new(), readiness: readiness.clone(), shutdown };
        let (stop, served) = (tasks.shutdown.clone(), readiness.clone());
        tasks.start(0, async move {
            served.set(0, None);
            stop.cancelled().await;
        });
        tasks.start(1, async move {
            readiness.set(1, None);
            panic!("this test's shard {}", "fails");
        });
        let error = tasks.ended().await.unwrap_err().to_string();
        assert_eq!(error, "shard 1 failed: this test's shard fails");
        let reason = process.not_ready().pop().map(|part| part.reason);
        assert_eq!(reason.as_deref(), Some("shard 1: failed: this test's shard fails"));
    }

    #[tokio::test]
    async fn shards_that_stop_as_they_were_asked_to_have_not_failed() {
        let process = Process::default();
        let readiness = Readiness::new(process.register("router", "starting"), 2);
        let shutdown = CancellationToken::new();
        let mut tasks = Tasks { running: JoinSet::new(), readiness, shutdown };
        tasks.start(0, async {});
        tasks.start(1, async {});
        tasks.ended().await.unwrap();
    }
}
