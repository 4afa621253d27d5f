//! One subject, loaded and followed: live messages are folded as they come; whatever shows that
//! one is missing makes the gap be read. Every record is folded once, in stored order. Leaves
//! which subjects are followed to `library`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use async_nats::{Message, Subscriber};
use futures_util::StreamExt as _;
use parking_lot::Mutex;
use tokio::sync::{OnceCell, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::broker::{Broker, BrokerError, Place};
use super::fold::Fold;
use super::library::{Library, Need};
use super::stored::Stored;

/// A live message comes within this after its acknowledgement, or is read back.
const LIVE_WAIT: Duration = Duration::from_millis(50);
/// A gap is read so often before it is left to the next sweep.
const REPAIR_TRIES: u32 = 5;
/// What a record takes beside its text: ids, keys, places.
const RECORD_BYTES: usize = 512;
/// First pause between two readings of a gap; doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// One transcript, folded and followed for as long as somebody holds it.
pub struct Transcript {
    pub(super) place: Place,
    pub(super) fold: Mutex<Fold>,
    pub(super) folded: watch::Sender<u64>,
    /// See [`Self::bytes`].
    bytes: AtomicUsize,
    broker: Arc<Broker>,
    library: Weak<Library>,
    followed: OnceCell<()>,
    loaded: AtomicBool,
    /// Gaps are read one after the other: two that overlap are read once.
    pub(super) repairing: tokio::sync::Mutex<()>,
    stop: CancellationToken,
    _stop_when_dropped: DropGuard,
}

/// What became of a message that is to be folded.
enum Folded {
    Done,
    Gap,
}

impl Transcript {
    /// Nothing folded yet, not followed yet.
    pub(super) fn new(
        place: Place,
        broker: Arc<Broker>,
        library: Weak<Library>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            place,
            fold: Mutex::default(),
            folded: watch::Sender::new(0),
            bytes: AtomicUsize::new(0),
            broker,
            library,
            followed: OnceCell::new(),
            loaded: AtomicBool::new(false),
            repairing: tokio::sync::Mutex::new(()),
            _stop_when_dropped: stop.clone().drop_guard(),
            stop,
        }
    }

    /// Follows the subject, and has what is needed of it.
    pub(super) async fn have(self: &Arc<Self>, need: Need) -> Result<(), BrokerError> {
        self.follow().await?;
        let enough = match need {
            Need::Complete => false,
            Need::Loaded => self.loaded.load(Ordering::Acquire),
            Need::Followed => true,
        };
        if enough { Ok(()) } else { self.repair(0).await }
    }

    /// Subscribes before anything is read, so that nothing falls between.
    async fn follow(self: &Arc<Self>) -> Result<(), BrokerError> {
        let start = async {
            let live = self.broker.subscribe(self.place.live()).await?;
            tokio::spawn(follow(Arc::downgrade(self), live, self.stop.clone()));
            Ok(())
        };
        self.followed.get_or_try_init(|| start).await.copied()
    }

    /// Reads what the leader has and the fold has not. `known` is stored for certain: a server that
    /// was cut off and is back takes itself for the leader for a while, and its end is an old one.
    pub(super) async fn repair(&self, known: u64) -> Result<(), BrokerError> {
        let _alone = self.repairing.lock().await;
        if known > 0 && self.last_seq() >= known {
            return Ok(());
        }
        let end = self.broker.last(&self.place).await?.max(known);
        loop {
            let last = self.last_seq();
            if last >= end {
                break;
            }
            let page = self.broker.page(&self.place, last + 1, end).await?;
            if page.is_empty() {
                // Purged meanwhile.
                break;
            }
            self.fold_page(&page);
        }
        self.loaded.store(true, Ordering::Release);
        Ok(())
    }

    /// Waits until everything up to a stored record is folded.
    pub(super) async fn reach(&self, seq: u64) -> Result<(), BrokerError> {
        let mut folded = self.folded.subscribe();
        let live = async {
            while self.last_seq() < seq {
                if folded.changed().await.is_err() {
                    return;
                }
            }
        };
        if timeout(LIVE_WAIT, live).await.is_ok() {
            return Ok(());
        }
        self.repair_to(seq).await
    }

    async fn repair_to(&self, seq: u64) -> Result<(), BrokerError> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..REPAIR_TRIES {
            if let Err(error) = self.repair(seq).await {
                tracing::debug!(stream = self.place.stream, %error, "a gap could not be read");
            }
            if self.last_seq() >= seq {
                return Ok(());
            }
            sleep(pause).await;
            pause *= 2;
        }
        Err(BrokerError::Refused("a stored record cannot be read back".into()))
    }

    pub(super) fn last_seq(&self) -> u64 {
        self.fold.lock().last_seq()
    }

    /// What it takes: its records as they are stored, and what folding adds to them.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn fold_page(&self, page: &[Stored]) {
        let records: Vec<_> = page.iter().map(Stored::record).collect();
        let mut bytes = 0;
        let mut fold = self.fold.lock();
        for (stored, record) in page.iter().zip(records) {
            // Live messages may have been folded meanwhile.
            if stored.seq > fold.last_seq() {
                fold.fold(stored.seq, stored.at, record);
                bytes += weight(stored);
            }
        }
        let records = fold.records();
        drop(fold);
        self.grow(bytes);
        self.folded.send_replace(records);
    }

    fn fold_live(&self, stored: &Stored) -> Folded {
        let record = stored.record();
        let mut fold = self.fold.lock();
        if stored.seq <= fold.last_seq() {
            return Folded::Done;
        }
        if stored.previous != fold.last_seq() {
            return Folded::Gap;
        }
        fold.fold(stored.seq, stored.at, record);
        let records = fold.records();
        drop(fold);
        if stored.previous == 0 {
            // The subject's first: there is nothing before it to be read.
            self.loaded.store(true, Ordering::Release);
        }
        self.grow(weight(stored));
        self.folded.send_replace(records);
        Folded::Done
    }

    fn grow(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if let Some(library) = self.library.upgrade() {
            library.grown(self);
        }
    }

    async fn hear(&self, message: &Message) {
        let Some(stored) = Stored::of(message) else {
            return;
        };
        if matches!(self.fold_live(&stored), Folded::Gap)
            && let Err(error) = self.repair_to(stored.seq).await
        {
            tracing::warn!(stream = self.place.stream, %error, "a gap is left to the next sweep");
        }
    }
}

impl Drop for Transcript {
    fn drop(&mut self) {
        if let Some(library) = self.library.upgrade() {
            library.forget(&self.place.subject);
        }
    }
}

fn weight(stored: &Stored) -> usize {
    stored.payload.len() + RECORD_BYTES
}

async fn follow(transcript: Weak<Transcript>, mut live: Subscriber, stop: CancellationToken) {
    loop {
        let message = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            message = live.next() => message,
        };
        let (Some(message), Some(transcript)) = (message, transcript.upgrade()) else {
            return;
        };
        transcript.hear(&message).await;
    }
}
