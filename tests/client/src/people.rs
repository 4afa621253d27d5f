//! Customers, agents and supervisors as tests use them: each a token, calls and a socket. They do
//! what the contract lets them do and check what every answer must hold.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Http;
use crate::socket::{Answer, Socket};
use crate::{HEALED, SOON, check_socket_lines, fresh_key};

/// Between attempts to connect again.
const REPEAT: Duration = Duration::from_millis(100);

/// A person asking, with their one chat.
#[derive(Debug)]
pub struct Customer {
    /// Calls with the chat's token.
    pub http: Http,
    /// The chat.
    pub chat: String,
    /// What `POST /chats` answered.
    pub started: Value,
    socket: Option<Socket>,
}

/// A person answering.
#[derive(Debug)]
pub struct Agent {
    /// The id.
    pub id: String,
    /// Calls with the token.
    pub http: Http,
    /// The connection.
    pub socket: Socket,
    /// What it was welcomed with.
    pub welcome: Value,
    taken: Mutex<BTreeSet<String>>,
}

/// A person overseeing.
#[derive(Debug)]
pub struct Supervisor {
    /// Calls with the token.
    pub http: Http,
    /// The connection.
    pub socket: Socket,
    /// What it was welcomed with.
    pub welcome: Value,
}

impl Customer {
    /// Starts a chat that a router decides at once.
    pub async fn start(http: &Http, body: Value) -> Self {
        let started = http.post_keyed("/v1/chats", &fresh_key(), &body).await.ok(201);
        Self::of_start(http, started)
    }

    /// The customer of an answered start (201 or 202).
    pub fn of_start(http: &Http, started: Value) -> Self {
        let token = started["token"].as_str().expect("a start is answered with a token");
        let chat = started["chat_id"].as_str().expect("a start is answered with the chat");
        Self { http: http.with_token(token), chat: chat.to_owned(), started, socket: None }
    }

    /// Starts a chat and connects.
    pub async fn arrive(http: &Http, body: Value) -> Self {
        let mut customer = Self::start(http, body).await;
        customer.connect().await;
        customer
    }

    /// Opens the socket; its welcome.
    pub async fn connect(&mut self) -> Value {
        let token = self.http.token().expect("a customer has a token");
        let connected = Socket::connect(self.http.base(), token).await;
        let (socket, welcome) = connected.expect("a customer is welcome");
        self.socket = Some(socket);
        welcome
    }

    /// Cuts the line.
    pub fn vanish(&mut self) {
        self.socket = None;
    }

    /// The connection.
    pub fn socket(&self) -> &Socket {
        self.socket.as_ref().expect("the test has connected this customer")
    }

    /// Connects again where it left off, as often as it takes.
    pub async fn reconnect(&mut self, base: &str) -> Value {
        let token = self.http.token().expect("a customer has a token").to_owned();
        self.http = Http::new(base).with_token(&token);
        let (client_id, resume) = resumption(self.socket());
        self.socket = None;
        let (socket, welcome) = reconnect(base, &token, &client_id, &resume).await;
        self.socket = Some(socket);
        welcome
    }

    /// Writes a line; the message.
    pub async fn say(&self, text: &str) -> Value {
        say(self.socket(), &self.chat, text, None).await
    }

    /// Ends the chat.
    pub async fn end(&self) -> Value {
        self.socket().ask("chat.end", json!({"chat_id": self.chat})).await.ok()["chat"].clone()
    }
}

impl Agent {
    /// Connects, which is logging in.
    pub async fn connect(http: &Http, id: &str, token: &str) -> Self {
        let connected = Socket::connect(http.base(), token).await;
        let (socket, welcome) = connected.expect("an agent is welcome");
        assert_eq!(welcome["id"], id, "the welcome is another's");
        Self {
            id: id.to_owned(),
            http: http.with_token(token),
            socket,
            welcome,
            taken: Mutex::default(),
        }
    }

    /// Connects and takes work.
    pub async fn ready(http: &Http, id: &str, token: &str) -> Self {
        let agent = Self::connect(http, id, token).await;
        agent.status("ready").await;
        agent
    }

    /// Connects again where it left off, as often as it takes.
    pub async fn reconnect(self, base: &str) -> Self {
        let token = self.http.token().expect("an agent has a token").to_owned();
        let (client_id, resume) = resumption(&self.socket);
        let (id, taken) = (self.id.clone(), self.taken);
        drop(self.socket);
        let (socket, welcome) = reconnect(base, &token, &client_id, &resume).await;
        Self { id, http: Http::new(base).with_token(&token), socket, welcome, taken }
    }

    /// Sends a command and waits for its answer.
    pub async fn ask(&self, kind: &str, fields: Value) -> Answer {
        self.socket.ask(kind, fields).await
    }

    /// Sends a command under one frame id until it is not refused for now only.
    pub async fn insist(&self, kind: &str, fields: Value) -> Answer {
        let (id, deadline) = (fresh_key(), Instant::now() + HEALED);
        loop {
            let answer = self.socket.ask_as(&id, kind, fields.clone()).await;
            if !answer.is_unavailable() {
                return answer;
            }
            assert!(Instant::now() < deadline, "{kind} stays unavailable: {}", answer.frame);
            tokio::time::sleep(REPEAT).await;
        }
    }

    /// Chooses a status; the row.
    pub async fn status(&self, status: &str) -> Value {
        self.ask("agent.status", json!({"status": status})).await.ok()["agent"].clone()
    }

    /// Waits for an offer that this helper has not given before.
    pub async fn offer(&self) -> Value {
        self.offer_within(SOON).await
    }

    /// Waits so long for an offer that this helper has not given before.
    pub async fn offer_within(&self, within: Duration) -> Value {
        // After `welcome` and `resync` an offer may be in their list alone.
        let new = |frame: &Value| {
            let listed = frame["offers"].as_array().cloned().unwrap_or_default();
            let mut offers = listed.into_iter().chain([frame["offer"].clone()]);
            offers.find(|offer| self.is_untaken(&offer["offer_id"]))
        };
        let found = self.socket.history.find(0, within, |frame| new(frame).is_some()).await;
        let frame = found.unwrap_or_else(|missing| {
            panic!("an offer to {} {missing}; {}", self.id, self.socket.history.recent())
        });
        let offer = new(&frame).expect("it was found in it");
        self.note_offer(&offer);
        offer
    }

    /// Takes an offer; the chat.
    pub async fn accept(&self, offer: &Value) -> Value {
        let fields = json!({"offer_id": offer["offer_id"]});
        self.ask("offer.accept", fields).await.ok()["chat"].clone()
    }

    /// Waits for an offer and takes it; the chat.
    pub async fn take(&self) -> Value {
        let offer = self.offer().await;
        self.accept(&offer).await
    }

    /// Refuses an offer.
    pub async fn decline(&self, offer: &Value) {
        self.ask("offer.decline", json!({"offer_id": offer["offer_id"]})).await.ok();
    }

    /// "+" for an agent; the invitation.
    pub async fn add_agent(&self, chat: &str, agent: &str) -> String {
        let answer =
            self.ask("chat.add_agent", json!({"chat_id": chat, "agent": agent})).await.ok();
        text(&answer["invite_id"])
    }

    /// "+" for a queue; the answer.
    pub async fn add_queue(&self, chat: &str, queue: &str) -> Value {
        self.ask("chat.add_queue", json!({"chat_id": chat, "queue": queue})).await.ok()
    }

    /// End Chat; the chat.
    pub async fn leave(&self, chat: &str) -> Value {
        self.ask("chat.leave", json!({"chat_id": chat})).await.ok()["chat"].clone()
    }

    /// Finishes the wrap-up; the chat.
    pub async fn complete(&self, chat: &str) -> Value {
        let fields = json!({"chat_id": chat, "disposition": "solved"});
        self.ask("wrapup.complete", fields).await.ok()["chat"].clone()
    }

    /// Writes a line to all; the message.
    pub async fn say(&self, chat: &str, text: &str) -> Value {
        say(&self.socket, chat, text, None).await
    }

    /// Writes a line to agents only; the message.
    pub async fn whisper(&self, chat: &str, text: &str) -> Value {
        say(&self.socket, chat, text, Some("agents")).await
    }

    /// The own row by HTTP.
    pub async fn row(&self) -> Value {
        self.http.get(&format!("/v1/agents/{}", self.id)).await.ok(200)
    }

    /// Remembers an offer so that [`Self::offer`] waits for another.
    pub fn note_offer(&self, offer: &Value) {
        self.taken.lock().expect("nobody panics while holding it").insert(text(&offer["offer_id"]));
    }

    fn is_untaken(&self, offer: &Value) -> bool {
        let taken = self.taken.lock().expect("nobody panics while holding it");
        offer.as_str().is_some_and(|id| !taken.contains(id))
    }
}

impl Supervisor {
    /// Connects.
    pub async fn connect(http: &Http, token: &str) -> Self {
        let connected = Socket::connect(http.base(), token).await;
        let (socket, welcome) = connected.expect("a supervisor is welcome");
        Self { http: http.with_token(token), socket, welcome }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} should be a text")).to_owned()
}

async fn say(socket: &Socket, chat: &str, text: &str, visibility: Option<&str>) -> Value {
    let mut fields = json!({"chat_id": chat, "text": text, "client_id": fresh_key()});
    if let Some(visibility) = visibility {
        fields["visibility"] = visibility.into();
    }
    let message = socket.ask("chat.send", fields).await.ok()["message"].clone();
    assert_eq!(message["text"], text, "the stored line differs");
    message
}

/// What a connection tells the next one: its name and the last line of each chat.
fn resumption(socket: &Socket) -> (String, Value) {
    check_socket_lines(&socket.history);
    let mut last = serde_json::Map::new();
    for frame in socket.history.received_from(0) {
        let lists = [&frame["chats"], &frame["chat"], &frame];
        let chats = lists.into_iter().flat_map(|list| match list {
            Value::Array(chats) => chats.clone(),
            other => vec![other.clone()],
        });
        for chat in chats {
            let (Some(id), Some(seq)) = (chat["chat_id"].as_str(), chat["seq"].as_u64()) else {
                continue;
            };
            // The first mention says up to where the lines are fetched; then each line counts.
            if frame["type"] == "chat.message" || !last.contains_key(id) {
                last.insert(id.to_owned(), seq.into());
            }
        }
    }
    (socket.client_id.clone(), Value::Object(last))
}

async fn reconnect(base: &str, token: &str, client_id: &str, resume: &Value) -> (Socket, Value) {
    let deadline = Instant::now() + HEALED;
    loop {
        match Socket::resume(base, token, client_id, resume.clone()).await {
            Ok(connected) => return connected,
            Err(error) => assert!(Instant::now() < deadline, "cannot connect again: {error}"),
        }
        tokio::time::sleep(REPEAT).await;
    }
}
