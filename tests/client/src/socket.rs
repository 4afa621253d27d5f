//! One socket: hello, commands and their answers, events, and waiting for them by name. It leaves
//! who uses it to `people` and what was said to `lines`.

use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::frames::{self, Line};
use crate::history::{End, History, Missing};
use crate::{SOON, fresh_key};

/// Events that come at their own pace and are left out where the contract leaves them out.
const ASIDE: [&str; 5] =
    ["chat.message", "agent.state", "chat.position", "chat.typing", "chat.read"];

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody is there.
    #[error("no connection: {0}")]
    Connect(#[from] std::io::Error),
    /// The upgrade was refused.
    #[error("no socket: {0}")]
    Upgrade(Box<tungstenite::Error>),
    /// There was no welcome.
    #[error("no welcome: {missing}; bye: {bye:?}")]
    NoWelcome {
        /// Why not.
        missing: Missing,
        /// What the server said instead.
        bye: Option<Value>,
    },
}

/// A connection. Dropping it cuts the line without a close frame.
#[derive(Debug)]
pub struct Socket {
    /// Everything sent and received.
    pub history: Arc<History>,
    /// The connection's `client_id`.
    pub client_id: String,
    writer: Mutex<SplitSink<Line, Message>>,
    /// The same connection once more, to cut it at once and not when tasks get to it.
    line: std::net::TcpStream,
    reader: JoinHandle<()>,
    next: AtomicU64,
    turn: AtomicUsize,
}

/// The answer to a command.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The whole frame.
    pub frame: Value,
    asked: String,
}

impl Answer {
    /// The frame of an answer that must be one.
    pub fn ok(self) -> Value {
        assert_eq!(self.frame["ok"], true, "{} was refused: {}", self.asked, self.frame);
        self.frame
    }

    /// The error of an answer that must be this refusal.
    pub fn refused(self, code: &str) -> Value {
        assert_eq!(self.frame["ok"], false, "{} was not refused: {}", self.asked, self.frame);
        let error = self.frame["error"].clone();
        assert_eq!(error["code"], code, "{}: {}", self.asked, self.frame);
        let detail = error["detail"].as_str();
        assert!(detail.is_some_and(|text| !text.is_empty()), "no detail: {}", self.frame);
        error
    }

    /// Whether it was refused for now only.
    pub fn is_unavailable(&self) -> bool {
        self.frame["error"]["code"] == "unavailable"
    }
}

impl Socket {
    /// Upgrades, with the address's own origin, and says nothing yet.
    pub async fn open(base: &str) -> Result<Self, ConnectError> {
        Self::open_from(base, Some(base)).await
    }

    /// Upgrades with this origin or none.
    pub async fn open_from(base: &str, origin: Option<&str>) -> Result<Self, ConnectError> {
        let opened = frames::open(base, "/v1/ws", origin).await;
        let stream = opened.map_err(|error| match error {
            tungstenite::Error::Io(error) => ConnectError::Connect(error),
            error => ConnectError::Upgrade(Box::new(error)),
        })?;
        let line = std::net::TcpStream::from(stream.get_ref().as_fd().try_clone_to_owned()?);
        let (writer, reader) = stream.split();
        let history = Arc::new(History::default());
        Ok(Self {
            reader: tokio::spawn(read(reader, Arc::clone(&history))),
            history,
            client_id: fresh_key(),
            writer: Mutex::new(writer),
            line,
            next: AtomicU64::new(1),
            turn: AtomicUsize::new(0),
        })
    }

    /// Opens and says hello; gives the socket and its welcome.
    pub async fn connect(base: &str, token: &str) -> Result<(Self, Value), ConnectError> {
        Self::open(base).await?.hello(token, None).await
    }

    /// Opens and says hello as an earlier connection that was at these lines.
    pub async fn resume(
        base: &str,
        token: &str,
        client_id: &str,
        resume: Value,
    ) -> Result<(Self, Value), ConnectError> {
        let mut socket = Self::open(base).await?;
        client_id.clone_into(&mut socket.client_id);
        socket.hello(token, Some(resume)).await
    }

    /// The first frame, and the welcome to it.
    pub async fn hello(
        self,
        token: &str,
        resume: Option<Value>,
    ) -> Result<(Self, Value), ConnectError> {
        let mut hello = json!({"type": "hello", "token": token, "client_id": self.client_id});
        if let Some(resume) = resume {
            hello["resume"] = resume;
        }
        self.send(hello).await;
        let is_first = |frame: &Value| frame["type"] == "welcome" || frame["type"] == "bye";
        match self.history.find(0, SOON, is_first).await {
            Ok(frame) if frame["type"] == "welcome" => Ok((self, frame)),
            Ok(bye) => Err(ConnectError::NoWelcome { missing: Missing::Late, bye: Some(bye) }),
            Err(missing) => Err(ConnectError::NoWelcome { missing, bye: None }),
        }
    }

    /// Sends a frame as it is.
    pub async fn send(&self, frame: Value) {
        let message = Message::text(frame.to_string());
        self.history.push(true, Instant::now(), frame);
        self.send_message(message).await;
    }

    /// Sends anything, well-formed or not.
    pub async fn send_message(&self, message: Message) {
        // A connection that is gone shows in the history's end.
        let _ = self.writer.lock().await.send(message).await;
    }

    /// Sends a command and waits for its answer.
    pub async fn ask(&self, kind: &str, fields: Value) -> Answer {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.ask_as(&format!("{id}"), kind, fields).await
    }

    /// Sends a command under this frame id and waits for its answer.
    pub async fn ask_as(&self, id: &str, kind: &str, fields: Value) -> Answer {
        self.try_ask_as(id, kind, fields).await.unwrap_or_else(|missing| {
            panic!("no answer to {kind}: {missing}; {}", self.history.recent())
        })
    }

    /// Like [`Self::ask_as`] where the connection may end meanwhile.
    pub async fn try_ask_as(&self, id: &str, kind: &str, fields: Value) -> Result<Answer, Missing> {
        let from = self.history.len();
        let mut frame = json!({"id": id, "type": kind});
        let members = fields.as_object().expect("the fields of a command are an object");
        frame.as_object_mut().expect("it is one").extend(members.clone());
        let asked = frame.to_string();
        self.send(frame).await;
        let frame = self.history.find(from, SOON, |frame| frame["re"] == id).await?;
        Ok(Answer { frame, asked })
    }

    /// A new turn: from here on is what the next expectations look at.
    pub fn turn(&self) {
        self.turn.store(self.history.len(), Ordering::Relaxed);
    }

    /// Waits for an event of this turn.
    pub async fn event(&self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.expect_event(kind, SOON, fits).await
    }

    /// Waits so long for an event of this turn; fails with the history.
    pub async fn expect_event(
        &self,
        kind: &str,
        within: Duration,
        fits: impl Fn(&Value) -> bool,
    ) -> Value {
        let wanted = |frame: &Value| frame["type"] == kind && fits(frame);
        let from = self.turn.load(Ordering::Relaxed);
        let found = self.history.find(from, within, wanted).await;
        found.unwrap_or_else(|missing| {
            panic!("an event {kind} that fits {missing}; {}", self.history.recent())
        })
    }

    /// Waits for a `chat.state` of this turn with this state.
    pub async fn chat_state(&self, state: &str) -> Value {
        self.event("chat.state", |frame| frame["state"] == state).await
    }

    /// Waits for a `chat.participant` of this turn.
    pub async fn participant(&self, id: &str, change: &str) -> Value {
        let fits = |frame: &Value| frame["participant"]["id"] == id && frame["change"] == change;
        self.event("chat.participant", fits).await
    }

    /// Waits for a line of this turn with this text.
    pub async fn line(&self, text: &str) -> Value {
        self.event("chat.message", |frame| frame["message"]["text"] == text).await
    }

    /// Waits for a system line of this turn that tells this change.
    pub async fn told(&self, change: &str) -> Value {
        let fits = |frame: &Value| frame["message"]["event"]["change"] == change;
        self.event("chat.message", fits).await
    }

    /// This turn's events of a kind.
    pub fn all(&self, kind: &str) -> Vec<Value> {
        let mut events = self.history.received_from(self.turn.load(Ordering::Relaxed));
        events.retain(|frame| frame["type"] == kind);
        events
    }

    /// The kinds of this turn's events, in order, without lines, own rows, positions and signals.
    pub fn kinds(&self) -> Vec<String> {
        let events = self.history.received_from(self.turn.load(Ordering::Relaxed));
        let kinds = events.iter().filter_map(|frame| frame["type"].as_str());
        kinds.filter(|kind| !ASIDE.contains(kind)).map(str::to_owned).collect()
    }

    /// Demands that this turn has events of these kinds, in this order among other ones.
    pub fn in_order(&self, kinds: &[&str]) {
        let seen = self.kinds();
        let mut rest = seen.iter();
        for kind in kinds {
            let found = rest.any(|seen| seen == kind);
            assert!(found, "{kind} is missing or too early in {seen:?}; {}", self.history.recent());
        }
    }

    /// Demands that this turn had no event of this kind until now.
    pub fn none(&self, kind: &str) {
        let events = self.history.received_from(self.turn.load(Ordering::Relaxed));
        let found = events.iter().find(|frame| frame["type"] == kind);
        assert!(found.is_none(), "there must be no {kind}: {}", self.history.recent());
    }

    /// Waits for the connection's end.
    pub async fn ended(&self) -> End {
        let end = self.history.wait_end(SOON).await;
        end.unwrap_or_else(|| panic!("the connection did not end: {}", self.history.recent()))
    }

    /// Closes in order.
    pub async fn close(self) {
        let _ = self.writer.lock().await.close().await;
        let _ = self.history.wait_end(SOON).await;
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reader.abort();
        let _ = self.line.shutdown(std::net::Shutdown::Both);
    }
}

async fn read(mut stream: SplitStream<Line>, history: Arc<History>) {
    loop {
        match frames::next(&mut stream).await {
            Ok((at, frame)) => history.push(false, at, frame),
            Err(end) => return history.end(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio_tungstenite::tungstenite::protocol::CloseFrame;

    use super::*;

    /// Welcomes, tells an event, answers each command, and closes on `bye`.
    async fn serve(listener: TcpListener) {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        while let Some(Ok(message)) = socket.next().await {
            let Ok(text) = message.to_text() else { return };
            let frame: Value = serde_json::from_str(text).unwrap();
            let event = json!({"type": "chat.state", "state": "active"});
            let reply = match frame["type"].as_str() {
                Some("hello") => json!({"type": "welcome", "id": "anna"}),
                Some("bye") => {
                    let close = CloseFrame { code: 1012.into(), reason: "draining".into() };
                    socket.close(Some(close)).await.unwrap();
                    continue;
                }
                Some("ping") => json!({"re": frame["id"], "ok": true}),
                _ => json!({"re": frame["id"], "ok": false,
                    "error": {"code": "invalid", "detail": "no such command"}}),
            };
            socket.send(Message::text(event.to_string())).await.unwrap();
            socket.send(Message::text(reply.to_string())).await.unwrap();
        }
    }

    #[tokio::test]
    async fn answers_events_and_the_end_are_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener));
        let socket = Socket::open(&base).await.unwrap();
        let first = |frame: &Value| frame["type"] == "welcome";
        socket.send(json!({"type": "hello"})).await;
        assert_eq!(socket.history.find(0, SOON, first).await.unwrap()["id"], "anna");
        socket.turn();
        socket.ask("ping", json!({})).await.ok();
        socket.ask("fly", json!({})).await.refused("invalid");
        socket.chat_state("active").await;
        socket.in_order(&["chat.state", "chat.state"]);
        socket.none("chat.message");
        socket.send(json!({"type": "bye"})).await;
        assert_eq!(socket.ended().await, End { code: Some(1012), reason: "draining".into() });
    }
}
