//! `failover`: how long nobody is served when the leading router is killed, frozen or stopped,
//! under a trickle of starts. Round by round; the journal is checked at the end.

mod report;
mod round;
mod routers;

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use baton_e2e::{Stage, check_journal, stored_in};
use serde_json::{Value, json};

use crate::agents::{self, Log};
use crate::command_line::{Common, Failover};
use crate::system;
use round::Round;
use routers::Routers;

/// The workspace of the run.
const WORKSPACE: &str = "bench";
/// Agents, of whom each can take far more chats than there ever are.
const AGENTS: u8 = 16;
/// The first chat is served within this.
const FIRST: Duration = Duration::from_secs(30);

/// What a run found.
pub(super) struct Found {
    rounds: Vec<Round>,
    chats: usize,
    frames: usize,
    refused: Vec<String>,
}

/// Runs all rounds; the report.
pub(crate) async fn run(common: &Common, flags: &Failover) -> anyhow::Result<String> {
    let mut stage = Stage::bare(system::kind(flags.replicas)).await;
    stage.limits_us = false;
    stage.add_gateway().await;
    let found = tokio::select! {
        found = measure(&mut stage, flags) => found,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    if let Some(file) = &common.logs {
        std::fs::write(file, stage.logs()).context("the logs cannot be written")?;
    }
    let facts = system::facts(&stage).await;
    Ok(report::render(&facts, flags, &found?))
}

async fn measure(stage: &mut Stage, flags: &Failover) -> anyhow::Result<Found> {
    for _ in 0..flags.routers {
        stage.add_router().await;
    }
    let config = config();
    system::publish(stage, WORKSPACE, &config).await?;
    let log = Log::default();
    let mut tasks = Vec::new();
    for agent in 1..=AGENTS {
        let token = stage.minter.token("agent", &format!("agent{agent}"), WORKSPACE);
        let employed = agents::employ(stage.base(), &token, log.clone()).await;
        tasks.push(employed.with_context(|| format!("agent {agent}"))?);
    }
    let base = stage.base().to_owned();
    let every = Duration::from_millis(flags.every_ms);
    let found = tokio::select! {
        found = rounds(stage, flags, &log) => found,
        ended = agents::trickle(&base, WORKSPACE, every, &log) => {
            let Err(error) = ended;
            Err(error)
        }
    };
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    let (rounds, chats) = found?;
    let refused = log.take().refused.into_iter().map(|(what, count)| format!("{what}: {count}"));
    let stored = stored_in(&stage.broker.jetstream().await, "baton-journal-").await?;
    let frames = check_journal(&stored).len();
    Ok(Found { rounds, chats, frames, refused: refused.collect() })
}

async fn rounds(
    stage: &mut Stage,
    flags: &Failover,
    log: &Log,
) -> anyhow::Result<(Vec<Round>, usize)> {
    let deadline = Instant::now() + FIRST;
    while log.look(|seen| seen.offered.is_empty()) {
        if Instant::now() >= deadline {
            bail!("no chat is offered: {:?}", log.take().refused);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut routers = Routers::new(WORKSPACE);
    let (mut rounds, mut chats) = (Vec::new(), 0);
    for number in 1..=flags.rounds {
        let round = round::run(stage, &mut routers, flags, log).await;
        let round = round.with_context(|| format!("round {number}"))?;
        report::progress(number, flags.rounds, &round);
        chats += round.chats;
        rounds.push(round);
    }
    Ok((rounds, chats))
}

/// A queue whose chats weigh next to nothing, and offers that outlast every round.
fn config() -> Value {
    let agents: serde_json::Map<String, Value> =
        (1..=AGENTS).map(|agent| (format!("agent{agent}"), json!({}))).collect();
    json!({
        "workspace": WORKSPACE,
        "default_queue": "bench",
        "policies": {"wrapup_s": 0, "offer_s": 300, "on_no_answer": "stay_ready"},
        "queues": {"bench": {"name": "Bench", "weight": 1}},
        "agents": agents,
    })
}
