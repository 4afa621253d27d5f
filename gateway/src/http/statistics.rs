//! What an agent's time went into: the leader has counted it, nothing is added here.

use axum::extract::State;
use axum::response::Response;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::ids::AgentId;
use baton_common::protocol::problem::Problem;
use baton_common::protocol::statistics::AgentStatistics;

use super::call::{Call, OVERSIGHT, ok};
use crate::gateway::Gateway;
use crate::refusal::Refusal;

/// An agent's statistics, as of now.
#[utoipa::path(
    get,
    path = "/v1/agents/{id}/statistics",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = AgentStatistics),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn agent(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &OVERSIGHT)?;
    call.query(&[])?;
    let (workspace, agent) = (caller.workspace.clone(), AgentId::new(call.id()?));
    match gateway.link.ask(&caller.workspace, Ask::AgentStatistics { workspace, agent }).await? {
        ReplyBody::AgentStatistics(statistics) => Ok(ok(statistics)),
        _ => Err(Refusal::unexpected()),
    }
}
