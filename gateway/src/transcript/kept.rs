//! Transcripts that were lately used, kept so that the next use needs no reading: two generations,
//! the older of which is let go when the newer is full or old. Leaves who uses them to `library`.

use std::collections::HashMap;
use std::sync::Arc;

use baton_common::limits;

use super::Transcript;

/// The two generations.
#[derive(Default)]
pub(super) struct Kept {
    newer: Generation,
    older: Generation,
}

/// Transcripts by subject.
#[derive(Default)]
pub(super) struct Generation {
    used: HashMap<String, Arc<Transcript>>,
    /// Records they had when they came.
    records: u64,
}

impl Kept {
    /// Notes a use; what is let go for it is to be dropped by the caller, outside of any lock.
    pub(super) fn used(&mut self, transcript: &Arc<Transcript>) -> Option<Generation> {
        let subject = &transcript.place.subject;
        if self.newer.used.contains_key(subject) {
            return None;
        }
        self.newer.used.insert(subject.clone(), Arc::clone(transcript));
        self.newer.records += transcript.records();
        let is_full = self.newer.used.len() >= limits::TRANSCRIPTS_KEPT / 2
            || self.newer.records >= limits::RECORDS_KEPT / 2;
        is_full.then(|| self.turn())
    }

    /// Begins a new generation; gives the oldest, which is to be dropped outside of any lock.
    pub(super) fn turn(&mut self) -> Generation {
        let newer = std::mem::take(&mut self.newer);
        std::mem::replace(&mut self.older, newer)
    }
}
