//! What a shard's loop wants of the broker: each errand runs beside the loop and answers by an
//! input. Leaves to the node when an answer that does not come is missed.

use std::panic::resume_unwind;
use std::time::Duration;

use baton_core::node::{Append, Input};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep};

use crate::broker::Broker;
use crate::snapshots;

/// Pause before something that failed at the broker is tried again.
const PAUSE: Duration = Duration::from_millis(250);

/// The errands of one shard; they end when this is dropped.
pub(crate) struct Errands {
    broker: Broker,
    results: mpsc::Sender<Input>,
    running: JoinSet<()>,
    /// A newer one replaces the one before.
    restoring: Option<AbortHandle>,
    restored_at: Option<Instant>,
    /// As above.
    opening: Option<AbortHandle>,
}

impl Errands {
    pub(crate) fn new(broker: Broker, results: mpsc::Sender<Input>) -> Self {
        let running = JoinSet::new();
        Self { broker, results, running, restoring: None, restored_at: None, opening: None }
    }

    /// Takes note of what has ended. The answer of one that panicked would be waited for in vain:
    /// the shard panics with it.
    pub(crate) fn reap(&mut self) {
        reap(&mut self.running);
    }

    pub(crate) fn append(&mut self, append: Append) {
        self.run(async move |broker| {
            let (seq, attempt) = (append.seq, append.attempt);
            Some(Input::Appended { seq, attempt, result: broker.append(append).await })
        });
    }

    /// Reads one frame of the journal.
    pub(crate) fn look(&mut self, seq: u64) {
        self.run(async move |broker| Some(Input::Looked { seq, found: broker.look(seq).await }));
    }

    /// Asks whether anybody leads.
    pub(crate) fn probe(&mut self) {
        self.run(async |broker| broker.nobody_leads().await.then_some(Input::NobodyLeads));
    }

    /// Reads the broker's time and the ends of the command stream.
    pub(crate) fn read_broker(&mut self) {
        self.run(async |broker| {
            let ends = broker.command_ends().await.ok()?;
            Some(Input::Broker { at: ends.at, first: ends.first, last: ends.last })
        });
    }

    /// Reads where the journal ends that is followed from a frame on.
    pub(crate) fn journal_end(&mut self, from: u64) {
        self.run(async move |broker| {
            let ends = broker.journal_ends().await.ok()?;
            Some(Input::JournalEnd { from, last: ends.last })
        });
    }

    /// Finds what there is to start from, however long that takes.
    pub(crate) fn restore(&mut self) {
        // Whatever makes the node rebuild again and again must not keep the broker busy.
        let again = self.restored_at.replace(Instant::now());
        let wait = again.map_or(Duration::ZERO, |at| PAUSE.saturating_sub(at.elapsed()));
        let task = self.run(async move |broker| {
            sleep(wait).await;
            Some(restored(&broker).await)
        });
        replace(&mut self.restoring, Some(task));
    }

    /// Looks at the command stream, however long that takes.
    pub(crate) fn open_commands(&mut self, cursor: u64, after: u64) {
        let task = self.run(async move |broker| Some(opened(&broker, cursor, after).await));
        replace(&mut self.opening, Some(task));
    }

    /// The command stream is not wanted any more.
    pub(crate) fn close_commands(&mut self) {
        replace(&mut self.opening, None);
    }

    fn run<F>(&mut self, errand: impl FnOnce(Broker) -> F) -> AbortHandle
    where
        F: Future<Output = Option<Input>> + Send + 'static,
    {
        let (errand, results) = (errand(self.broker.clone()), self.results.clone());
        self.running.spawn(async move {
            let Some(answer) = errand.await else { return };
            if results.send(answer).await.is_err() {
                tracing::trace!("an answer came after the shard had stopped");
            }
        })
    }
}

async fn restored(broker: &Broker) -> Input {
    let shard = broker.shard;
    loop {
        match snapshots::restore(broker).await {
            Ok(restored) => {
                let image = restored.image.as_ref().map(|image| image.position().seq);
                tracing::info!(shard, image, journal_last = restored.last, "restores");
                return Input::Restored(Box::new(restored));
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(shard, error, "cannot restore yet");
            }
        }
        sleep(PAUSE).await;
    }
}

async fn opened(broker: &Broker, cursor: u64, after: u64) -> Input {
    loop {
        match broker.open_commands(cursor, after).await {
            Ok(opened) => return Input::CommandsOpened(opened),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::debug!(shard = broker.shard, error, "cannot open commands yet");
            }
        }
        sleep(PAUSE).await;
    }
}

/// Ends the errand that was there.
fn replace(errand: &mut Option<AbortHandle>, by: Option<AbortHandle>) {
    if let Some(before) = std::mem::replace(errand, by) {
        before.abort();
    }
}

fn reap(running: &mut JoinSet<()>) {
    while let Some(ended) = running.try_join_next() {
        match ended {
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            Ok(()) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    #[should_panic(expected = "this test's errand fails")]
    async fn an_errand_that_panics_takes_the_shard_with_it() {
        let mut running = JoinSet::new();
        running.spawn(std::future::pending()).abort();
        let errand = running.spawn(async { panic!("this test's errand fails") });
        while !errand.is_finished() {
            tokio::task::yield_now().await;
        }
        reap(&mut running);
    }
}
