//! The sweeps that find what live messages and their gaps did not show: each stream has its own,
//! so that one that does not answer delays no other. Leaves one subject's log to `log`.

use std::sync::{Arc, Weak};
use std::time::Duration;

use async_nats::Subscriber;
use baton_common::subjects;
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Transcript;
use super::broker::BrokerError;
use super::library::Library;

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

/// Starts the sweeps of all streams.
pub(super) async fn start(library: &Arc<Library>) -> anyhow::Result<()> {
    for shard in 0..library.shards() {
        let stream = subjects::transcripts_stream(shard);
        let subject = format!("$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.{stream}");
        let elections = library.broker.client().subscribe(subject).await?;
        tokio::spawn(run(Arc::downgrade(library), shard, elections));
    }
    Ok(())
}

/// Sweeps one stream in turn, and after whatever may have cost live messages.
async fn run(library: Weak<Library>, shard: u16, mut elections: Subscriber) {
    let Some((mut state, shutdown)) =
        library.upgrade().map(|library| (library.state(), library.shutdown().clone()))
    else {
        return;
    };
    let mut tick = interval(SWEEP_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            changed = state.changed() => if changed.is_err() { return },
            election = elections.next() => if election.is_none() { return },
            _ = tick.tick() => {}
        }
        let Some(library) = library.upgrade() else {
            return;
        };
        if !library.sweep(shard).await {
            tick.reset_after(SWEEP_AGAIN);
        }
        sleep(SWEEP_SPACING).await;
    }
}

impl Library {
    /// Compares everything of a stream that is held; whether the broker answered for all of it.
    pub(super) async fn sweep(&self, shard: u16) -> bool {
        let (stream, all) = (subjects::transcripts_stream(shard), subjects::transcripts(shard));
        let of_stream = all.trim_end_matches('>');
        let held = self.held.iter().filter(|held| held.key().starts_with(of_stream));
        let subjects: Vec<String> = held.map(|held| held.key().clone()).collect();
        let mut all = true;
        for some in subjects.chunks(SWEEP_SUBJECTS) {
            all &= self.compare(&stream, some).await;
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
                tracing::debug!(stream, %error, "not compared");
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
}
