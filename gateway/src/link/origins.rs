//! The origins that any workspace allows, as the shards' leaders have them: read at the start,
//! again on news of a configuration, and when a page comes of an origin that is not known. Leaves
//! which of them a workspace allows to its configuration.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use baton_common::ask::{Ask, ReplyBody};
use baton_common::rejection::Rejection;
use dashmap::DashMap;
use futures_util::future::join_all;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use super::{Inner, questions, unavailable};

/// Nobody waits longer for origins.
const PATIENCE: Duration = Duration::from_secs(1);
/// Pages of unknown origins make the leaders be asked at most so often.
const SPACING: Duration = Duration::from_secs(1);
/// News of configurations that come closer together than this are one.
const GATHER: Duration = Duration::from_millis(200);
/// Pages of a shard's origins: more than any deployment has.
const PAGES: usize = 64;

/// The cache.
#[derive(Default)]
pub(super) struct Origins {
    known: DashMap<u16, HashSet<String>>,
    /// When all were read for a page of an unknown origin; one reads for all who wait.
    read: Mutex<Option<Instant>>,
    stale: DashMap<u16, Arc<AtomicBool>>,
}

impl Origins {
    /// Whether any workspace allows an origin; an error if that cannot be told now.
    pub(super) async fn allow(&self, inner: &Inner, origin: &str) -> Result<bool, Rejection> {
        if self.has(origin) {
            return Ok(true);
        }
        let mut read = self.read.lock().await;
        if !self.has(origin) && read.is_none_or(|last| last.elapsed() >= SPACING) {
            // Whatever came of it, what is at hand afterwards is the answer.
            let _ = timeout(PATIENCE, self.fetch_all(inner)).await;
            *read = Some(Instant::now());
        }
        if self.has(origin) {
            return Ok(true);
        }
        if self.known.len() < inner.lanes.len() {
            let detail = "whether pages of this origin may connect cannot be told now";
            return Err(unavailable(detail));
        }
        Ok(false)
    }

    fn has(&self, origin: &str) -> bool {
        self.known.iter().any(|known| known.contains(origin))
    }

    /// Reads a shard's for the first time, as soon as a router answers.
    pub(super) async fn begin(&self, inner: &Inner, shard: u16) {
        while !self.known.contains_key(&shard) && self.fetch(inner, shard).await.is_err() {
            sleep(PATIENCE).await;
        }
    }

    /// News of a configuration: reads its shard's again soon.
    pub(super) fn renew(inner: &Arc<Inner>, shard: u16) {
        let stale = Arc::clone(&inner.origins.stale.entry(shard).or_default());
        if stale.swap(true, Ordering::AcqRel) {
            return;
        }
        let inner = Arc::clone(inner);
        tokio::spawn(async move {
            sleep(GATHER).await;
            stale.store(false, Ordering::Release);
            if let Err(error) = inner.origins.fetch(&inner, shard).await {
                // A page of an origin that is missing makes them be read again.
                tracing::warn!(shard, %error, "the origins could not be read again");
            }
        });
    }

    async fn fetch_all(&self, inner: &Inner) {
        // A shard that nobody leads keeps the others' waiting no longer than itself.
        join_all(inner.lanes.iter().map(|lane| self.fetch(inner, lane.shard))).await;
    }

    async fn fetch(&self, inner: &Inner, shard: u16) -> Result<(), Rejection> {
        let lane = &inner.lanes[usize::from(shard)];
        let (mut all, mut after) = (HashSet::new(), None);
        for _ in 0..PAGES {
            let ask = Ask::Origins { after: after.take() };
            let reply = questions::ask(lane, &inner.requests, &ask, PATIENCE).await?;
            let ReplyBody::Origins(page, more) = reply else {
                return Err(unavailable("the router answered something else"));
            };
            after = page.last().cloned();
            all.extend(page);
            if !more {
                break;
            }
        }
        self.known.insert(shard, all);
        Ok(())
    }
}
