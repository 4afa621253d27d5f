//! The subjects of internal chats as `dm` uses them: the same log, one subject a pair of people.
//! Leaves what their lines mean to `dm`.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Subscriber;
use baton_common::command::Person;
use baton_common::hash::shard_of;
use baton_common::ids::WorkspaceId;
use baton_common::record::Line;
use baton_common::rejection::Rejection;
use baton_common::subjects;
use baton_runtime::nats::LinkState;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::broker::Place;
use super::library::{Library, Need};
use super::say::rejection;
use super::stored::Stored;
use super::sweep::{SWEEP_AGAIN, SWEEP_EVERY};
use super::{Heard, Transcript};

/// Internal chats; clones share them.
#[derive(Clone)]
pub(crate) struct Pairs(Arc<Library>);

/// The pairs that one person belongs to.
pub(crate) struct Circle {
    library: Arc<Library>,
    stream: String,
    filters: [String; 2],
}

/// Something was stored for a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stirred {
    /// The pair.
    pub(crate) subject: String,
    /// The newest record.
    pub(crate) seq: u64,
    /// The one before it on its subject; only live messages know it.
    pub(crate) previous: u64,
}

impl Pairs {
    pub(super) const fn new(library: Arc<Library>) -> Self {
        Self(library)
    }

    /// The internal chat of two people, complete as of the call.
    pub(crate) async fn open(
        &self,
        workspace: &WorkspaceId,
        a: &Person,
        b: &Person,
    ) -> Result<Arc<Transcript>, Rejection> {
        let place = self.place(workspace, a, b);
        self.0.hold(place, Need::Complete).await.map_err(|e| rejection(&e))
    }

    /// Says a line to a colleague.
    pub(crate) async fn say(
        &self,
        workspace: &WorkspaceId,
        from: &Person,
        to: &Person,
        line: Line,
    ) -> Result<Heard, Rejection> {
        let said = self.0.say(self.place(workspace, from, to), line).await;
        said.map(|(_, heard)| heard)
    }

    /// The subject of two people.
    pub(crate) fn subject(&self, workspace: &WorkspaceId, a: &Person, b: &Person) -> String {
        self.place(workspace, a, b).subject
    }

    /// The pairs of one person, and live messages of all of them.
    pub(crate) async fn circle(
        &self,
        workspace: &WorkspaceId,
        person: &Person,
    ) -> Result<(Circle, [Subscriber; 2]), Rejection> {
        let shard = shard_of(workspace, self.0.shards());
        let [first, second] = subjects::dm_lines_of(shard, workspace, person);
        let broker = &self.0.broker;
        let live = [
            broker.subscribe(first).await.map_err(|e| rejection(&e))?,
            broker.subscribe(second).await.map_err(|e| rejection(&e))?,
        ];
        Ok((self.circle_of(workspace, person), live))
    }

    /// The pairs of one person, to be read.
    pub(crate) fn circle_of(&self, workspace: &WorkspaceId, person: &Person) -> Circle {
        let shard = shard_of(workspace, self.0.shards());
        Circle {
            library: Arc::clone(&self.0),
            stream: subjects::transcripts_stream(shard),
            filters: subjects::dm_transcripts_of(shard, workspace, person),
        }
    }

    fn place(&self, workspace: &WorkspaceId, a: &Person, b: &Person) -> Place {
        let shard = shard_of(workspace, self.0.shards());
        Place {
            stream: subjects::transcripts_stream(shard),
            subject: subjects::dm_transcript(shard, workspace, a, b),
        }
    }
}

impl Circle {
    /// How often to look for what live messages did not show.
    pub(crate) const LOOK_EVERY: Duration = SWEEP_EVERY;
    /// How soon to look again where the broker did not answer.
    pub(crate) const LOOK_AGAIN: Duration = SWEEP_AGAIN;

    /// The newest record of each pair, the pair that spoke last at the end.
    pub(crate) async fn newest(&self) -> Result<Vec<Stirred>, Rejection> {
        let lasts =
            self.library.lasts(&self.stream, &self.filters).await.map_err(|e| rejection(&e))?;
        Ok(lasts.into_iter().map(Stirred::of).collect())
    }

    /// The log of one of the pairs, with everything up to a stored record.
    pub(crate) async fn log(&self, stirred: &Stirred) -> Result<Arc<Transcript>, Rejection> {
        let place = Place { stream: self.stream.clone(), subject: stirred.subject.clone() };
        let log = self.library.hold(place, Need::Loaded).await.map_err(|e| rejection(&e))?;
        log.reached(stirred.seq).await?;
        Ok(log)
    }

    /// Counts what may have cost live messages.
    pub(crate) fn state(&self) -> watch::Receiver<LinkState> {
        self.library.state()
    }

    /// Ends with the process.
    pub(crate) fn shutdown(&self) -> CancellationToken {
        self.library.shutdown().clone()
    }
}

impl Stirred {
    /// From a live message.
    pub(crate) fn live(message: &async_nats::Message) -> Option<Self> {
        Stored::of(message).map(Self::of)
    }

    fn of(stored: Stored) -> Self {
        let Stored { subject, seq, previous, .. } = stored;
        Self { subject, seq, previous }
    }
}

impl Transcript {
    /// Lines stored after a record, ascending, and the newest record.
    pub(crate) fn stored_after(&self, seq: u64) -> (Vec<Heard>, u64) {
        let fold = self.fold.lock();
        (fold.lines_stored_after(seq), fold.last_seq())
    }
}
