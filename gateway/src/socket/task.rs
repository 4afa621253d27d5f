//! One socket's task, from the upgrade to its last words. Leaves greeting to `greet`, and what
//! happens between welcome and end to `connection`.

use std::time::{Duration, Instant};

use axum::extract::ws::WebSocket;
use baton_common::protocol::event::ByeReason;
use futures_util::StreamExt as _;
use futures_util::stream::SplitStream;
use tokio::task::JoinHandle;

use super::close::Ending;
use super::connection::Connection;
use super::greet::{self, Counted};
use super::outbox::{self, Outbox};
use crate::gateway::Gateway;
use crate::half_open::Opening;
use crate::metrics;
use crate::origin::Origin;

/// How long the peer has to answer a close frame, and a slow one to read it.
const LINGER: Duration = Duration::from_secs(2);

/// Serves one socket to its end.
pub(crate) async fn run(
    gateway: Gateway,
    origin: Origin,
    opening: Option<Opening>,
    socket: WebSocket,
) {
    let (sink, mut stream) = socket.split();
    let outbox = Outbox::new(Instant::now());
    let writer = tokio::spawn(outbox::write(outbox.clone(), sink));
    let ending = match greet::greet(&gateway, &origin, opening, &mut stream).await {
        Ok(greeted) => {
            let _counted = Counted::new(greeted.caller.role());
            Connection::serve(gateway, greeted, outbox.clone(), &mut stream).await
        }
        Err(ending) => ending,
    };
    finish(&ending, &outbox, writer, stream).await;
}

/// Says the last words and lets the peer read them.
async fn finish(
    ending: &Ending,
    outbox: &Outbox,
    mut writer: JoinHandle<()>,
    mut stream: SplitStream<WebSocket>,
) {
    let Some(close) = ending.frame() else {
        writer.abort();
        return;
    };
    let slow = ending.bye.as_ref().is_some_and(|bye| bye.reason == ByeReason::Slow);
    if ending.bye.is_some() {
        metrics::frame(metrics::Direction::Out);
    }
    outbox.end(ending.text(), close, slow);
    let written = tokio::time::timeout(LINGER, &mut writer).await.is_ok();
    writer.abort();
    if !written {
        return;
    }
    // Closing with unread data would reset the connection and take the close frame with it.
    let answered = async {
        if ending.broken {
            tokio::time::sleep(LINGER / 2).await;
        } else {
            while let Some(Ok(_)) = stream.next().await {}
        }
    };
    let _ = tokio::time::timeout(LINGER, answered).await;
}
