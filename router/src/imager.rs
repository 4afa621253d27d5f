//! Makes images of a shard's state while it is served: folds the journal's tail onto the newest
//! verified image, on a thread of its own, and stores the result. The event loop takes no part.
//!
//! Every router looks now and then whether an image is due. Those that do not lead go first, so
//! that the leader's machine is spared; the leader makes one only when it is long overdue,
//! because nobody follows. Whoever begins listens on a subject, where the others ask before they
//! begin; should two work at once, both results are good. While one is made, the machine holds a
//! second copy of the state and an encoded one. Leaves the store to `snapshots`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use async_nats::Subscriber;
use baton_common::time::{Span, Timestamp};
use baton_common::{limits, subjects};
use baton_core::node::{Memory, ShardOf, Stored, image};
use baton_runtime::nats::{NoReply, Request};
use futures_util::StreamExt as _;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::aside::{Haste, PATIENCE, Pauses, aside};
use crate::broker::Broker;
use crate::feed::Feed;
use crate::metrics;
use crate::snapshots;
use crate::store::{self, Kept};

/// Whoever makes an image answers at once.
const ASK: Duration = Duration::from_secs(1);
/// The first look comes within about so long.
const FIRST_LOOK: Duration = Duration::from_secs(1);
/// After a failure the next look is later, so many times doubled at most.
const DOUBLINGS: u32 = 5;
/// After an image this router rests for so many times what it took.
const REST: u32 = 9;

/// When images are due.
#[derive(Clone, Copy, Debug)]
pub struct Images {
    /// See [`limits::IMAGE_FRAMES`].
    pub frames: u64,
    /// See [`limits::IMAGE_LEAST`].
    pub least: Span,
    /// See [`limits::IMAGE_EVERY`].
    pub every: Span,
    /// See [`limits::IMAGE_LOOK`].
    pub look: Duration,
    /// See [`limits::IMAGE_LEFTOVERS`].
    pub leftovers: Span,
}

impl Default for Images {
    fn default() -> Self {
        Self {
            frames: limits::IMAGE_FRAMES,
            least: limits::IMAGE_LEAST,
            every: limits::IMAGE_EVERY,
            look: Duration::from_millis(limits::IMAGE_LOOK.0),
            leftovers: limits::IMAGE_LEFTOVERS,
        }
    }
}

impl Images {
    /// Whether an image is due that is so many frames behind and so old.
    fn due(&self, leads: bool, behind: u64, age: Span) -> bool {
        let patience = if leads { limits::IMAGE_LEADER_WAITS } else { 1 };
        let frames = self.frames.saturating_mul(patience.into());
        let every = Span(self.every.0.saturating_mul(patience.into()));
        let rested = age >= self.least || behind >= limits::IMAGE_STRIDE;
        (behind >= frames && rested) || (behind > 0 && age >= every)
    }
}

/// The imager of one shard on this router; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Imager {
    leads: Arc<AtomicBool>,
    _task: AbortOnDropHandle<()>,
}

impl Imager {
    pub(crate) fn start(broker: Broker, of: ShardOf, images: Images) -> Self {
        let leads = Arc::new(AtomicBool::new(false));
        let work = Work { broker, of, images, leads: Arc::clone(&leads), since: None };
        Self { leads, _task: AbortOnDropHandle::new(tokio::spawn(work.run())) }
    }

    /// Whether this router leads the shard.
    pub(crate) fn leads(&self, leads: bool) {
        self.leads.store(leads, Ordering::Relaxed);
    }
}

struct Work {
    broker: Broker,
    of: ShardOf,
    images: Images,
    leads: Arc<AtomicBool>,
    /// When this imager looked first: the age of an image that is not there.
    since: Option<Timestamp>,
}

impl Work {
    async fn run(mut self) {
        let mut failures = 0;
        // The first look shows what there is.
        let mut wait = self.images.look.min(FIRST_LOOK);
        loop {
            // Routers that were started together do not look together.
            sleep(wait.mul_f64(rand::random_range(0.5..1.5))).await;
            let begun = Instant::now();
            match self.look().await {
                Ok(None) => failures = 0,
                Ok(Some(kept)) => {
                    failures = 0;
                    let took = begun.elapsed();
                    metrics::image_kept(self.of.shard, took);
                    let (shard, seq) = (self.of.shard, kept.seq);
                    tracing::info!(shard, seq, ?took, "image kept");
                    let behind = self.behind().await.map_or(0, |(frames, _)| frames);
                    sleep(rest(took, behind)).await;
                }
                Err(error) => {
                    failures += 1;
                    metrics::image_failed();
                    let error = format!("{error:#}");
                    tracing::warn!(shard = self.of.shard, error, "no image made; trying later");
                }
            }
            wait = self.images.look * (1 << failures.min(DOUBLINGS));
        }
    }

    /// Makes an image if one is due and nobody else makes one.
    async fn look(&mut self) -> anyhow::Result<Option<Kept>> {
        if !self.is_due().await {
            return Ok(None);
        }
        let Some(_turn) = Turn::take(&self.broker).await else { return Ok(None) };
        // The one before may have ended just now.
        if !self.is_due().await {
            return Ok(None);
        }
        self.make().await
    }

    async fn is_due(&mut self) -> bool {
        let leads = self.leads.load(Ordering::Relaxed);
        // A broker that does not answer makes nothing due.
        self.behind().await.is_some_and(|(frames, age)| self.images.due(leads, frames, age))
    }

    /// Shows the newest image there is: how many frames it is behind, and how old.
    async fn behind(&mut self) -> Option<(u64, Span)> {
        let ends = self.broker.journal_ends().await;
        let (Ok(ends), Ok(all)) = (ends, store::list(&self.broker).await) else {
            tracing::debug!(shard = self.of.shard, "the broker does not tell of images now");
            return None;
        };
        let since = *self.since.get_or_insert(ends.at);
        // One beyond the journal's end is of a journal that was lost.
        let newest = all.into_iter().rev().find(|listed| listed.kept.seq <= ends.last);
        let (seq, at) = newest.as_ref().map_or((0, since), |image| (image.kept.seq, image.at));
        let age = ends.at.since(at);
        metrics::image_seen(self.of.shard, newest.as_ref().map(|image| image.bytes), seq, age);
        let behind = ends.last.saturating_sub(seq);
        metrics::image_behind(self.of.shard, behind);
        Some((behind, age))
    }

    async fn make(&self) -> anyhow::Result<Option<Kept>> {
        let ends = self.broker.journal_ends().await?;
        let image = snapshots::newest(&self.broker, Haste::Gentle).await?;
        let (before, memory) = image.unzip();
        let memory = memory.unwrap_or_default();
        let cursor = memory.cursor().clone();
        let next = memory.position().seq + 1;
        let until = ends.last.min(next + limits::IMAGE_STRIDE);
        if until < next {
            return Ok(None);
        }
        let first = ends.first;
        anyhow::ensure!(first <= next, "the journal begins at {first} and no image reaches it");
        let stream = subjects::journal_stream(self.of.shard);
        let mut journal = Feed::start(self.broker.jetstream(), stream, next);
        let stop = CancellationToken::new();
        let _stops_with_this = stop.clone().drop_guard();
        let (of, runtime) = (self.of, Handle::current());
        let frames = move || {
            anyhow::ensure!(!stop.is_cancelled(), "stopped on the way");
            journal.blocking_next(&runtime, PATIENCE)
        };
        let (kept, encoded) = aside(move || develop(of, memory, until, frames)).await??;
        snapshots::keep(&self.broker, &kept, encoded).await?;
        if let Some(older) = &before {
            let leftovers = self.images.leftovers;
            snapshots::prune(&self.broker, older, &cursor, leftovers).await?;
        }
        Ok(Some(kept))
    }
}

/// The rest after an image: none while the next one is overdue by far.
fn rest(took: Duration, behind: u64) -> Duration {
    if behind < limits::IMAGE_STRIDE { took * REST } else { Duration::ZERO }
}

/// Folds the journal up to a frame, each frame checked against the one before, and encodes.
fn develop(
    of: ShardOf,
    mut memory: Memory,
    until: u64,
    mut frames: impl FnMut() -> anyhow::Result<Stored>,
) -> anyhow::Result<(Kept, Vec<u8>)> {
    let mut pauses = Pauses::new(Haste::Gentle);
    while memory.position().seq < until {
        let frame = frames().context("reading the journal")?;
        let next = memory.position().seq + 1;
        anyhow::ensure!(frame.seq == next, "frame {next} is missing, {} came", frame.seq);
        memory.fold(of, &frame.payload)?;
        pauses.pause();
    }
    let kept = Kept::of(&memory);
    Ok((kept, image::encode(of.shard, &memory, || pauses.pause())))
}

/// While it is held, others are told that an image is being made.
struct Turn(#[expect(dead_code, reason = "it is held")] AbortOnDropHandle<()>);

impl Turn {
    /// None while somebody else has it, or nobody can tell.
    async fn take(broker: &Broker) -> Option<Self> {
        let subject = subjects::imager(broker.shard);
        let asked = broker.requests().call(Request::new(subject.clone(), ""), ASK).await;
        if !matches!(asked, Err(NoReply::NoResponders)) {
            return None;
        }
        let asked = broker.client().subscribe(subject).await.ok()?;
        broker.client().flush().await.ok()?;
        let client = broker.client().clone();
        let answer = async move |mut asked: Subscriber| {
            while let Some(question) = asked.next().await {
                let Some(reply) = question.reply else { continue };
                // Whoever asked takes silence for an answer, too.
                let _ = client.publish(reply, "".into()).await;
            }
        };
        Some(Self(AbortOnDropHandle::new(tokio::spawn(async move { answer(asked).await }))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_due_after_frames_or_time_and_later_for_the_leader() {
        let images = Images::default();
        let (frames, least, every) = (images.frames, images.least, images.every);
        assert!(images.due(false, frames, least));
        assert!(!images.due(false, frames - 1, least));
        assert!(!images.due(false, frames, Span(least.0 - 1)), "the one before is too young");
        assert!(images.due(false, limits::IMAGE_STRIDE, Span::ZERO), "far behind");
        assert!(!images.due(true, frames, least) && images.due(true, 2 * frames, least));
        assert!(images.due(false, 1, every) && !images.due(false, 0, every));
        assert!(!images.due(true, 1, every) && images.due(true, 1, Span(2 * every.0)));
    }

    #[test]
    fn nobody_rests_while_the_newest_image_is_far_behind() {
        let took = Duration::from_secs(4);
        assert_eq!(rest(took, limits::IMAGE_STRIDE - 1), Duration::from_secs(36));
        assert_eq!(rest(took, limits::IMAGE_STRIDE), Duration::ZERO);
    }
}
