//! One step: a load at one rate on a fresh stage, what was measured, and who used the processors.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use baton_client::Gateways;
use baton_e2e::Stage;
use baton_load::outcome::Audit;
use baton_load::{Control, Outcome, Phase, Scenario, Target};

use super::cpu;
use crate::command_line::Steady;
use crate::machine::{self, Facts};
use crate::system;

/// A chat lasts so long once it is taken.
const HANDLE_S: f64 = 2.0;
/// Chats that an agent can have at once.
const CHATS: f64 = 4.0;
/// Agents are no bottleneck: so many times those that are busy on average.
const AGENTS: f64 = 1.6;

/// What a step showed.
pub(super) struct Step {
    pub(super) rate: f64,
    pub(super) outcome: Outcome,
    /// Processors used by each kind of process while customers came.
    pub(super) cpu: BTreeMap<&'static str, f64>,
    /// Mean time of an append to a journal, and events in each, by the routers' count.
    pub(super) append_ms: f64,
    pub(super) events: f64,
    /// Where and on what.
    pub(super) facts: Facts,
}

/// Runs one.
pub(super) async fn run(flags: &Steady, rate: f64, audited: bool) -> anyhow::Result<Step> {
    let mut stage = Stage::bare(system::kind(flags.replicas)).await;
    stage.limits_us = false;
    for _ in 0..flags.gateways {
        stage.add_gateway().await;
    }
    stage.add_router().await;
    let plan = Scenario::parse(&scenario(flags, rate))?;
    let control = Control::new();
    let load = baton_load::run(plan, target(&stage, audited), control.clone());
    let watched = watch(&stage, &control);
    let (outcome, cpu) = tokio::join!(load, watched);
    let metrics = stage.router_metrics().await;
    let mean = |name: &str| {
        let sum = |part: &str| metrics.sum(&format!("{name}_{part}"), &[]);
        sum("sum") / sum("count").max(1.0)
    };
    Ok(Step {
        rate,
        outcome: outcome.with_context(|| format!("{rate} chats a second"))?,
        cpu,
        append_ms: 1_000.0 * mean("journal_append_seconds"),
        events: mean("journal_batch_events"),
        facts: machine::facts(&stage.broker.url(), None).await,
    })
}

impl Step {
    /// Whether the rate was reached within the bound and nothing went wrong.
    pub(super) fn is_met(&self, flags: &Steady) -> bool {
        let figure = |name: &str| self.outcome.figure(name);
        let within = figure("start_to_offer_p99_ms").is_some_and(|p99| p99 <= flags.p99_ms);
        let nothing = ["errors", "unfinished"].iter().all(|name| figure(name) == Some(0.0));
        within && nothing && self.outcome.audit.is_clean()
    }

    /// Whether the audit has looked.
    pub(super) fn is_audited(&self) -> bool {
        matches!(self.outcome.audit, Audit::Done { .. })
    }
}

fn target(stage: &Stage, audited: bool) -> Target {
    let public = stage.gateways.iter().map(|gateway| gateway.ready.public.clone());
    let admins = stage.routers.iter().map(|router| router.ready.admin.clone());
    Target {
        gateways: Gateways::new(public),
        admins: Gateways::new(admins.filter(|_| audited)),
        nats_url: audited.then(|| stage.broker.url()),
        minter: stage.minter.clone(),
        workspace: "steady".into(),
        is_own: true,
    }
}

/// Who uses the processors while customers arrive.
async fn watch(stage: &Stage, control: &Control) -> BTreeMap<&'static str, f64> {
    let mut progress = control.progress();
    let arriving = progress.wait_for(|progress| progress.phase >= Phase::Arriving).await.is_ok();
    let (before, begun) = (cpu::used(stage), Instant::now());
    let over = progress.wait_for(|progress| progress.phase >= Phase::Draining).await.is_ok();
    if !arriving || !over {
        return BTreeMap::new();
    }
    let over_s = begun.elapsed().max(Duration::from_millis(1)).as_secs_f64();
    cpu::used(stage).since(&before, over_s)
}

fn scenario(flags: &Steady, rate: f64) -> String {
    let agents = (rate * HANDLE_S / CHATS * AGENTS).ceil().max(4.0);
    format!(
        "name = \"steady\"\nduration_s = {}\nwarm_up_s = {}\ndrain_s = 30\n\
         [arrivals]\nper_s = {rate}\n\
         [agents]\ncount = {agents}\nchats = {CHATS}\n\
         [chats]\nhandle_s = {HANDLE_S}\nagent_lines = 1\ncustomer_lines = 1\n\
         [queues.sales]\n",
        flags.step_s,
        flags.step_s / 5.0,
    )
}
