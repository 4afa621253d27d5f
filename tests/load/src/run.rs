//! One run from its first login to its judgement: agents log in, customers come at their planned
//! times, everybody leaves, the audit looks. What people do is left to `people`, draining and the
//! audit to `settle`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::task::JoinSet;
use tokio::time::{interval_at, sleep_until};

use crate::arrivals::Plan;
use crate::meter::{Count, Measure};
use crate::people::{Agent, visit};
use crate::world::World;
use crate::{Control, Outcome, Phase, Scenario, Target, machine, settle, workspace};

/// Agents that log in at the same time: a whole floor that starts work, but no storm.
const LOGINS_AT_ONCE: usize = 32;
/// Between the last login and the first second: everything that logging in caused has been said.
const LEAD_IN: Duration = Duration::from_millis(300);
const SECOND: Duration = Duration::from_secs(1);

/// Loads a Baton as a scenario says and judges what came of it. An error means that there is
/// nothing to judge; everything else, a violated audit too, is in the outcome.
pub async fn run(plan: Scenario, target: Target, control: Control) -> anyhow::Result<Outcome> {
    machine::raise_descriptor_limit();
    let date = machine::now();
    control.show(|progress| progress.phase = Phase::Preparing);
    workspace::publish(&plan, &target).await?;
    let world = Arc::new(World::new(plan, target, control));
    let agents = log_in(&world).await?;
    world.begin(Instant::now() + LEAD_IN);
    let mut at_work = JoinSet::new();
    for agent in agents {
        at_work.spawn(agent.work());
    }
    let ticker = tokio::spawn(tick(Arc::clone(&world)));
    let mut customers = arrive(&world).await;
    let arriving = world.began().elapsed();
    settle::drain(&world, &mut customers, at_work).await;
    ticker.abort();
    let took = world.began().elapsed();
    world.control.show(|progress| progress.phase = Phase::Auditing);
    let audit = settle::audit(&world).await;
    world.control.show(|progress| progress.phase = Phase::Done);
    Ok(Outcome::of(&world, date, arriving, took, audit))
}

async fn log_in(world: &Arc<World>) -> anyhow::Result<Vec<Agent>> {
    let mut logins = JoinSet::new();
    let mut agents = Vec::new();
    for index in 0..world.plan.agents.count {
        if logins.len() >= LOGINS_AT_ONCE {
            agents.push(logged_in(&mut logins).await?);
        }
        let world = Arc::clone(world);
        logins.spawn(async move { Agent::log_in(&world, index).await });
    }
    while !logins.is_empty() {
        agents.push(logged_in(&mut logins).await?);
    }
    Ok(agents)
}

async fn logged_in(logins: &mut JoinSet<anyhow::Result<Agent>>) -> anyhow::Result<Agent> {
    let login = logins.join_next().await.context("the caller looked that there is one")?;
    login.context("a login panicked")?
}

/// Lets customers come at their planned times, until the last or until the caller stops it.
async fn arrive(world: &Arc<World>) -> JoinSet<()> {
    world.control.show(|progress| progress.phase = Phase::Arriving);
    let mut customers = JoinSet::new();
    let plan = Plan::new(world.plan.arrivals, world.plan.duration_s, world.plan.seed);
    for (number, at) in (1..).zip(plan) {
        let planned = world.began() + at;
        tokio::select! {
            biased;
            () = world.control.stopped() => return customers,
            () = sleep_until(planned.into()) => {}
        }
        customers.spawn(visit(Arc::clone(world), number, planned));
        while customers.try_join_next().is_some() {}
    }
    let end = world.began() + Duration::from_secs_f64(world.plan.duration_s);
    tokio::select! {
        () = world.control.stopped() => {}
        () = sleep_until(end.into()) => {}
    }
    customers
}

/// A row of the time series and the progress, each second.
async fn tick(world: Arc<World>) {
    let first = tokio::time::Instant::from_std(world.began() + SECOND);
    let mut seconds = interval_at(first, SECOND);
    for at_s in 0.. {
        seconds.tick().await;
        let second = world.meter.second(at_s);
        let meter = &world.meter;
        world.control.show(|progress| {
            progress.at_s = world.began().elapsed().as_secs_f64();
            progress.arrived = meter.counted(Count::Arrived);
            progress.waiting = second.waiting;
            progress.active = second.active;
            progress.chats_per_s = second.arrivals;
            progress.p50_ms = meter.quantile_ms(Measure::StartToOffer, 0.5);
            progress.p99_ms = meter.quantile_ms(Measure::StartToOffer, 0.99);
            progress.errors = meter.errors();
            progress.resumed = meter.counted(Count::Resumed);
        });
    }
}
