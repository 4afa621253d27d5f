//! Why: what a decision records of those who were not chosen, and what it and the present state
//! say in words. Everything here reads; nothing is decided by it. Leaves what keeps an agent from
//! an entry to `matching`.
//!
//! A decision of a workspace with few agents records a letter for each; with more it records the
//! nearest of some that it looks at, so that it costs the same at any size. What waits now is
//! explained by looking at everybody.

mod agent;
mod chat;
mod nearest;
mod record;
mod roster;
mod text;

#[cfg(test)]
pub(crate) mod tests;

use baton_common::event::OfferOf;
use baton_common::ids::{AgentId, WorkspaceId};
use baton_common::protocol::why::{Because, Candidate, Reason};
use baton_common::quantity::SkillLevel;
use baton_common::why::{Bar, Barred};
use baton_common::words::{OfferOutcome, Status};
use smol_str::SmolStr;

use crate::matching::Bars;
use crate::state::{Chat, Entry, Offer, State};

pub(crate) use agent::agent;
pub(crate) use chat::chat;
pub(crate) use record::decided;
pub(crate) use roster::Rosters;

/// A bar with what goes with it: the skills that its numbers name, and what an agent said.
fn because(bar: Bar, skills: &[SkillLevel], said: Option<SmolStr>) -> Because {
    let plain = |reason| Because { reason, skill: None, level: None, detail: None };
    match bar {
        Bar::Later => plain(Reason::Later),
        Bar::NoRoom => plain(Reason::NoRoom),
        Bar::RampUp => plain(Reason::RampUp),
        Bar::Excluded(barred) => {
            Because { detail: barred.map(how_barred), ..plain(Reason::Excluded) }
        }
        Bar::Leaving => Because { detail: Some("after_work".into()), ..plain(Reason::NotReady) },
        Bar::NotReady(_) => Because { detail: said, ..plain(Reason::NotReady) },
        Bar::Offline => plain(Reason::Offline),
        Bar::LoggedOut => Because { detail: Some("logged_out".into()), ..plain(Reason::Offline) },
        Bar::Skill(at) => {
            let lacks = at.and_then(|at| skills.get(usize::from(at)));
            Because {
                skill: lacks.map(|lacks| lacks.skill.clone()),
                level: lacks.map(|lacks| lacks.level),
                ..plain(Reason::Skill)
            }
        }
        Bar::Profile => plain(Reason::Profile),
    }
}

fn how_barred(barred: Barred) -> SmolStr {
    SmolStr::new_static(match barred {
        Barred::Declined => "declined",
        Barred::InChat => "in_chat",
        Barred::Invited => "invited",
        Barred::Away => "away",
        Barred::WasInChat => "was_in_chat",
    })
}

/// A chat, and its entry while it has one.
#[derive(Clone, Copy)]
struct Of<'a> {
    chat: &'a Chat,
    entry: Option<&'a Entry>,
}

impl<'a> Of<'a> {
    fn entry(state: &'a State, entry: &'a Entry) -> Option<Self> {
        Some(Self { chat: state.chats.get(&entry.chat)?, entry: Some(entry) })
    }
}

/// What keeps an agent from a chat now; without one, from what somebody would ask for.
fn because_now(
    state: &State,
    workspace: &WorkspaceId,
    bars: &Bars<'_>,
    of: Option<Of<'_>>,
    number: u32,
) -> Because {
    let agent = bars.name(number);
    let bar = match bars.of(number) {
        Bar::Excluded(_) => Bar::Excluded(of.map(|of| barred(state, of, agent))),
        other => other,
    };
    let row = state.agent(workspace, agent).filter(|row| row.status == Status::NotReady);
    because(bar, &bars.required, row.and_then(|row| row.reason.clone()))
}

/// Why a chat is not for an agent whom `fit::barred` names.
fn barred(state: &State, of: Of<'_>, agent: &AgentId) -> Barred {
    let Of { chat, entry } = of;
    let offers = chat.offers.iter().filter_map(|id| state.offers.get(id));
    let offer = |is: &dyn Fn(&Offer) -> bool| offers.clone().any(|o| o.agent == *agent && is(o));
    if chat.is_present(agent) {
        return Barred::InChat;
    }
    if offer(&|offer| offer.is_pending()) {
        return Barred::Invited;
    }
    if entry.is_some_and(|entry| entry.away.contains(agent)) {
        return Barred::Away;
    }
    // Of this entry, or of one before it that expired unattended.
    let declined = |offer: &Offer| {
        let of_entry = matches!(offer.of, OfferOf::Entry(_));
        of_entry && matches!(offer.outcome, Some((OfferOutcome::Declined, _)))
    };
    if offer(&declined) { Barred::Declined } else { Barred::WasInChat }
}

/// Nobody has more agents.
fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// The nearest first, and how many of all others are left out.
fn ordered(mut candidates: Vec<Candidate>, others: u32) -> (Vec<Candidate>, Option<u32>) {
    candidates.sort_by(|a, b| (a.because.reason, &a.agent).cmp(&(b.because.reason, &b.agent)));
    candidates.truncate(baton_common::limits::WHY_NAMED);
    let more = others.saturating_sub(count(candidates.len()));
    (candidates, (more > 0).then_some(more))
}
