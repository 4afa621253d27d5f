//! Explanations: why a chat went where it went and what it waits for, and why an agent gets
//! nothing. The leader has the reasons; nothing is added here.

use axum::extract::State;
use axum::response::Response;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::ids::{AgentId, ChatId};
use baton_common::protocol::problem::Problem;
use baton_common::protocol::why::{AgentWhy, ChatWhy};

use super::call::{Call, OVERSIGHT, ok};
use crate::gateway::Gateway;
use crate::refusal::Refusal;

/// Every routing decision of a chat, and what it waits for.
#[utoipa::path(
    get,
    path = "/v1/chats/{id}/why",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = ChatWhy),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn chat(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &OVERSIGHT)?;
    call.query(&[])?;
    let (workspace, chat) = (caller.workspace.clone(), ChatId::new(call.id()?));
    match gateway.link.ask(&caller.workspace, Ask::ChatWhy { workspace, chat }).await? {
        ReplyBody::ChatWhy(why) => Ok(ok(why)),
        _ => Err(Refusal::unexpected()),
    }
}

/// Why an agent gets nothing now.
#[utoipa::path(
    get,
    path = "/v1/agents/{id}/why",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = AgentWhy),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn agent(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &OVERSIGHT)?;
    call.query(&[])?;
    let (workspace, agent) = (caller.workspace.clone(), AgentId::new(call.id()?));
    match gateway.link.ask(&caller.workspace, Ask::AgentWhy { workspace, agent }).await? {
        ReplyBody::AgentWhy(why) => Ok(ok(why)),
        _ => Err(Refusal::unexpected()),
    }
}
