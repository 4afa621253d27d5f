//! The directory: queues and agents as the leader has them this moment.

use axum::extract::State;
use axum::response::Response;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::ids::WorkspaceId;
use baton_common::limits;
use baton_common::protocol::page::{Agents, Queues};
use baton_common::protocol::problem::Problem;
use baton_common::protocol::rows::{AgentRow, QueueRow};
use baton_common::view::{AgentView, QueueView};

use super::call::{Call, STAFF, ok};
use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::shape::rows;

/// All queues.
#[utoipa::path(
    get,
    path = "/v1/queues",
    params(
        ("limit" = Option<u64>, Query, description = "50 unless given, at most 200"),
        ("cursor" = Option<String>, Query),
    ),
    responses(
        (status = 200, body = Queues),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn queues(
    State(gateway): State<Gateway>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &STAFF)?;
    let page = Page::of(&call)?;
    gateway.known_agent(&caller).await?;
    let rows = all_queues(&gateway, &caller.workspace).await?;
    let (rows, next) = page.cut(rows, |row| row.queue.as_str());
    Ok(ok(Queues { queues: rows.iter().map(rows::queue).collect(), next }))
}

/// One queue.
#[utoipa::path(
    get,
    path = "/v1/queues/{id}",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = QueueRow),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn queue(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &STAFF)?;
    call.query(&[])?;
    gateway.known_agent(&caller).await?;
    let id = call.id()?;
    let all = all_queues(&gateway, &caller.workspace).await?;
    let row = all.iter().find(|row| row.queue.as_str() == id);
    let row = row.ok_or_else(|| Refusal::new(Code::QueueNotFound, "there is no such queue"))?;
    Ok(ok(rows::queue(row)))
}

/// All configured agents.
#[utoipa::path(
    get,
    path = "/v1/agents",
    params(
        ("limit" = Option<u64>, Query, description = "50 unless given, at most 200"),
        ("cursor" = Option<String>, Query),
    ),
    responses(
        (status = 200, body = Agents),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn agents(
    State(gateway): State<Gateway>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &STAFF)?;
    let page = Page::of(&call)?;
    gateway.known_agent(&caller).await?;
    let rows = all_agents(&gateway, &caller.workspace).await?;
    let (rows, next) = page.cut(rows, |row| row.agent.as_str());
    Ok(ok(Agents { agents: rows.iter().map(rows::agent).collect(), next }))
}

/// One agent.
#[utoipa::path(
    get,
    path = "/v1/agents/{id}",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = AgentRow),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn agent(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &STAFF)?;
    call.query(&[])?;
    gateway.known_agent(&caller).await?;
    let id = call.id()?;
    let all = all_agents(&gateway, &caller.workspace).await?;
    let row = all.iter().find(|row| row.agent.as_str() == id);
    let row = row.ok_or_else(|| Refusal::new(Code::AgentNotFound, "there is no such agent"))?;
    Ok(ok(rows::agent(row)))
}

async fn all_queues(gateway: &Gateway, workspace: &WorkspaceId) -> Result<Vec<QueueView>, Refusal> {
    let ask = Ask::Queues { workspace: workspace.clone() };
    match gateway.link.ask(workspace, ask).await? {
        ReplyBody::Queues(rows) => Ok(rows),
        _ => Err(Refusal::unexpected()),
    }
}

async fn all_agents(gateway: &Gateway, workspace: &WorkspaceId) -> Result<Vec<AgentView>, Refusal> {
    let ask = Ask::Agents { workspace: workspace.clone() };
    match gateway.link.ask(workspace, ask).await? {
        ReplyBody::Agents(rows) => Ok(rows),
        _ => Err(Refusal::unexpected()),
    }
}

/// A page of rows in order of their ids; the cursor is the last one's id.
struct Page {
    limit: usize,
    after: Option<String>,
}

impl Page {
    fn of(call: &Call) -> Result<Self, Refusal> {
        let query = call.query(&["limit", "cursor"])?;
        let limit = query.limit(limits::PAGE_ROWS, limits::PAGE_ROWS_DEFAULT)?;
        Ok(Self { limit, after: query.text("cursor").map(str::to_owned) })
    }

    fn cut<R>(self, mut rows: Vec<R>, id: impl Fn(&R) -> &str) -> (Vec<R>, Option<String>) {
        rows.sort_by(|a, b| id(a).cmp(id(b)));
        if let Some(after) = &self.after {
            rows.retain(|row| id(row) > after.as_str());
        }
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).map(|row| id(row).to_owned());
        (rows, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_all_rows_once() {
        let all = ["d", "a", "c", "b", "e"];
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = Page { limit: 2, after };
            let (rows, next) = page.cut(all.to_vec(), |row| row);
            seen.extend(rows);
            if next.is_none() {
                break;
            }
            after = next;
        }
        assert_eq!(seen, ["a", "b", "c", "d", "e"]);
    }
}
