//! Where a run takes place, and what it needs of the machine. A fact that cannot be found is
//! `unknown`, never left out and never guessed.

use std::fs;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use baton_common::time::Timestamp;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde::Serialize;

const UNKNOWN: &str = "unknown";

/// The facts of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// Processor, cores, memory, kernel.
    pub machine: String,
    /// Of the last minute, when asked.
    pub load_average: String,
    /// The checkout's, and whether it had changes.
    pub commit: String,
    /// As it was typed.
    pub command: String,
}

/// Collects the facts.
pub fn facts() -> Facts {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or(UNKNOWN);
    Facts {
        machine: machine(),
        load_average: load.to_owned(),
        commit: commit(),
        command: std::env::args().collect::<Vec<_>>().join(" "),
    }
}

/// Now, as the contract writes times.
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).map_or(UNKNOWN.into(), |ms| Timestamp(ms).to_string())
}

/// Takes as many file descriptors as the system allows; every virtual person has a socket. The
/// limit that holds then.
pub fn raise_descriptor_limit() -> Option<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    if soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok() {
        return Some(hard);
    }
    Some(soft)
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = value_of("/proc/cpuinfo", "model name");
    let memory = value_of("/proc/meminfo", "MemTotal");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease");
    let kernel = kernel.map_or(UNKNOWN.into(), |text| text.trim().to_owned());
    format!("{cpu}, {cores} cores, memory {memory}, {} {kernel}", std::env::consts::OS)
}

fn value_of(file: &str, key: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    let value = line.and_then(|line| line.trim_start().strip_prefix(':'));
    value.map_or(UNKNOWN.into(), |value| value.trim().to_owned())
}

fn commit() -> String {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else {
        return UNKNOWN.to_owned();
    };
    let is_clean = git(&["status", "--porcelain"]).is_some_and(|changes| changes.is_empty());
    if is_clean { commit } else { format!("{commit} with changes") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_there() {
        let facts = facts();
        assert!(facts.machine.contains("cores") && !facts.command.is_empty());
        assert!(now().ends_with('Z'));
        assert!(raise_descriptor_limit().is_some_and(|limit| limit > 0));
    }
}
