//! The transcripts that somebody holds or lately used, each loaded and followed once; and the
//! sweeps that find what live messages and their gaps did not show. Leaves one subject's log to
//! `log`.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use baton_common::subjects;
use baton_runtime::nats::LinkState;
use dashmap::DashMap;
use futures_util::StreamExt as _;
use futures_util::stream::{self, select_all};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::broker::{Broker, BrokerError, Place};
use super::kept::Kept;
use super::log::Transcript;
use super::stored::Stored;
use crate::link::requests::Requests;

/// Each transcript that is held is compared with the newest stored message so often: with the
/// sweep itself, a line that no live message showed is there within ten seconds.
pub(super) const SWEEP_EVERY: Duration = Duration::from_secs(8);
/// A sweep that the broker did not answer in whole is repeated so soon.
pub(super) const SWEEP_AGAIN: Duration = Duration::from_secs(1);
/// Transcripts that are compared by one question: with lines of the longest kind its replies
/// stay within what a client buffers.
const SWEEP_SUBJECTS: usize = 250;
/// Transcripts that are read at the same time.
const SWEEP_WIDTH: usize = 16;
/// Reasons to sweep that come closer together than this are one.
const SWEEP_SPACING: Duration = Duration::from_millis(250);

/// All transcripts of this process.
pub(crate) struct Library {
    pub(super) broker: Arc<Broker>,
    shards: u16,
    held: DashMap<String, Weak<Transcript>>,
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
        let library = Arc::new(Self {
            broker: Arc::new(Broker::new(requests)),
            shards: shards.max(1),
            held: DashMap::new(),
            kept: Mutex::default(),
            state: connection.state(),
            shutdown,
        });
        library.start_sweeps().await?;
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
        match need {
            Need::Complete => transcript.load_all().await?,
            Need::Loaded => transcript.load().await?,
            Need::Followed => transcript.follow().await?,
        }
        // Dropped outside of the lock.
        let _let_go = self.kept.lock().used(&transcript);
        Ok(transcript)
    }

    /// Lets go of what was not used since the turn before.
    pub(super) fn let_go(&self) {
        let _let_go = self.kept.lock().turn();
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

    /// How many transcripts somebody holds.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    async fn start_sweeps(self: &Arc<Self>) -> anyhow::Result<()> {
        let mut elections = Vec::new();
        for shard in 0..self.shards {
            let stream = subjects::transcripts_stream(shard);
            let subject = format!("$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.{stream}");
            elections.push(self.broker.client().subscribe(subject).await?);
        }
        let mut elections = select_all(elections);
        let library = Arc::downgrade(self);
        let (mut state, shutdown) = (self.state(), self.shutdown.clone());
        tokio::spawn(async move {
            let mut tick = interval(SWEEP_EVERY);
            tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                let mut in_turn = false;
                tokio::select! {
                    biased;
                    () = shutdown.cancelled() => return,
                    changed = state.changed() => if changed.is_err() { return },
                    election = elections.next() => if election.is_none() { return },
                    _ = tick.tick() => in_turn = true,
                }
                let Some(library) = library.upgrade() else {
                    return;
                };
                if in_turn {
                    library.let_go();
                }
                if !library.sweep().await {
                    tick.reset_after(SWEEP_AGAIN);
                }
                sleep(SWEEP_SPACING).await;
            }
        });
        Ok(())
    }

    /// Compares everything that is held; whether the broker answered for all of it.
    pub(super) async fn sweep(&self) -> bool {
        let mut streams: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // Collected first: a transcript that is dropped removes itself from the map.
        let held: Vec<Weak<Transcript>> = self.held.iter().map(|held| held.clone()).collect();
        for transcript in held.iter().filter_map(Weak::upgrade) {
            let Place { stream, subject } = transcript.place.clone();
            streams.entry(stream).or_default().push(subject);
        }
        let mut all = true;
        for (stream, subjects) in streams {
            for some in subjects.chunks(SWEEP_SUBJECTS) {
                all &= self.compare(&stream, some).await;
            }
        }
        all
    }

    /// Compares some transcripts of a stream with its newest messages. A replica that lags knows
    /// of fewer: only what is newer counts, and the next sweep may ask another.
    async fn compare(&self, stream: &str, subjects: &[String]) -> bool {
        let behind = match self.broker.last_of(stream, subjects).await {
            Ok(lasts) => {
                lasts.iter().filter_map(|last| self.behind(&last.subject, last.seq)).collect()
            }
            // Without direct reads each is compared with the leader's.
            Err(BrokerError::Refused(_)) => {
                subjects.iter().filter_map(|subject| self.behind(subject, u64::MAX)).collect()
            }
            Err(error) => {
                tracing::debug!(%error, "not compared");
                return false;
            }
        };
        let repairs = stream::iter::<Vec<_>>(behind).map(|transcript| async move {
            let repaired = transcript.repair(0).await;
            repaired.inspect_err(|error| tracing::debug!(%error, "not read")).is_ok()
        });
        let repaired = repairs.buffer_unordered(SWEEP_WIDTH);
        repaired.fold(true, |all, one| async move { all && one }).await
    }

    /// The transcript of a subject, if it is held and has not folded this message.
    fn behind(&self, subject: &str, seq: u64) -> Option<Arc<Transcript>> {
        let transcript = self.held.get(subject)?.upgrade()?;
        (transcript.last_seq() < seq).then_some(transcript)
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
