//! Which router leads the measured shard, and whether the others have followed it, as their
//! metrics tell.

use std::time::{Duration, Instant};

use anyhow::bail;
use baton_client::Http;
use baton_common::hash;
use baton_common::ids::WorkspaceId;
use baton_e2e::{Metrics, Stage};

/// Shards unless a stage is told otherwise.
const SHARDS: u16 = 8;
/// A router that has started follows within this.
const LIMIT: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(20);

/// The shard that is looked at.
pub(super) struct Routers {
    shard: String,
}

impl Routers {
    pub(super) fn new(workspace: &str) -> Self {
        Self { shard: hash::shard_of(&WorkspaceId::new(workspace), SHARDS).to_string() }
    }

    /// The one that leads, and its term, once exactly one does and all the others know its term.
    pub(super) async fn settled(&self, stage: &Stage) -> anyhow::Result<(usize, f64)> {
        let deadline = Instant::now() + LIMIT;
        loop {
            let mut known = Vec::new();
            for router in &stage.routers {
                known.push(self.known(&Metrics::of(&Http::new(&router.ready.admin)).await));
            }
            let newest = known.iter().map(|(_, epoch)| *epoch).fold(0.0, f64::max);
            let leaders: Vec<usize> = (0..known.len()).filter(|at| known[*at].0).collect();
            let follow = known.iter().all(|(_, epoch)| same(*epoch, newest));
            if let ([leader], true) = (leaders.as_slice(), follow) {
                return Ok((*leader, newest));
            }
            if Instant::now() >= deadline {
                bail!("the routers do not settle: who leads and which term: {known:?}");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until a router that led does not think so any more; the appends refused to it.
    pub(super) async fn deposed(&self, stage: &Stage, index: usize) -> anyhow::Result<f64> {
        let admin = Http::new(&stage.routers[index].ready.admin);
        let deadline = Instant::now() + LIMIT;
        loop {
            let metrics = Metrics::of(&admin).await;
            let (leads, _) = self.known(&metrics);
            if !leads {
                return Ok(metrics.sum("fenced_appends_total", &[]));
            }
            if Instant::now() >= deadline {
                bail!("the thawed router still thinks that it leads");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn known(&self, metrics: &Metrics) -> (bool, f64) {
        let labels = [("shard", self.shard.as_str())];
        let sum = |name: &str| metrics.sum(name, &labels);
        (sum("shard_leader") > 0.5, sum("shard_epoch"))
    }
}

/// Terms are whole numbers.
fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.5
}
