//! `POST /quotes`: what a transfer would do, before it is done. Every rule is the engine's, which
//! also knows who is in the chat.

use axum::extract::State;
use axum::response::Response;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::protocol::problem::Problem;
use baton_common::protocol::quote::{AskQuote, Quote};

use super::call::{Call, STAFF, ok};
use crate::gateway::Gateway;
use crate::refusal::Refusal;

/// What a transfer would do.
#[utoipa::path(
    post,
    path = "/v1/quotes",
    request_body = AskQuote,
    responses(
        (status = 200, body = Quote),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn quote(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &STAFF)?;
    call.query(&[])?;
    let AskQuote { chat_id: chat, to } = {
        let asked: AskQuote = call.json().await?;
        asked.check()?;
        asked
    };
    gateway.known_agent(&caller).await?;
    let (workspace, by) = (caller.workspace.clone(), caller.actor.clone());
    match gateway.link.ask(&caller.workspace, Ask::Quote { workspace, by, chat, to }).await? {
        ReplyBody::Quote(quote) => Ok(ok(quote)),
        _ => Err(Refusal::unexpected()),
    }
}
