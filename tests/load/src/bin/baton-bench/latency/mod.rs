//! `latency`: from a customer's start to the offer at an agent's socket, on an idle system, beside
//! bare processes that do the same hops on the same broker.

mod baton;
mod measure;
mod process;
mod progress;
pub(crate) mod reference;
mod report;

use anyhow::bail;
use baton_e2e::Stage;
use baton_load::machine::{self, Measured};

use crate::command_line::{Latency, Replicas};
use crate::system;
use process::BatonUp;

/// The one agent's workspace, when it is published over the API.
const WORKSPACE: &str = "default";

/// What is measured: where it serves, and its one agent.
pub(crate) struct System {
    public: String,
    nats: String,
    agent_token: String,
    /// The monitor ports of its broker.
    monitors: Vec<String>,
}

/// Measures; the report.
pub(crate) async fn run(flags: &Latency) -> anyhow::Result<String> {
    match flags.replicas {
        Replicas::One => alone(flags).await,
        Replicas::Three => replicated(flags).await,
    }
}

async fn alone(flags: &Latency) -> anyhow::Result<String> {
    let program = std::env::var_os("BATON_PROGRAM").unwrap_or_else(|| "baton".into());
    let up = BatonUp::start(program.as_ref()).await?;
    let measured = measure(&up.system(), flags).await;
    let stopped = up.stop().await;
    match (measured, stopped) {
        (Ok(report), Ok(())) => Ok(report),
        (Err(error), _) => Err(error),
        (Ok(report), Err(error)) => {
            bail!("the figures stand, but Baton did not stop well: {error:#}\n{report}")
        }
    }
}

async fn replicated(flags: &Latency) -> anyhow::Result<String> {
    let mut stage = Stage::bare(system::kind(flags.replicas)).await;
    stage.limits_us = false;
    stage.add_gateway().await;
    stage.add_router().await;
    let config = serde_json::json!({
        "workspace": WORKSPACE,
        "default_queue": "bench",
        "policies": {"wrapup_s": 0},
        "queues": {"bench": {"name": "Bench"}},
        "agents": {"agent1": {"name": "Agent One"}},
    });
    system::publish(&stage, WORKSPACE, &config).await?;
    let system = System {
        public: stage.base().to_owned(),
        nats: stage.broker.url(),
        agent_token: stage.minter.token("agent", "agent1", WORKSPACE),
        monitors: stage.broker.monitor_urls(),
    };
    measure(&system, flags).await
}

async fn measure(system: &System, flags: &Latency) -> anyhow::Result<String> {
    let measured = tokio::select! {
        measured = measure::run(system, flags) => measured?,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
    };
    let facts = machine::facts(&Measured {
        baton: machine::program(),
        nats: Some(system.nats.clone()),
        monitors: system.monitors.clone(),
    })
    .await;
    Ok(report::render(&facts, flags, &measured))
}
