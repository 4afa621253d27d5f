//! The printed timeline: when, who, what; plain text, with colours on a terminal only. Leaves
//! what to tell to the scenes.

use std::cell::RefCell;
use std::io::{self, IsTerminal};
use std::time::Instant;

use crate::cli::say;

/// Columns of names: the longest are people's.
const WHO_COLUMNS: usize = 8;

/// The printer. It also remembers the step, for the one line of a failure.
#[derive(Debug)]
pub(super) struct Timeline {
    begun: Instant,
    colours: bool,
    step: RefCell<String>,
}

impl Timeline {
    /// Begins now; colours if standard output is a terminal.
    pub(super) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            colours: io::stdout().is_terminal(),
            step: RefCell::new(String::new()),
        }
    }

    /// Begins a part of the tour.
    pub(super) fn scene(&self, title: &str) {
        say("");
        say(&self.paint("1", title));
    }

    /// Names what is tried next; it is printed only if it fails.
    pub(super) fn step(&self, what: &str) {
        what.clone_into(&mut self.step.borrow_mut());
    }

    /// Prints what happened.
    pub(super) fn tell(&self, who: &str, what: &str) {
        let seconds = self.begun.elapsed().as_secs_f64();
        let pad = " ".repeat(WHO_COLUMNS.saturating_sub(who.chars().count()));
        let who = self.paint("36", who);
        say(&format!("{seconds:8.3}  {who}{pad}  {what}"));
    }

    /// Prints a line without a time.
    pub(super) fn note(&self, text: &str) {
        say(&format!("          {}", self.paint("2", text)));
    }

    /// Seconds since the beginning, and what was being tried.
    pub(super) fn place(&self) -> String {
        format!("at {:.3} s, {}", self.begun.elapsed().as_secs_f64(), self.step.borrow())
    }

    fn paint(&self, style: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals() {
        let timeline =
            |colours| Timeline { begun: Instant::now(), colours, step: RefCell::default() };
        assert_eq!(timeline(false).paint("1", "x"), "x");
        assert_eq!(timeline(true).paint("1", "x"), "\u{1b}[1mx\u{1b}[0m");
    }

    #[test]
    fn a_failure_names_its_step() {
        let timeline = Timeline::begin();
        timeline.step("Alice accepts");
        assert!(timeline.place().ends_with("s, Alice accepts"));
    }
}
