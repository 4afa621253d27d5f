//! What the caller of a run holds in hand meanwhile: how far it is, the marks of what was done to
//! the system, and the way to end it early. The load itself is left to `run`.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use baton_client::Ledger;
use serde::Serialize;
use tokio::sync::watch;

/// The caller's hand on a run; clones share it.
#[derive(Clone, Debug)]
pub struct Control(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ledger: Ledger,
    stop: watch::Sender<bool>,
    began: watch::Sender<Option<Instant>>,
    progress: watch::Sender<Progress>,
    marks: Mutex<Vec<(Instant, String)>>,
}

/// How far a run is; a new one every second.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Seconds since the first second of the load.
    pub at_s: f64,
    /// Chats that customers have asked for.
    pub arrived: u64,
    /// Customers without an agent now.
    pub waiting: u64,
    /// Customers with an agent now.
    pub active: u64,
    /// Starts within the last second.
    pub chats_per_s: u64,
    /// Start to offer so far, milliseconds.
    pub p50_ms: f64,
    /// Start to offer so far, milliseconds.
    pub p99_ms: f64,
    /// What went wrong so far, as the clients saw it.
    pub errors: u64,
    /// Connections that were lost and came back.
    pub resumed: u64,
    /// The newest mark.
    pub mark: Option<String>,
}

/// The parts of a run, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The workspace is published, the agents log in.
    #[default]
    Preparing,
    /// Customers arrive.
    Arriving,
    /// Nobody arrives any more; the chats end.
    Draining,
    /// All clients have left; what is stored is read and judged.
    Auditing,
    /// The outcome is known.
    Done,
}

impl Default for Control {
    fn default() -> Self {
        Self::new()
    }
}

impl Control {
    /// Of one run.
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            ledger: Ledger::new(),
            stop: watch::Sender::new(false),
            began: watch::Sender::new(None),
            progress: watch::Sender::new(Progress::default()),
            marks: Mutex::default(),
        }))
    }

    /// What the clients of the run saw.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// Nobody arrives any more; the run drains, audits and ends.
    pub fn stop_arrivals(&self) {
        self.0.stop.send_replace(true);
    }

    /// Waits until [`Self::stop_arrivals`] was called.
    pub async fn stopped(&self) {
        // The sender lives in `self`, so waiting ends by the value alone.
        let _ = self.0.stop.subscribe().wait_for(|stopped| *stopped).await;
    }

    /// Waits until the load begins; the moment from which its seconds count.
    pub async fn began(&self) -> Instant {
        let mut began = self.0.began.subscribe();
        let found = began.wait_for(Option::is_some).await.expect("the sender lives in `self`");
        found.expect("it was just seen to be there")
    }

    /// Notes that something was done to the system now; the plots and the report show it.
    pub fn mark(&self, what: impl Into<String>) {
        let (what, now) = (what.into(), Instant::now());
        let after = self.0.began.borrow().map(|began| now.saturating_duration_since(began));
        self.0.progress.send_modify(|progress| {
            progress.mark = Some(what.clone());
            progress.at_s = after.map_or(progress.at_s, |after| after.as_secs_f64());
        });
        self.0.marks.lock().expect("nobody panics while holding it").push((now, what));
    }

    /// How far the run is, now and at each change.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.0.progress.subscribe()
    }

    pub(crate) fn begin(&self, at: Instant) {
        self.0.began.send_replace(Some(at));
    }

    pub(crate) fn show(&self, change: impl FnOnce(&mut Progress)) {
        self.0.progress.send_modify(change);
    }

    /// The marks with their seconds since a moment.
    pub(crate) fn marks(&self, since: Instant) -> Vec<(f64, String)> {
        let marks = self.0.marks.lock().expect("nobody panics while holding it");
        let after = |at: &Instant| at.saturating_duration_since(since).as_secs_f64();
        marks.iter().map(|(at, what)| (after(at), what.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_for_the_begin_or_the_end_is_told() {
        let control = Control::new();
        let at = Instant::now();
        let (began, (), ()) = tokio::join!(control.began(), control.stopped(), async {
            control.begin(at);
            control.stop_arrivals();
        });
        assert_eq!(began, at);
        control.mark("leader killed");
        assert_eq!(control.progress().borrow().mark.as_deref(), Some("leader killed"));
        assert_eq!(control.marks(at)[0].1, "leader killed");
    }
}
