//! What was said in chats: stored, folded, numbered, followed. One subject a chat. Leaves what
//! a reader may see of a line, and names of customers, to the callers.

mod broker;
mod fold;
mod kept;
mod library;
mod log;
mod pairs;
mod room;
mod say;
mod stored;
mod sweep;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use baton_common::hash::shard_of;
use baton_common::ids::{ChatId, NoteId, WorkspaceId};
use baton_common::record::{Line, Profile, Record};
use baton_common::rejection::Rejection;
use baton_common::subjects;
use baton_common::time::Timestamp;
use baton_common::view::NoteView;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use broker::Place;
use library::{Library, Need};
pub use log::Transcript;
pub(crate) use pairs::{Circle, Pairs, Stirred};
use say::rejection;

/// An offer waits no longer for what was said in its chat.
const OFFER_WAIT: Duration = Duration::from_secs(1);

/// The transcripts of all chats; clones share them.
#[derive(Clone)]
pub struct Transcripts(Arc<Library>);

/// What is kept of a chat beside its lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Dossier {
    /// Who the customer is, attributes merged.
    pub(crate) profile: Profile,
    /// What agents noted in transfers and wrap-ups, as far as it was asked for.
    pub(crate) notes: BTreeMap<NoteId, String>,
}

/// Whose count of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Lines to all.
    Customer,
    /// All lines, whispers too.
    Agents,
}

/// A line that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// What was said.
    pub line: Arc<Line>,
    /// When the broker stored it.
    pub at: Timestamp,
    /// Where the broker stored it.
    pub stream_seq: u64,
    /// Place in the customers' count; none if it is not for them.
    pub number_all: Option<u64>,
    /// Place in the agents' count.
    pub number_agents: u64,
}

impl Heard {
    /// Place in the count of an audience; none if the line is not for it.
    pub const fn seq(&self, audience: Audience) -> Option<u64> {
        match audience {
            Audience::Customer => self.number_all,
            Audience::Agents => Some(self.number_agents),
        }
    }
}

impl Transcripts {
    /// Starts following. The streams may be made later: until then everything is `unavailable`.
    /// `shutdown` ends the following at once.
    pub async fn start(
        connection: &baton_runtime::nats::Link,
        shards: u16,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Self> {
        Ok(Self(Library::start(connection, shards, shutdown).await?))
    }

    /// The transcript of a chat, complete as of the call, empty if nothing is stored.
    pub async fn open(
        &self,
        workspace: &WorkspaceId,
        chat: &ChatId,
    ) -> Result<Arc<Transcript>, Rejection> {
        self.0.hold(self.place(workspace, chat), Need::Complete).await.map_err(|e| rejection(&e))
    }

    /// The transcript of a chat as far as it is known here, read if it is not: for those who can
    /// do without the newest moment.
    pub async fn at_hand(
        &self,
        workspace: &WorkspaceId,
        chat: &ChatId,
    ) -> Result<Arc<Transcript>, Rejection> {
        self.0.hold(self.place(workspace, chat), Need::Loaded).await.map_err(|e| rejection(&e))
    }

    /// The transcript of a chat that is offered, with its newest lines and notes if it is
    /// `handed_over`; as much as can be had in a moment, for an offer runs out while it waits.
    pub(crate) async fn for_offer(
        &self,
        workspace: &WorkspaceId,
        chat: &ChatId,
        handed_over: bool,
    ) -> Arc<Transcript> {
        let need = if handed_over { Need::Complete } else { Need::Loaded };
        self.0.hold_within(OFFER_WAIT, &self.place(workspace, chat), need).await
    }

    /// The transcript of a chat that begins, followed and not read: it is whole once the first
    /// record that is stored now was reached.
    pub async fn begin(
        &self,
        workspace: &WorkspaceId,
        chat: &ChatId,
    ) -> Result<Arc<Transcript>, Rejection> {
        self.0.hold(self.place(workspace, chat), Need::Followed).await.map_err(|e| rejection(&e))
    }

    /// Stores a record; its place in the stream (see [`Transcript::reached`]).
    pub async fn append(
        &self,
        workspace: &WorkspaceId,
        chat: &ChatId,
        record: &Record,
    ) -> Result<u64, Rejection> {
        self.0.append(&self.place(workspace, chat), record).await
    }

    /// Says a line once: a repeat of (sender, client id) gives the line that is there. Fills in
    /// `message_id` if it is empty. `chat_closed` after the seal; the same key with another body
    /// is a `conflict`.
    pub async fn say(
        &self,
        workspace: &WorkspaceId,
        chat: &ChatId,
        line: Line,
    ) -> Result<Heard, Rejection> {
        let said = self.0.say(self.place(workspace, chat), line).await;
        said.map(|(_, heard)| heard)
    }

    /// The internal chats, which are kept in the same streams.
    pub(crate) fn pairs(&self) -> Pairs {
        Pairs::new(Arc::clone(&self.0))
    }

    fn place(&self, workspace: &WorkspaceId, chat: &ChatId) -> Place {
        let shard = shard_of(workspace, self.0.shards());
        Place {
            stream: subjects::transcripts_stream(shard),
            subject: subjects::chat_transcript(shard, workspace, chat),
        }
    }
}

impl Transcript {
    /// Who the customer is, attributes merged.
    pub fn profile(&self) -> Profile {
        self.fold.lock().profile()
    }

    /// What is kept beside the lines, with the texts of these notes.
    pub(crate) fn dossier(&self, notes: &[NoteView]) -> Dossier {
        self.fold.lock().dossier(notes)
    }

    /// Reads on where the text of a note is not here: it was stored before the command that names
    /// it, by another gateway, and no live line shows it.
    pub(crate) async fn look_for(&self, notes: &[NoteView]) {
        if !self.fold.lock().has_notes(notes) {
            self.caught_up().await;
        }
    }

    /// The text of a note.
    pub fn note(&self, note: &NoteId) -> Option<String> {
        self.fold.lock().note(note)
    }

    /// How many lines an audience may read.
    pub fn last(&self, audience: Audience) -> u64 {
        self.fold.lock().last(audience)
    }

    /// Whether the closing line was said.
    pub fn sealed(&self) -> bool {
        self.fold.lock().sealed()
    }

    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.records() == 0
    }

    /// How many records are folded, repeats and all.
    pub fn records(&self) -> u64 {
        self.fold.lock().records()
    }

    /// Lines of an audience after a number, ascending, at most `limit`.
    pub fn lines(&self, audience: Audience, after: u64, limit: usize) -> Vec<Heard> {
        self.fold.lock().lines(audience, after, limit)
    }

    /// The newest `n` lines that people wrote, ascending.
    pub fn last_text_lines(&self, audience: Audience, n: usize) -> Vec<Heard> {
        self.fold.lock().last_text_lines(audience, n)
    }

    /// Counts folded records: on a change read `lines` after what you have.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.folded.subscribe()
    }

    /// Reads what the broker's leader has and the fold has not. If the broker does not answer,
    /// the next sweep will.
    pub async fn caught_up(&self) {
        if let Err(error) = self.repair(0).await {
            tracing::debug!(%error, "a transcript could not be compared; the next sweep will");
        }
    }

    /// Waits until an appended record is folded.
    pub async fn reached(&self, stream_seq: u64) -> Result<(), Rejection> {
        self.reach(stream_seq).await.map_err(|e| rejection(&e))
    }
}
