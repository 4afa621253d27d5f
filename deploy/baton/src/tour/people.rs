//! Customers and agents as the tour plays them: a token, calls, a socket, and what they do more
//! than once. Leaves the order of things to the scenes.

use serde_json::{Value, json};

use super::contract::{self, Reader, STARTED};
use super::differs::{Checked, at, holds, same, text, whole};
use super::http::Http;
use super::lines;
use super::socket::{Hello, Socket, fresh_key};
use super::workspace::Role;

/// A person asking, with one chat.
pub(super) struct Customer {
    /// Who it is.
    pub(super) role: Role,
    /// The chat.
    pub(super) chat: String,
    /// Their id as a participant.
    pub(super) id: String,
    /// What `POST /v1/chats` answered.
    pub(super) started: Value,
    /// Calls with the chat's token.
    pub(super) http: Http,
    /// The connection.
    pub(super) socket: Socket,
}

/// A person answering.
pub(super) struct Agent {
    /// Who it is.
    pub(super) role: Role,
    /// Calls with the token.
    pub(super) http: Http,
    /// The connection.
    pub(super) socket: Socket,
}

impl Customer {
    /// Starts a chat, twice with one key as an impatient page would, and connects. The socket
    /// brings every line from the first.
    pub(super) async fn start(http: &Http, role: Role, body: &Value) -> Checked<Self> {
        let key = fresh_key();
        let started = http.post("/v1/chats", &key, body).await?.ok(201, &STARTED)?;
        let again = http.post("/v1/chats", &key, body).await?.ok(201, &STARTED)?;
        let chat = text(&started, "/chat_id")?.to_owned();
        same(&again, "/chat_id", chat.as_str())?;
        let token = text(&started, "/token")?;
        let hello = Hello {
            who: role.who,
            reader: Reader::Customer,
            token,
            resume: Some(json!({&chat: 0})),
        };
        let (socket, welcome) = Socket::open(http.base(), hello).await?;
        same(&welcome, "/role", "customer")?;
        same(&welcome, "/workspace", body["workspace"].clone())?;
        same(&welcome, "/chats/0/chat_id", chat.as_str())?;
        let participants = welcome["chats"][0]["participants"].as_array();
        let own = participants.into_iter().flatten().find(|row| row["role"] == "customer");
        holds(own.is_some(), "the customer among the participants", &welcome)?;
        let id = text(own.unwrap_or(&Value::Null), "/id")?.to_owned();
        let http = http.with_token(token);
        Ok(Self { role, chat, id, started, http, socket })
    }

    /// Where their state stands in a chat, for [`super::differs::at`].
    pub(super) fn row(&self) -> String {
        format!("@{}", self.id)
    }

    /// Writes a line; the message.
    pub(super) async fn say(&mut self, words: &str) -> Checked<Value> {
        let chat = self.chat.clone();
        say(&mut self.socket, &chat, words, None).await
    }

    /// Waits for a line of this turn with this text.
    pub(super) async fn hears(&mut self, words: &str) -> Checked<Value> {
        hears(&mut self.socket, &self.chat, words).await
    }

    /// Waits for a system line of this turn about a change.
    pub(super) async fn told_of(&mut self, change: &str, agent: Option<&str>) -> Checked<Value> {
        told_of(&mut self.socket, &self.chat, change, agent).await
    }

    /// Waits for a state of the chat in this turn that has these values too.
    pub(super) async fn state(&mut self, state: &str, values: &[(&str, Value)]) -> Checked<Value> {
        chat_state(&mut self.socket, &self.chat, state, values).await
    }

    /// Waits for a participant's change in this turn.
    pub(super) async fn sees(&mut self, id: &str, change: &str) -> Checked<Value> {
        sees(&mut self.socket, &self.chat, id, change).await
    }
}

impl Agent {
    /// Connects, which is logging in.
    pub(super) async fn connect(
        http: &Http,
        workspace: &str,
        role: Role,
        token: &str,
    ) -> Checked<Self> {
        let hello = Hello { who: role.who, reader: Reader::Agent, token, resume: None };
        let (socket, welcome) = Socket::open(http.base(), hello).await?;
        same(&welcome, "/role", "agent")?;
        same(&welcome, "/id", role.id)?;
        same(&welcome, "/workspace", workspace)?;
        same(&welcome, "/chats", json!([]))?;
        same(&welcome, "/agent/agent", role.id)?;
        same(&welcome, "/agent/name", role.name)?;
        same(&welcome, "/agent/status", "not_ready")?;
        same(&welcome, "/agent/reason", "login")?;
        same(&welcome, "/agent/connectivity", "online")?;
        Ok(Self { role, http: http.with_token(token), socket })
    }

    /// Chooses a status; the row.
    pub(super) async fn status(&mut self, status: &str, reason: Option<&str>) -> Checked<Value> {
        let mut fields = json!({"status": status});
        if let Some(reason) = reason {
            fields["reason"] = reason.into();
        }
        let answer = self.socket.ask("agent.status", fields).await?;
        same(&answer, "/agent/status", status)?;
        same(&answer, "/agent/reason", reason.map_or(Value::Null, Value::from))?;
        Ok(answer["agent"].clone())
    }

    /// Waits for an offer of this chat in this turn.
    pub(super) async fn offer(&mut self, chat: &str) -> Checked<Value> {
        let values = [("/offer/chat/chat_id", Value::from(chat))];
        let event = self.socket.event("offer.new", &values).await?;
        Ok(event["offer"].clone())
    }

    /// Takes an offer; the chat, with this agent connected.
    pub(super) async fn accept(&mut self, offer: &Value) -> Checked<Value> {
        let fields = json!({"offer_id": offer["offer_id"]});
        let answer = self.socket.ask("offer.accept", fields).await?;
        same(&answer, "/chat/state", "active")?;
        same(&answer, "/chat/chat_id", at(offer, "/chat/chat_id").clone())?;
        same(&answer["chat"], &self.role.row(), "connected")?;
        Ok(answer["chat"].clone())
    }

    /// Waits until the offer is gone for this reason.
    pub(super) async fn gone(&mut self, offer: &Value, why: &str) -> Checked<Value> {
        let values = [("/offer_id", offer["offer_id"].clone()), ("/why", why.into())];
        self.socket.event("offer.gone", &values).await
    }

    /// Writes a line to all; the message.
    pub(super) async fn say(&mut self, chat: &str, words: &str) -> Checked<Value> {
        say(&mut self.socket, chat, words, None).await
    }

    /// Writes a line to agents alone; the message.
    pub(super) async fn whisper(&mut self, chat: &str, words: &str) -> Checked<Value> {
        say(&mut self.socket, chat, words, Some("agents")).await
    }

    /// Waits for a line of this turn with this text.
    pub(super) async fn hears(&mut self, chat: &str, words: &str) -> Checked<Value> {
        hears(&mut self.socket, chat, words).await
    }

    /// Waits for a state of a chat in this turn that has these values too.
    pub(super) async fn state(
        &mut self,
        chat: &str,
        state: &str,
        values: &[(&str, Value)],
    ) -> Checked<Value> {
        chat_state(&mut self.socket, chat, state, values).await
    }

    /// Waits for a participant's change in this turn.
    pub(super) async fn sees(&mut self, chat: &str, id: &str, change: &str) -> Checked<Value> {
        sees(&mut self.socket, chat, id, change).await
    }

    /// Waits for an invitation's state in this turn.
    pub(super) async fn invite(&mut self, invite: &Value, state: &str) -> Checked<Value> {
        let values = [("/invite_id", invite.clone()), ("/state", state.into())];
        self.socket.event("chat.invite", &values).await
    }

    /// Reads a chat's transcript: the texts, gap-free from the first line.
    pub(super) async fn read(&self, chat: &str) -> Checked<Vec<String>> {
        let page = transcript(&self.http, Reader::Agent, chat).await?;
        let rows = page["messages"].as_array().into_iter().flatten();
        Ok(rows.filter_map(|line| line["text"].as_str()).map(str::to_owned).collect())
    }

    /// Reads a colleague's row.
    pub(super) async fn row_of(&self, agent: &str) -> Checked<Value> {
        let path = format!("/v1/agents/{agent}");
        self.http.get(&path).await?.ok(200, &contract::AGENT)
    }

    /// Reads a queue's row.
    pub(super) async fn queue(&self, queue: &str) -> Checked<Value> {
        let path = format!("/v1/queues/{queue}");
        self.http.get(&path).await?.ok(200, &contract::QUEUE)
    }
}

/// A chat's transcript as this reader gets it, checked for gaps.
pub(super) async fn transcript(http: &Http, reader: Reader, chat: &str) -> Checked<Value> {
    let path = format!("/v1/chats/{chat}/messages?after=0&limit=500");
    let page = http.get(&path).await?.ok(200, contract::messages(reader))?;
    lines::check_page(&page)?;
    Ok(page)
}

fn of_chat(chat: &str, pointer: &'static str, value: &str) -> [(&'static str, Value); 2] {
    [("/chat_id", chat.into()), (pointer, value.into())]
}

async fn chat_state(
    socket: &mut Socket,
    chat: &str,
    state: &str,
    values: &[(&str, Value)],
) -> Checked<Value> {
    let wanted = of_chat(chat, "/state", state);
    socket.event("chat.state", &[&wanted, values].concat()).await
}

async fn say(
    socket: &mut Socket,
    chat: &str,
    words: &str,
    visibility: Option<&str>,
) -> Checked<Value> {
    let mut fields = json!({"chat_id": chat, "text": words, "client_id": fresh_key()});
    if let Some(visibility) = visibility {
        fields["visibility"] = visibility.into();
    }
    let client_id = fields["client_id"].clone();
    let message = socket.ask("chat.send", fields).await?["message"].clone();
    same(&message, "/text", words)?;
    same(&message, "/kind", "text")?;
    same(&message, "/client_id", client_id)?;
    same(&message, "/visibility", visibility.unwrap_or("all"))?;
    // Every connection gets every line, the sender's too.
    let own = [("/message/message_id", message["message_id"].clone())];
    let echo = socket.event("chat.message", &own).await?;
    same(&message, "/seq", whole(&echo, "/seq")?)?;
    Ok(message)
}

async fn hears(socket: &mut Socket, chat: &str, words: &str) -> Checked<Value> {
    let event = socket.event("chat.message", &of_chat(chat, "/message/text", words)).await?;
    Ok(event["message"].clone())
}

async fn told_of(
    socket: &mut Socket,
    chat: &str,
    change: &str,
    agent: Option<&str>,
) -> Checked<Value> {
    let mut values = of_chat(chat, "/message/event/change", change).to_vec();
    if let Some(agent) = agent {
        values.push(("/message/event/participant/id", agent.into()));
    }
    let line = socket.event("chat.message", &values).await?["message"].clone();
    same(&line, "/kind", "system")?;
    same(&line, "/from/role", "system")?;
    same(&line, "/visibility", "all")?;
    Ok(line)
}

async fn sees(socket: &mut Socket, chat: &str, id: &str, change: &str) -> Checked<Value> {
    let mut values = of_chat(chat, "/change", change).to_vec();
    values.push(("/participant/id", id.into()));
    socket.event("chat.participant", &values).await
}
