//! Shows how far a run is, on standard error: one line that is rewritten on a terminal, one line a
//! block otherwise.

use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use super::measure::Measured;
use super::report::milliseconds;

/// The display.
pub(crate) struct Progress {
    total: u32,
    begun: Instant,
    rewrites: bool,
}

impl Progress {
    /// Begins.
    pub(crate) fn new(total: u32) -> Self {
        let rewrites = io::stderr().is_terminal();
        Self { total, begun: Instant::now(), rewrites }
    }

    /// Shows what is done.
    pub(crate) fn show(&mut self, done: u32, measured: &Measured) {
        let p50 = milliseconds(measured.baton.value_at_quantile(0.5));
        let bare = milliseconds(measured.two_appends.value_at_quantile(0.5));
        let seconds = self.begun.elapsed().as_secs();
        let line = format!(
            "{done} of {} starts, {seconds} s, p50 so far {p50} ms, reference {bare} ms",
            self.total
        );
        let (before, after) = if self.rewrites { ("\r\u{1b}[K", "") } else { ("", "\n") };
        // A closed standard error must not end the measurement.
        let _ = write!(io::stderr(), "{before}{line}{after}");
        let _ = io::stderr().flush();
    }

    /// Leaves the line.
    pub(crate) fn end(&self) {
        if self.rewrites {
            let _ = writeln!(io::stderr());
        }
    }
}
