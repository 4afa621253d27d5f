//! A session's connection: upgrade, `hello`, `welcome`, each within a bound. What happens on it
//! afterwards is the task's.

use std::time::Duration;

use futures_util::SinkExt as _;
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::frames::{self, Line};

/// A host that does not answer within this is gone.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);
/// The router may be between two leaders: `welcome` takes as long as an election.
const WELCOME_LIMIT: Duration = Duration::from_secs(15);

/// Why there was no welcome.
#[derive(Debug)]
pub(super) enum Unwelcome {
    /// No connection, or it ended.
    Lost(String),
    /// The server said goodbye instead.
    Bye(Value),
}

/// Connects to a gateway and says hello.
pub(super) async fn greet(base: &str, hello: &Value) -> Result<(Line, Value), Unwelcome> {
    let lost = |why: String| Unwelcome::Lost(format!("{base}: {why}"));
    let opened = timeout(CONNECT_LIMIT, frames::open(base, "/v1/ws", Some(base))).await;
    let opened = opened.map_err(|_| lost("it does not answer".into()))?;
    let mut line = opened.map_err(|error| lost(error.to_string()))?;
    let message = Message::text(hello.to_string());
    let welcome = async {
        line.send(message).await.map_err(|error| lost(error.to_string()))?;
        loop {
            let next = frames::next(&mut line).await;
            let (_, frame) = next.map_err(|end| lost(format!("no welcome: {}", end.reason)))?;
            match frame["type"].as_str() {
                Some("welcome") => return Ok(frame),
                Some("bye") => return Err(Unwelcome::Bye(frame)),
                _ => {}
            }
        }
    };
    let welcome = timeout(WELCOME_LIMIT, welcome).await;
    let welcome = welcome.map_err(|_| lost("no welcome in time".into()))??;
    Ok((line, welcome))
}
