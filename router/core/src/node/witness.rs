//! Routers compare what they remember: at every so-many-eth frame each takes a mark of a sample of
//! its state, the leader tells its own, and a follower that had another is wrong, or the leader is.
//! Leaves what is compared to the state, and what follows to `following`.

use std::collections::VecDeque;

use baton_common::hash::Digest;
use baton_common::limits;
use baton_common::notice::Witness;

use super::image;
use super::memory::Memory;

/// Tests are short.
pub(crate) const EVERY: u64 = if cfg!(test) { 4 } else { limits::WITNESS_FRAMES };
/// The newest marks; what a leader tells is a heartbeat old, and a follower may be behind.
const KEPT: usize = 16;

/// The marks of one router, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    kept: VecDeque<(u64, u64)>,
}

impl Marks {
    /// `memory` is the fold of the journal up to `seq`, or will be once that frame is stored.
    pub(crate) fn take(&mut self, seq: u64, memory: &Memory) {
        if !seq.is_multiple_of(EVERY) {
            return;
        }
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((seq, memory.mark(seq)));
    }

    /// The newest one up to `seq`, to be told.
    pub(crate) fn newest(&self, seq: u64) -> Option<Witness> {
        let newest = self.kept.iter().rev().find(|(at, _)| *at <= seq);
        newest.map(|(seq, mark)| Witness { layout: image::SCHEMA, seq: *seq, mark: *mark })
    }

    /// Whether another router had another mark. One of another release tells nothing.
    pub(crate) fn differ(&self, told: &Witness) -> bool {
        let own = self.kept.iter().find(|(seq, _)| *seq == told.seq);
        told.layout == image::SCHEMA && own.is_some_and(|(_, mark)| *mark != told.mark)
    }
}

impl Memory {
    fn mark(&self, lot: u64) -> u64 {
        let node = (self.raised, self.gateways.uses());
        let mut bytes = Vec::new();
        let written = ciborium::into_writer(&(node, self.state.sample(lot)), &mut bytes);
        written.expect("state is plain data, memory takes it");
        let Digest(digest) = Digest::of(&bytes);
        digest[..8].iter().fold(0, |mark, byte| mark << 8 | u64::from(*byte))
    }
}
