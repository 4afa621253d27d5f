//! The description and the routes agree, with each other and with the contract.

use std::collections::BTreeSet;

use super::*;

/// Everything of the contract that is built, and nothing else.
const CALLS: [(&str, &str); 25] = [
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
    let document = document();
    let mut missing = Vec::new();
    collect(&document, &document, &mut missing);
    assert_eq!(missing, Vec::<String>::new());
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
    let sent = chat::chat(&view, &samples::profile(), 1, Reader::Agent);
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
