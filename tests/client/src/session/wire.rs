//! One socket: connect, upgrade, `hello`, `welcome`. Small buffers, since a process holds
//! thousands. What happens on it afterwards is the task's.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, http::HeaderValue};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// A connection.
pub(super) type Stream = WebSocketStream<TcpStream>;

/// A host that does not answer within this is gone.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);
/// The router may be between two leaders: `welcome` takes as long as an election.
const WELCOME_LIMIT: Duration = Duration::from_secs(15);
const READ_BUFFER: usize = 4 * 1024;

/// Why there was no welcome.
#[derive(Debug)]
pub(super) enum Unwelcome {
    /// No connection, or it ended.
    Lost(String),
    /// The server said goodbye instead.
    Bye(Value),
}

/// Connects to a gateway and says hello.
pub(super) async fn greet(base: &str, hello: &Value) -> Result<(Stream, Value), Unwelcome> {
    let mut stream = open(base).await?;
    let message = Message::text(hello.to_string());
    let welcome = async {
        stream.send(message).await.map_err(|error| lost(&error))?;
        loop {
            let Some(message) = stream.next().await else {
                return Err(Unwelcome::Lost("the connection ended before the welcome".into()));
            };
            let Message::Text(text) = message.map_err(|error| lost(&error))? else { continue };
            let frame: Value = serde_json::from_str(text.as_str()).unwrap_or_else(|_| json!({}));
            match frame["type"].as_str() {
                Some("welcome") => return Ok(frame),
                Some("bye") => return Err(Unwelcome::Bye(frame)),
                _ => {}
            }
        }
    };
    let late = || Unwelcome::Lost("no welcome in time".into());
    let welcome = tokio::time::timeout(WELCOME_LIMIT, welcome).await.map_err(|_| late())??;
    Ok((stream, welcome))
}

async fn open(base: &str) -> Result<Stream, Unwelcome> {
    let upgrade = async {
        let url = format!("{}/v1/ws", base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().map_err(|error| lost(&error))?;
        let origin = HeaderValue::from_str(base)
            .map_err(|_| Unwelcome::Lost(format!("{base} is not an address")))?;
        request.headers_mut().insert("Origin", origin);
        let address = base.trim_start_matches("http://");
        let connected = TcpStream::connect(address).await;
        let tcp = connected.map_err(|error| Unwelcome::Lost(format!("{address}: {error}")))?;
        // Frames are small and each is waited for.
        let _ = tcp.set_nodelay(true);
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER).write_buffer_size(0);
        let upgraded = client_async_with_config(request, tcp, Some(config)).await;
        upgraded.map(|(stream, _)| stream).map_err(|error| lost(&error))
    };
    let late = |_| Unwelcome::Lost(format!("{base} does not answer"));
    tokio::time::timeout(CONNECT_LIMIT, upgrade).await.map_err(late)?
}

fn lost(error: &Error) -> Unwelcome {
    Unwelcome::Lost(error.to_string())
}
