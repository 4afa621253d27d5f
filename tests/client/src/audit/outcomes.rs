//! Each command has its effect once: its place in the command stream and its key have one outcome
//! in the journal. What the clients were answered is `clients`' to compare.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::findings::{Findings, Law};
use super::shapes::Outcome;
use super::world::World;
use crate::ledger::Mark;

/// What the journal says that a command came to.
pub(super) type Recorded = Result<(), SmolStr>;

/// All outcomes so far.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    pub(super) by_key: HashMap<Mark, Recorded>,
    /// The newest frame of each gateway, and the next index there.
    places: HashMap<SmolStr, (u64, u32)>,
}

impl Outcomes {
    /// The next outcome.
    pub(super) fn take(
        &mut self,
        outcome: &Outcome,
        world: &mut World,
        place: &str,
        findings: &mut Findings,
    ) {
        self.follow(outcome, place, findings);
        let recorded = outcome.result.as_ref().map(|_| ()).map_err(|refused| refused.code.clone());
        if let Some(key) = &outcome.key {
            let before = self.by_key.get(&key.id);
            // What is not remembered is decided anew when it is repeated.
            let is_first =
                before.is_none_or(|before| before.as_ref().is_err_and(|code| is_forgotten(code)));
            findings.hold(Law::EffectOnce, is_first, &place, || {
                format!("key {} has the outcome {recorded:?}, it had {before:?}", key.id)
            });
            if is_first {
                self.by_key.insert(key.id, recorded);
            }
        }
        if let (Some(workspace), Some(kind)) = (&outcome.workspace, &outcome.refused_transfer)
            && let Some(space) = world.spaces.get_mut(workspace)
        {
            space.counts.transfer(kind, "refused");
        }
    }

    /// Within a command frame indices follow each other; a gateway's frames are numbered, and one
    /// that was appended twice is taken once.
    fn follow(&mut self, outcome: &Outcome, place: &str, findings: &mut Findings) {
        let (n, index) = (outcome.frame.n, outcome.index);
        let next = self.places.get(&outcome.frame.gateway).copied();
        let follows = match next {
            Some((last, next)) if n == last => index == next,
            Some((last, _)) => n > last && index == 0,
            None => index == 0,
        };
        findings.hold(Law::EffectOnce, follows, &place, || {
            format!("the outcome of command {index} of frame {n} follows {next:?}")
        });
        self.places.insert(outcome.frame.gateway.clone(), (n, index + 1));
    }
}

/// Refusals that are not remembered under a key.
pub(super) fn is_forgotten(code: &str) -> bool {
    matches!(
        code,
        "unauthenticated" | "rate_limited" | "too_large" | "invalid" | "unavailable" | "internal"
    )
}
