//! Supervisors join chats, go on in another way, and leave. They own nothing: whoever decides
//! what becomes of a chat counts its agents and never them.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::{Actor, Person};
use baton_common::event::{Departure, Event};
use baton_common::ids::{ChatId, SupervisorId};
use baton_common::limits;
use baton_common::rejection::Rejection;
use baton_common::time::Timestamp;
use baton_common::words::Mode;

use super::{Asked, Draft, Verdict, closed};
use crate::state::{Chat, Overseer, State};

pub(super) fn monitor(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    id: &ChatId,
    mode: Option<Mode>,
) -> Verdict {
    let by = supervisor(ask)?;
    let chat = ask.chat(id)?;
    let was = chat.overseen_by(by);
    match mode {
        None => step_out(&mut draft, chat, by, Departure::Left),
        Some(_) if chat.is_over() => return Err(closed().into()),
        Some(_) if mode == was => {}
        Some(mode) => {
            if was.is_none() {
                may_join(ask, chat, by)?;
            }
            let grace_until = expected(&draft, ask, by);
            let (chat, supervisor) = (id.clone(), by.clone());
            draft.push(Event::SupervisorJoined { chat, supervisor, mode, was, grace_until });
        }
    }
    draft.done(Done { chat: Some(id.clone()), ..Done::default() })
}

/// The supervisor who asks.
pub(super) fn supervisor<'a>(ask: &Asked<'a>) -> Result<&'a SupervisorId, Rejection> {
    match ask.by {
        Actor::Supervisor(by) | Actor::Admin(by) => Ok(by),
        _ => Err(Rejection::new(Code::Forbidden, "this needs role supervisor")),
    }
}

/// A supervisor is out of a chat, if they are in it.
pub(crate) fn step_out(
    draft: &mut Draft<'_>,
    chat: &Chat,
    supervisor: &SupervisorId,
    how: Departure,
) {
    if let Some(mode) = chat.overseen_by(supervisor) {
        let (chat, supervisor) = (chat.id.clone(), supervisor.clone());
        draft.push(Event::SupervisorLeft { chat, supervisor, mode, how });
    }
}

fn may_join(ask: &Asked<'_>, chat: &Chat, by: &SupervisorId) -> Result<(), Rejection> {
    if ask.state.schema < State::OVERSIGHT {
        let detail = "routers of an earlier release still run: try again after the update";
        return Err(Rejection::new(Code::Unavailable, detail));
    }
    if chat.overseers.iter().filter(|o| o.is_present()).count() >= limits::CHAT_SUPERVISORS {
        let detail = "too many supervisors are in this chat: one of them has to leave it first";
        return Err(Rejection::new(Code::Conflict, detail));
    }
    let held = ask.state.workspace(ask.workspace).and_then(|space| space.overseen.get(by));
    if held.is_some_and(|chats| chats.len() >= limits::SUPERVISED_CHATS) {
        let detail = "you are in too many chats: leave one of them first (mode `off`)";
        return Err(Rejection::new(Code::Conflict, detail));
    }
    Ok(())
}

/// Until when a connection is expected of one who has none.
fn expected(draft: &Draft<'_>, ask: &Asked<'_>, by: &SupervisorId) -> Option<Timestamp> {
    let person = Person::Supervisor(by.clone());
    let there = ask.state.presence.count(ask.workspace, &person) > 0;
    let grace = ask.state.rules(ask.workspace)?.policies(None).agent_grace;
    (!there).then(|| draft.now + grace)
}

/// The supervisors in a chat.
pub(super) fn overseers(chat: &Chat) -> impl Iterator<Item = &SupervisorId> {
    chat.overseers.iter().filter(|o| o.is_present()).map(|Overseer { supervisor, .. }| supervisor)
}
