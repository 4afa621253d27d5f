//! What an offer records of why it went to its agent: bounded work and bounded bytes, whatever
//! the size of the workspace.

use std::ops::ControlFlow;
use std::sync::Arc;

use baton_common::ids::AgentId;
use baton_common::limits::{WHY_ALL, WHY_LOOKED, WHY_SOME};
use baton_common::quantity::SkillLevel;
use baton_common::time::Timestamp;
use baton_common::why::{Bar, LETTERS, Others, Why};
use smol_str::SmolStr;

use super::nearest::seeks;
use super::{Of, barred};
use crate::matching::{Bars, fit};
use crate::state::{Entry, State};

/// Why an entry is offered to an agent, of a state in which it is not offered yet.
pub(crate) fn decided(
    state: &State,
    now: Timestamp,
    entry: &Entry,
    agent: &AgentId,
) -> Option<Arc<Why>> {
    let (space, rules) = (state.workspace(&entry.workspace)?, state.rules(&entry.workspace)?);
    let others = fit::barred(state, entry);
    let bars = state.index.bars(state, &entry.workspace, &seeks(entry), others)?;
    let chosen = bars.number(agent)?;
    #[cfg(test)]
    super::tests::agree(state, entry, &bars);
    let mut said = Said { state, entry, bars: &bars, skills: Vec::new(), reasons: Vec::new() };
    let others = if bars.agents() as usize <= WHY_ALL {
        let numbers = 0..bars.agents();
        Others::all(
            numbers.map(|number| (number != chosen).then(|| said.of(number, bars.of(number)))),
        )
    } else {
        let mut some = nearest(bars.like(chosen).map(|number| (number, bars.of_like(number))));
        for (number, bar) in some.iter_mut().filter(|(_, bar)| is_vague(*bar)) {
            *bar = said.of(*number, *bar);
        }
        Others::some(&some)
    };
    let asked = entry.preferred.as_ref().is_some_and(|(who, until)| who == agent && now < *until);
    Some(Arc::new(Why {
        by: rules.policies(Some(&entry.queue)).selection,
        asked,
        version: space.version,
        of: bars.agents(),
        others,
        skills: said.skills.into(),
        said: said.reasons.into(),
    }))
}

/// The nearest of some agents who fit, in the order of how near they are; those who are alike in
/// the order in which they are looked at.
fn nearest(mut agents: impl Iterator<Item = (u32, Bar)>) -> Vec<(u32, Bar)> {
    let mut looked = [(0, Bar::Later); WHY_LOOKED];
    let mut alike = [0; KINDS];
    let mut count = 0;
    let _ = agents.try_for_each(|(number, bar)| {
        looked[count] = (number, bar);
        count += 1;
        alike[kind(bar)] += 1;
        // Nobody is nearer than those who could take it, too.
        let enough = alike[0] == WHY_SOME || count == WHY_LOOKED;
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    // Each kind begins where the nearer ones end.
    let mut begins = 0;
    for place in &mut alike {
        begins += std::mem::replace(place, begins);
    }
    let mut some = vec![(0, Bar::Later); count.min(WHY_SOME)];
    for (number, bar) in &looked[..count] {
        let place = &mut alike[kind(*bar)];
        if let Some(free) = some.get_mut(*place) {
            *free = (*number, *bar);
        }
        *place += 1;
    }
    some
}

/// How many kinds of bars there are.
const KINDS: usize = 10;

/// Lower is nearer: the order of bars without what they say more.
fn kind(bar: Bar) -> usize {
    match bar {
        Bar::Later => 0,
        Bar::NoRoom => 1,
        Bar::RampUp => 2,
        Bar::Excluded(_) => 3,
        Bar::Leaving => 4,
        Bar::NotReady(_) => 5,
        Bar::Offline => 6,
        Bar::LoggedOut => 7,
        Bar::Skill(_) => 8,
        Bar::Profile => 9,
    }
}

/// Whether the state says more of it.
fn is_vague(bar: Bar) -> bool {
    matches!(bar, Bar::Skill(_) | Bar::NotReady(_) | Bar::Excluded(_))
}

/// What letters stand for, as far as there are letters.
struct Said<'a> {
    state: &'a State,
    entry: &'a Entry,
    bars: &'a Bars<'a>,
    skills: Vec<SkillLevel>,
    reasons: Vec<SmolStr>,
}

impl Said<'_> {
    /// A bar whose numbers are those of the record.
    fn of(&mut self, number: u32, bar: Bar) -> Bar {
        match bar {
            Bar::Skill(at) => {
                let skill = at.and_then(|at| self.bars.required.get(usize::from(at)));
                Bar::Skill(skill.and_then(|skill| place(&mut self.skills, skill, LETTERS.0)))
            }
            Bar::NotReady(_) => {
                let row = self.state.agent(&self.entry.workspace, self.bars.name(number));
                let reason = row.and_then(|row| row.reason.as_ref());
                Bar::NotReady(reason.and_then(|said| place(&mut self.reasons, said, LETTERS.1)))
            }
            Bar::Excluded(_) => {
                let of = Of::entry(self.state, self.entry);
                Bar::Excluded(of.map(|of| barred(self.state, of, self.bars.name(number))))
            }
            other => other,
        }
    }
}

/// Where something stands in a list, put there if it is new; none: the list is full.
fn place<T: Clone + PartialEq>(list: &mut Vec<T>, what: &T, most: u8) -> Option<u8> {
    let at = list.iter().position(|known| known == what).unwrap_or_else(|| {
        if list.len() < usize::from(most) {
            list.push(what.clone());
        }
        list.len() - 1
    });
    list.get(at).filter(|known| *known == what).and(u8::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BARS: [Bar; KINDS] = [
        Bar::Later,
        Bar::NoRoom,
        Bar::RampUp,
        Bar::Excluded(None),
        Bar::Leaving,
        Bar::NotReady(None),
        Bar::Offline,
        Bar::LoggedOut,
        Bar::Skill(None),
        Bar::Profile,
    ];

    proptest! {
        #[test]
        fn the_nearest_of_those_looked_at_are_named_in_order(
            bars in prop::collection::vec(prop::sample::select(&BARS[..]), 0..2 * WHY_LOOKED),
            later in 0..2 * WHY_LOOKED,
        ) {
            let bars = bars.into_iter().chain(vec![Bar::Later; later]);
            let agents: Vec<(u32, Bar)> = (0..).zip(bars).collect();
            let mut sorted = agents.clone();
            sorted.truncate(WHY_LOOKED);
            sorted.sort_by_key(|(_, bar)| *bar);
            sorted.truncate(WHY_SOME);
            prop_assert_eq!(nearest(agents.into_iter()), sorted);
        }
    }
}
