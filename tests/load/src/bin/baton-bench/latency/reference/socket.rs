//! The reference's third process: a WebSocket server that pushes each notice to its one client.

use std::io::{self, Write};

use anyhow::Context;
use async_nats::Client;
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use futures_util::StreamExt;
use tokio::net::TcpListener;

use super::{connect, parent_gone};
use crate::command_line::Part;

/// The first frame: notices from here on are pushed.
const READY: &str = r#"{"ready":true}"#;

#[derive(Clone)]
struct Shared {
    client: Client,
    notice: String,
}

/// Serves until whoever started it is gone.
pub(crate) async fn run(part: &Part) -> anyhow::Result<()> {
    let shared = Shared { client: connect(part).await?, notice: part.subject("notice") };
    let routes = Router::new().route("/", get(upgrade)).with_state(shared);
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port")?;
    let address = listener.local_addr().context("no address")?;
    writeln!(io::stdout(), "ready http://{address}").context("nobody reads")?;
    tokio::select! {
        served = axum::serve(listener, routes) => served.context("it cannot serve"),
        () = parent_gone() => Ok(()),
    }
}

async fn upgrade(State(shared): State<Shared>, socket: WebSocketUpgrade) -> Response {
    socket.on_upgrade(|socket| push(shared, socket))
}

async fn push(shared: Shared, mut socket: WebSocket) {
    let Ok(mut notices) = shared.client.subscribe(shared.notice).await else {
        return;
    };
    // What is published from here on arrives.
    let is_ready = shared.client.flush().await.is_ok();
    if !is_ready || socket.send(Message::text(READY)).await.is_err() {
        return;
    }
    while let Some(notice) = notices.next().await {
        let text = String::from_utf8_lossy(&notice.payload).into_owned();
        if socket.send(Message::text(text)).await.is_err() {
            return;
        }
    }
}
