//! The workspaces' configurations as their leaders have them: read once, read again on news.
//! Bounded by what exists: workspaces without a configuration are not remembered.

use std::sync::Arc;
use std::time::Duration;

use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::config::Workspace;
use baton_common::frame::Packed;
use baton_common::hash::shard_of;
use baton_common::ids::WorkspaceId;
use baton_common::rejection::Rejection;
use dashmap::DashMap;
use tokio::time::timeout;

use super::{Inner, questions, unavailable};
use crate::turns::Turns;

/// Nobody waits longer for a configuration.
const PATIENCE: Duration = Duration::from_secs(1);
/// Configurations of a shard that are read at the same time: each may be megabytes.
pub(super) const READS: usize = 4;

/// The cache.
pub(super) struct Configs {
    known: DashMap<WorkspaceId, Arc<Workspace>>,
    reads: Turns,
}

impl Configs {
    pub(super) fn new(shards: u16) -> Self {
        Self { known: DashMap::new(), reads: Turns::new(shards, READS) }
    }

    /// What is at hand.
    pub(super) fn get(&self, workspace: &WorkspaceId) -> Option<Arc<Workspace>> {
        self.known.get(workspace).map(|known| Arc::clone(&known))
    }

    /// What is at hand, else what the leader has, if it answers in time.
    pub(super) async fn read(
        &self,
        inner: &Inner,
        workspace: &WorkspaceId,
    ) -> Option<Arc<Workspace>> {
        if let Some(known) = self.get(workspace) {
            return Some(known);
        }
        // Whatever came of it, what is at hand afterwards is the answer.
        let _ = timeout(PATIENCE, self.fetch(inner, workspace, Some(0))).await;
        self.get(workspace)
    }

    /// The same, and why there is none: no such workspace, or nobody who answers.
    pub(super) async fn demand(
        &self,
        inner: &Inner,
        workspace: &WorkspaceId,
    ) -> Result<Arc<Workspace>, Rejection> {
        if let Some(known) = self.get(workspace) {
            return Ok(known);
        }
        let read = timeout(PATIENCE, self.fetch(inner, workspace, Some(0))).await;
        match (self.get(workspace), read) {
            (Some(known), _) => Ok(known),
            (None, Ok(Ok(()))) => {
                let detail = format!("there is no workspace {workspace}: check its name");
                Err(Rejection::new(Code::NotFound, detail))
            }
            (None, Ok(Err(rejection))) => Err(rejection),
            (None, Err(_)) => Err(unavailable("no router answers; try again")),
        }
    }

    /// Sees to it that this version, or a newer one, is at hand, if the leader answers in time.
    pub(super) async fn reach(&self, inner: &Inner, workspace: &WorkspaceId, version: u64) {
        if !self.has(workspace, version) {
            // If it does not, the version's news brings it.
            let _ = timeout(PATIENCE, self.fetch(inner, workspace, Some(version))).await;
        }
    }

    /// News of a version: reads it in the background, unless it is at hand.
    pub(super) fn renew(&self, inner: Arc<Inner>, workspace: WorkspaceId, version: u64) {
        if self.has(&workspace, version) {
            return;
        }
        tokio::spawn(async move {
            if let Err(error) = inner.configs.fetch(&inner, &workspace, Some(version)).await {
                tracing::warn!(%workspace, version, %error, "a configuration could not be read");
                // The shard's next repair reads it, once somebody leads.
                let shard = shard_of(&workspace, inner.shards());
                inner.lanes[usize::from(shard)].lose("a configuration could not be read");
            }
        });
    }

    /// Reads all configurations of a shard again: news of some may have been lost. Gives whether
    /// a leader answered about all of them.
    pub(super) async fn renew_all(&self, inner: &Inner, shard: u16) -> bool {
        let known: Vec<WorkspaceId> = self.known.iter().map(|known| known.key().clone()).collect();
        let of_shard = known.iter().filter(|ws| shard_of(ws, inner.shards()) == shard);
        for workspace in of_shard {
            if let Err(error) = self.fetch(inner, workspace, None).await {
                tracing::warn!(%workspace, %error, "a configuration could not be read again");
                if error.code == Code::Unavailable {
                    return false;
                }
            }
        }
        true
    }

    /// Whether this version, or a newer one, is at hand.
    fn has(&self, workspace: &WorkspaceId, version: u64) -> bool {
        self.get(workspace).is_some_and(|known| known.version >= Some(version))
    }

    /// Reads what the leader has, unless a version that is `enough` is there once it is this
    /// reader's turn. An error if none answers, or nothing that can be understood.
    async fn fetch(
        &self,
        inner: &Inner,
        workspace: &WorkspaceId,
        enough: Option<u64>,
    ) -> Result<(), Rejection> {
        let _turn = self.reads.take(shard_of(workspace, inner.shards())).await;
        if enough.is_some_and(|version| self.has(workspace, version)) {
            return Ok(());
        }
        let ask = Ask::Config { workspace: workspace.clone() };
        let lane = inner.lane(workspace);
        let reply = questions::ask(lane, &inner.requests, &ask, PATIENCE).await?;
        let ReplyBody::Config(version, Some(document)) = reply else {
            return Ok(());
        };
        let config = unpack(workspace, version, &document)?;
        let mut known = self.known.entry(workspace.clone()).or_default();
        if known.version <= config.version {
            *known = Arc::new(config);
        }
        Ok(())
    }
}

fn unpack(
    workspace: &WorkspaceId,
    version: u64,
    document: &Packed,
) -> Result<Workspace, Rejection> {
    let text = document.unpack().map_err(|error| error.to_string());
    let config = text.and_then(|text| {
        serde_json::from_str::<Workspace>(&text).map_err(|error| error.to_string())
    });
    match config {
        Ok(config) => Ok(Workspace { version: Some(version), ..config }),
        Err(error) => {
            tracing::error!(%workspace, version, error, "a configuration cannot be decoded");
            Err(Rejection::new(Code::Internal, "the configuration cannot be understood"))
        }
    }
}
