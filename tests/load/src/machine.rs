//! Where and on what a run took place, and what it needs of the machine. A fact that cannot be
//! found is `unknown`, never left out and never guessed. What the broker says of itself is left to
//! `broker`.

mod broker;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use baton_common::time::Timestamp;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde::Serialize;

const UNKNOWN: &str = "unknown";

/// What was measured, as far as it can be asked.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Baton's program.
    pub baton: Option<PathBuf>,
    /// The servers of its broker, separated by commas.
    pub nats: Option<String>,
    /// The servers' monitor ports, as `http://…`.
    pub monitors: Vec<String>,
}

/// The facts of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// When they were collected, at its end.
    pub date: String,
    /// What to type for another one.
    pub command: String,
    /// The checkout's, and whether it had changes.
    pub commit: String,
    /// Processor, cores, memory, kernel.
    pub machine: String,
    /// Of the last minute: an otherwise idle machine shows the run alone.
    pub load_average: String,
    /// What `baton --version` says.
    pub baton: String,
    /// Version, servers, replicas and syncing of the broker, as it says itself.
    pub broker: String,
}

impl Facts {
    /// As a list of Markdown.
    pub fn markdown(&self) -> String {
        format!(
            "- Command: `{}`\n- Date and commit: {}, {}\n- Machine: {}; all on this machine, whose \
             load average was {} at the end\n- Broker: {}\n- Baton: {}",
            self.command,
            self.date,
            self.commit,
            self.machine,
            self.load_average,
            self.broker,
            self.baton,
        )
    }
}

/// Collects the facts; what was measured must still run.
pub async fn facts(measured: &Measured) -> Facts {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or(UNKNOWN);
    let version = measured.baton.as_ref().and_then(|baton| {
        // Baton refuses variables that are not settings, and some name the program here.
        output(Command::new(baton).arg("--version").env_remove("BATON_PROGRAM"))
    });
    Facts {
        date: now(),
        command: command(std::env::args()),
        commit: commit(),
        machine: machine(),
        load_average: load.to_owned(),
        baton: version.unwrap_or_else(|| UNKNOWN.to_owned()),
        broker: broker::facts(measured).await,
    }
}

/// Now, as the contract writes times.
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).map_or(UNKNOWN.into(), |ms| Timestamp(ms).to_string())
}

/// The program that is measured: `BATON_PROGRAM`, else the `baton` beside this binary.
pub fn program() -> Option<PathBuf> {
    let beside = || std::env::current_exe().ok().map(|own| own.with_file_name("baton"));
    let named = std::env::var_os("BATON_PROGRAM").map(PathBuf::from);
    named.or_else(beside).filter(|program| program.is_file())
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

/// By make, from a clean checkout.
fn command(mut args: impl Iterator<Item = String>) -> String {
    let own = PathBuf::from(args.next().unwrap_or_default());
    let own = own.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let args: Vec<String> = args.collect();
    let target = own.strip_prefix("baton-").unwrap_or(&own);
    format!("make {target} ARGS=\"{}\"", args.join(" "))
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
    find_value(&text, key).unwrap_or_else(|| UNKNOWN.into())
}

/// The rest of the first line that begins with a key and a colon.
pub fn find_value(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim_start().strip_prefix(':')?.trim().to_owned())
}

fn commit() -> String {
    let git = |args: &[&str]| output(Command::new("git").args(args));
    let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else {
        return UNKNOWN.to_owned();
    };
    let is_clean = git(&["status", "--porcelain"]).is_some_and(|changes| changes.is_empty());
    if is_clean { commit } else { format!("{commit} with changes") }
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_fact_is_there_or_said_to_be_unknown() {
        let facts = facts(&Measured::default()).await;
        assert!(facts.machine.contains("cores") && facts.date.ends_with('Z'));
        assert_eq!((facts.baton.as_str(), facts.broker.as_str()), (UNKNOWN, UNKNOWN));
        assert!(facts.markdown().contains("- Broker: unknown\n"));
        assert!(raise_descriptor_limit().is_some_and(|limit| limit > 0));
    }

    #[test]
    fn the_command_is_what_one_types() {
        let args = ["target/release/baton-bench", "failover", "--kind", "kill"];
        let typed = command(args.iter().map(ToString::to_string));
        assert_eq!(typed, "make bench ARGS=\"failover --kind kill\"");
    }

    #[test]
    fn values_are_found_by_key() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n";
        assert_eq!(find_value(text, "model name").as_deref(), Some("Some CPU @ 2 GHz"));
        assert_eq!(find_value(text, "flags"), None);
        assert_eq!(find_value("http: \"127.0.0.1:1\"", "http").as_deref(), Some("\"127.0.0.1:1\""));
    }
}
