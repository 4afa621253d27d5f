//! Who may: by role which command, by membership which chat. Pure; leaves to the engine what
//! depends on offers, invitations and queues.

use baton_common::code::Code;
use baton_common::command::Person;
use baton_common::rejection::Rejection;
use baton_common::view::ChatView;
use baton_common::words::{ChatState, Mode, ParticipantState, Role, Visibility};

use crate::caller::Caller;

/// Whether a role may use a command at all. Unknown commands are nobody's to refuse: they are
/// `not_found`.
pub(crate) fn role_may(role: Role, kind: &str) -> bool {
    match kind {
        "agent.status" | "offer.accept" | "offer.decline" | "chat.add_agent" | "chat.add_queue"
        | "chat.cancel_invite" | "chat.leave" | "chat.transfer" | "chat.update"
        | "wrapup.complete" => role == Role::Agent,
        "chat.reassign" | "chat.monitor" | "agent.force_status" => {
            matches!(role, Role::Supervisor | Role::Admin)
        }
        "chat.remove_participant" | "dm.send" | "dm.history" | "watch" | "unwatch" => {
            role != Role::Customer
        }
        _ => true,
    }
}

/// How a person stands to a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There, or expected back.
    Present,
    /// Was there and may go on reading.
    Past,
    /// Never was there, or was removed.
    Stranger,
}

/// How `person` stands to the chat.
pub(crate) fn standing(view: &ChatView, person: &Person) -> Standing {
    let row = view.participants.iter().find(|row| row.person == *person);
    match row.map(|row| row.state) {
        Some(ParticipantState::Connected | ParticipantState::Disconnected) => Standing::Present,
        Some(
            ParticipantState::Left
            | ParticipantState::Lost
            | ParticipantState::Wrapup
            | ParticipantState::Done,
        ) => Standing::Past,
        Some(ParticipantState::Invited | ParticipantState::Removed) | None => Standing::Stranger,
    }
}

/// Whether a person who seems to have left may have been removed: while a wrap-up runs, and after
/// it, a view does not tell the two apart; the chat's lines do.
pub(crate) fn may_be_removed(view: &ChatView, person: &Person) -> bool {
    let row = view.participants.iter().find(|row| row.person == *person);
    let state = row.map(|row| row.state);
    matches!(person, Person::Agent(_))
        && matches!(state, Some(ParticipantState::Wrapup | ParticipantState::Done))
}

/// Whether the chat is over for everybody but those who wrap it up.
pub(crate) fn is_over(view: &ChatView) -> bool {
    matches!(view.state, ChatState::Wrapup | ChatState::Closed)
}

/// Whether the caller may read the chat by taking part in it or by overseeing. Who may read a
/// later chat of the same customer is asked by the caller of this.
pub(crate) fn may_read(caller: &Caller, view: &ChatView) -> bool {
    match caller.role() {
        Role::Supervisor | Role::Admin => true,
        Role::Customer => caller.chat() == Some(&view.chat),
        Role::Agent => standing(view, &caller.person) != Standing::Stranger,
    }
}

/// Whether the caller may write to the chat: only who is there may.
pub(crate) fn may_write(caller: &Caller, view: &ChatView) -> Result<(), Rejection> {
    let standing = match caller.role() {
        Role::Customer if caller.chat() == Some(&view.chat) => Standing::Present,
        Role::Customer => Standing::Stranger,
        _ => standing(view, &caller.person),
    };
    let oversees = matches!(caller.role(), Role::Supervisor | Role::Admin);
    match standing {
        Standing::Stranger if !oversees => Err(not_in_it()),
        _ if is_over(view) => Err(Rejection::new(Code::ChatClosed, "the chat is over")),
        Standing::Present => Ok(()),
        _ => Err(not_in_it()),
    }
}

/// How a supervisor is in the chat, if they are.
pub(crate) fn mode(view: &ChatView, person: &Person) -> Option<Mode> {
    view.participants.iter().find(|row| row.person == *person)?.mode
}

/// Whether who is there may say something to these: a supervisor who monitors may to nobody, one
/// who coaches to agents.
pub(crate) fn may_say(
    caller: &Caller,
    view: &ChatView,
    visibility: Visibility,
) -> Result<(), Rejection> {
    let detail = match (mode(view, &caller.person), visibility) {
        (Some(Mode::Monitor), _) => "who monitors does not write: coach, or barge in",
        (Some(Mode::Coach), Visibility::All) => {
            "who coaches writes to agents (visibility `agents`): barge in to write to all"
        }
        _ => return Ok(()),
    };
    Err(Rejection::new(Code::Forbidden, detail))
}

/// Who may know that somebody types or has read: whoever sees them in the chat.
pub(crate) fn signal_visibility(caller: &Caller, view: &ChatView) -> Result<Visibility, Rejection> {
    match mode(view, &caller.person) {
        Some(Mode::Monitor) => {
            let detail = "who monitors is not seen: neither typing nor reading is told";
            Err(Rejection::new(Code::Forbidden, detail))
        }
        Some(Mode::Coach) => Ok(Visibility::Agents),
        Some(Mode::Barge) | None => Ok(Visibility::All),
    }
}

/// `forbidden` by membership.
pub(crate) fn not_in_it() -> Rejection {
    Rejection::new(Code::Forbidden, "you are not in this chat")
}

/// A customer's every other chat is `forbidden`, whether it exists or not.
pub(crate) fn own_chat(caller: &Caller, chat: &baton_common::ids::ChatId) -> Result<(), Rejection> {
    match caller.chat() {
        Some(own) if own != chat => Err(not_in_it()),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
