//! The processes that a run owns: starts a fresh `baton up` in a folder of its
//! own on free ports, reads what it printed, and ends it by its process id.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use baton_load::machine;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::System;

/// A start takes a second or two; a slow disk is granted more.
const START_LIMIT: Duration = Duration::from_mins(1);
/// An orderly stop lets people go and stops the broker.
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// One queue, one agent, no wrap-up: the agent is free again as soon as a chat is over.
const WORKSPACE: &str = "workspace = \"default\"\n\
    default_queue = \"bench\"\n\
    [policies]\nwrapup_s = 0\n\
    [queues.bench]\nname = \"Bench\"\n\
    [agents.agent1]\nname = \"Agent One\"\n";

/// A child whose first `ready` line was read. Dropping it kills it.
pub(crate) struct Process {
    child: Child,
    /// Kept so that the child can go on writing.
    _output: Lines<BufReader<ChildStdout>>,
    /// What came after `ready `.
    pub(crate) ready: String,
}

/// A running `baton up`.
pub(crate) struct BatonUp {
    process: Process,
    folder: TempDir,
    public: String,
    nats: String,
    agent_token: String,
}

impl Process {
    /// Starts a command and waits for its `ready` line.
    pub(crate) async fn start(mut command: Command) -> anyhow::Result<Self> {
        let shown = command.as_std().get_program().display().to_string();
        command.stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {shown}"))?;
        let output = child.stdout.take().context("the output is piped")?;
        let mut output = BufReader::new(output).lines();
        let found = timeout(START_LIMIT, ready_line(&mut output)).await;
        let ready = found.with_context(|| format!("{shown} is not ready in time"))?;
        let ready = ready.with_context(|| format!("{shown} ended before it was ready"))?;
        Ok(Self { child, _output: output, ready })
    }

    /// Asks it to stop and waits until it has.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let id = self.child.id().context("it has ended by itself")?;
        let id = Pid::from_raw(i32::try_from(id).context("process ids are small")?);
        kill(id, Signal::SIGTERM).context("it cannot be asked to stop")?;
        match timeout(STOP_LIMIT, self.child.wait()).await {
            Ok(status) => {
                let status = status.context("its end cannot be awaited")?;
                ensure!(status.success(), "it ended with {status}");
                Ok(())
            }
            Err(_) => bail!("it does not stop and is killed"),
        }
    }
}

async fn ready_line(output: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<String> {
    while let Some(line) = output.next_line().await? {
        if let Some(ready) = line.strip_prefix("ready") {
            return Ok(ready.trim().to_owned());
        }
    }
    bail!("its output ended")
}

impl BatonUp {
    /// Starts one with nothing in it but the workspace of the bench.
    pub(crate) async fn start(binary: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder")?;
        let workspace = folder.path().join("workspace.toml");
        std::fs::write(&workspace, WORKSPACE).context("cannot write the workspace")?;
        let data = folder.path().join("data");
        let mut command = command(binary);
        let log = std::fs::File::create(folder.path().join("log"));
        command.stdin(Stdio::null()).stderr(log.context("cannot make the log")?).arg("up");
        command.arg("--data-dir").arg(&data).arg("--workspace-file").arg(&workspace);
        for flag in ["--listen", "--admin-listen", "--nats-listen"] {
            command.args([flag, "127.0.0.1:0"]);
        }
        let started = Process::start(command).await;
        let process = started.with_context(|| last_lines(&folder.path().join("log")))?;
        let ready: Value = serde_json::from_str(&process.ready).context("the ready line")?;
        let address = |key: &str| {
            let found = ready[key].as_str().map(str::to_owned);
            found.with_context(|| format!("the ready line has no {key}"))
        };
        let (public, nats) = (address("public")?, address("nats")?);
        let agent_token = token(binary, &data).await?;
        Ok(Self { process, folder, public, nats, agent_token })
    }

    /// What is measured of it.
    pub(super) fn system(&self) -> System {
        System {
            public: self.public.clone(),
            nats: self.nats.clone(),
            agent_token: self.agent_token.clone(),
            monitors: monitor(&self.folder.path().join("data")).into_iter().collect(),
        }
    }

    /// Stops it, its broker included, and removes its folder.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        let log = self.folder.path().join("log");
        let stopped = self.process.stop().await;
        stopped.with_context(|| last_lines(&log))?;
        self.folder.close().context("its folder cannot be removed")
    }
}

/// The monitor port of its broker, which the broker's configuration names.
fn monitor(data: &Path) -> Option<String> {
    let configuration = std::fs::read_to_string(data.join("nats-server.conf")).ok()?;
    let address = machine::find_value(&configuration, "http")?;
    Some(format!("http://{}", address.trim_matches('"')))
}

async fn token(binary: &Path, data: &Path) -> anyhow::Result<String> {
    let mut command = command(binary);
    command.args(["token", "--role", "agent", "--sub", "agent1", "--data-dir"]).arg(data);
    let output = command.output().await.context("cannot run baton token")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "baton token failed: {complaint}");
    let token = String::from_utf8(output.stdout).context("a token is text")?;
    Ok(token.trim().to_owned())
}

fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(5);
    format!("baton up, whose log ends: {}", lines[from..].join(" | "))
}

/// Baton refuses variables that are not settings: the one that names the program is this bench's.
fn command(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env_remove("BATON_PROGRAM");
    command
}
