//! Work that takes long, beside the event loops: on a thread of its own, with pauses where it must
//! not take the processor from them. Leaves what the work is to its callers.

use std::thread;
use std::time::{Duration, Instant};

use baton_common::limits;
use tokio::sync::oneshot;

const WORK: Duration = Duration::from_millis(limits::IMAGE_WORK_MS.0);
const REST: Duration = Duration::from_millis(limits::IMAGE_WORK_MS.1);
/// What such work reads is given up when nothing came for so long, and begun anew later.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How hurried work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Haste {
    /// Somebody waits for it: without pauses.
    Full,
    /// Nobody does: a third of a processor.
    Gentle,
}

/// The pauses of one piece of work.
#[derive(Debug)]
pub(crate) struct Pauses {
    haste: Haste,
    since: Instant,
}

impl Pauses {
    pub(crate) fn new(haste: Haste) -> Self {
        Self { haste, since: Instant::now() }
    }

    /// Rests if it is time; cheap, to be called between small parts of the work.
    pub(crate) fn pause(&mut self) {
        if self.haste == Haste::Gentle && self.since.elapsed() >= WORK {
            thread::park_timeout(REST);
            self.since = Instant::now();
        }
    }
}

/// Runs work on a thread that nobody waits for when the process stops, unlike those that the
/// runtime keeps for blocking work.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<T> {
    let (sender, done) = oneshot::channel();
    let run = move || {
        // Whoever asked may have been stopped meanwhile.
        let _ = sender.send(work());
    };
    thread::Builder::new().name("baton-image".into()).spawn(run)?;
    done.await.map_err(|_| anyhow::anyhow!("the work failed: see the log"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gentle_work_rests_most_of_the_time() {
        let begun = Instant::now();
        let mut pauses = Pauses::new(Haste::Gentle);
        let mut worked = Duration::ZERO;
        while worked < 5 * WORK {
            let part = Instant::now();
            while part.elapsed() < WORK {}
            worked += WORK;
            pauses.pause();
        }
        assert!(begun.elapsed() >= 5 * (WORK + REST), "{:?}", begun.elapsed());
        let begun = Instant::now();
        Pauses { haste: Haste::Full, since: begun.checked_sub(WORK).unwrap() }.pause();
        assert!(begun.elapsed() < REST);
    }
}
