//! Whether the server still lives: it pings every heartbeat, and answers a ping at once.

use std::time::{Duration, Instant};

/// With an answer outstanding, a server that is silent for so long is pinged …
const PROBE: Duration = Duration::from_secs(4);
/// … and after so long it is taken for gone.
const SILENT: Duration = Duration::from_secs(10);
/// Until the server has said otherwise.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The clocks of one connection.
#[derive(Debug)]
pub(super) struct Life {
    heartbeat: Duration,
    heard_at: Instant,
    probed: bool,
}

/// What silence leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing yet.
    Nothing,
    /// A ping.
    Ping,
    /// The server is gone.
    Gone,
}

impl Life {
    pub(super) fn new(now: Instant) -> Self {
        Self { heartbeat: HEARTBEAT, heard_at: now, probed: false }
    }

    /// As `welcome` says.
    pub(super) fn beats(&mut self, heartbeat: Option<f64>) {
        let said = heartbeat.filter(|seconds| *seconds > 0.0).map(Duration::from_secs_f64);
        self.heartbeat = said.unwrap_or(self.heartbeat);
    }

    /// Something came, or is waited for only from now on.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard_at = now;
        self.probed = false;
    }

    /// What is due; `asked` is whether an answer is outstanding.
    pub(super) fn due(&mut self, now: Instant, asked: bool) -> Due {
        let silent = now.duration_since(self.heard_at);
        if silent >= self.heartbeat * 2 || (asked && silent >= SILENT) {
            return Due::Gone;
        }
        if asked && silent >= PROBE && !self.probed {
            self.probed = true;
            return Due::Ping;
        }
        Due::Nothing
    }

    /// When something is due.
    pub(super) fn deadline(&self, asked: bool) -> Instant {
        let silence = match (asked, self.probed) {
            (false, _) => self.heartbeat * 2,
            (true, false) => PROBE,
            (true, true) => SILENT,
        };
        self.heard_at + silence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_an_answer_asks_whether_anybody_is_there() {
        let start = Instant::now();
        let mut life = Life::new(start);
        assert_eq!(life.due(start + SILENT, false), Due::Nothing);
        assert_eq!(life.due(start + PROBE, true), Due::Ping);
        assert_eq!(life.due(start + PROBE, true), Due::Nothing);
        assert_eq!(life.deadline(true), start + SILENT);
        assert_eq!(life.due(start + SILENT, true), Due::Gone);
        life.heard(start + SILENT);
        assert_eq!(life.due(start + SILENT + PROBE, true), Due::Ping);
    }

    #[test]
    fn two_missed_heartbeats_are_the_end() {
        let start = Instant::now();
        let mut life = Life::new(start);
        life.beats(Some(1.0));
        assert_eq!(life.due(start + Duration::from_secs(1), false), Due::Nothing);
        assert_eq!(life.due(life.deadline(false), false), Due::Gone);
    }
}
