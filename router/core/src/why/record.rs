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
        let mut some: Vec<(u32, Bar)> = Vec::with_capacity(WHY_LOOKED);
        for number in bars.like(chosen).take(WHY_LOOKED) {
            some.push((number, bars.of_like(number)));
        }
        some.sort_by_key(|(_, bar)| *bar);
        some.truncate(WHY_SOME);
        for (number, bar) in &mut some {
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
