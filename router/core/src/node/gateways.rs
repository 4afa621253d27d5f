//! What is remembered of gateways' command frames: the newest number of each, so that a repeat is
//! skipped, and what became of the newest commands, for gateways that missed the notice. Leaves
//! the gateways' heartbeats to the leader.

use std::collections::{BTreeMap, VecDeque};

use baton_common::frame::{FrameId, Outcome};
use baton_common::ids::GatewayId;
use baton_common::limits;
use serde::{Deserialize, Serialize};

/// Frame numbers and outcomes by gateway.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gateways {
    known: BTreeMap<GatewayId, Numbered>,
    /// Counts uses, to find the gateway that was silent longest.
    uses: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Numbered {
    last: u64,
    used: u64,
    frames: VecDeque<Kept>,
    /// Outcomes in `frames`.
    kept: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    n: u64,
    outcomes: Vec<Outcome>,
}

impl Gateways {
    /// How many outcomes were ever remembered.
    pub(crate) fn uses(&self) -> u64 {
        self.uses
    }

    /// How many commands of a frame have been taken: each leaves an outcome. All of them if its
    /// outcomes are forgotten.
    pub(crate) fn taken(&self, frame: &FrameId) -> usize {
        let known = self.known.get(&frame.gateway);
        if known.is_none_or(|known| frame.n > known.last) {
            return 0;
        }
        let kept = self.outcomes(&frame.gateway, frame.n).and_then(<[Outcome]>::last);
        kept.map_or(usize::MAX, |newest| newest.index as usize + 1)
    }

    /// Remembers an outcome.
    pub(crate) fn record(&mut self, outcome: &Outcome) {
        self.uses += 1;
        let known = self.known.entry(outcome.frame.gateway.clone()).or_default();
        known.used = self.uses;
        known.last = known.last.max(outcome.frame.n);
        known.keep(outcome.clone());
        self.bound();
    }

    /// What became of the commands of a frame; none if unknown or forgotten.
    pub(crate) fn outcomes(&self, gateway: &GatewayId, n: u64) -> Option<&[Outcome]> {
        let frames = &self.known.get(gateway)?.frames;
        frames.iter().rev().find(|kept| kept.n == n).map(|kept| kept.outcomes.as_slice())
    }

    fn bound(&mut self) {
        if self.known.len() > limits::GATEWAYS {
            let oldest = self.known.iter().min_by_key(|(_, known)| known.used);
            let oldest = oldest.map(|(gateway, _)| gateway.clone());
            oldest.and_then(|gateway| self.known.remove(&gateway));
        }
    }
}

impl Numbered {
    /// A gateway has one frame in flight and asks for that one: the newest frames suffice, and
    /// never more outcomes than two full frames hold.
    fn keep(&mut self, outcome: Outcome) {
        let n = outcome.frame.n;
        match self.frames.back_mut() {
            Some(newest) if newest.n == n => newest.outcomes.push(outcome),
            _ => self.frames.push_back(Kept { n, outcomes: vec![outcome] }),
        }
        self.kept += 1;
        let most = 2 * limits::COMMAND_FRAME_COMMANDS;
        while self.frames.len() > limits::OUTCOME_FRAMES
            || (self.kept > most && self.frames.len() > 1)
        {
            let dropped = self.frames.pop_front().map_or(0, |kept| kept.outcomes.len());
            self.kept -= dropped;
        }
    }
}

#[cfg(test)]
mod tests {
    use baton_common::answer::Done;
    use baton_common::time::Timestamp;

    use super::*;

    fn outcome(gateway: &str, n: u64, index: u32) -> Outcome {
        Outcome {
            frame: FrameId { gateway: gateway.into(), n },
            index,
            at: Timestamp(0),
            key: None,
            start: false,
            workspace: None,
            chat: None,
            connected: None,
            refused_transfer: None,
            result: Ok(Done::default()),
        }
    }

    #[test]
    fn of_each_frame_is_known_how_much_was_taken() {
        let mut gateways = Gateways::default();
        for (n, index) in [(4, 0), (4, 1), (5, 0), (4, 2)] {
            gateways.record(&outcome("g", n, index));
        }
        let taken = |gateway: &str, n| gateways.taken(&FrameId { gateway: gateway.into(), n });
        assert_eq!([6, 5, 4].map(|n| taken("g", n)), [0, 1, 3]);
        assert_eq!(taken("g", 3), usize::MAX, "older than what is kept");
        assert_eq!(taken("other", 1), 0);
    }

    #[test]
    fn the_newest_frames_are_kept_within_bounds() {
        let mut gateways = Gateways::default();
        for n in 1..=1_000 {
            for index in 0..3 {
                gateways.record(&outcome("g", n, index));
            }
        }
        let id = GatewayId::new("g");
        assert_eq!(gateways.outcomes(&id, 1_000).unwrap().len(), 3);
        assert!(gateways.outcomes(&id, 1).is_none());
        let known = &gateways.known[&id];
        assert!(known.frames.len() <= limits::OUTCOME_FRAMES);
        let kept: usize = known.frames.iter().map(|kept| kept.outcomes.len()).sum();
        assert_eq!(known.kept, kept);
    }

    #[test]
    fn the_gateway_that_was_silent_longest_is_forgotten() {
        let mut gateways = Gateways::default();
        gateways.record(&outcome("g0", 1, 0));
        for i in 0..limits::GATEWAYS {
            gateways.record(&outcome("g0", 2, 0));
            gateways.record(&outcome(&format!("h{i}"), 1, 0));
        }
        assert_eq!(gateways.known.len(), limits::GATEWAYS);
        assert!(gateways.outcomes(&"g0".into(), 2).is_some());
        assert!(gateways.outcomes(&"h0".into(), 1).is_none());
    }
}
