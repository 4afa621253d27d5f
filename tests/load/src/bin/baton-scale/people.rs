//! Everybody who was there, judged by what their clients noted: the worst wait under each fault,
//! of the load's people and the probes' alike. How a wait is measured is left to the ledger.

use std::time::{Duration, Instant};

use baton_client::Wait;
use serde_json::{Value, json};

/// The worst of all people under one fault.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    /// Whoever the system did not serve for longest.
    pub(crate) worst: Option<Wait>,
    /// Whoever was connected past the proxy to a host that was cut off: that its gateway is gone
    /// only their own client can notice, so the bound says nothing of them.
    pub(crate) cut_off: Option<Wait>,
    /// Waits of a length that people notice.
    pub(crate) notable: usize,
    /// Waits that were not kept: with any, nobody can tell who was worst.
    pub(crate) left_out: u64,
    /// When the fault began, so that waits can be placed in it.
    pub(crate) from: Option<Instant>,
}

impl People {
    /// Of a fault's waits; `beyond` is the address of a host that was cut.
    pub(crate) fn of<'a>(
        waits: impl Iterator<Item = &'a Wait>,
        left_out: u64,
        from: Instant,
        beyond: Option<&str>,
    ) -> Self {
        let is_cut_off = |wait: &&Wait| wait.places.iter().any(|place| Some(&**place) == beyond);
        let (cut_off, others): (Vec<&Wait>, Vec<&Wait>) = waits.partition(is_cut_off);
        Self {
            notable: cut_off.len() + others.len(),
            worst: worst(&others),
            cut_off: worst(&cut_off),
            left_out,
            from: Some(from),
        }
    }

    /// How long somebody was certainly not served.
    pub(crate) fn unserved(&self) -> Duration {
        self.worst.as_ref().map(Wait::unserved).unwrap_or_default()
    }

    /// Whether nobody was unserved for longer, and that can be told.
    pub(crate) fn hold(&self, bound: Duration) -> bool {
        self.left_out == 0 && self.unserved() <= bound
    }

    /// The worst in words.
    pub(crate) fn words(&self) -> String {
        let words = |wait: &Wait| words(wait) + &self.placed(wait);
        let worst = self.worst.as_ref().map_or("nobody".to_owned(), words);
        let beside =
            self.cut_off.as_ref().map(|wait| format!("; at the cut host: {}", words(wait)));
        worst + &beside.unwrap_or_default()
    }

    /// Where in the fault a wait began, and through which places it went.
    fn placed(&self, wait: &Wait) -> String {
        let at = self.from.map_or(0.0, |from| seconds_after(from, wait.since));
        format!(", from {at:.1} s into it, at {}", wait.places.join(" then "))
    }

    pub(crate) fn to_json(&self) -> Value {
        let one = |wait: &Option<Wait>| wait.as_ref().map(|wait| row(wait, self.from));
        json!({ "worst": one(&self.worst), "at_the_cut_host": one(&self.cut_off),
            "notable": self.notable, "left_out": self.left_out })
    }
}

fn worst(waits: &[&Wait]) -> Option<Wait> {
    waits.iter().max_by_key(|wait| wait.unserved()).map(|wait| (*wait).clone())
}

fn words(wait: &Wait) -> String {
    let (felt, unserved) = (wait.felt().as_secs_f64(), wait.unserved().as_secs_f64());
    format!(
        "{} in {}: {} {felt:.2} s, {unserved:.2} s without the client's own pause",
        wait.who,
        wait.who.workspace(),
        wait.what
    )
}

/// Before it is negative.
fn seconds_after(from: Instant, at: Instant) -> f64 {
    match at.checked_duration_since(from) {
        Some(after) => after.as_secs_f64(),
        None => -(from - at).as_secs_f64(),
    }
}

fn row(wait: &Wait, from: Option<Instant>) -> Value {
    json!({
        "since_s": from.map(|from| seconds_after(from, wait.since)),
        "who": wait.who.to_string(), "workspace": wait.who.workspace(), "what": wait.what,
        "places": wait.places, "felt_s": wait.felt().as_secs_f64(),
        "unserved_s": wait.unserved().as_secs_f64(),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use baton_client::Who;

    use super::*;

    /// Somebody's wait between two times after `since`, a tenth of a second of it their own pause.
    pub(crate) fn wait(since: Instant, ms: (u64, u64), place: &str) -> Wait {
        let after = |ms: u64| since + Duration::from_millis(ms);
        Wait {
            who: Who::Agent { workspace: "load".into(), id: format!("at {place}") },
            what: "chat.send".into(),
            places: vec!["http://other".into(), place.into()],
            since: after(ms.0),
            until: after(ms.1),
            paused: Duration::from_millis(100),
        }
    }

    #[test]
    fn the_worst_is_judged_and_who_was_at_the_cut_host_told_beside() {
        let zero = Instant::now();
        let waits =
            [wait(zero, (900, 2_900), "http://b"), wait(zero, (1_500, 8_000), "http://cut")];
        let from = zero + Duration::from_secs(1);
        let people = People::of(waits.iter(), 0, from, Some("http://cut"));
        assert_eq!((people.notable, people.unserved()), (2, Duration::from_millis(1_900)));
        assert!(people.hold(Duration::from_secs(2)) && !people.hold(Duration::from_secs(1)));
        assert!(people.words().contains("at the cut host: agent at http://cut in load"));
        let placed = "from -0.1 s into it, at http://other then http://b";
        assert!(people.words().contains(placed), "{}", people.words());
        // Where no host was cut, there is no excuse.
        let people = People::of(waits.iter(), 0, from, None);
        assert_eq!(people.unserved(), Duration::from_millis(6_400));
    }

    #[test]
    fn who_was_worst_cannot_be_told_of_waits_that_are_not_there() {
        let now = Instant::now();
        assert!(People::of([].iter(), 0, now, None).hold(Duration::ZERO));
        assert!(!People::of([].iter(), 1, now, None).hold(Duration::from_hours(1)));
    }
}
