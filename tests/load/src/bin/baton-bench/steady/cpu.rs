//! Which processes use the processors, as the kernel counts it for each. Linux alone.

use std::collections::BTreeMap;
use std::fs;

use baton_e2e::Stage;

/// Ticks a second in `/proc`: 100 on every Linux.
const TICKS: f64 = 100.0;
/// Fields of `/proc/<id>/stat` behind the bracketed name: parent, time in user mode, in the kernel.
const PARENT: usize = 1;
const TIMES: [usize; 2] = [11, 12];

/// Seconds of a processor that each kind of process has used so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Used(BTreeMap<&'static str, f64>);

/// Looks at the stage's processes, its broker and this process, which makes the load.
pub(super) fn used(stage: &Stage) -> Used {
    let mut used = Used::default();
    for (name, parts) in [("routers", &stage.routers), ("gateways", &stage.gateways)] {
        let seconds = parts.iter().filter_map(|part| seconds(&fields(part.process.pid())?)).sum();
        used.0.insert(name, seconds);
    }
    let own = std::process::id();
    used.0.insert("generator", fields(own).and_then(|fields| seconds(&fields)).unwrap_or(0.0));
    used.0.insert("broker", servers(own));
    used
}

impl Used {
    /// Processors used since an earlier look, so many seconds ago, by kind.
    pub(super) fn since(&self, earlier: &Self, over_s: f64) -> BTreeMap<&'static str, f64> {
        let share = |(name, now): (&&'static str, &f64)| {
            let before = earlier.0.get(name).copied().unwrap_or(0.0);
            (*name, (now - before) / over_s)
        };
        self.0.iter().map(share).collect()
    }
}

/// The servers that this process has started.
fn servers(own: u32) -> f64 {
    let Ok(processes) = fs::read_dir("/proc") else { return 0.0 };
    let ids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let servers = ids.filter(|id: &u32| {
        let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
        name.starts_with("nats-server")
    });
    let own = own.to_string();
    let fields = servers.filter_map(fields).filter(|fields| fields.get(PARENT) == Some(&own));
    fields.filter_map(|fields| seconds(&fields)).sum()
}

fn fields(id: u32) -> Option<Vec<String>> {
    parse(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

fn parse(stat: &str) -> Option<Vec<String>> {
    // The command's name is in brackets and may hold blanks.
    let (_, rest) = stat.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn seconds(fields: &[String]) -> Option<f64> {
    let ticks = TIMES.iter().map(|at| fields.get(*at)?.parse::<f64>().ok());
    Some(ticks.sum::<Option<f64>>()? / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_behind_the_name() {
        let stat = "7 (nats) server) S 42 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0";
        let fields = parse(stat).unwrap();
        assert_eq!(fields[PARENT], "42");
        assert!((seconds(&fields).unwrap() - 2.0).abs() < 1e-9);
    }
}
