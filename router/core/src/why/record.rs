//! What an offer records of why it went to its agent: bounded work and bounded bytes, whatever
//! the size of the workspace.

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
    let space = state.workspace(&entry.workspace)?;
    let (index, workspace) = (&state.index, &entry.workspace);
    let (chosen, agents) = index.number_of(workspace, agent)?;
    #[cfg(test)]
    super::tests::agree(state, entry, &all_bars(state, entry)?);
    let mut said = Said { state, entry, skills: Vec::new(), reasons: Vec::new() };
    let others = if agents as usize <= WHY_ALL {
        let bars = all_bars(state, entry)?;
        let of = |number| said.of(number, bars.of(number), &bars.required);
        said_of_all(agents, chosen, of)
    } else {
        let barred = fit::barred(state, entry);
        let barred = barred.filter_map(|agent| Some(index.number_of(workspace, agent)?.0));
        let barred: Vec<u32> = barred.collect();
        let mut looked = [(0, Bar::Later); WHY_LOOKED];
        // Nobody is nearer than those who could take it, too.
        let count = index.near(entry, chosen, &barred, &mut looked, WHY_SOME)?;
        let mut some = [(0, Bar::Later); WHY_SOME];
        let some = nearest(&looked[..count], &mut some);
        for (number, bar) in some.iter_mut().filter(|(_, bar)| is_vague(*bar)) {
            *bar = said.of(*number, *bar, &[]);
        }
        Others::some(some)
    };
    let asked = entry.preferred.as_ref().is_some_and(|(who, until)| who == agent && now < *until);
    Some(Arc::new(Why {
        by: space.rules.as_ref()?.policies(Some(&entry.queue)).selection,
        asked,
        version: space.version,
        of: agents,
        others,
        skills: said.skills.into(),
        said: said.reasons.into(),
    }))
}

fn all_bars<'a>(state: &'a State, entry: &'a Entry) -> Option<Bars<'a>> {
    let barred = fit::barred(state, entry);
    state.index.bars(state, &entry.workspace, &seeks(entry), barred)
}

fn said_of_all(agents: u32, chosen: u32, mut of: impl FnMut(u32) -> Bar) -> Others {
    Others::all((0..agents).map(|number| (number != chosen).then(|| of(number))))
}

/// The nearest of some agents, in the order of how near they are; those who are alike in the
/// order in which they were looked at.
fn nearest<'a>(
    looked: &[(u32, Bar)],
    some: &'a mut [(u32, Bar); WHY_SOME],
) -> &'a mut [(u32, Bar)] {
    let count = looked.len().min(WHY_SOME);
    let mut alike = [0; KINDS];
    for (_, bar) in looked {
        alike[kind(*bar)] += 1;
    }
    // Mostly all are as near, that is as busy or as free.
    if looked.first().is_none_or(|(_, first)| alike[kind(*first)] == looked.len()) {
        some[..count].copy_from_slice(&looked[..count]);
        return &mut some[..count];
    }
    // Each kind begins where the nearer ones end.
    let mut begins = 0;
    for place in &mut alike {
        begins += std::mem::replace(place, begins);
    }
    for (number, bar) in looked {
        let place = &mut alike[kind(*bar)];
        if let Some(free) = some.get_mut(*place) {
            *free = (*number, *bar);
        }
        *place += 1;
    }
    &mut some[..count]
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
    skills: Vec<SkillLevel>,
    reasons: Vec<SmolStr>,
}

impl Said<'_> {
    /// A bar whose numbers are those of the record; `required` is what the bar's name.
    fn of(&mut self, number: u32, bar: Bar, required: &[SkillLevel]) -> Bar {
        let name = || self.state.index.agent_name(&self.entry.workspace, number);
        match bar {
            Bar::Skill(at) => {
                let skill = at.and_then(|at| required.get(usize::from(at)));
                Bar::Skill(skill.and_then(|skill| place(&mut self.skills, skill, LETTERS.0)))
            }
            Bar::NotReady(_) => {
                let row = name().and_then(|name| self.state.agent(&self.entry.workspace, name));
                let reason = row.and_then(|row| row.reason.as_ref());
                Bar::NotReady(reason.and_then(|said| place(&mut self.reasons, said, LETTERS.1)))
            }
            Bar::Excluded(_) => {
                let of = Of::entry(self.state, self.entry).zip(name());
                Bar::Excluded(of.map(|(of, name)| barred(self.state, of, name)))
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
            let looked = &agents[..agents.len().min(WHY_LOOKED)];
            let mut some = [(0, Bar::Later); WHY_SOME];
            prop_assert_eq!(nearest(looked, &mut some), sorted);
        }
    }
}
