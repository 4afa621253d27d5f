//! How long people waited for what they had asked for: answers to commands and starts, a welcome
//! after a loss, the arrival of a line at those who are connected to its chat. Judging is left to
//! whoever knows what was done to the system meanwhile.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use smol_str::SmolStr;

use super::Who;

/// Shorter ones are counted alone: nobody notices them.
pub const NOTABLE: Duration = Duration::from_millis(250);
/// Notable ones that are kept. A run with more has other worries; `left_out` says so.
const MOST: usize = 100_000;
/// Accepted lines whose arrival is timed: more than all chats say in any outage.
const LINES: usize = 65_536;

/// Somebody waited for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Who.
    pub who: Who,
    /// For what: the command, `start`, `welcome`, or `line` for one that somebody else wrote.
    pub what: SmolStr,
    /// The gateways that were asked or lost on the way, and the one that served at last.
    pub places: Vec<SmolStr>,
    /// From the first asking; a line's from its acceptance.
    pub since: Instant,
    /// Until it came, or the client gave up.
    pub until: Instant,
    /// The pause that the client chose before the attempt that was served: the system may have
    /// been well for all of it.
    pub paused: Duration,
}

/// All waits of a run so far.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    /// How many there were.
    pub count: u64,
    /// Those of [`NOTABLE`] length.
    pub notable: Vec<Wait>,
    /// Notable ones that are not among them.
    pub left_out: u64,
}

/// The way to what is waited for.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    since: Instant,
    places: Vec<SmolStr>,
    /// The client's own last pause.
    rest: Option<(Instant, Instant)>,
}

/// When lines were accepted, the newest of them.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    at: HashMap<u64, Instant>,
    order: VecDeque<u64>,
}

impl Wait {
    /// How long it was for the person.
    pub fn felt(&self) -> Duration {
        self.until.saturating_duration_since(self.since)
    }

    /// How long the system certainly did not serve: all but the client's own last pause.
    pub fn unserved(&self) -> Duration {
        self.felt().saturating_sub(self.paused)
    }
}

impl Way {
    /// Begins now.
    pub(crate) fn begin() -> Self {
        Self { since: Instant::now(), places: Vec::new(), rest: None }
    }

    /// Begins now at a gateway.
    pub(crate) fn at(place: &str) -> Self {
        let mut way = Self::begin();
        way.by(place);
        way
    }

    /// Leads by this gateway next.
    pub(crate) fn by(&mut self, place: &str) {
        self.places.retain(|known| known != place);
        self.places.push(place.into());
    }

    /// The next attempt comes after a pause from now on, which may be what the server `asked` for.
    pub(crate) fn rest(&mut self, pause: Duration, asked: bool) {
        let now = Instant::now();
        self.rest = (!asked).then_some((now, now + pause));
    }

    /// Goes on as another way did, that of a new connection.
    pub(crate) fn join(&mut self, other: &Self) {
        self.rest = other.rest;
        other.places.iter().for_each(|place| self.by(place));
    }

    /// What was waited for since a moment on a connection that was come by this way: what lay
    /// before that moment does not count.
    pub(super) fn from(&self, since: Instant) -> Self {
        let is_newer = self.rest.is_none_or(|(_, end)| end <= since);
        let skip = if is_newer { self.places.len().saturating_sub(1) } else { 0 };
        Self { since, places: self.places[skip..].to_vec(), rest: self.rest }
    }

    /// How long it has been since the beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    pub(super) fn wait(self, who: Who, what: &str, until: Instant) -> Wait {
        let Self { since, places, rest } = self;
        let paused = rest.map_or(Duration::ZERO, |(begin, end)| {
            end.min(until).saturating_duration_since(begin.max(since))
        });
        Wait { who, what: what.into(), places, since, until, paused }
    }
}

impl Waits {
    pub(super) fn add(&mut self, wait: Wait) {
        self.count += 1;
        if wait.felt() < NOTABLE {
            return;
        }
        if self.notable.len() < MOST {
            self.notable.push(wait);
        } else {
            self.left_out += 1;
        }
    }
}

impl Accepted {
    pub(super) fn add(&mut self, line: u64) {
        if self.order.len() >= LINES
            && let Some(oldest) = self.order.pop_front()
        {
            self.at.remove(&oldest);
        }
        self.order.push_back(line);
        self.at.insert(line, Instant::now());
    }

    pub(super) fn when(&self, line: u64) -> Option<Instant> {
        self.at.get(&line).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_waits_are_counted_and_long_ones_kept() {
        let since = Instant::now();
        let wait = |ms: u64| Wait {
            who: Who::Agent { workspace: "w".into(), id: "anna".into() },
            what: "ping".into(),
            places: Vec::new(),
            since,
            until: since + Duration::from_millis(ms),
            paused: Duration::from_millis(100),
        };
        let mut waits = Waits::default();
        for ms in [249, 250, 900] {
            waits.add(wait(ms));
        }
        assert_eq!((waits.count, waits.notable.len(), waits.left_out), (3, 2, 0));
        assert_eq!(waits.notable[1].unserved(), Duration::from_millis(800));
    }

    #[test]
    fn only_the_own_pause_within_the_wait_is_taken_off() {
        let who = Who::Agent { workspace: "w".into(), id: "anna".into() };
        let mut way = Way::at("a");
        way.rest(Duration::from_secs(3), false);
        way.by("b");
        let wait = |way: &Way, s: u64| {
            way.clone().wait(who.clone(), "ping", way.since + Duration::from_secs(s))
        };
        assert_eq!(wait(&way, 10).paused.as_secs(), 3);
        assert!(wait(&way, 2).paused <= Duration::from_secs(2));
        assert_eq!(wait(&way, 10).places, ["a", "b"]);
        // A line that was accepted after the pause did not wait for it, nor for the gateway before.
        let later = way.from(way.since + Duration::from_secs(5));
        assert_eq!(wait(&later, 10).paused, Duration::ZERO);
        assert_eq!(wait(&later, 10).places, ["b"]);
        way.rest(Duration::from_secs(3), true);
        assert_eq!(wait(&way, 10).paused, Duration::ZERO, "the server's wish is the server's");
    }

    #[test]
    fn the_newest_lines_are_timed() {
        let mut accepted = Accepted::default();
        let count = u64::try_from(LINES).unwrap();
        for line in 0..=count {
            accepted.add(line);
        }
        assert!(accepted.when(0).is_none() && accepted.when(1).is_some());
        assert_eq!(accepted.at.len(), LINES);
    }
}
