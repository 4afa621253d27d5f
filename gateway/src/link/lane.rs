//! What the tasks of one shard share: the spool of commands, who waits for outcomes, what was
//! heard of the leader. Locks here are held for a moment and never over an await.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use baton_common::limits;
use baton_common::view::Position;
use parking_lot::Mutex;
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::continuity::{Continuity, Heard};
use super::spool::Spool;
use super::waiting::Waiting;

/// One shard as this gateway sees it.
pub(super) struct Lane {
    pub(super) shard: u16,
    pub(super) spool: Spool,
    pub(super) waiting: Mutex<Waiting>,
    /// Room for those who report.
    pub(super) reports: Semaphore,
    /// A frame was stored: there may be something to ask about.
    pub(super) questions: Notify,
    continuity: Mutex<Continuity>,
    /// Something that the leader said was lost.
    lost: Notify,
}

impl Lane {
    /// A shard of which nothing was heard yet; `bytes`: see [`Spool::new`].
    pub(super) fn new(shard: u16, bytes: Arc<AtomicUsize>) -> Self {
        Self {
            shard,
            spool: Spool::new(bytes),
            waiting: Mutex::default(),
            reports: Semaphore::new(limits::REPORTS),
            questions: Notify::new(),
            continuity: Mutex::default(),
            lost: Notify::new(),
        }
    }

    /// The newest leader's term that was heard of.
    pub(super) fn epoch(&self) -> u64 {
        self.continuity.lock().epoch()
    }

    /// A notice came; false if it is to be ignored.
    pub(super) fn notice(&self, position: Position, previous: Position) -> bool {
        let heard = self.continuity.lock().notice(position, previous);
        if heard == Heard::AfterLoss {
            self.lose("a notice was lost, or another router leads");
        }
        heard != Heard::Stale
    }

    /// A leader's pulse came.
    pub(super) fn pulse(&self, position: Position, noticed: Option<Position>, lag: u64) {
        let now = Instant::now();
        if self.continuity.lock().pulse(position, noticed, lag, now) {
            self.lose("a notice did not come, or another router leads");
        }
    }

    /// Continuity was lost; several losses before the repair are one.
    pub(super) fn lose(&self, why: &str) {
        tracing::info!(shard = self.shard, why, "continuity with the leader was lost");
        self.lost.notify_one();
    }

    /// Waits for a loss.
    pub(super) async fn loss(&self) {
        self.lost.notified().await;
    }

    /// Whether the leader is known to be further behind than `commands`.
    pub(super) fn lags(&self, commands: u64) -> bool {
        self.continuity.lock().lag(Instant::now()).is_some_and(|lag| lag > commands)
    }
}

/// Milliseconds of the domain as the runtime counts them.
pub(super) const fn duration(span: baton_common::time::Span) -> Duration {
    Duration::from_millis(span.0)
}
