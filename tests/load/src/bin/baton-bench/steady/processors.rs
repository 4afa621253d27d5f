//! Which processes use the processors, as the kernel counts it for each. Linux alone.

use std::fs;

use baton_e2e::Stage;

/// Ticks a second in `/proc`: 100 on every Linux.
const TICKS: f64 = 100.0;
/// Fields of `/proc/<id>/stat` behind the bracketed name: time in user mode, in the kernel.
const TIMES: [usize; 2] = [11, 12];

/// What the load generator is called.
pub(super) const GENERATOR: &str = "load generator";

/// What no process of the measurement has used.
pub(super) const REST: &str = "all else on this machine";

/// Seconds of a processor that each process has used so far, by what it is; at last everything
/// else on this machine, the kernel's own work included.
#[derive(Clone, Debug, Default)]
pub(super) struct Used(Vec<(String, f64)>);

/// Looks at the stage's processes, its broker's, and this one, which makes the load.
pub(super) fn used(stage: &Stage) -> Used {
    let ids = |parts: &[baton_e2e::Part]| parts.iter().map(|part| part.process.pid()).collect();
    let kinds: [(&str, Vec<u32>); 4] = [
        ("router", ids(&stage.routers)),
        ("gateway", ids(&stage.gateways)),
        ("nats-server", stage.broker.pids()),
        (GENERATOR, vec![std::process::id()]),
    ];
    let mut used = Vec::new();
    for (kind, ids) in kinds {
        let is_one = ids.len() == 1;
        for (number, id) in (1..).zip(ids) {
            let name = if is_one { kind.to_owned() } else { format!("{kind} {number}") };
            used.push((name, seconds_of(id).unwrap_or(f64::NAN)));
        }
    }
    let known: f64 = used.iter().map(|(_, seconds)| seconds).sum();
    let all = fs::read_to_string("/proc/stat").ok().and_then(|stat| busy(&stat));
    used.push((REST.to_owned(), all.unwrap_or(f64::NAN) - known));
    Used(used)
}

impl Used {
    /// Processors used since an earlier look at the same processes, so many seconds ago.
    pub(super) fn since(self, earlier: &Self, over_s: f64) -> Vec<(String, f64)> {
        let both = self.0.into_iter().zip(&earlier.0);
        both.map(|((name, now), (_, before))| (name, (now - before) / over_s)).collect()
    }
}

/// Seconds of all processors together in which they did not idle or wait for a disk.
fn busy(stat: &str) -> Option<f64> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    let ticks: Option<Vec<f64>> = fields.map(|field| field.parse().ok()).collect();
    // User, nice, system, (idle, waiting), interrupts, soft ones, stolen; guests are users, too.
    let ticks = ticks.filter(|ticks| ticks.len() >= 8)?;
    Some((ticks[..3].iter().sum::<f64>() + ticks[5..8].iter().sum::<f64>()) / TICKS)
}

fn seconds_of(id: u32) -> Option<f64> {
    seconds(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

fn seconds(stat: &str) -> Option<f64> {
    // The command's name is in brackets and may hold blanks.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = TIMES.iter().map(|at| fields.get(*at)?.parse::<f64>().ok());
    Some(ticks.sum::<Option<f64>>()? / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_behind_the_name() {
        let stat = "7 (nats) server) S 42 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0";
        assert!((seconds(stat).unwrap() - 2.0).abs() < 1e-9);
        assert!(seconds_of(std::process::id()).is_some());
    }

    #[test]
    fn a_processor_that_idles_is_not_busy() {
        let stat = "cpu  100 200 300 9000 9000 10 20 30 500 0\ncpu0 1 2 3 4 5 6 7 8\n";
        assert!((busy(stat).unwrap() - 6.6).abs() < 1e-9);
        assert_eq!(busy("cpu  1 2 3\n"), None);
    }

    #[test]
    fn what_was_used_before_does_not_count() {
        let (before, now) =
            (Used(vec![("router".into(), 2.0)]), Used(vec![("router".into(), 5.0)]));
        assert_eq!(now.since(&before, 2.0), [("router".to_owned(), 1.5)]);
    }
}
