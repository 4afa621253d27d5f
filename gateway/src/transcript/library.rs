//! The transcripts that somebody holds or lately used, each loaded and followed once. Leaves one
//! subject's log to `log`, and finding what live messages did not show to `sweep`.

use std::sync::{Arc, Weak};
use std::time::Duration;

use baton_common::limits;
use baton_runtime::nats::{LinkState, NoReply, Requests};
use dashmap::DashMap;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::{Instant, interval_at, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::broker::{Broker, BrokerError, Place};
use super::kept::Kept;
use super::log::Transcript;
use super::stored::Stored;
use super::sweep;

/// What was not used for so long, or twice that, is let go of.
const TURN_EVERY: Duration = Duration::from_secs(8);
/// Nobody waits longer for a transcript: those who read one of a stream that does not answer wait
/// for each other.
const HOLD_WAIT: Duration = Duration::from_millis(limits::COMMAND_WAIT.0);
/// Whoever does with what is known asks again after this.
const AGAIN: Duration = Duration::from_millis(100);

/// All transcripts of this process.
pub(crate) struct Library {
    pub(super) broker: Arc<Broker>,
    shards: u16,
    pub(super) held: DashMap<String, Weak<Transcript>>,
    kept: Mutex<Kept>,
    state: watch::Receiver<LinkState>,
    shutdown: CancellationToken,
}

/// How much of a transcript is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Everything that is stored now.
    Complete,
    /// What was folded so far, if it was loaded at all: for those who append next.
    Loaded,
    /// Whatever is folded: for those who begin it.
    Followed,
}

impl Library {
    pub(super) async fn start(
        connection: &baton_runtime::nats::Link,
        shards: u16,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Arc<Self>> {
        let requests = Requests::start(connection.client().clone()).await?;
        let shards = shards.max(1);
        let library = Arc::new(Self {
            broker: Arc::new(Broker::new(requests, shards)),
            shards,
            held: DashMap::new(),
            kept: Mutex::default(),
            state: connection.state(),
            shutdown,
        });
        sweep::start(&library).await?;
        tokio::spawn(turn(Arc::downgrade(&library), library.shutdown.clone()));
        Ok(library)
    }

    /// Shards of the deployment.
    pub(crate) const fn shards(&self) -> u16 {
        self.shards
    }

    /// Counts what may have cost live messages: to be watched by whoever follows wildcards.
    pub(crate) fn state(&self) -> watch::Receiver<LinkState> {
        self.state.clone()
    }

    /// Ends with the process.
    pub(crate) const fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }

    /// Holds the transcript of a subject.
    pub(super) async fn hold(
        self: &Arc<Self>,
        place: Place,
        need: Need,
    ) -> Result<Arc<Transcript>, BrokerError> {
        let transcript = self.share(place);
        let had = timeout(HOLD_WAIT, transcript.have(need)).await;
        had.unwrap_or(Err(NoReply::TimedOut.into()))?;
        // Dropped outside of the lock.
        let _let_go = self.kept.lock().used(&transcript);
        Ok(transcript)
    }

    /// The same for those who go on without: as much as can be had within a time.
    pub(super) async fn hold_within(
        self: &Arc<Self>,
        wait: Duration,
        place: &Place,
        need: Need,
    ) -> Arc<Transcript> {
        let had = async {
            loop {
                match self.hold(place.clone(), need).await {
                    Ok(transcript) => return transcript,
                    Err(_) => sleep(AGAIN).await,
                }
            }
        };
        match timeout(wait, had).await {
            Ok(transcript) => transcript,
            Err(_) => self.share(place.clone()),
        }
    }

    /// Lets go of what was not used since the turn before.
    pub(super) fn let_go(&self) {
        let _let_go = self.kept.lock().turn();
    }

    /// Something was folded.
    pub(super) fn grown(&self, transcript: &Transcript) {
        let _let_go = self.kept.lock().grown(transcript);
    }

    fn share(self: &Arc<Self>, place: Place) -> Arc<Transcript> {
        let mut held = self.held.entry(place.subject.clone()).or_default();
        if let Some(transcript) = held.upgrade() {
            return transcript;
        }
        let (broker, stop) = (Arc::clone(&self.broker), self.shutdown.child_token());
        let transcript = Arc::new(Transcript::new(place, broker, Arc::downgrade(self), stop));
        *held = Arc::downgrade(&transcript);
        transcript
    }

    /// Nobody holds the transcript of this subject any more, unless somebody began to.
    pub(super) fn forget(&self, subject: &str) {
        self.held.remove_if(subject, |_, held| held.strong_count() == 0);
    }

    /// What the transcripts that were lately used have together.
    #[cfg(test)]
    pub(super) fn kept_bytes(&self) -> usize {
        self.kept.lock().bytes()
    }

    /// How many transcripts somebody holds.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// The last message of each subject that matches one of two filters.
    pub(crate) async fn lasts(
        &self,
        stream: &str,
        filters: &[String; 2],
    ) -> Result<Vec<Stored>, BrokerError> {
        self.broker.lasts(stream, filters).await
    }
}

/// Lets go of what is no longer used, until the process ends.
async fn turn(library: Weak<Library>, shutdown: CancellationToken) {
    let mut every = interval_at(Instant::now() + TURN_EVERY, TURN_EVERY);
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            _ = every.tick() => {}
        }
        let Some(library) = library.upgrade() else {
            return;
        };
        library.let_go();
    }
}
