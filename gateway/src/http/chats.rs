//! A chat over HTTP: start it, look at it, renew its token, end it.

use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use baton_common::code::Code;
use baton_common::ids::ChatId;
use baton_common::limits;
use baton_common::protocol::chat::Chat;
use baton_common::protocol::command::{ChatEnd, ClientCommand};
use baton_common::protocol::problem::Problem;
use baton_common::protocol::start::{Accepted, Renewed, StartBody, Started};
use baton_common::time::ApiTime;
use baton_common::words::Role;

use super::call::{Call, EVERYBODY, ok};
use crate::access;
use crate::commands::{self, Replied};
use crate::gateway::Gateway;
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::start::{self, Start, StartedAs};
use crate::token::wall_clock;

/// Start a chat.
#[utoipa::path(
    post,
    path = "/v1/chats",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "22 random characters or more"),
        ("Authorization" = Option<String>, Header, description = "an earlier chat's token"),
    ),
    request_body = StartBody,
    responses(
        (status = 201, body = Started),
        (status = 202, description = "No router decided in time; it is kept.", body = Accepted),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let since = Instant::now();
    let earlier = call.caller(&gateway)?;
    let address = call.peer.ip();
    gateway.limit_call(address)?;
    gateway.limiter.start_from(address)?;
    let origin = Origin::of(&call.parts.headers);
    let key = start_key(&call);
    let body: StartBody = call.json().await?;
    body.check()?;
    let key = key?;
    let workspace = body.workspace();
    may_start(&gateway, &workspace, &origin).await?;
    gateway.limiter.start_in(&workspace)?;
    let same = earlier.filter(|caller| caller.workspace == workspace);
    let previous = same.and_then(|caller| caller.chat().cloned());
    match start::start(&gateway, Start { workspace, body, key, previous, since }).await? {
        StartedAs::Decided(started) => {
            Ok((StatusCode::CREATED, axum::Json(started)).into_response())
        }
        StartedAs::Stored(accepted) => {
            Ok((StatusCode::ACCEPTED, axum::Json(accepted)).into_response())
        }
    }
}

/// The answer holds a token, so the key must not be guessed.
fn start_key(call: &Call) -> Result<Option<String>, Refusal> {
    let key = call.key()?;
    if key.as_ref().is_some_and(|key| key.len() < limits::START_KEY_CHARS) {
        let detail = "the key that starts a chat has 22 random characters or more";
        return Err(Refusal::invalid("Idempotency-Key", detail));
    }
    Ok(key)
}

/// Programs may start chats, and pages of the workspace's own origins.
async fn may_start(
    gateway: &Gateway,
    workspace: &baton_common::ids::WorkspaceId,
    origin: &Origin,
) -> Result<(), Refusal> {
    if matches!(origin, Origin::None | Origin::Own) {
        return Ok(());
    }
    let config = gateway.link.known_config(workspace).await?;
    if origin.is_allowed(&config.origins) {
        return Ok(());
    }
    let detail = "pages of this origin may not start chats: add it to the workspace's `origins`";
    Err(Refusal::new(Code::Forbidden, detail))
}

/// A chat as its reader may see it.
#[utoipa::path(
    get,
    path = "/v1/chats/{id}",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = Chat),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn chat(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &EVERYBODY)?;
    call.query(&[])?;
    let chat = ChatId::new(call.id()?);
    gateway.known_agent(&caller).await?;
    let view = gateway.readable(&caller, &chat).await?;
    Ok(ok(gateway.join(view).await?.chat(&caller)))
}

/// A new token for the customer of a chat.
#[utoipa::path(
    post,
    path = "/v1/chats/{id}/token",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = Renewed),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn renew(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &[Role::Customer])?;
    let chat = ChatId::new(call.id()?);
    call.no_body().await?;
    access::own_chat(&caller, &chat)?;
    let view = gateway.view(&caller.workspace, &chat).await?;
    if view.token_until.is_some_and(|until| until < wall_clock()) {
        let detail = "the chat is over and its token cannot be renewed: start another chat";
        return Err(Refusal::new(Code::ChatClosed, detail));
    }
    let (token, expires_at) = start::customer_token(&gateway, &caller.workspace, &chat);
    Ok(ok(Renewed { token, expires_at: ApiTime(expires_at) }))
}

/// End a chat for everybody.
#[utoipa::path(
    post,
    path = "/v1/chats/{id}/end",
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    responses(
        (status = 200, body = Chat),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn end(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &[Role::Customer, Role::Supervisor, Role::Admin])?;
    let chat_id = ChatId::new(call.id()?);
    let source = call.key_source();
    call.no_body().await?;
    let source = source?;
    let command = ClientCommand::ChatEnd(ChatEnd { chat_id });
    let replied = commands::execute(&gateway, &caller, source.as_ref(), command).await?;
    match replied {
        Replied::Chat(joined, _) => Ok(ok(joined.chat(&caller))),
        Replied::Plain(_) | Replied::Renewed(_) => Err(Refusal::unexpected()),
    }
}
