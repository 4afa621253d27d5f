//! Lines over HTTP: read a page, say something.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use baton_common::ids::ChatId;
use baton_common::limits;
use baton_common::protocol::command::ChatSend;
use baton_common::protocol::message::{Message, Messages, PostMessage};
use baton_common::protocol::problem::Problem;

use super::call::{Call, EVERYBODY, ok};
use crate::commands;
use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::shape;

/// Bytes of text after which a page ends: 500 long lines would be five megabytes and more.
const PAGE_BYTES: usize = 1_024 * 1_024;

/// A page of lines.
#[utoipa::path(
    get,
    path = "/v1/chats/{id}/messages",
    params(
        ("id" = String, Path),
        ("after" = Option<u64>, Query, description = "0 unless given"),
        ("limit" = Option<u64>, Query, description = "100 unless given, at most 500"),
    ),
    responses(
        (status = 200, body = Messages),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn list(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &EVERYBODY)?;
    let query = call.query(&["after", "limit"])?;
    let after = query.number("after")?.unwrap_or(0);
    let limit = query.limit(limits::PAGE_LINES, limits::PAGE_LINES_DEFAULT)?;
    let chat = ChatId::new(call.id()?);
    gateway.known_agent(&caller).await?;
    let view = gateway.readable(&caller, &chat).await?;
    let transcript = gateway.transcripts.open(&view.workspace, &view.chat).await?;
    // A line that was stored when the call came is in the page.
    transcript.caught_up().await;
    let (profile, audience) = (transcript.profile(), caller.audience());
    let last = transcript.last(audience);
    let mut bytes = 0;
    let mut messages = Vec::new();
    for heard in transcript.lines(audience, after, limit) {
        bytes += heard.line.text.len();
        if bytes > PAGE_BYTES && !messages.is_empty() {
            break;
        }
        messages.extend(shape::line::message(&chat, &heard, &profile, audience));
    }
    Ok(ok(Messages { messages, last }))
}

/// Say something.
#[utoipa::path(
    post,
    path = "/v1/chats/{id}/messages",
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = PostMessage,
    responses(
        (status = 201, body = Message),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn post(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &EVERYBODY)?;
    let chat_id = ChatId::new(call.id()?);
    let source = call.key_source();
    let body: PostMessage = call.json().await?;
    body.check()?;
    let source = source?;
    let PostMessage { text, visibility, client_id } = body;
    let command = ChatSend { chat_id, text, client_id, visibility };
    let message = commands::say(&gateway, &caller, source.as_ref(), command).await?;
    Ok((StatusCode::CREATED, axum::Json(message)).into_response())
}
