//! `doubled`: a negative control under load. A proxy between people and their gateway tells now
//! and then a second agent that they have the same chat; the audit must name each. Without it the
//! same load is clean, which `steady` shows.

use anyhow::{bail, ensure};
use baton_client::{Gateways, audit};
use baton_e2e::Stage;
use baton_e2e::proxy::SocketProxy;
use baton_load::outcome::Audit;
use baton_load::{Control, Scenario, Target};

use crate::command_line::{Doubled, Replicas};
use crate::system;

/// The law that a doubled accept breaks.
const LAW: &str = "one_owner_per_offer";

/// Runs the load; the report, if the audit has found what was done.
pub(crate) async fn run(flags: &Doubled) -> anyhow::Result<String> {
    let mut stage = Stage::bare(system::kind(Replicas::One)).await;
    stage.limits_us = false;
    stage.add_gateway().await;
    stage.add_router().await;
    let proxy = SocketProxy::start(stage.base(), flags.one_in, flags.seed).await;
    let target = Target {
        gateways: Gateways::new([proxy.base().to_owned()]),
        admins: Gateways::new([]),
        nats_url: Some(stage.broker.url()),
        minter: stage.minter.clone(),
        workspace: "doubled".into(),
        is_own: true,
    };
    let plan = Scenario::parse(&scenario(flags))?;
    let outcome = tokio::select! {
        outcome = baton_load::run(plan, target, Control::new()) => outcome?,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
    };
    let Audit::Done { report, .. } = &outcome.audit else { bail!("the audit could not look") };
    let (accepts, doubled) = (proxy.accepts(), proxy.doubled());
    ensure!(doubled > 0, "no accept of {accepts} was doubled: take more, or another --seed");
    let found = broken(report, LAW);
    ensure!(found > 0, "{doubled} of {accepts} accepts were doubled and not found:\n{report}");
    let facts = system::facts(&stage).await;
    Ok(format!(
        "A proxy doubled {doubled} of {accepts} accepts (one in {}, seed {}). The audit names \
         {LAW} {found} times:\n\n```\n{report}```\n\n{}",
        flags.one_in,
        flags.seed,
        facts.markdown(),
    ))
}

fn broken(report: &audit::Report, law: &str) -> u64 {
    report.checks.iter().filter(|check| check.name == law).map(|check| check.broken).sum()
}

/// Short chats, so that many are accepted.
fn scenario(flags: &Doubled) -> String {
    let agents = (flags.rate / 2.0).ceil().max(4.0);
    format!(
        "name = \"doubled\"\nduration_s = {}\ndrain_s = 30\n\
         [arrivals]\nper_s = {}\n\
         [agents]\ncount = {agents}\nchats = 4\n\
         [chats]\nhandle_s = 1\nagent_lines = 1\ncustomer_lines = 1\n\
         [queues.sales]\n",
        f64::from(flags.accepts) / flags.rate,
        flags.rate,
    )
}
