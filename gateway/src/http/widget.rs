//! What the customer's widget asks before a chat, in the customer's language.

use axum::extract::State;
use axum::response::Response;
use baton_common::code::Code;
use baton_common::config::hours::{Calendar, zone};
use baton_common::config::{FormField, Workspace};
use baton_common::ids::QueueId;
use baton_common::protocol::problem::Problem;
use baton_common::protocol::widget::{Form, FormQueue, Question};
use baton_common::time::Timestamp;

use super::call::{Call, ok};
use super::sign_in::named;
use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::token::wall_clock;

/// The form before a chat.
#[utoipa::path(
    get,
    path = "/v1/widget",
    params(
        ("workspace" = Option<String>, Query, description = "`default` unless given"),
        ("language" = Option<String>, Query, description = "a tag as `de` or `pt-BR`"),
        ("queue" = Option<String>, Query, description = "the workspace's default unless given"),
    ),
    responses(
        (status = 200, body = Form),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn form(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    gateway.limit_call(call.peer.ip())?;
    let query = call.query(&["workspace", "language", "queue"])?;
    let given = |name: &str| query.text(name).filter(|text| !text.is_empty());
    let workspace = named(given("workspace"))?;
    let config = gateway.link.known_config(&workspace).await?;
    let queue = given("queue").map(QueueId::new);
    if let Some(queue) = queue.as_ref().filter(|queue| !config.queues.contains_key(*queue)) {
        let detail = format!("there is no queue {queue} in this workspace: check its name");
        return Err(Refusal::new(Code::QueueNotFound, &detail));
    }
    Ok(ok(of(&config, given("language"), queue.as_ref(), wall_clock())))
}

fn of(config: &Workspace, language: Option<&str>, queue: Option<&QueueId>, now: Timestamp) -> Form {
    let listed = config.widget.queues.iter();
    let queues = listed.map(|queue| FormQueue {
        queue: queue.clone(),
        name: config.queue_name(queue).to_owned(),
        open: takes(config, queue, now),
    });
    let fields = config.widget.fields.iter().map(|field| question(field, language));
    let queue = queue.or(config.default_queue.as_ref());
    Form {
        open: queue.is_none_or(|queue| takes(config, queue, now)),
        queues: queues.collect(),
        fields: fields.collect(),
    }
}

/// Whether a queue, or one that it overflows to, is open.
fn takes(config: &Workspace, queue: &QueueId, now: Timestamp) -> bool {
    let overflow = |at: &&QueueId| config.queues.get(*at).and_then(|row| row.overflow.as_ref());
    // As many as there are: a circle of them does not turn for ever.
    let mut chain = std::iter::successors(Some(queue), overflow).take(config.queues.len());
    chain.any(|queue| is_open(config, queue, now))
}

fn is_open(config: &Workspace, queue: &QueueId, now: Timestamp) -> bool {
    let Some(row) = config.queues.get(queue) else {
        return false;
    };
    let hours = row.hours.as_ref().and_then(|name| config.hours.get(name));
    let zone = || zone(config.time_zone.as_deref());
    !row.closed && hours.is_none_or(|hours| Calendar::of(hours, zone()).is_open(now))
}

fn question(field: &FormField, language: Option<&str>) -> Question {
    Question {
        name: field.name.clone(),
        label: field.label.in_language(language).to_owned(),
        kind: field.kind,
        required: field.required,
        options: field.options.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Workspace {
        serde_json::from_value(serde_json::json!({
            "default_queue": "sales", "time_zone": "Europe/Berlin",
            "queues": {"sales": {"hours": "day", "overflow": "night"}, "night": {"closed": true},
                "billing": {"name": "Billing", "hours": "day"}},
            "agents": {},
            "hours": {"day": {"weekly": [{"days": ["mon"], "from": "08:00", "to": "18:00"}]}},
            "widget": {"queues": ["billing"], "fields": [{"name": "email", "kind": "email",
                "label": {"en": "E-mail", "de": "E-Mail-Adresse"}}]},
        }))
        .unwrap()
    }

    fn at(text: &str) -> Timestamp {
        serde_json::from_value::<baton_common::time::ApiTime>(text.into()).unwrap().0
    }

    #[test]
    fn the_form_speaks_the_customers_language_and_knows_the_hours() {
        let open = of(&config(), Some("de-AT"), None, at("2026-01-05T07:30:00Z"));
        assert!(open.open && open.queues[0].open);
        assert_eq!((&*open.queues[0].name, &*open.fields[0].label), ("Billing", "E-Mail-Adresse"));
        let shut = of(&config(), None, None, at("2026-01-05T17:30:00Z"));
        assert!(!shut.open && !shut.queues[0].open);
        assert_eq!(shut.fields[0].label, "E-mail");
        let night = QueueId::new("night");
        assert!(!of(&config(), None, Some(&night), at("2026-01-05T07:30:00Z")).open);
    }

    #[test]
    fn a_closed_queue_takes_chats_for_an_open_one() {
        let mut config = config();
        config.queues.get_mut(&QueueId::new("night")).unwrap().closed = false;
        assert!(of(&config, None, None, at("2026-01-05T23:30:00Z")).open);
        // A circle ends.
        config.queues.get_mut(&QueueId::new("night")).unwrap().closed = true;
        config.queues.get_mut(&QueueId::new("night")).unwrap().overflow = Some("sales".into());
        assert!(!of(&config, None, None, at("2026-01-05T23:30:00Z")).open);
    }
}
