//! The faults, one after another: each is announced, does its damage, measures what it cost the
//! people, mends it, and waits until all is well again. Leaves printing to `report`.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::ValueEnum;
use nix::sys::signal::Signal;

use crate::broker::{Elections, Eye};
use crate::health;
use crate::leaderless::{Leaderless, Watch};
use crate::people::People;
use crate::probe::Probes;
use crate::report::Row;
use crate::site::{BROKERS, GATEWAYS, Part, Site};

/// What Baton itself may take beyond the broker's own election.
const OWN_SHARE: Duration = Duration::from_secs(2);
/// How long a killed part stays away, and a new one stays.
const AWAY: Duration = Duration::from_secs(4);
/// How long a part is frozen.
const FROZEN: Duration = Duration::from_secs(10);
/// How long a host is cut off: longer than a gateway's silence and a broker's election.
const CUT: Duration = Duration::from_secs(15);

/// The gateway whose host is cut off.
const CUT_GATEWAY: usize = 1;

/// What is done to the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    /// The router that leads most shards is killed, and started again.
    RouterKilled,
    /// It is frozen for ten seconds.
    RouterFrozen,
    /// A gateway is killed, and started again.
    GatewayKilled,
    /// A gateway is added, used, and removed in order.
    GatewayAdded,
    /// The broker that leads a journal is stopped in order, and started again.
    BrokerStopped,
    /// It is killed, and started again.
    BrokerKilled,
    /// The leading router's host is cut off for fifteen seconds.
    RouterCut,
    /// A gateway's host is.
    GatewayCut,
    /// The host of the broker that leads a journal is.
    BrokerCut,
    /// Every broker, router and gateway is restarted in order, one after another.
    Rolling,
}

/// What a fault needs.
pub(crate) struct Drill<'a> {
    /// What is broken.
    pub(crate) site: &'a mut Site,
    /// Who suffers.
    pub(crate) probes: &'a Probes,
}

/// What was hit, and how long the broker's elections took.
struct Hit {
    target: String,
    elections: Option<Elections>,
}

impl Hit {
    fn of(part: Part) -> Self {
        Self { target: part.name(), elections: None }
    }
}

impl Fault {
    fn touches_brokers(self) -> bool {
        matches!(self, Self::BrokerStopped | Self::BrokerKilled | Self::BrokerCut | Self::Rolling)
    }

    /// As on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Drill<'_> {
    /// Does it, and waits until all is well again.
    pub(crate) async fn run(&mut self, fault: Fault) -> anyhow::Result<Row> {
        health::whole(self.site).await.context("before the fault")?;
        self.probes.served_until(Instant::now()).await?;
        // Where no broker is touched, no election excuses anything.
        let watch =
            if fault.touches_brokers() { Some(Watch::begin(self.site).await?) } else { None };
        let from = Instant::now();
        let hit = self.hit(fault).await?;
        health::whole(self.site).await.context("after the fault")?;
        let to = Instant::now();
        self.probes.served_until(to).await?;
        let leaderless = match watch {
            Some(watch) => watch.end().await?,
            None => Leaderless::default(),
        };
        let elections = Elections { leaderless, ..hit.elections.unwrap_or_default() };
        let longest = self.probes.longest(from, to);
        let bound = elections.longest() + OWN_SHARE;
        Ok(Row {
            fault: fault.name(),
            target: hit.target,
            span: (from, to),
            beyond: self.beyond(fault),
            longest,
            people: People::default(),
            elections,
            bound,
        })
    }

    /// Where people are whom the proxy cannot tell that their gateway is gone.
    fn beyond(&self, fault: Fault) -> Option<String> {
        (fault == Fault::GatewayCut).then(|| self.site.direct(CUT_GATEWAY))
    }

    async fn hit(&mut self, fault: Fault) -> anyhow::Result<Hit> {
        match fault {
            Fault::RouterKilled => {
                let router = Part::Router(health::leading_router(self.site).await?);
                self.kill(router).await
            }
            Fault::RouterFrozen => self.freeze_router().await,
            Fault::GatewayKilled => self.kill(Part::Gateway(0)).await,
            Fault::GatewayAdded => self.add_gateway().await,
            Fault::BrokerStopped => self.stop_broker().await,
            Fault::BrokerKilled => self.lose_broker(false).await,
            Fault::RouterCut => {
                let router = Part::Router(health::leading_router(self.site).await?);
                self.cut(router).await
            }
            Fault::GatewayCut => self.cut(Part::Gateway(CUT_GATEWAY)).await,
            Fault::BrokerCut => self.lose_broker(true).await,
            Fault::Rolling => self.roll().await,
        }
    }

    async fn kill(&mut self, part: Part) -> anyhow::Result<Hit> {
        self.site.process(part)?.kill()?;
        tokio::time::sleep(AWAY).await;
        self.site.restart(part).await?;
        Ok(Hit::of(part))
    }

    async fn freeze_router(&mut self) -> anyhow::Result<Hit> {
        let router = Part::Router(health::leading_router(self.site).await?);
        self.site.process(router)?.signal(Signal::SIGSTOP)?;
        tokio::time::sleep(FROZEN).await;
        self.site.process(router)?.signal(Signal::SIGCONT)?;
        Ok(Hit::of(router))
    }

    async fn add_gateway(&mut self) -> anyhow::Result<Hit> {
        let spare = Part::Gateway(GATEWAYS);
        self.site.restart(spare).await?;
        health::whole(self.site).await?;
        let served = || health::served(self.site, spare);
        baton_client::until("use of the new gateway", CUT, async || {
            served().await.filter(|calls| *calls > 0)
        })
        .await?;
        tokio::time::sleep(AWAY).await;
        self.site.stop(spare).await?;
        Ok(Hit::of(spare))
    }

    async fn stop_broker(&mut self) -> anyhow::Result<Hit> {
        let broker = Part::Broker(self.journal_leader().await?);
        self.site.stop(broker).await?;
        tokio::time::sleep(AWAY).await;
        self.site.restart(broker).await?;
        Ok(Hit::of(broker))
    }

    /// Kills the broker that leads a journal, or cuts its host off.
    async fn lose_broker(&mut self, cut: bool) -> anyhow::Result<Hit> {
        let index = self.journal_leader().await?;
        let broker = Part::Broker(index);
        let others: Vec<usize> = (0..BROKERS).filter(|other| *other != index).collect();
        let eye = Eye::open(&others, self.site).await?;
        eye.place_probe(index).await?;
        let led = eye.led_by(index).await?;
        let since = Instant::now();
        if cut {
            self.site.cut(broker)?;
        } else {
            self.site.process(broker)?.kill()?;
        }
        let elections = eye.elections(index, &led, since).await;
        let left = if cut { CUT } else { AWAY };
        tokio::time::sleep(left.saturating_sub(since.elapsed())).await;
        if cut {
            self.site.join(broker)?;
        } else {
            self.site.restart(broker).await?;
        }
        Ok(Hit { target: broker.name(), elections: Some(elections?) })
    }

    async fn cut(&mut self, part: Part) -> anyhow::Result<Hit> {
        self.site.cut(part)?;
        tokio::time::sleep(CUT).await;
        self.site.join(part)?;
        Ok(Hit::of(part))
    }

    async fn roll(&mut self) -> anyhow::Result<Hit> {
        for part in Part::all().filter(|part| *part != Part::Proxy) {
            self.site.stop(part).await?;
            self.site.restart(part).await?;
            // As an operator would: the next one only when all is well.
            health::whole(self.site).await.with_context(|| format!("after {}", part.name()))?;
        }
        Ok(Hit { target: "every part".into(), elections: None })
    }

    async fn journal_leader(&self) -> anyhow::Result<usize> {
        let all: Vec<usize> = (0..BROKERS).collect();
        let eye = Eye::open(&all, self.site).await?;
        let found = async || eye.leader("baton-journal-0").await;
        baton_client::until("a leader of the journal", CUT, found).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_as_on_the_command_line() {
        assert_eq!(Fault::RouterKilled.name(), "router-killed");
        assert_eq!(Fault::value_variants().len(), 10);
    }
}
