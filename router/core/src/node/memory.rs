//! What a router remembers of a shard: the fold of its journal up to a frame. While it leads, the
//! state runs ahead of that frame; images are taken only when it does not. Leaves deciding to the
//! leader and the codec of images to `image`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use baton_common::event::{Event, FIRST_SCHEMA, SCHEMA};
use baton_common::frame::{CodecError, Cursor, JournalFrame};
use baton_common::hash::Digest;
use baton_common::ids::RouterId;
use baton_common::view::Position;
use serde::{Deserialize, Serialize};

use super::effects::Effects;
use super::gateways::Gateways;
use crate::{State, engine};

/// The fold of a journal.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Memory {
    /// The newest frame folded or acknowledged.
    pub(crate) seq: u64,
    /// Digest of that frame's payload.
    pub(crate) digest: Digest,
    /// The newest leader's term.
    pub(crate) epoch: u64,
    /// The newest leader; none once it stepped down.
    pub(crate) leader: Option<RouterId>,
    /// Whom the newest leader handed over to; none once somebody leads.
    #[serde(default)]
    pub(crate) heir: Option<RouterId>,
    /// The schema of events that was raised last; see [`Self::schema`].
    #[serde(default)]
    pub(crate) raised: u32,
    /// Commands up to here have been decided.
    pub(crate) cursor: Cursor,
    /// The engine's state.
    pub(crate) state: State,
    /// Frame numbers and outcomes.
    pub(crate) gateways: Gateways,
    /// Lines to be stored.
    pub(crate) effects: Effects,
}

/// Which shard of how many a journal must be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardOf {
    /// The shard.
    pub shard: u16,
    /// How many there are.
    pub shards: u16,
}

/// Why a frame cannot be folded: the router stops following and never claims.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// Not readable by this release.
    #[error("journal frame {seq} {source}")]
    Codec {
        /// Which.
        seq: u64,
        /// Why.
        source: CodecError,
    },
    /// It holds what only a newer release writes.
    #[error("journal frame {0} holds an event `{1}` that this release cannot read: update it")]
    Unknown(u64, String),
    /// A newer release raised the schema.
    #[error("the journal has schema {0}, this release knows {SCHEMA}: update it")]
    Schema(u32),
    /// It does not continue the frame before.
    #[error("journal frame {0} does not continue the one before: verify the journal")]
    Chain(u64),
    /// An older term after a newer.
    #[error("journal frame {0} is of an older term than the one before: verify the journal")]
    Term(u64),
    /// The journal of another shard or deployment.
    #[error("the journal is of shard {0} of {1}: set the number of shards it was made with")]
    Foreign(u16, u16),
    /// The engine fails on it.
    #[error("the engine fails on journal frame {0}: run the release that wrote it")]
    Panicked(u64),
}

impl Memory {
    /// The newest frame.
    pub fn position(&self) -> Position {
        Position { epoch: self.epoch, seq: self.seq }
    }

    /// Digest of the newest frame's payload.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Sequence of the newest command message that was decided.
    pub fn commands_through(&self) -> u64 {
        self.cursor.seq
    }

    /// Up to where commands have been decided.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The newest schema of events that may be recorded.
    pub fn schema(&self) -> u32 {
        self.raised.max(FIRST_SCHEMA)
    }

    /// The engine's state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Folds the next frame. After an error the memory is void.
    pub fn fold(&mut self, of: ShardOf, payload: &[u8]) -> Result<(), FoldError> {
        let seq = self.seq + 1;
        let frame = JournalFrame::decode(payload);
        let frame = frame.map_err(|source| match unreadable(payload) {
            Some(kind) => FoldError::Unknown(seq, kind),
            None => FoldError::Codec { seq, source },
        })?;
        if frame.previous != self.digest {
            return Err(FoldError::Chain(seq));
        }
        if frame.epoch < self.epoch {
            return Err(FoldError::Term(seq));
        }
        let folded = catch_unwind(AssertUnwindSafe(|| self.take(of, seq, frame)));
        folded.map_err(|_| FoldError::Panicked(seq))??;
        self.seq = seq;
        self.digest = Digest::of(payload);
        Ok(())
    }

    fn take(&mut self, of: ShardOf, seq: u64, frame: JournalFrame) -> Result<(), FoldError> {
        self.effects.settle(frame.effects_through);
        let places = frame.places.iter().copied().chain(std::iter::repeat(u32::MAX));
        let mut outcomes = frame.outcomes.iter().zip(places).peekable();
        let mut lines = Vec::new();
        for (place, event) in (0..).zip(&frame.events) {
            while let Some((outcome, _)) = outcomes.next_if(|(_, before)| *before <= place) {
                self.record(outcome);
            }
            self.note(of, &event.event)?;
            let of_event = engine::fold(&mut self.state, event);
            lines.extend(of_event.into_iter().map(|mut line| {
                line.event = place as usize;
                line
            }));
        }
        outcomes.for_each(|(outcome, _)| self.record(outcome));
        self.effects.add(of.shard, seq, lines);
        self.cursor = frame.commands_through;
        Ok(())
    }

    fn record(&mut self, outcome: &baton_common::frame::Outcome) {
        engine::record(&mut self.state, outcome);
        self.gateways.record(outcome);
    }

    /// What the node itself reads of an event.
    pub(crate) fn note(&mut self, of: ShardOf, event: &Event) -> Result<(), FoldError> {
        match event {
            Event::JournalOpened { shards, shard }
                if (*shard, *shards) != (of.shard, of.shards) =>
            {
                return Err(FoldError::Foreign(*shard, *shards));
            }
            Event::LeaderElected { epoch, router, .. } => {
                self.epoch = *epoch;
                self.leader = Some(router.clone());
                self.heir = None;
            }
            Event::LeaderResigned { to, .. } => {
                self.leader = None;
                self.heir.clone_from(to);
            }
            Event::SchemaRaised { v } if *v > SCHEMA => return Err(FoldError::Schema(*v)),
            Event::SchemaRaised { v } => self.raised = self.raised.max(*v),
            _ => {}
        }
        Ok(())
    }
}

/// The kind of the first event that cannot be read.
fn unreadable(payload: &[u8]) -> Option<String> {
    let frame: serde_json::Value = serde_json::from_slice(payload).ok()?;
    let mut events = frame.get("events")?.as_array()?.iter().filter_map(|timed| timed.get("e"));
    let wrong = events.find(|event| Event::deserialize(*event).is_err())?;
    Some(wrong.get("type")?.as_str()?.to_owned())
}
