//! One shard's journal from its first frame to its last: chain, outcomes, events, laws.

use super::chain::Chain;
use super::findings::{Findings, Law};
use super::laws::{self, Pending};
use super::order::Lines;
use super::outcomes::Outcomes;
use super::shapes::Frame;
use super::world::World;
use super::{Options, Shard};

/// What a shard's journal says.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) world: World,
    pub(super) outcomes: Outcomes,
}

/// Folds a shard's journal.
pub(super) fn fold(shard: &Shard, opts: Options, findings: &mut Findings) -> Told {
    let mut told = Told::default();
    let mut chain = Chain::new();
    let mut lines = Lines::default();
    let mut pending = Pending::default();
    for message in &shard.journal {
        let place = format!("{}-{}", shard.shard, message.seq);
        chain.link(message, &place, findings);
        let frame: Frame = match serde_json::from_slice(&message.payload) {
            Ok(frame) => frame,
            Err(error) => {
                findings.broken(Law::Chain, &place, format!("it is no journal frame: {error}"));
                continue;
            }
        };
        chain.frame(&frame, &message.payload, &place, findings);
        for outcome in &frame.outcomes {
            told.outcomes.take(outcome, &mut told.world, &place, findings);
        }
        for timed in &frame.events {
            chain.time(timed.at, &place, findings);
            laws::before(&told.world, &timed.e, &place, findings);
            lines.before(&told.world, timed.at, &timed.e, &place, findings);
            told.world.apply(timed.at, &timed.e);
            lines.after(&told.world, &timed.e);
            laws::after(&told.world, &timed.e, &place, &mut pending, findings);
        }
        laws::commit(&told.world, &place, &mut pending, findings);
    }
    if opts.settled {
        settled(&told.world, findings);
    }
    told
}

/// The load has ended: nothing may be left open.
fn settled(world: &World, findings: &mut Findings) {
    for (chat, tale) in &world.tales {
        findings.hold(Law::Owner, tale.over && tale.wrapups == 0, chat, || {
            if tale.over {
                return format!("{} wrap-ups of it run after everything was settled", tale.wrapups);
            }
            "it is not over after everything was settled".to_owned()
        });
    }
}
