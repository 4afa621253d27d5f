//! A supervisor's part in a chat. It owns nothing, holds no room and keeps no chat alive.

use baton_common::ids::SupervisorId;
use baton_common::limits;
use baton_common::words::{Mode, ParticipantState};
use serde::{Deserialize, Serialize};

use super::Chat;

/// A supervisor who is or was in a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overseer {
    pub(crate) supervisor: SupervisorId,
    /// The way of joining, also the last one of somebody who left.
    pub(crate) mode: Mode,
    /// `Connected` while in the chat, also during the grace.
    pub(crate) state: ParticipantState,
}

impl Overseer {
    pub(crate) fn is_present(&self) -> bool {
        self.state.is_present()
    }
}

impl Chat {
    /// In which way a supervisor is in it.
    pub(crate) fn overseen_by(&self, supervisor: &SupervisorId) -> Option<Mode> {
        let own = self.overseers.iter().find(|o| o.supervisor == *supervisor)?;
        own.is_present().then_some(own.mode)
    }

    /// One row a supervisor, in order of their newest joining; of those who are gone the latest.
    pub(crate) fn put_overseer(&mut self, new: Overseer) {
        let at = self.overseers.iter().position(|o| o.supervisor == new.supervisor);
        match at {
            Some(at) if self.overseers[at].is_present() => self.overseers[at] = new,
            _ => {
                at.map(|at| self.overseers.remove(at));
                self.overseers.push(new);
            }
        }
        while self.overseers.len() > limits::CHAT_SUPERVISORS {
            match self.overseers.iter().position(|o| !o.is_present()) {
                Some(at) => drop(self.overseers.remove(at)),
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat() -> Chat {
        let json = serde_json::json!({
            "id": "cht_1", "workspace": "w", "customer": "cus_1", "followed_by": [],
            "opened_at": 0, "rev": 1, "phase": "Open", "customer_away": false, "agents": [],
            "invites": [], "offers": [], "customer_wait": 0, "hops": 0, "paths": [],
            "warned": false,
        });
        serde_json::from_value(json).expect("a chat of an older image has no supervisors")
    }

    fn put(chat: &mut Chat, supervisor: &str, state: ParticipantState) {
        let mode = Mode::Coach;
        chat.put_overseer(Overseer { supervisor: supervisor.into(), mode, state });
    }

    #[test]
    fn one_row_a_supervisor_and_the_latest_of_those_who_are_gone() {
        use ParticipantState::{Connected, Left};
        let mut chat = chat();
        put(&mut chat, "boss", Connected);
        for n in 0..2 * limits::CHAT_SUPERVISORS {
            put(&mut chat, &format!("s{n}"), Connected);
            put(&mut chat, &format!("s{n}"), Left);
        }
        assert_eq!(chat.overseers.len(), limits::CHAT_SUPERVISORS);
        assert_eq!(chat.overseen_by(&"boss".into()), Some(Mode::Coach));
        assert_eq!(chat.overseen_by(&"s31".into()), None);
        assert_eq!(chat.overseers.last().unwrap().supervisor, "s31".into());
    }
}
