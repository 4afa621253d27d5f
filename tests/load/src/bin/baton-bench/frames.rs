//! A socket whose frames carry the moment at which they came, taken before they are looked into.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, http::HeaderValue};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// On an idle system nothing takes this long.
const LIMIT: Duration = Duration::from_secs(15);

/// A connection.
pub(crate) struct Frames(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Frames {
    /// Connects to `http://host:port` and a path.
    pub(crate) async fn connect(base: &str, path: &str) -> anyhow::Result<Self> {
        let url = format!("{}{path}", base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().context("no address")?;
        // A socket without an origin is refused; the address's own one is allowed.
        let origin = HeaderValue::from_str(base).context("an origin is visible ASCII")?;
        request.headers_mut().insert("Origin", origin);
        let connected = timeout(LIMIT, connect_async(request)).await;
        let (stream, _) = connected.context("no answer")?.context("no socket")?;
        Ok(Self(stream))
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: &Value) -> anyhow::Result<()> {
        let sent = self.0.send(Message::text(frame.to_string())).await;
        sent.context("the socket does not take a frame")
    }

    /// Waits for the first frame that fits: when it came, and the frame.
    pub(crate) async fn find(
        &mut self,
        what: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<(Instant, Value)> {
        let found = timeout(LIMIT, self.search(fits)).await;
        found.with_context(|| format!("{what} did not come"))?.with_context(|| what.to_owned())
    }

    /// The next frame, however long it takes: when it came, and the frame.
    pub(crate) async fn next(&mut self) -> anyhow::Result<(Instant, Value)> {
        while let Some(message) = self.0.next().await {
            let came = Instant::now();
            match message.context("the socket broke")? {
                Message::Text(text) => {
                    return Ok((came, serde_json::from_str(text.as_str()).context("no JSON")?));
                }
                Message::Close(Some(close)) => bail!("the socket was closed: {close}"),
                _ => {}
            }
        }
        bail!("the socket was closed")
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
