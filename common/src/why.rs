//! Why an offer went to its agent and to nobody else, as the journal records it with the offer:
//! rules change, records do not. Leaves finding the reasons to the engine and the sentences for
//! people to whoever shows them.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::quantity::SkillLevel;
use crate::words::Selection;

/// Beside the offer's own agent. Persisted: keep stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The policy that chose.
    pub by: Selection,
    /// The entry asked for this agent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// Agents are numbered from 0 in the order of their ids, as of this version of the
    /// configuration.
    pub version: u64,
    /// How many agents there were, with the chosen one.
    pub of: u32,
    /// The others.
    pub others: Others,
    /// What the letters `A` to `P` say is lacked.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub skills: Box<[SkillLevel]>,
    /// What the letters `Q` to `Z` say somebody is not ready for.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub said: Box<[SmolStr]>,
}

/// Agents and a letter for each. Persisted: keep stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Others {
    /// A letter for each agent there is, in order; [`CHOSEN`] for the chosen one.
    All(Box<str>),
    /// Some of them: three digits of base 64 for the number, then the letter.
    Some(Box<str>),
}

/// What kept an agent from an entry. In the order of how near they were to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bar {
    /// Nothing: the policy preferred the chosen one.
    Later,
    /// Less free than it takes.
    NoRoom,
    /// Was offered something just now.
    RampUp,
    /// Not for this one.
    Excluded(Option<Barred>),
    /// Ready, but another status waits for the work to end.
    Leaving,
    /// Not ready; which of `said` was the reason.
    NotReady(Option<u8>),
    /// No connection.
    Offline,
    /// Not there.
    LoggedOut,
    /// Lacks a skill or has it at a lower level; which of `skills`.
    Skill(Option<u8>),
    /// The profile does not have the queue, or not for entries so young.
    Profile,
}

/// Why an entry is not for an agent who could serve it otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Barred {
    /// Declined it.
    Declined,
    /// Is in the chat.
    InChat,
    /// Is being asked into the chat.
    Invited,
    /// Lost the chat, and was not back since.
    Away,
    /// Was in the chat when the queue was added to it.
    WasInChat,
}

/// The letter of the chosen agent.
pub const CHOSEN: char = '*';
/// How many skills and how many reasons have letters.
pub const LETTERS: (u8, u8) = (16, 10);
/// Digits of a number, least first.
const DIGITS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

impl Bar {
    /// The letter that stands for it.
    pub fn letter(self) -> char {
        char::from(self.byte())
    }

    /// The letter in a byte: all are of ASCII.
    fn byte(self) -> u8 {
        let from = |first: u8, at: u8, most: u8| (at < most).then(|| first + at);
        match self {
            Self::Later => b'l',
            Self::NoRoom => b'r',
            Self::RampUp => b'u',
            Self::Excluded(None) => b'x',
            Self::Excluded(Some(Barred::Declined)) => b'd',
            Self::Excluded(Some(Barred::InChat)) => b'c',
            Self::Excluded(Some(Barred::Invited)) => b'v',
            Self::Excluded(Some(Barred::Away)) => b'w',
            Self::Excluded(Some(Barred::WasInChat)) => b'b',
            Self::Leaving => b'g',
            Self::NotReady(said) => said.and_then(|at| from(b'Q', at, LETTERS.1)).unwrap_or(b'n'),
            Self::Offline => b'o',
            Self::LoggedOut => b'i',
            Self::Skill(skill) => skill.and_then(|at| from(b'A', at, LETTERS.0)).unwrap_or(b's'),
            Self::Profile => b'p',
        }
    }

    /// What a letter stands for; none: the chosen one, or what a newer release wrote.
    pub fn of(letter: u8) -> Option<Self> {
        Some(match letter {
            b'l' => Self::Later,
            b'r' => Self::NoRoom,
            b'u' => Self::RampUp,
            b'x' => Self::Excluded(None),
            b'd' => Self::Excluded(Some(Barred::Declined)),
            b'c' => Self::Excluded(Some(Barred::InChat)),
            b'v' => Self::Excluded(Some(Barred::Invited)),
            b'w' => Self::Excluded(Some(Barred::Away)),
            b'b' => Self::Excluded(Some(Barred::WasInChat)),
            b'g' => Self::Leaving,
            b'n' => Self::NotReady(None),
            b'Q'..=b'Z' => Self::NotReady(Some(letter - b'Q')),
            b'o' => Self::Offline,
            b'i' => Self::LoggedOut,
            b's' => Self::Skill(None),
            b'A'..=b'P' => Self::Skill(Some(letter - b'A')),
            b'p' => Self::Profile,
            _ => return None,
        })
    }
}

impl Others {
    /// All of some agents, in the order of their numbers; none for the chosen one.
    pub fn all(bars: impl Iterator<Item = Option<Bar>>) -> Self {
        let letters: String = bars.map(|bar| bar.map_or(CHOSEN, Bar::letter)).collect();
        Self::All(letters.into())
    }

    /// Some of them, with their numbers.
    pub fn some(bars: &[(u32, Bar)]) -> Self {
        let mut text = Vec::with_capacity(4 * bars.len());
        for (number, bar) in bars {
            let digit = |place: u32| u32::from(DIGITS[((number >> (6 * place)) % 64) as usize]);
            let letter = u32::from(bar.byte());
            let four = digit(0) | digit(1) << 8 | digit(2) << 16 | letter << 24;
            text.extend_from_slice(&four.to_le_bytes());
        }
        Self::Some(String::from_utf8(text).expect("digits and letters are text").into())
    }

    /// Numbers of agents and what kept them from it; the chosen one is not among them.
    pub fn bars(&self) -> Vec<(u32, Bar)> {
        match self {
            Self::All(letters) => {
                let bars = (0..).zip(letters.bytes().map(Bar::of));
                bars.filter_map(|(number, bar)| Some((number, bar?))).collect()
            }
            Self::Some(text) => text.as_bytes().chunks_exact(4).filter_map(one).collect(),
        }
    }
}

fn one(text: &[u8]) -> Option<(u32, Bar)> {
    let mut number = 0;
    for (place, digit) in text[..3].iter().enumerate() {
        let digit = DIGITS.iter().position(|known| known == digit)?;
        number |= u32::try_from(digit).ok()? << (6 * place);
    }
    Some((number, Bar::of(text[3])?))
}

const _: () = assert!(crate::limits::AGENTS <= 64 * 64 * 64, "three digits number everybody");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bar() -> impl Strategy<Value = Bar> {
        prop_oneof![
            Just(Bar::Later),
            Just(Bar::NoRoom),
            Just(Bar::RampUp),
            Just(Bar::Excluded(None)),
            Just(Bar::Excluded(Some(Barred::Declined))),
            Just(Bar::Excluded(Some(Barred::InChat))),
            Just(Bar::Excluded(Some(Barred::Invited))),
            Just(Bar::Excluded(Some(Barred::Away))),
            Just(Bar::Excluded(Some(Barred::WasInChat))),
            Just(Bar::Leaving),
            prop::option::of(0..LETTERS.1).prop_map(Bar::NotReady),
            Just(Bar::Offline),
            Just(Bar::LoggedOut),
            prop::option::of(0..LETTERS.0).prop_map(Bar::Skill),
            Just(Bar::Profile),
        ]
    }

    proptest! {
        #[test]
        fn some_others_are_read_as_they_were_written(
            bars in prop::collection::vec((0..100_000_u32, bar()), 0..40),
        ) {
            prop_assert_eq!(Others::some(&bars).bars(), bars);
        }

        #[test]
        fn all_others_are_read_without_the_chosen_one(
            bars in prop::collection::vec(bar(), 0..101), chosen in 0..101_u32,
        ) {
            let bars = (0..).zip(bars);
            let all = bars.clone().map(|(at, bar)| (at != chosen).then_some(bar));
            let others = Others::all(all);
            let read: Vec<_> = bars.filter(|(at, _)| *at != chosen).collect();
            prop_assert_eq!(others.bars(), read);
        }
    }

    #[test]
    fn what_has_no_letter_of_its_own_has_one_for_all() {
        assert_eq!(Bar::Skill(Some(LETTERS.0)).letter(), 's');
        assert_eq!(Bar::NotReady(Some(LETTERS.1)).letter(), 'n');
    }
}
