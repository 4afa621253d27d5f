//! Frames from clients, read: the first one and the others. Pure.

use baton_common::protocol::bounds;
use baton_common::protocol::event::Hello;
use baton_common::protocol::read::{check_depth, read_value};
use baton_common::rejection::Rejection;
use serde_json::{Map, Value};
use smol_str::SmolStr;

/// Chats of one `resume`: more than any page shows.
const RESUMED_CHATS: usize = 500;

/// A command, its fields not yet looked at.
#[derive(Debug, PartialEq)]
pub(crate) struct Incoming {
    /// The frame's id.
    pub(crate) id: Option<SmolStr>,
    /// The command's name.
    pub(crate) kind: String,
    /// The rest.
    pub(crate) fields: Map<String, Value>,
}

/// A frame that is no command, and the id that the answer can name.
#[derive(Debug, PartialEq)]
pub(crate) struct Unreadable {
    pub(crate) id: Option<SmolStr>,
    pub(crate) rejection: Box<Rejection>,
}

/// Reads a frame as a command.
pub(crate) fn command(text: &str) -> Result<Incoming, Unreadable> {
    let refuse = |id, rejection| Unreadable { id, rejection: Box::new(rejection) };
    let mut fields = object(text).map_err(|rejection| refuse(None, rejection))?;
    let id = match fields.remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) if bounds::is_key(&id) => Some(SmolStr::new(id)),
        Some(_) => {
            let detail = "id is a string of 1 to 128 visible ASCII characters";
            return Err(refuse(None, Rejection::invalid("id", detail)));
        }
    };
    match fields.remove("type") {
        Some(Value::String(kind)) => Ok(Incoming { id, kind, fields }),
        _ => Err(refuse(id, Rejection::invalid("type", "type names the command"))),
    }
}

/// Reads the first frame.
pub(crate) fn hello(text: &str) -> Result<Hello, Rejection> {
    let mut fields = object(text)?;
    match fields.remove("type") {
        Some(Value::String(kind)) if kind == "hello" => {}
        _ => return Err(Rejection::invalid("type", "the first frame is `hello`")),
    }
    let hello: Hello = read_value(Value::Object(fields))?;
    bounds::key("client_id", &hello.client_id)?;
    if hello.resume.as_ref().is_some_and(|resume| resume.len() > RESUMED_CHATS) {
        return Err(Rejection::invalid("resume", "at most 500 chats are resumed"));
    }
    Ok(hello)
}

fn object(text: &str) -> Result<Map<String, Value>, Rejection> {
    check_depth(text.as_bytes())?;
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Rejection::invalid("", "a frame is a JSON object")),
        Err(error) => Err(Rejection::invalid("", format!("not JSON: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use baton_common::code::Code;

    use super::*;

    #[test]
    fn what_is_no_command_is_answered_with_its_id_if_there_is_one() {
        let unreadable = |text: &str| {
            let Unreadable { id, rejection } = command(text).unwrap_err();
            assert_eq!(rejection.code, Code::Invalid, "{text}");
            id
        };
        for text in ["", "x", "[]", "1", "null", "{", r#"{"id":5,"type":"ping"}"#, "{}"] {
            assert_eq!(unreadable(text), None, "{text}");
        }
        assert_eq!(unreadable(r#"{"id":"7"}"#).as_deref(), Some("7"));
        assert_eq!(unreadable(r#"{"id":"7","type":1}"#).as_deref(), Some("7"));
    }

    #[test]
    fn a_command_has_a_type_and_fields() {
        let read = command(r#"{"id":"1","type":"ping","x":2}"#).unwrap();
        assert_eq!((read.id.as_deref(), read.kind.as_str()), (Some("1"), "ping"));
        assert_eq!(Value::Object(read.fields), serde_json::json!({"x": 2}));
        assert_eq!(command(r#"{"id":null,"type":"ping"}"#).unwrap().id, None);
    }

    #[test]
    fn s20_depth_is_bounded() {
        let deep = format!(r#"{{"type":"ping","x":{}{}}}"#, "[".repeat(16), "]".repeat(16));
        assert!(command(&deep).is_err());
    }

    #[test]
    fn s3_the_first_frame_is_hello_and_nothing_else() {
        let text = r#"{"type":"hello","token":"t","client_id":"c","resume":{"cht_1":4}}"#;
        assert_eq!(hello(text).unwrap().resume.unwrap()[&"cht_1".into()], 4);
        for text in [
            r#"{"type":"ping"}"#,
            r#"{"type":"hello","client_id":"c"}"#,
            r#"{"type":"hello","token":"t","client_id":""}"#,
            r#"{"type":"hello","token":"t","client_id":"c","role":"admin"}"#,
            r#"{"type":"hello","token":"t","client_id":"c","resume":{"a":-1}}"#,
        ] {
            assert!(hello(text).is_err(), "{text}");
        }
    }
}
