//! The description of the HTTP interface, taken from the routes themselves.

use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Info};

/// The whole description.
pub(crate) fn document() -> Value {
    let (_, mut document) = super::described().split_for_parts();
    let mut info = Info::new("Baton", env!("CARGO_PKG_VERSION"));
    info.description = Some("Chats reach agents, are transferred, and end.".into());
    document.info = info;
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    document
        .components
        .get_or_insert_with(Components::new)
        .add_security_scheme("token", SecurityScheme::Http(scheme));
    let mut document = serde_json::to_value(document).expect("a description is plain data");
    open_optional_parts(&mut document);
    document
}

/// Fields that come together or not at all (a customer's copy lacks some) are taken in as a part
/// that may be absent. The library describes such a part as `null`, which no object is.
pub(super) fn open_optional_parts(at: &mut Value) {
    if let Some(parts) = at.get_mut("allOf").and_then(Value::as_array_mut) {
        for part in parts {
            let choices = part.get("oneOf").and_then(Value::as_array);
            let optional = choices.and_then(|choices| {
                let is_null = |choice: &&Value| choice["type"] == "null";
                choices.iter().any(|choice| is_null(&choice)).then(|| {
                    choices.iter().filter(|choice| !is_null(choice)).cloned().collect::<Vec<_>>()
                })
            });
            if let Some(mut choices) = optional {
                choices.push(json!({"type": "object"}));
                *part = json!({ "anyOf": choices });
            }
        }
    }
    match at {
        Value::Object(fields) => fields.values_mut().for_each(open_optional_parts),
        Value::Array(items) => items.iter_mut().for_each(open_optional_parts),
        _ => {}
    }
}

#[cfg(test)]
#[path = "openapi_tests.rs"]
mod tests;
