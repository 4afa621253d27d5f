//! The hands that break things: which process a fault means, and doing it. When is left to the
//! scenario.

use std::time::Duration;

use anyhow::{bail, ensure};
use baton_client::audit::parse_exposition;
use baton_e2e::{Broker, Stage};
use tokio::task::block_in_place;

use crate::Control;
use crate::scenario::{Deed, Fault, Thing};

const CALL_LIMIT: Duration = Duration::from_secs(2);
/// Somebody leads again within this after any fault.
const LEADER: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(50);
/// The journal whose leader is the broker's node to break.
const JOURNAL: &str = "baton-journal-0";

/// Remembers what it broke, so that it can mend it.
#[derive(Debug, Default)]
pub(super) struct Hands {
    routers_away: usize,
    gateways_away: Vec<usize>,
    nodes_away: Vec<usize>,
    frozen_routers: Vec<u32>,
    frozen_gateways: Vec<usize>,
    frozen_nodes: Vec<usize>,
    next_gateway: usize,
}

impl Hands {
    /// Does one fault and marks it.
    pub(super) async fn act(
        &mut self,
        stage: &mut Stage,
        fault: Fault,
        control: &Control,
    ) -> anyhow::Result<()> {
        match fault.what {
            Thing::Leader | Thing::Router => self.router(stage, fault, control).await,
            Thing::Gateway => self.gateway(stage, fault, control).await,
            Thing::Broker => self.broker(stage, fault, control).await,
        }
    }

    async fn router(
        &mut self,
        stage: &mut Stage,
        fault: Fault,
        control: &Control,
    ) -> anyhow::Result<()> {
        match fault.deed {
            Deed::Kill => {
                let index = self.choose(stage, fault.what).await?;
                control.mark(fault.to_string());
                // Its end is waited for, which must not hold up the load's own tasks.
                block_in_place(|| stage.routers.remove(index).process.kill());
                self.routers_away += 1;
            }
            Deed::Drain => {
                let index = self.choose(stage, fault.what).await?;
                control.mark(fault.to_string());
                let mut router = stage.routers.remove(index);
                router.process.stop().await;
                self.routers_away += 1;
            }
            Deed::Freeze => {
                let index = self.choose(stage, fault.what).await?;
                control.mark(fault.to_string());
                stage.routers[index].process.freeze();
                self.frozen_routers.push(stage.routers[index].process.pid());
            }
            Deed::Thaw => {
                control.mark(fault.to_string());
                let frozen = std::mem::take(&mut self.frozen_routers);
                let is_frozen = |pid| frozen.contains(&pid);
                let thawed = stage.routers.iter().filter(|one| is_frozen(one.process.pid()));
                thawed.for_each(|one| one.process.thaw());
            }
            Deed::Restart => {
                if self.routers_away == 0 {
                    let index = self.choose(stage, Thing::Router).await?;
                    block_in_place(|| stage.routers.remove(index).process.kill());
                    self.routers_away = 1;
                }
                control.mark(fault.to_string());
                for _ in 0..std::mem::take(&mut self.routers_away) {
                    stage.add_router().await;
                }
            }
        }
        Ok(())
    }

    async fn gateway(
        &mut self,
        stage: &mut Stage,
        fault: Fault,
        control: &Control,
    ) -> anyhow::Result<()> {
        control.mark(fault.to_string());
        match fault.deed {
            Deed::Kill => {
                let index = self.next_gateway(stage)?;
                block_in_place(|| stage.kill_gateway(index));
                self.gateways_away.push(index);
            }
            Deed::Drain => {
                let index = self.next_gateway(stage)?;
                stage.gateways[index].process.stop().await;
                self.gateways_away.push(index);
            }
            Deed::Freeze => {
                let index = self.next_gateway(stage)?;
                stage.gateways[index].process.freeze();
                self.frozen_gateways.push(index);
            }
            Deed::Thaw => {
                for index in self.frozen_gateways.drain(..) {
                    stage.gateways[index].process.thaw();
                }
            }
            Deed::Restart => {
                if self.gateways_away.is_empty() {
                    let index = self.next_gateway(stage)?;
                    self.gateways_away.push(index);
                }
                for index in self.gateways_away.drain(..) {
                    stage.restart_gateway(index).await;
                }
            }
        }
        Ok(())
    }

    async fn broker(
        &mut self,
        stage: &mut Stage,
        fault: Fault,
        control: &Control,
    ) -> anyhow::Result<()> {
        let leader = journal_leader(stage).await;
        control.mark(fault.to_string());
        match (&mut stage.broker, fault.deed) {
            (Broker::One(server), Deed::Kill) => block_in_place(|| server.kill()),
            (Broker::One(server), _) => block_in_place(|| server.restart()),
            (Broker::Three(cluster), deed) => {
                let named = leader.and_then(|name| cluster.node_named(&name)).unwrap_or(0);
                match deed {
                    Deed::Kill => {
                        block_in_place(|| cluster.kill(named));
                        self.nodes_away.push(named);
                    }
                    Deed::Freeze => {
                        cluster.freeze(named);
                        self.frozen_nodes.push(named);
                    }
                    Deed::Thaw => self.frozen_nodes.drain(..).for_each(|node| cluster.thaw(node)),
                    Deed::Restart | Deed::Drain => {
                        if self.nodes_away.is_empty() {
                            self.nodes_away.push(named);
                        }
                        let away = self.nodes_away.drain(..);
                        block_in_place(|| away.for_each(|node| cluster.restart(node)));
                    }
                }
            }
        }
        Ok(())
    }

    /// The leader, or a router that does not lead, if there is one.
    async fn choose(&self, stage: &Stage, what: Thing) -> anyhow::Result<usize> {
        ensure!(!stage.routers.is_empty(), "no router is left: restart one before this");
        let leader = self.leader(stage).await?;
        if what == Thing::Leader {
            return Ok(leader);
        }
        let runs = |index: &usize| {
            *index != leader && !self.frozen_routers.contains(&stage.routers[*index].process.pid())
        };
        Ok((0..stage.routers.len()).find(runs).unwrap_or(leader))
    }

    /// Waits until a router that is not frozen says that it leads.
    async fn leader(&self, stage: &Stage) -> anyhow::Result<usize> {
        let client = reqwest::Client::builder().timeout(CALL_LIMIT).no_proxy().build()?;
        let deadline = tokio::time::Instant::now() + LEADER;
        while tokio::time::Instant::now() < deadline {
            for (index, router) in stage.routers.iter().enumerate() {
                let is_frozen = self.frozen_routers.contains(&router.process.pid());
                if !is_frozen && leads(&client, &router.ready.admin).await {
                    return Ok(index);
                }
            }
            tokio::time::sleep(LOOK).await;
        }
        bail!("no router has led for {LEADER:?}, so the leader cannot be broken")
    }

    /// Gateways are taken in turn, so that each gets its share of faults.
    fn next_gateway(&mut self, stage: &Stage) -> anyhow::Result<usize> {
        let count = stage.gateways.len();
        for _ in 0..count {
            let index = self.next_gateway % count;
            self.next_gateway += 1;
            if !self.gateways_away.contains(&index) && !self.frozen_gateways.contains(&index) {
                return Ok(index);
            }
        }
        bail!("no gateway is left: restart one before this")
    }
}

async fn leads(client: &reqwest::Client, admin: &str) -> bool {
    let Ok(answer) = client.get(format!("{admin}/metrics")).send().await else {
        return false;
    };
    let text = answer.text().await.unwrap_or_default();
    let series = parse_exposition(&text);
    series.iter().any(|(series, value)| series.name == "baton_shard_leader" && *value > 0.5)
}

/// The server that leads the journal, by its name; none where nothing answers.
async fn journal_leader(stage: &Stage) -> Option<String> {
    let look = async {
        let jetstream = stage.broker.jetstream().await;
        let stream = jetstream.get_stream(JOURNAL).await.ok()?;
        stream.cached_info().cluster.as_ref()?.leader.clone()
    };
    tokio::time::timeout(LEADER, look).await.ok().flatten()
}
