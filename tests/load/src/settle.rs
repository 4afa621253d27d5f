//! The end of a run: everybody leaves within bounds, then what they saw is held against what is
//! stored and against the exported statistics. The laws themselves are left to the audit.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use baton_client::audit;
use baton_client::audit::{Series, parse_exposition};
use tokio::task::{JoinSet, block_in_place};
use tokio::time::timeout;

use crate::meter::Count;
use crate::outcome::{Audit, Statistics};
use crate::world::{Stage, World};
use crate::{Phase, seen};

/// Customers who end their chats at the end of the drain need no longer.
const HURRY: Duration = Duration::from_secs(20);
/// Agents finish wrap-ups, log out and close within this.
const HOME: Duration = Duration::from_secs(40);
/// Reading a journal of some millions of events.
const READ: Duration = Duration::from_mins(5);
/// What the leader exports may be so old.
const EXPORTED: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(500);
const CALL_LIMIT: Duration = Duration::from_secs(10);

/// Waits until all customers and then all agents have gone.
pub(crate) async fn drain(world: &World, customers: &mut JoinSet<()>, agents: JoinSet<()>) {
    world.control.show(|progress| progress.phase = Phase::Draining);
    let patience = Duration::from_secs_f64(world.plan.drain_s);
    if timeout(patience, all_gone(world, customers)).await.is_err() {
        let left = customers.len();
        let words =
            format!("{left} chats had not ended {} s after the last arrival", world.plan.drain_s);
        world.meter.error("drain: chats were cut short", &words);
        world.enter(Stage::Hurrying);
        if timeout(HURRY, all_gone(world, customers)).await.is_err() {
            customers.shutdown().await;
        }
        (0..left).for_each(|_| world.meter.count(Count::Unfinished));
    }
    world.enter(Stage::Closing);
    let mut agents = agents;
    if timeout(HOME, all_gone(world, &mut agents)).await.is_err() {
        let words = format!("{} agents did not go home within {HOME:?}", agents.len());
        world.meter.error("drain: agents stayed", &words);
        agents.shutdown().await;
    }
}

async fn all_gone(world: &World, people: &mut JoinSet<()>) {
    while let Some(gone) = people.join_next().await {
        if let Err(error) = gone {
            world.meter.error("a virtual person panicked: a bug of the load", &error.to_string());
        }
    }
}

/// Holds what was seen against what is stored.
pub(crate) async fn audit(world: &World) -> Audit {
    let Some(nats_url) = &world.target.nats_url else {
        let why = "no broker was named (--nats-url), so only the clients' own view was looked at";
        let report = Box::new(seen::check(&world.control.ledger().facts()));
        return Audit::ClientsOnly { why: why.to_owned(), report };
    };
    let read = timeout(READ, audit::read(nats_url)).await;
    let read = read.with_context(|| format!("the broker's streams were not read within {READ:?}"));
    match read.and_then(|stored| stored) {
        Ok(stored) => {
            // In a Baton that others use too their chats may go on.
            let options = audit::Options { settled: world.target.is_own };
            // Some seconds of pure work, which must not hold up what else the runtime does.
            let facts = world.control.ledger().facts();
            let report = block_in_place(|| audit::check(&facts, &stored, &options));
            let statistics = statistics(world, &report.totals).await;
            Audit::Done { report: Box::new(report), statistics }
        }
        Err(error) => Audit::Failed { why: format!("{error:#}") },
    }
}

/// Compares the audit's own count with what the leader exports, number by number.
async fn statistics(world: &World, totals: &audit::Totals) -> Statistics {
    if world.target.admins.urls().is_empty() {
        let why = "no admin address was named (--admin), so exported statistics were not compared";
        return Statistics::Skipped { why: why.to_owned() };
    }
    let deadline = Instant::now() + EXPORTED;
    loop {
        let exported = exported(world).await;
        let violations = match &exported {
            Ok(exported) => audit::compare(totals, exported),
            Err(_) => Vec::new(),
        };
        match exported {
            Ok(_) if violations.is_empty() => {
                return Statistics::Compared { series: totals.0.len(), violations };
            }
            _ if Instant::now() < deadline => tokio::time::sleep(LOOK).await,
            Ok(_) => return Statistics::Compared { series: totals.0.len(), violations },
            Err(error) => return Statistics::Failed { why: format!("{error:#}") },
        }
    }
}

/// Everything that the routers export; the shard's leader alone exports what is compared.
async fn exported(world: &World) -> anyhow::Result<BTreeMap<Series, f64>> {
    let client = reqwest::Client::builder().timeout(CALL_LIMIT).no_proxy().build()?;
    let mut all = BTreeMap::new();
    let mut problem = None;
    for admin in world.target.admins.urls() {
        match one(&client, &admin).await {
            Ok(text) => all.extend(parse_exposition(&text)),
            Err(error) => problem = Some(error.context(format!("{admin}/metrics"))),
        }
    }
    // A router that is dead exports nothing; with none that answers there is nothing to compare.
    match problem {
        Some(problem) if all.is_empty() => Err(problem),
        _ => Ok(all),
    }
}

async fn one(client: &reqwest::Client, admin: &str) -> anyhow::Result<String> {
    let answer = client.get(format!("{admin}/metrics")).send().await?.error_for_status()?;
    Ok(answer.text().await?)
}
