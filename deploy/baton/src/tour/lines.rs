//! The lines that one socket brought: each chat's in order, without gap or repeat, and the same as
//! the transcript has. Leaves their texts to the scenes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::differs::{Checked, holds, same, whole};

/// Lines by chat.
#[derive(Debug, Default)]
pub(super) struct Lines(BTreeMap<String, Vec<Value>>);

impl Lines {
    /// Takes a frame; lines must go on where the chat's last one was.
    pub(super) fn take(&mut self, frame: &Value) -> Checked<()> {
        if frame["type"] != "chat.message" {
            return Ok(());
        }
        let (chat, line) = (frame["chat_id"].as_str().unwrap_or_default(), &frame["message"]);
        same(line, "/chat_id", chat)?;
        same(line, "/seq", whole(frame, "/seq")?)?;
        let lines = self.0.entry(chat.to_owned()).or_default();
        if let Some(last) = lines.last() {
            same(line, "/seq", whole(last, "/seq")? + 1)?;
        }
        lines.push(line.clone());
        Ok(())
    }

    /// The lines of a chat.
    pub(super) fn of(&self, chat: &str) -> &[Value] {
        self.0.get(chat).map_or(&[], Vec::as_slice)
    }
}

/// Demands that a transcript page is gap-free from 1 on.
pub(super) fn check_page(page: &Value) -> Checked<()> {
    let rows = page["messages"].as_array().map_or(&[][..], Vec::as_slice);
    for (line, wanted) in rows.iter().zip(1_u64..) {
        same(line, "/seq", wanted)?;
    }
    holds(
        whole(page, "/last")? >= rows.len() as u64,
        "last to be that of the newest line",
        &page["last"],
    )
}

/// Demands that lines of a socket are those of the transcript.
pub(super) fn check_same(page: &Value, lines: &[Value]) -> Checked<()> {
    for line in lines {
        let place = whole(line, "/seq")?.saturating_sub(1);
        let stored = usize::try_from(place).ok().and_then(|place| page["messages"].get(place));
        let same = stored == Some(line);
        holds(same, format!("the transcript's line {}", stored.unwrap_or(&Value::Null)), line)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn frame(seq: u64) -> Value {
        let line = json!({"chat_id": "cht_1", "seq": seq});
        json!({"type": "chat.message", "chat_id": "cht_1", "seq": seq, "message": line})
    }

    #[test]
    fn gaps_and_repeats_are_found() {
        let mut lines = Lines::default();
        lines.take(&frame(4)).unwrap();
        lines.take(&frame(5)).unwrap();
        assert!(lines.take(&frame(5)).is_err());
        assert!(lines.take(&frame(7)).is_err());
        assert_eq!(lines.of("cht_1").len(), 2);
        assert!(lines.of("cht_2").is_empty());
    }

    #[test]
    fn what_the_socket_brought_is_what_is_stored() {
        let page = json!({"messages": [{"seq": 1, "text": "a"}, {"seq": 2, "text": "b"}],
            "last": 2});
        check_page(&page).unwrap();
        check_same(&page, &[json!({"seq": 2, "text": "b"})]).unwrap();
        assert!(check_same(&page, &[json!({"seq": 2, "text": "c"})]).is_err());
        assert!(check_same(&page, &[json!({"seq": 3, "text": "c"})]).is_err());
        assert!(check_page(&json!({"messages": [{"seq": 2}], "last": 2})).is_err());
    }
}
