//! One socket of one person: hello, commands, events, and waiting for them by name. Every frame is
//! checked when it is looked at. Leaves what a moment demands to the scenes.

use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, http::HeaderValue};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::contract::{self, Reader};
use super::differs::{Checked, Differs, at, holds, same, short};
use super::lines::Lines;

/// Anything that is awaited comes within this time, or never: the slowest bound of the contract
/// is the five seconds between two positions.
pub(super) const LIMIT: Duration = Duration::from_secs(10);
/// Frames between the line and the scenes: the whole tour has fewer.
const BACKLOG: usize = 4_096;
/// Events that come at their own pace, so that their place among the others says nothing.
const ASIDE: [&str; 3] = ["chat.message", "chat.position", "agent.state"];

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection. Dropping it cuts the line.
pub(super) struct Socket {
    who: String,
    reader: Reader,
    writer: SplitSink<Stream, Message>,
    arriving: mpsc::Receiver<Value>,
    listener: JoinHandle<()>,
    seen: Vec<Value>,
    turn: usize,
    next: u32,
    lines: Lines,
}

/// What a person says first.
pub(super) struct Hello<'a> {
    /// The person's name in differences.
    pub(super) who: &'a str,
    /// Their kind.
    pub(super) reader: Reader,
    /// Their token.
    pub(super) token: &'a str,
    /// Chats and the last line of each that is known already.
    pub(super) resume: Option<Value>,
}

impl Socket {
    /// Connects and says hello; the socket and its welcome.
    pub(super) async fn open(base: &str, hello: Hello<'_>) -> Checked<(Self, Value)> {
        let stream = connect(base).await.map_err(|differs| differs.within(hello.who))?;
        let (writer, reader) = stream.split();
        let (sender, arriving) = mpsc::channel(BACKLOG);
        let mut socket = Self {
            who: hello.who.to_owned(),
            reader: hello.reader,
            writer,
            arriving,
            listener: tokio::spawn(listen(reader, sender)),
            seen: Vec::new(),
            turn: 0,
            next: 0,
            lines: Lines::default(),
        };
        let mut frame = json!({"type": "hello", "token": hello.token, "client_id": fresh_key()});
        if let Some(resume) = hello.resume {
            frame["resume"] = resume;
        }
        socket.send(&frame).await?;
        let welcome = socket.await_frame(0, "welcome", |frame| frame["type"] == "welcome").await?;
        contract::check_welcome(socket.reader, &welcome).map_err(|differs| socket.told(differs))?;
        Ok((socket, welcome))
    }

    /// Sends a command that must be taken; the answer.
    pub(super) async fn ask(&mut self, command: &str, fields: Value) -> Checked<Value> {
        let answer = self.answer(command, fields).await?;
        same(&answer, "/ok", true).map_err(|differs| self.told(differs).within(command))?;
        Ok(answer)
    }

    /// Sends a command that must be refused with this code; the error.
    pub(super) async fn refused(
        &mut self,
        command: &str,
        fields: Value,
        code: &str,
    ) -> Checked<Value> {
        let answer = self.answer(command, fields).await?;
        same(&answer, "/error/code", code).map_err(|differs| self.told(differs).within(command))?;
        Ok(answer["error"].clone())
    }

    async fn answer(&mut self, command: &str, fields: Value) -> Checked<Value> {
        self.next += 1;
        let id = self.next.to_string();
        let mut frame = json!({"id": id, "type": command});
        for (name, value) in fields.as_object().into_iter().flatten() {
            frame[name] = value.clone();
        }
        let from = self.seen.len();
        self.send(&frame).await?;
        let name = format!("an answer to {command}");
        let answer = self.await_frame(from, &name, |frame| frame["re"] == *id).await?;
        contract::check_answer(self.reader, command, &answer)
            .map_err(|differs| self.told(differs).within(command))?;
        Ok(answer)
    }

    /// Begins a turn: the next expectations look at what comes from here on.
    pub(super) fn turn(&mut self) -> Checked<()> {
        self.drain()?;
        self.turn = self.seen.len();
        Ok(())
    }

    /// Waits for an event of this turn that has these values at these pointers.
    pub(super) async fn event(&mut self, kind: &str, values: &[(&str, Value)]) -> Checked<Value> {
        let mut name = kind.to_owned();
        for (pointer, value) in values {
            name = format!("{name} {}={value}", pointer.trim_start_matches('/'));
        }
        let fits = |frame: &Value| {
            frame["type"] == kind && values.iter().all(|(pointer, v)| at(frame, pointer) == v)
        };
        self.await_frame(self.turn, &name, fits).await
    }

    /// Demands that this turn had no event of this kind until now.
    pub(super) fn none(&mut self, kind: &str) -> Checked<()> {
        self.drain()?;
        let found = self.seen[self.turn..].iter().find(|frame| frame["type"] == kind);
        let expected = || format!("no {kind} for {}", self.who);
        found.map_or(Ok(()), |frame| holds(false, expected(), frame))
    }

    /// Demands that the first of each of these kinds came in this order in this turn.
    pub(super) fn in_order(&self, kinds: &[&str]) -> Checked<()> {
        let turn = self.seen[self.turn..].iter();
        let seen: Vec<&str> = turn
            .filter_map(|frame| frame["type"].as_str())
            .filter(|kind| !ASIDE.contains(kind))
            .collect();
        let mut rest = seen.iter();
        if kinds.iter().all(|kind| rest.any(|seen| seen == kind)) {
            return Ok(());
        }
        let expected = format!("the order {} for {}", kinds.join(", "), self.who);
        Err(Differs::new(expected, format!("{} came", seen.join(", "))))
    }

    /// The lines of a chat that came over this socket, in order.
    pub(super) fn lines(&mut self, chat: &str) -> Checked<Vec<Value>> {
        self.drain()?;
        Ok(self.lines.of(chat).to_vec())
    }

    /// Closes in order.
    pub(super) async fn close(mut self) {
        // Nothing depends on it: a connection that is gone already is closed too.
        let _ = self.writer.close().await;
    }

    async fn send(&mut self, frame: &Value) -> Checked<()> {
        let sent = self.writer.send(Message::text(frame.to_string())).await;
        sent.map_err(|error| {
            let came = format!("it is gone: {error}");
            self.told(Differs::new("the connection to take a frame", came))
        })
    }

    async fn await_frame(
        &mut self,
        from: usize,
        name: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Checked<Value> {
        let deadline = Instant::now() + LIMIT;
        let mut next = from;
        loop {
            while next < self.seen.len() {
                if fits(&self.seen[next]) {
                    return Ok(self.seen[next].clone());
                }
                next += 1;
            }
            match timeout_at(deadline, self.arriving.recv()).await {
                Ok(Some(frame)) => self.take(frame)?,
                Ok(None) => return Err(self.missing(from, name, "the connection ended")),
                Err(_) => return Err(self.missing(from, name, "nothing more came")),
            }
        }
    }

    fn missing(&self, from: usize, name: &str, why: &str) -> Differs {
        let since: Vec<String> = self.seen[from..].iter().map(summary).collect();
        let since = if since.is_empty() { "no frame".to_owned() } else { since.join("; ") };
        Differs::new(format!("{name} for {}", self.who), format!("{why} after: {since}"))
    }

    fn drain(&mut self) -> Checked<()> {
        while let Ok(frame) = self.arriving.try_recv() {
            self.take(frame)?;
        }
        Ok(())
    }

    fn take(&mut self, frame: Value) -> Checked<()> {
        let checked =
            contract::check_event(self.reader, &frame).and_then(|()| self.lines.take(&frame));
        checked.map_err(|differs| self.told(differs))?;
        self.seen.push(frame);
        Ok(())
    }

    fn told(&self, differs: Differs) -> Differs {
        differs.within(&format!("what {} was told", self.who))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// An unguessable key: 32 hexadecimal digits.
pub(super) fn fresh_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}

async fn connect(base: &str) -> Checked<Stream> {
    let lost = |error: String| Differs::new("a socket", format!("there is none: {error}"));
    let url = format!("{}/v1/ws", base.replacen("http", "ws", 1));
    let mut request = url.into_client_request().map_err(|error| lost(error.to_string()))?;
    let origin = HeaderValue::from_str(base).map_err(|error| lost(error.to_string()))?;
    request.headers_mut().insert("Origin", origin);
    let connected = timeout_at(Instant::now() + LIMIT, connect_async(request)).await;
    match connected {
        Ok(Ok((stream, _))) => Ok(stream),
        Ok(Err(error)) => Err(lost(error.to_string())),
        Err(_) => Err(lost("no answer to the upgrade".into())),
    }
}

async fn listen(mut stream: SplitStream<Stream>, arriving: mpsc::Sender<Value>) {
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        let text = text.as_str();
        let frame = serde_json::from_str(text).unwrap_or_else(|_| json!({"no_json": text}));
        if arriving.send(frame).await.is_err() {
            return;
        }
    }
}

/// What kind of frame it is, in a few words.
fn summary(frame: &Value) -> String {
    let state = frame["state"].as_str().or_else(|| frame["why"].as_str());
    let state = state.or_else(|| frame["change"].as_str()).unwrap_or_default();
    match (frame["type"].as_str(), frame["re"].as_str()) {
        (Some(kind), _) => format!("{kind} {state}").trim_end().to_owned(),
        (None, Some(id)) => format!("answer {id}"),
        (None, None) => short(frame),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_summed_up_in_a_few_words() {
        assert_eq!(summary(&json!({"type": "chat.state", "state": "queued"})), "chat.state queued");
        assert_eq!(summary(&json!({"type": "ping"})), "ping");
        assert_eq!(summary(&json!({"re": "3", "ok": true})), "answer 3");
    }

    #[test]
    fn keys_are_long_enough_to_start_a_chat() {
        assert!(fresh_key().len() >= baton_common::limits::START_KEY_CHARS);
        assert_ne!(fresh_key(), fresh_key());
    }
}
