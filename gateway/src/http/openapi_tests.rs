//! The description and the routes agree, with each other and with the contract.

use std::collections::BTreeSet;

use baton_common::protocol::event::Event;

use super::*;

/// Everything of the contract that is built, and nothing else.
const CALLS: [(&str, &str); 26] = [
    ("post", "/v1/chats"),
    ("get", "/v1/chats"),
    ("get", "/v1/chats/{id}"),
    ("post", "/v1/chats/{id}/token"),
    ("post", "/v1/chats/{id}/end"),
    ("get", "/v1/chats/{id}/messages"),
    ("post", "/v1/chats/{id}/messages"),
    ("post", "/v1/commands"),
    ("get", "/v1/queues"),
    ("get", "/v1/queues/{id}"),
    ("get", "/v1/queues/{id}/history"),
    ("get", "/v1/agents"),
    ("get", "/v1/agents/{id}"),
    ("get", "/v1/config"),
    ("put", "/v1/config"),
    ("post", "/v1/config/check"),
    ("get", "/v1/config/versions"),
    ("get", "/v1/chats/{id}/why"),
    ("get", "/v1/agents/{id}/why"),
    ("get", "/v1/agents/{id}/statistics"),
    ("post", "/v1/quotes"),
    ("get", "/v1/sign-in"),
    ("post", "/v1/sign-in"),
    ("post", "/v1/sign-in/code"),
    ("get", "/v1/widget"),
    ("get", "/v1/ws"),
];

#[test]
fn every_route_is_described_and_nothing_else() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert((method.clone(), path.clone()));
        }
    }
    let built: BTreeSet<_> =
        CALLS.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(described, built);
}

#[test]
fn every_reference_leads_somewhere() {
    for document in [document(), super::super::asyncapi::document()] {
        let mut missing = Vec::new();
        collect(&document, &document, &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }
}

#[test]
fn the_sockets_frames_are_described_with_the_fields_that_are_sent() {
    use crate::caller::Reader;
    use crate::shape::{chat, samples};
    let document = super::super::asyncapi::document();
    let described = &document["components"]["schemas"];
    let view = samples::busy_chat();
    let chat = chat::chat(&view, &samples::dossier(), 1, (Reader::Agent, &samples::somebody()));
    let frame = serde_json::to_value(Event::ChatState(Box::new(chat))).unwrap();
    let kind = |variant: &&Value| {
        let text = variant.to_string();
        text.contains("\"chat.state\"")
    };
    let variant = described["Event"]["oneOf"].as_array().unwrap().iter().find(kind).unwrap();
    let fields = fields(&document, variant);
    for name in frame.as_object().unwrap().keys() {
        assert!(fields.contains(name), "{name} is not in {fields:?}");
    }
    let both = super::document();
    for (name, schema) in described.as_object().unwrap() {
        let other = &both["components"]["schemas"][name];
        assert!(other.is_null() || other == schema, "{name} is described in two ways");
    }
}

fn collect(document: &Value, at: &Value, missing: &mut Vec<String>) {
    match at {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                let pointer = reference.trim_start_matches('#');
                if document.pointer(pointer).is_none() {
                    missing.push(reference.clone());
                }
            }
            fields.values().for_each(|value| collect(document, value, missing));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(document, item, missing)),
        _ => {}
    }
}

#[test]
fn the_configurations_types_take_no_others_names() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    assert!(schemas["Messages"]["properties"]["last"].is_object(), "a page of lines");
    assert!(schemas["QueueMessages"]["properties"]["greeting"].is_object());
    let names: Vec<&String> = schemas.as_object().unwrap().keys().collect();
    assert!(names.contains(&&"WaitingMessage".to_owned()), "{names:?}");
}

#[test]
fn no_part_of_an_object_is_described_as_null() {
    let document = document();
    let chat = &document["components"]["schemas"]["Chat"]["allOf"];
    assert_eq!(chat[0]["anyOf"][1], json!({"type": "object"}), "{chat}");
    assert!(!chat[0].to_string().contains("null"));
}

#[test]
fn the_described_chat_has_the_fields_that_are_sent() {
    use crate::caller::Reader;
    use crate::shape::{chat, samples};
    let document = document();
    let described = fields(&document, &document["components"]["schemas"]["Chat"]);
    let view = samples::busy_chat();
    let sent = chat::chat(&view, &samples::dossier(), 1, (Reader::Agent, &samples::somebody()));
    for name in serde_json::to_value(sent).unwrap().as_object().unwrap().keys() {
        assert!(described.contains(name), "{name} is not in {described:?}");
    }
}

/// Names of the fields of a schema, with those of the schemas it takes in.
fn fields(document: &Value, schema: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        names.extend(fields(document, target));
    }
    if let Some(properties) = schema["properties"].as_object() {
        names.extend(properties.keys().cloned());
    }
    for group in ["allOf", "oneOf", "anyOf"] {
        for part in schema[group].as_array().into_iter().flatten() {
            names.extend(fields(document, part));
        }
    }
    names
}
