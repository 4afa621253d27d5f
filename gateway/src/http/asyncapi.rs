//! The description of the socket, taken from the types of its frames.

use baton_common::protocol::command::ClientCommand;
use baton_common::protocol::event::{Event, Hello};
use baton_common::protocol::reply::AnswerFrame;
use serde_json::{Value, json};
use utoipa::OpenApi;

use super::openapi::open_optional_parts;

/// What is said on the socket; the types that these use come with them.
#[derive(OpenApi)]
#[openapi(components(schemas(Hello, ClientCommand, AnswerFrame, Event)))]
struct Frames;

/// The whole description.
pub(crate) fn document() -> Value {
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Baton", "version": env!("CARGO_PKG_VERSION"),
            "description": "One JSON object a text frame. The first is `hello`, its answer \
                `welcome`; then commands, each answered, and events that nobody asked for.",
        },
        "defaultContentType": "application/json",
        "channels": { "socket": {
            "address": "/v1/ws",
            "bindings": { "ws": { "method": "GET" } },
            "messages": {
                "hello": message("Hello", "The first frame of a client."),
                "command": message("ClientCommand", "With an `id` it is answered."),
                "answer": message("AnswerFrame", "To a command, by its `id`."),
                "event": message("Event", "What happened, or what holds now."),
            },
        } },
        "operations": {
            "send": operation("send", &["answer", "event"]),
            "receive": operation("receive", &["hello", "command"]),
        },
        "components": { "schemas": {} },
    });
    let frames = serde_json::to_value(Frames::openapi()).expect("a description is plain data");
    document["components"]["schemas"] = frames["components"]["schemas"].clone();
    open_optional_parts(&mut document);
    document
}

fn message(schema: &str, summary: &str) -> Value {
    json!({ "summary": summary, "payload": { "$ref": format!("#/components/schemas/{schema}") } })
}

/// What the server does on the channel.
fn operation(action: &str, messages: &[&str]) -> Value {
    let reference = |name: &&str| json!({ "$ref": format!("#/channels/socket/messages/{name}") });
    let messages: Vec<Value> = messages.iter().map(reference).collect();
    json!({ "action": action, "channel": { "$ref": "#/channels/socket" }, "messages": messages })
}
