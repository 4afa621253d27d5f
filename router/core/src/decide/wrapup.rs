//! Finishing a wrap-up.

use baton_common::code::Code;
use baton_common::event::Event;
use baton_common::ids::{ChatId, NoteId};
use baton_common::rejection::Rejection;
use baton_common::words::ParticipantState;
use smol_str::SmolStr;

use super::{Asked, Draft, Verdict};

pub(super) fn complete(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    id: &ChatId,
    disposition: Option<&SmolStr>,
    note: Option<&NoteId>,
) -> Verdict {
    let chat = ask.chat(id)?;
    let agent = ask.agent()?;
    let Some(participant) = chat.participant(agent) else {
        return Err(Rejection::new(Code::Forbidden, "you are not in this chat").into());
    };
    let wraps_up = participant.state == ParticipantState::Wrapup
        || ask.state.has_wrapup(&chat.workspace, agent, id);
    if !wraps_up {
        let detail = "no wrap-up of this chat runs: it is done, or you are still in the chat";
        return Err(Rejection::new(Code::Conflict, detail).into());
    }
    draft.push(Event::WrapupDone {
        chat: id.clone(),
        agent: agent.clone(),
        disposition: disposition.cloned(),
        note: note.cloned(),
        timed_out: false,
    });
    draft.done_chat(id)
}

impl crate::State {
    /// Whether an agent's slot is held by the wrap-up of a chat (a removed one has it, too).
    pub(crate) fn has_wrapup(
        &self,
        workspace: &baton_common::ids::WorkspaceId,
        agent: &baton_common::ids::AgentId,
        chat: &ChatId,
    ) -> bool {
        use crate::state::agent::WorkKind;
        let work = self.agent(workspace, agent).and_then(|row| row.work.get(chat));
        work.is_some_and(|work| work.kind == WorkKind::Wrapup)
    }
}
