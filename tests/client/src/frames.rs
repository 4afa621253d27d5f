//! One socket, below all that use one: the upgrade, frames out, and frames in with the moment at
//! which each came, taken before it is looked into. What they mean is left to `socket`, `session`
//! and whoever measures; nothing is kept here.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use futures_util::{SinkExt as _, Stream, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, http::HeaderValue};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::history::End;

/// On an idle system nothing takes this long.
const LIMIT: Duration = Duration::from_secs(15);
/// Small, since a process holds thousands of connections.
const READ_BUFFER: usize = 4 * 1024;

/// A connection.
pub type Line = WebSocketStream<TcpStream>;

/// Connects to `http://host:port` and upgrades a path of it, with this origin or none.
pub async fn open(base: &str, path: &str, origin: Option<&str>) -> Result<Line, Error> {
    let url = format!("{}{path}", base.replacen("http", "ws", 1));
    let mut request = url.into_client_request()?;
    if let Some(origin) = origin {
        let origin =
            HeaderValue::from_str(origin).map_err(|error| Error::HttpFormat(error.into()))?;
        request.headers_mut().insert("Origin", origin);
    }
    let stream = TcpStream::connect(base.trim_start_matches("http://")).await?;
    // Frames are small and each is waited for.
    let _ = stream.set_nodelay(true);
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER).write_buffer_size(0);
    Ok(client_async_with_config(request, stream, Some(config)).await?.0)
}

/// The next frame and when it came; after the last one how the connection ended.
pub(crate) async fn next(
    line: &mut (impl Stream<Item = Result<Message, Error>> + Unpin),
) -> Result<(Instant, Value), End> {
    let mut end = End { code: None, reason: "the line was cut".into() };
    while let Some(message) = line.next().await {
        let came = Instant::now();
        match message {
            Ok(Message::Text(text)) => {
                let text = text.as_str();
                let frame = serde_json::from_str(text).unwrap_or_else(|_| json!({"raw": text}));
                return Ok((came, frame));
            }
            Ok(Message::Close(Some(close))) => {
                end = End { code: Some(close.code.into()), reason: close.reason.to_string() };
            }
            Ok(_) => {}
            Err(error) => {
                if end.code.is_none() {
                    end.reason = error.to_string();
                }
                break;
            }
        }
    }
    Err(end)
}

/// A socket that keeps nothing: for whoever measures when frames come.
#[derive(Debug)]
pub struct Frames(Line);

impl Frames {
    /// Connects to `http://host:port` and a path.
    pub async fn connect(base: &str, path: &str) -> anyhow::Result<Self> {
        // A socket without an origin is refused; the address's own one is allowed.
        let opened = timeout(LIMIT, open(base, path, Some(base))).await;
        Ok(Self(opened.context("no answer")?.context("no socket")?))
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) -> anyhow::Result<()> {
        let sent = self.0.send(Message::text(frame.to_string())).await;
        sent.context("the socket does not take a frame")
    }

    /// Waits for the first frame that fits: when it came, and the frame. A refusal before it is
    /// the error.
    pub async fn find(
        &mut self,
        what: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<(Instant, Value)> {
        let found = timeout(LIMIT, self.search(fits)).await;
        found.with_context(|| format!("{what} did not come"))?.with_context(|| what.to_owned())
    }

    /// The next frame, however long it takes: when it came, and the frame.
    pub async fn next(&mut self) -> anyhow::Result<(Instant, Value)> {
        next(&mut self.0).await.map_err(|end| anyhow::anyhow!("the socket was closed: {end:?}"))
    }

    async fn search(&mut self, fits: impl Fn(&Value) -> bool) -> anyhow::Result<(Instant, Value)> {
        loop {
            let (came, frame) = self.next().await?;
            if frame["ok"] == false || frame["type"] == "bye" {
                bail!("refused: {frame}");
            }
            if fits(&frame) {
                return Ok((came, frame));
            }
        }
    }
}
