//! Transcripts that were lately used, kept so that the next use needs no reading: two generations,
//! the older of which is let go when the newer is full or old. Bounded in number and in bytes, also
//! as they grow. Leaves who uses them to `library`.

use std::collections::HashMap;
use std::sync::Arc;

use baton_common::limits;

use super::Transcript;

/// The two generations; a transcript is in one of them.
#[derive(Default)]
pub(super) struct Kept {
    newer: Generation,
    older: Generation,
}

/// Transcripts by subject.
#[derive(Default)]
pub(super) struct Generation {
    /// With the bytes that are counted for each.
    used: HashMap<String, (Arc<Transcript>, usize)>,
    bytes: usize,
}

impl Kept {
    /// Notes a use; what is let go for it is to be dropped by the caller, outside of any lock.
    pub(super) fn used(&mut self, transcript: &Arc<Transcript>) -> Vec<Generation> {
        if !self.newer.weigh(transcript) {
            self.older.remove(transcript);
            self.newer.add(transcript);
        }
        self.fit()
    }

    /// Counts what a transcript has grown by, if it is kept; gives the same.
    pub(super) fn grown(&mut self, transcript: &Transcript) -> Vec<Generation> {
        if self.newer.weigh(transcript) || self.older.weigh(transcript) {
            return self.fit();
        }
        Vec::new()
    }

    /// Begins a new generation; gives the oldest, which is to be dropped outside of any lock.
    pub(super) fn turn(&mut self) -> Generation {
        let newer = std::mem::take(&mut self.newer);
        std::mem::replace(&mut self.older, newer)
    }

    fn fit(&mut self) -> Vec<Generation> {
        let mut let_go = Vec::new();
        while self.is_full() {
            let_go.push(self.turn());
        }
        let_go
    }

    fn is_full(&self) -> bool {
        self.newer.used.len() >= limits::TRANSCRIPTS_KEPT / 2
            || self.newer.bytes >= limits::BYTES_KEPT / 2
            || self.newer.bytes + self.older.bytes > limits::BYTES_KEPT
    }

    /// What they have together.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let all = self.newer.used.values().chain(self.older.used.values());
        all.map(|(transcript, _)| transcript.bytes()).sum()
    }
}

impl Generation {
    fn add(&mut self, transcript: &Arc<Transcript>) {
        let bytes = transcript.bytes();
        self.bytes += bytes;
        self.used.insert(transcript.place.subject.clone(), (Arc::clone(transcript), bytes));
    }

    fn remove(&mut self, transcript: &Transcript) {
        if let Some((_, bytes)) = self.used.remove(&transcript.place.subject) {
            self.bytes -= bytes;
        }
    }

    /// Whether it is here; counts it as it is now.
    fn weigh(&mut self, transcript: &Transcript) -> bool {
        let Some((_, bytes)) = self.used.get_mut(&transcript.place.subject) else {
            return false;
        };
        let now = transcript.bytes();
        self.bytes = self.bytes - *bytes + now;
        *bytes = now;
        true
    }
}
