//! Marks: what stands in commands, journal and transcripts for texts that must not be there.
//!
//! Keyed with the token secret, since what people write can be guessed. Leaves what a key is good
//! for to the engine.

use baton_common::command::CommandKey;
use baton_common::hash::Mark;
use baton_common::ids::WorkspaceId;
use baton_runtime::secret::TokenSecret;
use serde::Serialize;
use serde_json::Value;

use crate::caller::Caller;

/// Makes marks.
#[derive(Clone)]
pub(crate) struct Marks(String);

impl Marks {
    /// Keyed with the secret; every gateway of a deployment has the same.
    pub(crate) fn new(secret: &TokenSecret) -> Self {
        // The secret is text; a mark of it serves, and nothing else keeps it in memory.
        let secret = String::from_utf8_lossy(secret.expose());
        let key = Mark::of(&["marks", &secret]);
        Self(format!("{key:?}"))
    }

    /// Stands for the caller's own id of a customer.
    pub(crate) fn customer(&self, workspace: &WorkspaceId, id: &str) -> Mark {
        Mark::of(&["customer", &self.0, workspace.as_str(), id])
    }

    /// Stands for a client's own id of itself; it belongs to the person.
    pub(crate) fn client(&self, caller: &Caller, id: &str) -> Mark {
        let role = caller.role().as_str();
        Mark::of(&["client", &self.0, caller.workspace.as_str(), role, &caller.sub(), id])
    }

    /// Stands for a request's body, whatever the order of its fields.
    pub(crate) fn body(&self, body: &impl Serialize) -> Mark {
        let value = serde_json::to_value(body).expect("requests are plain data");
        Mark::of(&["body", &self.0, &canonical(&value, false)])
    }

    /// The key of a start: it belongs to the workspace.
    /// The key of a command: it belongs to the token's `sub`.
    pub(crate) fn command_key(
        &self,
        caller: &Caller,
        key: &KeySource,
        body: &impl Serialize,
    ) -> CommandKey {
        let key = match key {
            KeySource::Header(key) => format!("h:{key}"),
            KeySource::Frame { client, id } => format!("f:{client}:{id}"),
        };
        let owner = format!("{}:{}:{}", caller.workspace, caller.role().as_str(), caller.sub());
        CommandKey { id: Mark::of(&[&owner, &key]), body: self.body(body) }
    }
}

/// The key of a start: it belongs to the workspace.
pub(crate) fn start_key(workspace: &WorkspaceId, key: &str, body: Mark) -> CommandKey {
    CommandKey { id: Mark::of(&[&format!("start:{workspace}"), &format!("h:{key}")]), body }
}

/// Where a key came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// The header `Idempotency-Key`.
    Header(String),
    /// The connection's `client_id` and the frame's `id`.
    Frame {
        /// The connection's `client_id`.
        client: String,
        /// The frame's `id`.
        id: String,
    },
}

/// Absent and `null` are the same, but among attributes, where `null` removes.
fn canonical(value: &Value, nulls: bool) -> String {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.iter().filter(|(_, v)| nulls || !v.is_null()).collect();
            names.sort_by_key(|(name, _)| *name);
            let field = |(name, value): &(&String, &Value)| {
                let text = canonical(value, name.as_str() == "attributes");
                format!("{}:{text}", Value::from(name.as_str()))
            };
            format!("{{{}}}", names.iter().map(field).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(|item| canonical(item, false)).collect::<Vec<_>>().join(",")
            )
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_are_compared_without_order_and_nulls() {
        let marks = Marks::new(&crate::testing::secret("a secret of some length for the test"));
        let (a, b) = (json!({"x": 1, "y": [1, {"z": null}]}), json!({"y": [1, {}], "x": 1}));
        assert_eq!(marks.body(&a), marks.body(&b));
        assert_ne!(marks.body(&a), marks.body(&json!({"x": 2, "y": [1, {}]})));
        let removes = json!({"attributes": {"a": null}});
        assert_ne!(marks.body(&removes), marks.body(&json!({"attributes": {}})));
    }

    #[test]
    fn marks_of_another_secret_differ() {
        let one = Marks::new(&crate::testing::secret("a secret of some length for the test"));
        let other = Marks::new(&crate::testing::secret("another one of some length for it"));
        assert_ne!(one.customer(&"w".into(), "c-42"), other.customer(&"w".into(), "c-42"));
        assert_ne!(one.customer(&"w".into(), "c-42"), one.customer(&"v".into(), "c-42"));
    }
}
