//! `GET /chats`: a page of chats for those who oversee.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_common::ask::{Ask, ChatCursor, ChatsFilter, ReplyBody};
use baton_common::limits;
use baton_common::protocol::page::Chats;
use baton_common::protocol::problem::Problem;
use baton_common::view::ChatView;
use baton_common::words::ChatState;
use futures_util::{StreamExt as _, TryStreamExt as _};

use super::call::{Call, Fields, OVERSIGHT, ok};
use crate::gateway::{Gateway, Joined};
use crate::refusal::Refusal;

/// Transcripts that are opened at the same time for one page.
const AT_ONCE: usize = 16;

/// Chats of the workspace, oldest first.
#[utoipa::path(
    get,
    path = "/v1/chats",
    params(
        ("state" = Option<ChatState>, Query, description = "all but `closed` unless given"),
        ("queue" = Option<String>, Query),
        ("agent" = Option<String>, Query),
        ("limit" = Option<u64>, Query, description = "50 unless given, at most 200"),
        ("cursor" = Option<String>, Query),
    ),
    responses(
        (status = 200, body = Chats),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn chats(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &OVERSIGHT)?;
    let query = call.query(&["state", "queue", "agent", "limit", "cursor"])?;
    let limit = query.limit(limits::PAGE_ROWS, limits::PAGE_ROWS_DEFAULT)?;
    let filter = ChatsFilter {
        workspace: caller.workspace.clone(),
        state: state(&query)?,
        queue: query.text("queue").map(Into::into),
        agent: query.text("agent").map(Into::into),
        after: query.text("cursor").map(cursor).transpose()?,
        limit: u32::try_from(limit).unwrap_or(u32::MAX),
    };
    let reply = gateway.link.ask(&caller.workspace, Ask::Chats(filter)).await?;
    let ReplyBody::Chats(views, next) = reply else {
        return Err(Refusal::unexpected());
    };
    let joined = |view: ChatView| gateway.join(Arc::new(view));
    let joined: Vec<Joined> =
        futures_util::stream::iter(views).map(joined).buffered(AT_ONCE).try_collect().await?;
    let chats = joined.iter().map(|joined| joined.chat(&caller)).collect();
    Ok(ok(Chats { chats, next: next.map(|next| write_cursor(&next)) }))
}

fn state(query: &Fields) -> Result<Option<ChatState>, Refusal> {
    let parse = |text: &str| {
        serde_json::from_value(text.into())
            .map_err(|_| Refusal::invalid("state", "no state of a chat"))
    };
    query.text("state").map(parse).transpose()
}

fn write_cursor(cursor: &ChatCursor) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).expect("cursors are plain data"))
}

fn cursor(text: &str) -> Result<ChatCursor, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let cursor = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    cursor.ok_or_else(|| Refusal::invalid("cursor", "not a cursor of this list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_way_out_and_in() {
        let at = ChatCursor { opened_at: baton_common::time::Timestamp(7), chat: "cht_1".into() };
        assert_eq!(cursor(&write_cursor(&at)).unwrap(), at);
        assert!(cursor("x").is_err() && cursor("e30").is_err());
    }
}
