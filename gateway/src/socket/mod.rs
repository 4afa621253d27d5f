//! The socket: `GET /v1/ws`. The upgrade is here; greeting, the pure session and the thin shell
//! around it are files of their own: the task, the connection, its deliveries, what it does and
//! follows.

mod close;
mod connection;
mod deliveries;
mod doing;
mod feed;
mod following;
pub(crate) mod frames;
mod greet;
mod lanes;
mod life;
mod now;
mod outbox;
mod prepare;
mod session;
mod task;
mod telling;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts as _, State};
use axum::response::Response;
use baton_common::code::Code;
use baton_common::limits;

use crate::gateway::Gateway;
use crate::http::call::Call;
use crate::origin::Origin;
use crate::refusal::Refusal;

/// Opens a socket. The first frame is `hello`; see the socket's own description.
#[utoipa::path(
    get,
    path = "/v1/ws",
    responses(
        (status = 101, description = "The connection is a WebSocket now."),
        (status = "default", description = "Refused.",
            body = baton_common::protocol::problem::Problem,
            content_type = "application/problem+json"),
    )
)]
pub(crate) async fn upgrade(
    State(gateway): State<Gateway>,
    mut call: Call,
) -> Result<Response, Refusal> {
    let origin = Origin::of(&call.parts.headers);
    let address = call.peer.ip();
    gateway.limit_call(address)?;
    may_open(&gateway, &origin).await?;
    if gateway.draining.is_cancelled() {
        return Err(Refusal::new(Code::Unavailable, "this gateway stops: try again"));
    }
    let opening = if gateway.limiter.is_exempt(address) {
        None
    } else {
        Some(gateway.half_open.begin(address).ok_or_else(|| Refusal::rate_limited(1.0))?)
    };
    let socket = WebSocketUpgrade::from_request_parts(&mut call.parts, &()).await;
    let socket = socket.map_err(|_| Refusal::invalid("", "this address speaks WebSocket"))?;
    // The library's defaults would hold 130 KiB a connection.
    let socket = socket
        .read_buffer_size(4_096)
        .write_buffer_size(0)
        .max_write_buffer_size(limits::SOCKET_BACKLOG_BYTES)
        .max_message_size(limits::BODY_BYTES)
        .max_frame_size(limits::BODY_BYTES);
    let tasks = gateway.tasks.clone();
    Ok(socket
        .on_upgrade(move |socket| tasks.track_future(task::run(gateway, origin, opening, socket))))
}

/// Before `hello` any workspace's origins are good; after it one's own.
async fn may_open(gateway: &Gateway, origin: &Origin) -> Result<(), Refusal> {
    let may = match origin {
        Origin::Own => true,
        Origin::Other(text) => gateway.link.any_origin(text).await?,
        Origin::None => false,
    };
    if may {
        return Ok(());
    }
    Err(Refusal::new(Code::Forbidden, "pages of this origin may not open sockets"))
}
