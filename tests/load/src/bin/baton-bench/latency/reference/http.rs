//! The reference's first process: takes a POST, appends it, and answers once it is stored.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Context;
use async_nats::jetstream;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use tokio::net::TcpListener;

use super::{connect, headers, parent_gone};
use crate::command_line::Part;

struct Shared {
    broker: jetstream::Context,
    part: Part,
}

/// Serves until whoever started it is gone.
pub(crate) async fn run(part: &Part) -> anyhow::Result<()> {
    let broker = jetstream::new(connect(part).await?);
    let shared = Arc::new(Shared { broker, part: part.clone() });
    let routes =
        Router::new().route("/two", post(two)).route("/three", post(three)).with_state(shared);
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port")?;
    let address = listener.local_addr().context("no address")?;
    writeln!(io::stdout(), "ready http://{address}").context("nobody reads")?;
    let serving = axum::serve(listener, routes).with_graceful_shutdown(parent_gone());
    serving.await.context("it cannot serve")
}

async fn two(State(shared): State<Arc<Shared>>, body: Bytes) -> StatusCode {
    append(&shared, "commands", body).await
}

async fn three(State(shared): State<Arc<Shared>>, body: Bytes) -> StatusCode {
    match append(&shared, "profiles", body.clone()).await {
        StatusCode::CREATED => append(&shared, "commands", body).await,
        other => other,
    }
}

async fn append(shared: &Shared, stream: &str, body: Bytes) -> StatusCode {
    let (subject, headers) = (shared.part.subject(stream), headers(&shared.part, stream));
    let stored = match shared.broker.publish_with_headers(subject, headers, body).await {
        Ok(acknowledged) => acknowledged.await.is_ok(),
        Err(_) => false,
    };
    if stored { StatusCode::CREATED } else { StatusCode::SERVICE_UNAVAILABLE }
}
