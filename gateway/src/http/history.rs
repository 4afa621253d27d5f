//! What a queue went through in the last hours: the leader has counted it, nothing is added here.

use axum::extract::State;
use axum::response::Response;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::ids::QueueId;
use baton_common::protocol::history::QueueHistory;
use baton_common::protocol::problem::Problem;

use super::call::{Call, STAFF, ok};
use crate::gateway::Gateway;
use crate::refusal::Refusal;

/// A queue's last four hours in steps of five minutes.
#[utoipa::path(
    get,
    path = "/v1/queues/{id}/history",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = QueueHistory),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn queue(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &STAFF)?;
    call.query(&[])?;
    gateway.known_agent(&caller).await?;
    let (workspace, queue) = (caller.workspace.clone(), QueueId::new(call.id()?));
    match gateway.link.ask(&caller.workspace, Ask::QueueHistory { workspace, queue }).await? {
        ReplyBody::QueueHistory(history) => Ok(ok(history)),
        _ => Err(Refusal::unexpected()),
    }
}
