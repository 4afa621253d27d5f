//! One run of the server: started, waited for, stopped. Leaves starting it again to `supervise`.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use baton_runtime::guard::Guard;
use baton_runtime::nats::{LinkOptions, connect};
use baton_runtime::settings::NatsUrl;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::BrokerError;
use super::config::Plan;

/// A large store is read through at start.
const START_LIMIT: Duration = Duration::from_mins(2);
/// Time for an orderly stop; after it the server is killed, which loses no acknowledged write.
const STOP_LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// A running server and the helper that ends it should this process be killed.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    _guard: Option<Guard>,
}

impl Server {
    /// Starts the server and waits until it answers with JetStream on.
    pub(super) async fn start(plan: &Plan) -> Result<Self, BrokerError> {
        let log_start = fs::metadata(&plan.log).map_or(0, |metadata| metadata.len());
        let mut server = spawn(plan)?;
        match timeout(START_LIMIT, server.await_answer(plan)).await {
            Ok(Ok(())) => Ok(server),
            Ok(Err(status)) => Err(reason(plan, log_start, &ended(status))),
            Err(_) => {
                server.stop().await;
                Err(reason(plan, log_start, "it does not answer"))
            }
        }
    }

    /// Waits until it ends; says how.
    pub(super) async fn ended(&mut self) -> String {
        match self.child.wait().await {
            Ok(status) => ended(status),
            Err(error) => error.to_string(),
        }
    }

    /// Asks it to stop, and kills it after a limit.
    pub(super) async fn stop(mut self) {
        if let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) {
            // It may have ended meanwhile: it has not been waited for, so the id is still its own.
            let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
        if timeout(STOP_LIMIT, self.child.wait()).await.is_err() {
            tracing::warn!("the broker does not stop in order and is killed");
            if let Err(error) = self.child.kill().await {
                tracing::warn!(%error, "the broker cannot be killed");
            }
        }
    }

    /// Returns the exit status if it ends before it answers.
    async fn await_answer(&mut self, plan: &Plan) -> Result<(), ExitStatus> {
        loop {
            let options = LinkOptions {
                url: NatsUrl::of_server(plan.listen),
                name: "baton-up-start".into(),
                patience: Duration::ZERO,
            };
            tokio::select! {
                biased;
                status = self.child.wait() => return Err(status.unwrap_or_default()),
                linked = connect(options) => if linked.is_ok() { return Ok(()) },
            }
            sleep(POLL).await;
        }
    }
}

/// In a process group of its own: a terminal's Ctrl-C is for us, who stop it last.
fn spawn(plan: &Plan) -> Result<Server, BrokerError> {
    let folder = |source| BrokerError::Folder { path: plan.data.clone(), source };
    let log = File::options().create(true).append(true).open(&plan.log).map_err(folder)?;
    let mut command = Command::new(&plan.binary);
    command.arg("-c").arg(&plan.config).stdin(Stdio::null());
    command.stdout(log.try_clone().map_err(folder)?).stderr(log);
    command.process_group(0).kill_on_drop(true);
    let child = command.spawn().map_err(|error| BrokerError::BadBinary {
        path: plan.binary.clone(),
        problem: error.to_string(),
    })?;
    let guard = child.id().map(Guard::over).transpose().unwrap_or_else(|error| {
        tracing::warn!(%error, "no shell: the broker stays behind if this process is killed");
        None
    });
    Ok(Server { child, _guard: guard })
}

fn ended(status: ExitStatus) -> String {
    match status.signal() {
        Some(signal) => format!("it was ended by signal {signal}"),
        None => format!("it ended with status {}", status.code().unwrap_or_default()),
    }
}

/// Turns the last complaint in the log into a reason.
fn reason(plan: &Plan, log_start: u64, how: &str) -> BrokerError {
    let complaint = complaint(&plan.log, log_start).unwrap_or_default();
    let lower = complaint.to_lowercase();
    if lower.contains("address already in use") {
        return BrokerError::PortTaken(plan.listen);
    }
    if lower.contains("no space left") || lower.contains("disk full") {
        return BrokerError::DiskFull(plan.data.clone());
    }
    let problem = if complaint.is_empty() { how.to_owned() } else { format!("{how}: {complaint}") };
    BrokerError::NoStart { problem, log: plan.log.clone() }
}

/// The last fatal or error line that this run has logged, without its time.
fn complaint(log: &Path, start: u64) -> io::Result<String> {
    let bytes = fs::read(log)?;
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
    let text = String::from_utf8_lossy(&bytes[start..]);
    let graded = |line: &&str| line.contains("[FTL]") || line.contains("[ERR]");
    let last = text.lines().rev().find(graded).or_else(|| text.lines().last());
    let line = last.unwrap_or_default();
    let line =
        ["[FTL]", "[ERR]"].iter().find_map(|grade| line.split_once(grade)).map_or(line, |p| p.1);
    Ok(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(folder: &Path, log: &str) -> Plan {
        let plan = Plan::new(folder, "/nowhere".into(), "127.0.0.1:0".parse().unwrap()).unwrap();
        fs::write(&plan.log, log).unwrap();
        plan
    }

    #[test]
    fn the_log_tells_why_it_does_not_start() {
        let folder = tempfile::tempdir().unwrap();
        let old = "[1] 2026/01/01 [ERR] earlier run\n";
        let cases = [
            ("[1] [FTL] Error listening: address already in use\n", "--nats-listen"),
            ("[1] [ERR] write: no space left on device\n", "no room on the disk"),
            ("[1] [INF] hello\n[1] [FTL] Can't start JetStream: bad\n", "JetStream: bad"),
            ("nats-server: unknown field\n", "status 1: nats-server: unknown field"),
        ];
        for (log, expected) in cases {
            let plan = plan(folder.path(), &format!("{old}{log}"));
            let start = u64::try_from(old.len()).unwrap();
            let text = reason(&plan, start, "it ended with status 1").to_string();
            assert!(text.contains(expected), "{text}");
            assert!(!text.contains('\n') && !text.contains("earlier run"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_program_that_ends_is_no_broker() {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan { binary: "false".into(), ..plan(folder.path(), "") };
        let error = Server::start(&plan).await.unwrap_err().to_string();
        assert!(error.contains("status 1") && error.contains("nats-server.log"), "{error}");
    }
}
