//! Gateways as the leader hears them: silence, a stop that was announced, connections that differ
//! from what is known, and the newest notice that was sent to each. Leaves what the loss of a
//! gateway means to the engine.

use std::collections::{BTreeMap, BTreeSet};

use baton_common::ids::GatewayId;
use baton_common::limits;
use baton_common::notice::GatewayPulse;
use baton_common::time::Span;
use baton_common::view::Position;

use super::super::io::Clock;
use crate::State;

/// A gateway that is silent and has no connections is forgotten after so long.
const FORGET: Span = Span::seconds(60);

/// All gateways since this router leads.
#[derive(Debug)]
pub(super) struct Heard {
    since: Clock,
    known: BTreeMap<GatewayId, One>,
    /// Declared lost and not heard of since.
    lost: BTreeSet<GatewayId>,
}

#[derive(Debug, Default)]
struct One {
    at: Clock,
    /// The notice that was sent last.
    told: Position,
    /// How the last pulse differed from what is known.
    differs: Option<(i64, u64)>,
}

/// What a pulse leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heeded {
    /// Nothing.
    Fine,
    /// The gateway stops: its connections are gone.
    Leaving,
    /// It has other connections than are known: call for all of them.
    Differs,
}

impl Heard {
    pub(super) fn new(since: Clock) -> Self {
        Self { since, known: BTreeMap::new(), lost: BTreeSet::new() }
    }

    /// Nobody could be heard until now: silence counts from here.
    pub(super) fn listen_anew(&mut self, clock: Clock) {
        self.since = clock;
    }

    /// Takes a pulse. `settled`: everything that gateways asked for has been decided and stored,
    /// so a difference means something.
    pub(super) fn pulse(
        &mut self,
        clock: Clock,
        (shard, state): (u16, &State),
        settled: bool,
        pulse: &GatewayPulse,
    ) -> Heeded {
        let one = self.known.entry(pulse.gateway.clone()).or_default();
        one.at = clock;
        self.lost.remove(&pulse.gateway);
        if pulse.leaving {
            return Heeded::Leaving;
        }
        if !settled {
            return Heeded::Fine;
        }
        let theirs = pulse.connections.iter().find(|digest| digest.shard == shard);
        let (their_count, their_xor) = theirs.map_or((0, 0), |digest| (digest.count, digest.xor));
        let (count, xor) = state.connection_digest(&pulse.gateway);
        let differs = (i64::from(count) - i64::from(their_count), xor ^ their_xor);
        let differs = (differs != (0, 0)).then_some(differs);
        // The same difference twice: not one that comes from connecting at this very moment.
        if differs.is_some() && differs == one.differs {
            one.differs = None;
            return Heeded::Differs;
        }
        one.differs = differs;
        Heeded::Fine
    }

    /// Gateways with connections that have been silent for too long, each told once.
    pub(super) fn silent(&mut self, clock: Clock, state: &State) -> Vec<GatewayId> {
        let with_connections = state.gateways();
        self.known.retain(|gateway, one| {
            clock.since(one.at) <= FORGET || with_connections.contains(gateway)
        });
        self.lost.retain(|gateway| with_connections.contains(gateway));
        let silent = with_connections.into_iter().filter(|gateway| {
            let heard = self.known.get(gateway).map_or(self.since, |one| one.at.max(self.since));
            clock.since(heard) > limits::GATEWAY_SILENCE && !self.lost.contains(gateway)
        });
        silent.collect()
    }

    /// It was declared lost.
    pub(super) fn lose(&mut self, gateway: &GatewayId) {
        self.lost.insert(gateway.clone());
    }

    /// Every gateway that was heard of.
    pub(super) fn all(&self) -> Vec<GatewayId> {
        self.known.keys().cloned().collect()
    }

    /// A notice goes out; returns the position of the one before.
    pub(super) fn tell(&mut self, clock: Clock, gateway: &GatewayId, at: Position) -> Position {
        let one = self
            .known
            .entry(gateway.clone())
            .or_insert_with(|| One { at: clock, ..One::default() });
        std::mem::replace(&mut one.told, at)
    }

    /// The newest notice of each gateway that was sent one.
    pub(super) fn told(&self) -> Vec<(GatewayId, Position)> {
        let told = self.known.iter().filter(|(_, one)| one.told != Position::default());
        told.map(|(gateway, one)| (gateway.clone(), one.told)).collect()
    }
}

#[cfg(test)]
mod tests {
    use baton_common::notice::ConnectionDigest;

    use super::*;

    fn pulse(count: u32, xor: u64) -> GatewayPulse {
        let connections = vec![ConnectionDigest { shard: 0, count, xor }];
        GatewayPulse { gateway: "g".into(), connections, leaving: false }
    }

    #[test]
    fn a_difference_counts_when_it_stays() {
        let state = State::default();
        let mut heard = Heard::new(Clock(0));
        let mut hear =
            |settled, pulse: &GatewayPulse| heard.pulse(Clock(1), (0, &state), settled, pulse);
        assert_eq!(hear(true, &pulse(1, 5)), Heeded::Fine);
        assert_eq!(hear(true, &pulse(2, 7)), Heeded::Fine, "another difference");
        assert_eq!(hear(false, &pulse(2, 7)), Heeded::Fine, "not settled");
        assert_eq!(hear(true, &pulse(2, 7)), Heeded::Differs);
        assert_eq!(hear(true, &pulse(2, 7)), Heeded::Fine, "called for once in two pulses");
        assert_eq!(hear(true, &pulse(0, 0)), Heeded::Fine);
        let leaving = GatewayPulse { leaving: true, ..pulse(2, 7) };
        assert_eq!(hear(true, &leaving), Heeded::Leaving);
    }

    #[test]
    fn the_chain_of_notices_begins_at_nothing() {
        let mut heard = Heard::new(Clock(0));
        let at = |seq| Position { epoch: 1, seq };
        assert_eq!(heard.tell(Clock(0), &"g".into(), at(4)), Position::default());
        assert_eq!(heard.tell(Clock(0), &"g".into(), at(6)), at(4));
        assert_eq!(heard.told(), [("g".into(), at(6))]);
    }
}
