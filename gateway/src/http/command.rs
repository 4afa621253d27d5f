//! `POST /commands`: one socket command as the body, the socket's answer.

use axum::extract::State;
use axum::response::Response;
use baton_common::code::Code;
use baton_common::limits;
use baton_common::protocol::command::ClientCommand;
use baton_common::protocol::decode::decode;
use baton_common::protocol::problem::Problem;
use baton_common::protocol::reply::{AnswerFrame, Reply};
use serde_json::{Value, json};
use smol_str::SmolStr;

use super::call::{Call, EVERYBODY, ok};
use crate::access;
use crate::caller::Caller;
use crate::commands::{self, Replied};
use crate::gateway::Gateway;
use crate::marks::KeySource;
use crate::refusal::{Refusal, problem};
use crate::socket::frames::{self, Incoming};

/// One command of the socket.
#[utoipa::path(
    post,
    path = "/v1/commands",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = ClientCommand,
    responses(
        (status = 200, description = "The socket's answer.", body = AnswerFrame),
        (status = "default", description = "Beside the problem's members the socket's answer.",
            body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn command(
    State(gateway): State<Gateway>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &EVERYBODY)?;
    let source = call.key_source();
    let bytes = call.bytes(limits::BODY_BYTES).await?;
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| Refusal::invalid("", "the body is UTF-8"))?;
    let incoming = match frames::command(text) {
        Ok(incoming) => incoming,
        Err(unreadable) => return Ok(refused(unreadable.id, &(*unreadable.rejection).into())),
    };
    let id = incoming.id.clone();
    match execute(&gateway, &caller, source, incoming).await {
        Ok(reply) => Ok(ok(AnswerFrame::done(id, reply))),
        Err(refusal) => Ok(refused(id, &refusal)),
    }
}

async fn execute(
    gateway: &Gateway,
    caller: &Caller,
    source: Result<Option<KeySource>, Refusal>,
    incoming: Incoming,
) -> Result<Reply, Refusal> {
    if !access::role_may(caller.role(), &incoming.kind) {
        let detail = format!("the role {} may not do this", caller.role().as_str());
        return Err(Refusal::new(Code::Forbidden, &detail));
    }
    let command = decode(&incoming.kind, Value::Object(incoming.fields))?;
    let source = source?;
    Ok(match commands::execute(gateway, caller, source.as_ref(), command).await? {
        Replied::Plain(reply) => *reply,
        Replied::Renewed(caller) => Replied::renewed(&caller),
        Replied::Chat(joined, reply) => Reply { chat: Some(joined.chat(caller)), ..*reply },
    })
}

/// A problem that is the socket's answer as well.
fn refused(id: Option<SmolStr>, refusal: &Refusal) -> Response {
    let error = refusal.tell();
    let retry_after_s = error.retry_after_s;
    let mut body = json!(Problem::new(error.clone()));
    if let (Value::Object(body), Value::Object(answer)) =
        (&mut body, json!(AnswerFrame::refused(id, error)))
    {
        body.extend(answer);
    }
    problem(body, retry_after_s)
}
