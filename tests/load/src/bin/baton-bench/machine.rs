//! Where and on what a run took place. Every fact that cannot be found is `unknown`, never left
//! out and never guessed.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use baton_common::time::Timestamp;
use serde_json::Value;
use tokio::process::Command;

const UNKNOWN: &str = "unknown";

/// The facts of a run.
pub(crate) struct Facts {
    /// When it ended.
    pub(crate) date: String,
    /// Of the checkout, and whether it had changes.
    pub(crate) commit: String,
    /// Processor, cores, memory, kernel.
    pub(crate) machine: String,
    /// What `baton --version` says.
    pub(crate) baton: String,
    /// Version and settings of the broker.
    pub(crate) broker: String,
}

impl Facts {
    /// As a list of Markdown.
    pub(crate) fn render(&self) -> String {
        format!(
            "- Command: `{}`\n- Date and commit: {}, {}\n- Machine: {}\n- Broker: {}\n- Baton: {}",
            command(),
            self.date,
            self.commit,
            self.machine,
            self.broker,
            self.baton,
        )
    }
}

/// Collects the facts while Baton still runs. `nats` are the broker's servers, separated by
/// commas; `data` is the folder of a `baton up`, which says where its broker is asked for more.
pub(crate) async fn facts(nats: &str, data: Option<&Path>) -> Facts {
    let program = std::env::var_os("BATON_PROGRAM").unwrap_or_else(|| "baton".into());
    Facts {
        date: now(),
        commit: commit().await,
        machine: machine(),
        baton: output(Command::new(program).arg("--version")).await,
        broker: broker(nats, data).await,
    }
}

fn command() -> String {
    let given: Vec<String> = std::env::args().skip(1).collect();
    format!("make bench ARGS=\"{}\"", given.join(" "))
}

fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).map_or(UNKNOWN.into(), |ms| Timestamp(ms).to_string())
}

async fn commit() -> String {
    let commit = output(Command::new("git").args(["rev-parse", "--short=12", "HEAD"])).await;
    let changes = output(Command::new("git").args(["status", "--porcelain"])).await;
    let is_clean = changes.is_empty() || commit == UNKNOWN;
    if is_clean { commit } else { format!("{commit} with changes") }
}

async fn output(command: &mut Command) -> String {
    match command.output().await {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => UNKNOWN.to_owned(),
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = value_of("/proc/cpuinfo", "model name");
    let memory = value_of("/proc/meminfo", "MemTotal");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease");
    let kernel = kernel.map_or(UNKNOWN.into(), |text| text.trim().to_owned());
    // After the run: an otherwise idle machine shows the run alone.
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or(UNKNOWN);
    let system = std::env::consts::OS;
    format!(
        "{cpu}, {cores} cores, memory {memory}, {system} {kernel}; all on this machine, whose load \
         average was {load} at the end"
    )
}

fn value_of(file: &str, key: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    find_value(&text, key).unwrap_or_else(|| UNKNOWN.into())
}

fn find_value(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim_start().strip_prefix(':')?.trim().to_owned())
}

async fn broker(nats: &str, data: Option<&Path>) -> String {
    let servers: Vec<&str> = nats.split(',').collect();
    let version = match async_nats::connect(servers.as_slice()).await {
        Ok(client) => client.server_info().version,
        Err(_) => UNKNOWN.into(),
    };
    let sync = match data {
        Some(data) => sync_interval(data).await.unwrap_or_else(|| UNKNOWN.into()),
        None => "as by default (2 minutes)".into(),
    };
    let size = match servers.len() {
        1 => "one server, one replica".to_owned(),
        count => format!("{count} servers on this machine, {count} replicas"),
    };
    format!("nats-server {version}, {size}, sync_interval {sync}")
}

/// Asks the broker's monitor port, which its configuration names.
async fn sync_interval(data: &Path) -> Option<String> {
    let configuration = fs::read_to_string(data.join("nats-server.conf")).ok()?;
    let monitor = find_value(&configuration, "http")?;
    let url = format!("http://{}/jsz?config=1", monitor.trim_matches('"'));
    let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).no_proxy().build();
    let answer: Value = client.ok()?.get(url).send().await.ok()?.json().await.ok()?;
    if answer["config"]["sync_always"] == true {
        return Some("always".into());
    }
    let interval = Duration::from_nanos(answer["config"]["sync_interval"].as_u64()?);
    Some(format!("{} s", interval.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_key() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n";
        assert_eq!(find_value(text, "model name").as_deref(), Some("Some CPU @ 2 GHz"));
        assert_eq!(find_value(text, "flags"), None);
        assert_eq!(find_value("http: \"127.0.0.1:1\"", "http").as_deref(), Some("\"127.0.0.1:1\""));
    }
}
