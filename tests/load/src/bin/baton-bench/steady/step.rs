//! One step: a load at one rate on a fresh stage, what was measured, and what it cost meanwhile.

use std::time::{Duration, Instant};

use anyhow::Context;
use baton_client::Gateways;
use baton_e2e::Stage;
use baton_load::machine::Facts;
use baton_load::outcome::Audit;
use baton_load::{Control, Outcome, Phase, Progress, Scenario, Target, progress};

use super::appends::Appends;
use super::processors;
use crate::command_line::Steady;
use crate::system;

/// A chat lasts so long once it is taken.
const HANDLE_S: f64 = 2.0;
/// Chats that an agent can have at once.
const CHATS: f64 = 4.0;
/// Agents are no bottleneck: so many times those that are busy on average.
const AGENTS: f64 = 1.6;
/// What has not ended so long after the last arrival is cut short: the step is missed anyway.
const DRAIN_S: u32 = 10;

/// What a step showed.
pub(super) struct Step {
    pub(super) rate: f64,
    pub(super) outcome: Outcome,
    /// While customers came.
    pub(super) cost: Cost,
    /// Where and on what.
    pub(super) facts: Facts,
}

/// What is used up, or is not.
#[derive(Clone, Debug, Default)]
pub(super) struct Cost {
    /// Processors, by process.
    pub(super) processors: Vec<(String, f64)>,
    /// Of the routers.
    pub(super) appends: Appends,
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
    // A task of its own, so that looking on does not hold up arrivals.
    let load = tokio::spawn(baton_load::run(plan, target(&stage, audited), control.clone()));
    let (outcome, cost, ()) =
        tokio::join!(load, watch(flags, &stage, &control), progress::show(&control, flags.step_s));
    let outcome = outcome.context("the load panicked")?;
    let outcome = outcome.with_context(|| format!("{rate} chats a second"))?;
    Ok(Step { rate, outcome, cost, facts: system::facts(&stage).await })
}

impl Step {
    /// Whether the rate was reached within the bound and nothing went wrong.
    pub(super) fn is_met(&self, flags: &Steady) -> bool {
        let figure = |name: &str| self.outcome.figure(name);
        let within = figure("start_to_offer_p99_ms").is_some_and(|p99| p99 <= flags.p99_ms);
        let nothing = ["errors", "unfinished"].iter().all(|name| figure(name) == Some(0.0));
        within && nothing && !self.outcome.stopped_early && self.outcome.audit.is_clean()
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

/// What is used while customers arrive. Ends the arrivals once the step cannot be met any more.
async fn watch(flags: &Steady, stage: &Stage, control: &Control) -> Cost {
    let mut progress = control.progress();
    if progress.wait_for(|progress| progress.phase >= Phase::Arriving).await.is_err() {
        return Cost::default();
    }
    let (processors, metrics) = (processors::used(stage), stage.router_metrics().await);
    let begun = Instant::now();
    let over = progress
        .wait_for(|progress| progress.phase >= Phase::Draining || is_hopeless(flags, progress));
    if over.await.is_err() {
        return Cost::default();
    }
    control.stop_arrivals();
    let apart = begun.elapsed().max(Duration::from_millis(1));
    let processors = processors::used(stage).since(&processors, apart.as_secs_f64());
    let appends = Appends::between(&metrics, &stage.router_metrics().await, apart);
    Cost { processors, appends }
}

/// Half of what was measured in more than half of the step is beyond the bound: far more than one
/// in a hundred will be in the end, too.
fn is_hopeless(flags: &Steady, progress: &Progress) -> bool {
    progress.at_s > 0.7 * flags.step_s && progress.p50_ms > flags.p99_ms
}

fn scenario(flags: &Steady, rate: f64) -> String {
    let agents = (rate * HANDLE_S / CHATS * AGENTS).ceil().max(4.0);
    format!(
        "name = \"steady\"\nduration_s = {}\nwarm_up_s = {}\ndrain_s = {DRAIN_S}\n\
         [arrivals]\nper_s = {rate}\n\
         [agents]\ncount = {agents}\nchats = {CHATS}\n\
         [chats]\nhandle_s = {HANDLE_S}\nagent_lines = 1\ncustomer_lines = 1\n\
         [queues.sales]\n",
        flags.step_s,
        flags.step_s / 5.0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steady::report::tests::flags;

    #[test]
    fn only_what_cannot_be_met_any_more_is_ended() {
        let progress = |at_s, p50_ms| Progress { at_s, p50_ms, ..Progress::default() };
        let flags = flags();
        let late = flags.step_s * 0.8;
        assert!(is_hopeless(&flags, &progress(late, flags.p99_ms + 1.0)));
        assert!(!is_hopeless(&flags, &progress(late, flags.p99_ms - 1.0)));
        assert!(!is_hopeless(&flags, &progress(flags.step_s * 0.5, 10_000.0)));
    }

    #[test]
    fn the_scenario_is_sound() {
        let plan = Scenario::parse(&scenario(&flags(), 100.0)).unwrap();
        assert_eq!(plan.agents.count, 80, "they are busy for five eighths of the time");
    }
}
