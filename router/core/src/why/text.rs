//! The sentences of explanations.

use baton_common::ids::QueueId;
use baton_common::protocol::why::{Because, Reason};
use baton_common::quantity::SkillLevel;
use baton_common::words::Selection;

use super::nearest::Tally;

/// `french at level 5 or more and billing`.
fn skills(required: &[SkillLevel]) -> String {
    let each = required.iter().map(|need| match need.level.0 {
        0 | 1 => need.skill.to_string(),
        10 => format!("{} at level 10", need.skill),
        level => format!("{} at level {level} or more", need.skill),
    });
    each.collect::<Vec<_>>().join(" and ")
}

/// What something in a queue waits for.
pub(super) fn waits(queue: &QueueId, required: &[SkillLevel], tally: &Tally) -> String {
    let stands = stands(required, tally);
    if required.is_empty() {
        format!("waits for an agent of {queue}; {stands}")
    } else {
        format!("waits for an agent with {}; {stands}", skills(required))
    }
}

/// How those stand who could take it.
fn stands(required: &[SkillLevel], tally: &Tally) -> String {
    let Tally { all, logged_out, ramp_up, no_room, free, .. } = *tally;
    let here = all - logged_out;
    let ready = ramp_up + no_room + free;
    match (all, here, ready) {
        (0, ..) if required.is_empty() => "no agent serves the queue".to_owned(),
        (0, ..) if required.len() > 1 => "no agent who serves the queue has all of it".to_owned(),
        (0, ..) => "no agent who serves the queue has it".to_owned(),
        (_, 0, _) => "none is logged in".to_owned(),
        (.., 0) => none_ready(here, tally),
        (.., 1) if free == 0 && ramp_up == 0 => "the one who is ready has no room".to_owned(),
        _ if free == 0 && ramp_up == 0 => format!("none of the {ready} who are ready has room"),
        (.., 1) if free == 0 => {
            "the one who is ready was offered something a moment ago".to_owned()
        }
        _ if free == 0 => format!(
            "{ready} are ready: {no_room} without room, {ramp_up} offered something a moment ago"
        ),
        _ => format!("{free} could take it now"),
    }
}

/// Some are logged in, but none of them is ready who may have it.
fn none_ready(here: u32, tally: &Tally) -> String {
    let Tally { not_ready, declined, barred, .. } = *tally;
    let how = match (declined, barred) {
        (_, 0) => "declined it",
        (0, _) => "is or was in the chat",
        _ => "declined it, or is or was in the chat",
    };
    let of_all = how.replace("is or was", "are or were");
    match (here, not_ready) {
        (1, 1) => "the one who is logged in is not ready".to_owned(),
        (1, _) => format!("the one who is ready {how}"),
        (_, 0) => format!("the {here} who are ready {of_all}"),
        (_, of) if of == here => format!("{here} are logged in, none is ready"),
        _ => format!(
            "{here} are logged in: {not_ready} not ready, {} who {of_all}",
            declined + barred
        ),
    }
}

/// Why somebody was chosen: of so many who could have had it, at least.
pub(super) fn chosen(by: Selection, asked: bool, able: u32, is_all: bool) -> String {
    let at_least = if is_all { "" } else { "at least " };
    if asked {
        return match able {
            1 if is_all => "asked for, and the only one who could take it".to_owned(),
            _ => format!("asked for, of {at_least}{able} who could take it"),
        };
    }
    if able == 1 && is_all {
        return "the only one who could take it".to_owned();
    }
    let how = match by {
        Selection::LongestIdle => "longest idle",
        Selection::LeastLoaded => "least loaded",
        Selection::MostSkilled => "most skilled",
        Selection::RoundRobin => "offered something longest ago",
        Selection::FewestToday => "fewest chats today",
    };
    format!("{how} of {at_least}{able}")
}

/// A reason in words, of an agent and a queue.
pub(super) fn reason(because: &Because) -> String {
    let detail = because.detail.as_deref();
    match (because.reason, detail) {
        (Reason::Later, _) => "others go first".to_owned(),
        (Reason::NoRoom, _) => "has no room".to_owned(),
        (Reason::RampUp, _) => "was offered something a moment ago".to_owned(),
        (Reason::Excluded, Some("declined")) => "declined the first who waits".to_owned(),
        (Reason::Excluded, Some("away")) => "lost the first who waits".to_owned(),
        (Reason::Excluded, _) => "is or was in the chat of the first who waits".to_owned(),
        (Reason::NotReady, Some("after_work")) => {
            "gets nothing new: the status changes when the work ends".to_owned()
        }
        (Reason::NotReady, Some(detail)) => format!("is not ready ({detail})"),
        (Reason::NotReady, None) => "is not ready".to_owned(),
        (Reason::Offline, Some(_)) => "is logged out".to_owned(),
        (Reason::Offline, None) => "has no connection".to_owned(),
        (Reason::Skill, _) => match (&because.skill, because.level) {
            (Some(skill), Some(level)) => {
                format!("lacks {}", skills(&[SkillLevel { skill: skill.clone(), level }]))
            }
            _ => "lacks a skill".to_owned(),
        },
        (Reason::Profile, _) => "does not serve it, or only those who wait longer".to_owned(),
        (Reason::NobodyWaits, _) => "nobody waits".to_owned(),
    }
}
