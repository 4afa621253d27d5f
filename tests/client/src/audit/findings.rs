//! What the checks looked at and what they found: counts of everything, the first of each kind.

use std::fmt;

use serde::Serialize;

/// So many violations of a law are kept; all are counted.
const KEPT: usize = 20;

/// The laws, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Law {
    AcceptedChatsKept,
    Owner,
    OneOwnerPerOffer,
    Capacity,
    Lines,
    EffectOnce,
    Order,
    Conservation,
    Chain,
    Time,
    Statistics,
}

impl Law {
    const ALL: [Self; 11] = [
        Self::AcceptedChatsKept,
        Self::Owner,
        Self::OneOwnerPerOffer,
        Self::Capacity,
        Self::Lines,
        Self::EffectOnce,
        Self::Order,
        Self::Conservation,
        Self::Chain,
        Self::Time,
        Self::Statistics,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AcceptedChatsKept => "accepted_chats_kept",
            Self::Owner => "owner",
            Self::OneOwnerPerOffer => "one_owner_per_offer",
            Self::Capacity => "capacity",
            Self::Lines => "lines",
            Self::EffectOnce => "effect_once",
            Self::Order => "order",
            Self::Conservation => "conservation",
            Self::Chain => "chain",
            Self::Time => "time",
            Self::Statistics => "statistics",
        }
    }
}

/// One law and how much of the run it was held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The law.
    pub name: &'static str,
    /// How many things were looked at.
    pub looked_at: u64,
    /// How many broke it; the report keeps the first of them.
    pub broken: u64,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The law's name.
    pub check: &'static str,
    /// Where: a place in the journal, a chat, a person.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at {}: {}", self.check, self.place, self.what)
    }
}

/// Collects findings.
#[derive(Debug, Default)]
pub(super) struct Findings {
    tallies: [(u64, u64); Law::ALL.len()],
    kept: Vec<(Law, Violation)>,
}

impl Findings {
    /// So many things more were looked at.
    pub(super) fn look(&mut self, law: Law, things: u64) {
        self.tallies[law as usize].0 += things;
    }

    /// One thing was looked at; it is to hold, or else this is said of it.
    pub(super) fn hold(
        &mut self,
        law: Law,
        holds: bool,
        place: &impl fmt::Display,
        what: impl FnOnce() -> String,
    ) {
        self.look(law, 1);
        if !holds {
            self.broken(law, place, what());
        }
    }

    /// A law is broken.
    pub(super) fn broken(&mut self, law: Law, place: &impl fmt::Display, what: String) {
        let broken = &mut self.tallies[law as usize].1;
        *broken += 1;
        if *broken <= KEPT as u64 {
            let place = place.to_string();
            self.kept.push((law, Violation { check: law.name(), place, what }));
        }
    }

    /// The counts and the first violations, by law.
    pub(super) fn report(mut self) -> (Vec<Check>, Vec<Violation>) {
        self.kept.sort_by_key(|(law, _)| *law);
        let checks = Law::ALL.map(|law| {
            let (looked_at, broken) = self.tallies[law as usize];
            Check { name: law.name(), looked_at, broken }
        });
        (checks.into(), self.kept.into_iter().map(|(_, violation)| violation).collect())
    }
}
