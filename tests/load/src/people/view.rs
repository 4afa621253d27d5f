//! A chat as its newest copy shows it: what an agent needs to decide what to do next. It leaves
//! deciding to `conversation`.

use serde_json::Value;

/// The parts of a chat that matter to an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    rev: u64,
    state: String,
    agents: Vec<(String, String)>,
    pending: Vec<String>,
    /// How often it was passed on.
    pub(super) hops: u64,
}

impl View {
    /// From a chat as the contract shows it.
    pub(super) fn of(chat: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let agents = rows(&chat["participants"]).into_iter().filter(|one| one["role"] == "agent");
        let invites = rows(&chat["transfer"]["invites"]).into_iter();
        let is_pending = |invite: &Value| invite["state"] == "pending";
        Self {
            rev: chat["rev"].as_u64().unwrap_or_default(),
            state: text(&chat["state"]),
            agents: agents.map(|one| (text(&one["id"]), text(&one["state"]))).collect(),
            pending: invites.filter(is_pending).map(|one| text(&one["invite_id"])).collect(),
            hops: chat["hops"].as_u64().unwrap_or_default(),
        }
    }

    /// Takes a copy unless it is older; whether anything changed.
    pub(super) fn take(&mut self, chat: &Value) -> bool {
        let new = Self::of(chat);
        let is_newer = new.rev >= self.rev && new != *self;
        if is_newer {
            *self = new;
        }
        is_newer
    }

    /// Whether an agent is in the chat now.
    pub(super) fn has(&self, agent: &str) -> bool {
        self.is(agent, &["connected", "disconnected"])
    }

    /// Whether an agent's wrap-up of it runs.
    pub(super) fn wraps_up(&self, agent: &str) -> bool {
        self.is(agent, &["wrapup"])
    }

    /// Whether another agent is in the chat.
    pub(super) fn has_other(&self, than: &str) -> bool {
        self.agents.iter().any(|(id, state)| id != than && state == "connected")
    }

    /// Whether an invitation is still pending.
    pub(super) fn is_pending(&self, invite: &str) -> bool {
        self.pending.iter().any(|pending| pending == invite)
    }

    /// Whether nobody can write any more.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "wrapup" | "closed")
    }

    fn is(&self, agent: &str, states: &[&str]) -> bool {
        self.agents.iter().any(|(id, state)| id == agent && states.contains(&state.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chat(rev: u64, state: &str, anna: &str) -> Value {
        json!({"rev": rev, "state": state, "hops": 1, "participants": [
            {"id": "c", "role": "customer", "state": "connected"},
            {"id": "anna", "role": "agent", "state": anna},
            {"id": "ben", "role": "agent", "state": "connected"}],
            "transfer": {"invites": [{"invite_id": "inv_1", "state": "pending"}]}})
    }

    #[test]
    fn a_copy_is_read_and_an_older_one_is_not_taken() {
        let mut view = View::of(&chat(5, "active", "connected"));
        assert!(view.has("anna") && view.has_other("anna") && view.is_pending("inv_1"));
        assert!(!view.take(&chat(4, "closed", "done")));
        assert!(!view.is_over());
        assert!(view.take(&chat(6, "wrapup", "wrapup")));
        assert!(view.is_over() && view.wraps_up("anna") && !view.has("anna"));
    }
}
