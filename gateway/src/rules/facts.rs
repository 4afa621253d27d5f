//! What is known of a chat at its start, as conditions see it: `attributes`, `customer`, `queue`.

use std::sync::Arc;

use baton_common::ids::QueueId;
use baton_common::protocol::start::StartBody;
use cel::Value;
use serde_json::Value as Json;

use super::language::map;

/// The variables that conditions know.
pub(super) const VARIABLES: [&str; 3] = ["attributes", "customer", "queue"];
/// What `customer` has, where the start says it.
pub(super) const CUSTOMER: [&str; 3] = ["id", "name", "email"];

/// What is known of one chat.
#[derive(Clone, Debug)]
pub(super) struct Facts([Value; 3]);

impl Facts {
    /// Of a start: `queue` is where it would go without rules, empty if nowhere.
    pub(super) fn of(body: &StartBody, default_queue: Option<&QueueId>) -> Self {
        let attributes = body.attributes.iter().flatten();
        let attributes = attributes.map(|(name, json)| (name.as_str(), value(json)));
        let customer = body.customer.as_ref();
        let fields = customer.into_iter().flat_map(|c| [&c.id, &c.name, &c.email]);
        let customer = CUSTOMER.into_iter().zip(fields);
        let customer = customer.filter_map(|(name, text)| Some((name, string(text.as_ref()?))));
        let queue = body.queue.as_ref().or(default_queue).map_or("", |queue| queue.as_str());
        Self::new(map(attributes), map(customer), string(queue))
    }

    pub(super) fn new(attributes: Value, customer: Value, queue: Value) -> Self {
        Self([attributes, customer, queue])
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        VARIABLES.into_iter().zip(&self.0)
    }
}

pub(super) fn string(text: &str) -> Value {
    Value::String(Arc::new(text.to_owned()))
}

/// Whole numbers are `int` whatever their sign, so that `attributes.age >= 18` can be said.
#[allow(clippy::cast_precision_loss, reason = "beyond 2^63 a number is a double")]
fn value(json: &Json) -> Value {
    match json {
        Json::String(text) => string(text),
        Json::Bool(yes) => Value::Bool(*yes),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, Some(float)) => Value::Float(float),
            (None, None) => Value::Null,
        },
        // Not taken at the door.
        Json::Null | Json::Array(_) | Json::Object(_) => Value::Null,
    }
}
