//! A server that an earlier `baton up` left behind, because both it and its guard were killed:
//! found by its process id and its command line, and stopped. Leaves every other server alone.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

use super::BrokerError;
use super::config::{config_file, pid_file};

/// Time for an orderly stop, longer than a guard takes that is still at work.
const STOP_LIMIT: Duration = Duration::from_secs(12);
/// Time for the system to clear away a killed process.
const KILL_LIMIT: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// Stops the server over this data folder, if one is left. The folder must be locked.
pub(super) async fn stop_earlier(data: &Path) -> Result<(), BrokerError> {
    let Some(pid) = earlier(data) else {
        return Ok(());
    };
    tracing::warn!(pid, "an earlier broker is still there and is stopped");
    for (signal, limit) in [(Signal::SIGTERM, STOP_LIMIT), (Signal::SIGKILL, KILL_LIMIT)] {
        let _ = kill(Pid::from_raw(pid), signal);
        if gone(data, pid, limit).await {
            return Ok(());
        }
    }
    Err(BrokerError::Stale(pid))
}

/// The process id of a live server that was started with this folder's configuration.
pub(super) fn earlier(data: &Path) -> Option<i32> {
    let pid: i32 = fs::read_to_string(pid_file(data)).ok()?.trim().parse().ok()?;
    let ours = config_file(data).display().to_string();
    let is_ours = pid > 1 && command_line(pid).is_some_and(|command| command.contains(&ours));
    is_ours.then_some(pid)
}

async fn gone(data: &Path, pid: i32, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    while earlier(data) == Some(pid) {
        if Instant::now() >= deadline {
            return false;
        }
        sleep(POLL).await;
    }
    true
}

/// Empty for a process that has ended and was not waited for.
fn command_line(pid: i32) -> Option<String> {
    if let Ok(bytes) = fs::read(format!("/proc/{pid}/cmdline")) {
        return Some(String::from_utf8_lossy(&bytes).replace('\0', " "));
    }
    let listed = Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    listed.ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_process_with_the_same_number_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(earlier(folder.path()), None);
        fs::write(pid_file(folder.path()), format!("{}\n", std::process::id())).unwrap();
        assert_eq!(earlier(folder.path()), None);
        fs::write(pid_file(folder.path()), "nonsense").unwrap();
        assert_eq!(earlier(folder.path()), None);
    }
}
