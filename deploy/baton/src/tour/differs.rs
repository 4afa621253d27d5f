//! What went another way than the contract says, as one line: what was expected and what came.
//! Leaves naming the step to the timeline.

use serde_json::Value;

/// Characters of a frame that are shown: enough for a chat with its participants.
const SHOWN_CHARS: usize = 700;

/// A difference from the contract.
#[derive(Debug, thiserror::Error)]
#[error("expected {expected}, but {came}")]
pub(super) struct Differs {
    expected: String,
    came: String,
}

/// Something that held what the contract says, or the difference.
pub(super) type Checked<T> = Result<T, Differs>;

impl Differs {
    /// `expected` and `came` are parts of the sentence "expected …, but … came".
    pub(super) fn new(expected: impl Into<String>, came: impl Into<String>) -> Self {
        Self { expected: expected.into(), came: came.into() }
    }

    /// Says where it was found.
    #[must_use]
    pub(super) fn within(self, place: &str) -> Self {
        Self { expected: format!("{} in {place}", self.expected), ..self }
    }
}

/// Demands that a member of a frame, named by a JSON pointer, is this value. Absent is `null`.
pub(super) fn same(frame: &Value, pointer: &str, wanted: impl Into<Value>) -> Checked<()> {
    let wanted = wanted.into();
    let found = at(frame, pointer);
    if *found == wanted {
        return Ok(());
    }
    let expected = format!("{pointer} to be {}", short(&wanted));
    Err(Differs::new(expected, format!("it is {} in {}", short(found), short(frame))))
}

/// Demands a condition; `expected` says it in words.
pub(super) fn holds(is: bool, expected: impl Into<String>, frame: &Value) -> Checked<()> {
    if is {
        return Ok(());
    }
    Err(Differs::new(expected, format!("{} came", short(frame))))
}

/// A member named by a JSON pointer, or with `@id` the state of this participant of a chat, who
/// has exactly one row; `null` where there is none.
pub(super) fn at<'a>(frame: &'a Value, pointer: &str) -> &'a Value {
    let found = match pointer.strip_prefix('@') {
        Some(id) => participant_state(frame, id),
        None => frame.pointer(pointer),
    };
    found.unwrap_or(&Value::Null)
}

fn participant_state<'a>(chat: &'a Value, id: &str) -> Option<&'a Value> {
    let mut rows = chat["participants"].as_array()?.iter().filter(|row| row["id"] == id);
    let row = rows.next()?;
    rows.next().is_none().then(|| &row["state"])
}

/// A member that must be text.
pub(super) fn text<'a>(frame: &'a Value, pointer: &str) -> Checked<&'a str> {
    let missing = || Differs::new(format!("text at {pointer}"), format!("{} came", short(frame)));
    at(frame, pointer).as_str().ok_or_else(missing)
}

/// A member that must be a whole number.
pub(super) fn whole(frame: &Value, pointer: &str) -> Checked<u64> {
    let missing =
        || Differs::new(format!("a whole number at {pointer}"), format!("{} came", short(frame)));
    at(frame, pointer).as_u64().ok_or_else(missing)
}

/// A frame as one bounded line without tokens.
pub(super) fn short(frame: &Value) -> String {
    let mut frame = frame.clone();
    hide_tokens(&mut frame);
    let text = frame.to_string();
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn hide_tokens(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "token" {
                    *member = "[hidden]".into();
                } else {
                    hide_tokens(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_tokens),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_is_one_line_with_both_sides() {
        let frame = json!({"chat": {"state": "queued"}});
        let differs = same(&frame, "/chat/state", "active").unwrap_err().to_string();
        let said = r#"expected /chat/state to be "active", but it is "queued" in {"chat":"#;
        assert!(differs.starts_with(said), "{differs}");
        assert!(same(&frame, "/chat/position", Value::Null).is_ok());
    }

    #[test]
    fn a_participant_has_one_row() {
        let row = |id| json!({"id": id, "state": "connected"});
        let chat = json!({"participants": [row("a"), row("b"), row("b")]});
        assert!(same(&chat, "@a", "connected").is_ok());
        assert!(same(&chat, "@b", "connected").is_err());
        assert!(same(&chat, "@c", "connected").is_err());
    }

    #[test]
    fn s28_tokens_are_not_shown() {
        let frame = json!({"a": [{"token": "canary"}], "token": "canary"});
        assert!(!short(&frame).contains("canary"));
    }

    #[test]
    fn long_frames_are_cut_between_characters() {
        let shown = short(&json!("é".repeat(2 * SHOWN_CHARS)));
        assert_eq!(shown.chars().count(), SHOWN_CHARS + 1);
    }
}
