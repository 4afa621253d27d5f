//! Exact results of queueing theory, for controls and for checking what the models' files expect.
//! Times are in mean handle times.

use crate::model::float;

/// A line of patient customers before `servers` equal servers.
#[derive(Clone, Copy, Debug)]
pub struct ErlangC {
    /// The share who wait.
    pub waits: f64,
    /// Mean wait of all.
    pub wait: f64,
    /// Free capacity, in chats a unit of time.
    spare: f64,
}

impl ErlangC {
    /// The share whose wait ends within a time.
    pub fn within(&self, time: f64) -> f64 {
        1.0 - self.waits * (-self.spare * time).exp()
    }
}

/// M/M/c by Erlang's recursion for B, then C = B / (1 - rho (1 - B)) and W = C / (c - a), for
/// `offered` < `servers`.
pub fn erlang_c(servers: u64, offered: f64) -> ErlangC {
    let blocked = (1..=servers).fold(1.0, |b, n| offered * b / (float(n) + offered * b));
    let spare = float(servers) - offered;
    let waits = blocked / (1.0 - offered / float(servers) * (1.0 - blocked));
    ErlangC { waits, wait: waits / spare, spare }
}

/// A line of impatient customers.
#[derive(Clone, Copy, Debug)]
pub struct ErlangA {
    /// The share who wait.
    pub waits: f64,
    /// The share who leave without having been served.
    pub abandons: f64,
    /// Mean wait of all.
    pub wait: f64,
    /// The share of time in which a server is busy.
    pub busy: f64,
}

/// M/M/s+M as a birth-death process: births at `rate`, deaths at n up to `servers`, then also
/// `impatience` for each who waits.
pub fn erlang_a(servers: u64, rate: f64, impatience: f64) -> ErlangA {
    // Weights beside that of `servers` busy and nobody waiting, downwards and upwards.
    let (mut weight, mut below, mut below_busy) = (1.0, 0.0, 0.0);
    for n in (1..=servers).rev() {
        weight *= float(n) / rate;
        below += weight;
        below_busy += weight * float(n - 1);
    }
    let (mut weight, mut above, mut queue) = (1.0, 1.0, 0.0);
    for waiting in 1_u32.. {
        weight *= rate / (float(servers) + f64::from(waiting) * impatience);
        above += weight;
        queue += weight * f64::from(waiting);
        if weight < 1e-18 * above {
            break;
        }
    }
    let all = below + above;
    let (queue, busy) = (queue / all, (below_busy + above * float(servers)) / all);
    ErlangA {
        waits: above / all,
        abandons: impatience * queue / rate,
        wait: queue / rate,
        busy: busy / float(servers),
    }
}

/// Mean waits under strict priority without interruption, the first class served first (Cobham).
pub fn priorities(servers: u64, rates: &[f64]) -> Vec<f64> {
    let all: f64 = rates.iter().sum();
    let servers_f = float(servers);
    let step = erlang_c(servers, all).waits / servers_f;
    let mut before = 0.0;
    let wait = |rate: &f64| {
        let upto = before + rate / servers_f;
        let wait = step / ((1.0 - before) * (1.0 - upto));
        before = upto;
        wait
    };
    rates.iter().map(wait).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, exact: f64) {
        assert!((found / exact - 1.0).abs() < 1e-12, "{found} is not {exact}");
    }

    #[test]
    fn patient_lines_are_erlangs() {
        let line = erlang_c(10, 9.0);
        close(line.waits, 0.668_731_524_107_697);
        close(line.wait, 0.668_731_524_107_697);
        close(line.within(0.25), 0.479_191_365_360_391_5);
        close(erlang_c(100, 90.0).wait, 0.021_694_048_090_636_64);
    }

    #[test]
    fn impatient_lines_are_palms() {
        let line = erlang_a(5, 6.0, 1.0);
        close(line.waits, 0.714_943_499_683_368_8);
        close(line.abandons, 0.253_009_867_487_211_5);
        close(line.wait, 0.253_009_867_487_211_5);
        close(line.busy, 0.896_388_159_015_346_2);
        close(erlang_a(1_000, 1_000.0, 1.0).wait, 0.012_614_611_348_721_5);
    }

    #[test]
    fn priorities_are_cobhams() {
        let waits = priorities(5, &[1.0, 1.5, 2.0]);
        close(waits[0], 0.190_623_305_183_233_9);
        close(waits[2], 3.049_972_882_931_742);
    }
}
