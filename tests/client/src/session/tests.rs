//! A session against scripted gateways: what it says, what it repeats, what it tells.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::ledger::{Answered, Disorder};
use crate::{Gateways, Happening, Ledger, Session, SessionError, Who};

type Peer = WebSocketStream<TcpStream>;

/// A gateway that does what the test says, connection by connection.
struct House(TcpListener);

impl House {
    async fn open() -> (Self, Gateways) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        (Self(listener), Gateways::new([url]))
    }

    /// The next socket, its hello answered with this welcome or farewell.
    async fn greet(&self, answer: Value) -> (Peer, Value) {
        let (stream, _) = self.0.accept().await.unwrap();
        let mut peer = tokio_tungstenite::accept_async(stream).await.unwrap();
        let hello = hear(&mut peer).await;
        say(&mut peer, answer).await;
        (peer, hello)
    }

    /// The next HTTP call, answered with this.
    async fn call(&self, status: &str, body: &Value) -> String {
        let (mut stream, _) = self.0.accept().await.unwrap();
        let mut request = vec![0; 16_384];
        let length = stream.read(&mut request).await.unwrap();
        let body = body.to_string();
        let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: ");
        let answer = format!("{head}{}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    }
}

async fn hear(peer: &mut Peer) -> Value {
    loop {
        if let Message::Text(text) = peer.next().await.unwrap().unwrap() {
            return serde_json::from_str(text.as_str()).unwrap();
        }
    }
}

async fn say(peer: &mut Peer, frame: Value) {
    peer.send(Message::text(frame.to_string())).await.unwrap();
}

fn welcome() -> Value {
    json!({"type": "welcome", "role": "agent", "id": "anna", "workspace": "w",
        "heartbeat_s": 15, "expires_at": "2099-01-01T00:00:00.000Z", "chats": [], "offers": []})
}

fn bye(reason: &str, again: Option<f64>) -> Value {
    json!({"type": "bye", "reason": reason, "reconnect_in_s": again})
}

fn chat(seq: u64) -> Value {
    json!({"chat_id": "c", "seq": seq, "rev": 1, "state": "active", "owner": {"agent": "anna"},
        "participants": [{"id": "anna", "state": "connected"}]})
}

fn line(seq: u64) -> Value {
    let message = json!({"message_id": format!("m{seq}"), "chat_id": "c", "seq": seq,
        "from": {"id": "cus", "role": "customer", "name": ""}, "kind": "text", "text": "hi"});
    json!({"type": "chat.message", "chat_id": "c", "seq": seq, "message": message})
}

fn anna() -> Who {
    Who::Agent { workspace: "w".into(), id: "anna".into() }
}

async fn event(session: &Session) -> Value {
    match session.next().await {
        Happening::Event(event) => event,
        other => panic!("an event was due, not {other:?}"),
    }
}

#[tokio::test]
async fn a_command_survives_the_connection_under_its_id() {
    let (house, gateways) = House::open().await;
    let ledger = Ledger::new();
    let (token, ledger_of_test) = ("token", ledger.clone());
    let server = tokio::spawn(async move {
        let (mut peer, hello) = house.greet(welcome()).await;
        assert!(hello.get("resume").is_none(), "{hello}");
        let first = hear(&mut peer).await;
        drop(peer);
        let (mut peer, again) = house.greet(welcome()).await;
        assert_eq!(again["client_id"], hello["client_id"]);
        assert_eq!(hear(&mut peer).await, first);
        let error = json!({"code": "unavailable", "detail": "soon", "retry_after_s": 0.01});
        say(&mut peer, json!({"re": first["id"], "ok": false, "error": error})).await;
        assert_eq!(hear(&mut peer).await, first);
        say(&mut peer, json!({"re": first["id"], "ok": true, "chat": chat(0)})).await;
        peer
    });
    let session = Session::open(&gateways, anna(), token, &ledger_of_test).await.unwrap();
    let answer = session.command("offer.accept", json!({"offer_id": "off_1"})).await.unwrap();
    assert_eq!(answer["chat"]["chat_id"], "c");
    assert_eq!(event(&session).await["type"], "welcome");
    assert!(matches!(session.next().await, Happening::Lost));
    assert!(matches!(session.next().await, Happening::Resumed { .. }));
    let facts = ledger.facts();
    let person = &facts.people[0];
    assert_eq!(person.commands.len(), 1, "three sendings, one command");
    assert_eq!(person.commands[0].answer, Answered::Done);
    assert_eq!(person.chats["c"].told.as_ref().unwrap().state, "active");
    drop(server.await.unwrap());
}

#[tokio::test]
async fn lines_resume_where_they_ended_and_what_is_owed_is_fetched() {
    let (house, gateways) = House::open().await;
    let ledger = Ledger::new();
    let server = tokio::spawn(async move {
        let (mut peer, _) = house.greet(welcome()).await;
        let mut state = chat(2);
        state["type"] = json!("chat.state");
        say(&mut peer, state).await;
        let messages = [line(1)["message"].clone(), line(2)["message"].clone()];
        let page = json!({"messages": messages, "last": 2});
        let request = house.call("200 OK", &page).await;
        assert!(request.contains("/v1/chats/c/messages?after=0"), "{request}");
        assert!(request.contains("Bearer token"), "{request}");
        say(&mut peer, line(3)).await;
        say(&mut peer, line(3)).await;
        // The reader cuts the line now.
        while peer.next().await.is_some_and(|message| message.is_ok()) {}
        let mut there = welcome();
        there["chats"] = json!([chat(4)]);
        let (mut peer, hello) = house.greet(there).await;
        assert_eq!(hello["resume"], json!({"c": 3}));
        say(&mut peer, line(4)).await;
        peer
    });
    let session = Session::open(&gateways, anna(), "token", &ledger).await.unwrap();
    let mut seen = Vec::new();
    while seen.len() < 5 {
        match session.next().await {
            Happening::Event(event) if event["type"] == "chat.message" => {
                seen.push((event["seq"].as_u64().unwrap(), event["fetched"] == true));
                if seen.len() == 4 {
                    session.cut();
                }
            }
            _ => {}
        }
    }
    assert_eq!(seen, [(1, true), (2, true), (3, false), (3, false), (4, false)]);
    let facts = ledger.facts();
    let repeat = Disorder { chat: "c".into(), expected: 4, came: 3 };
    assert_eq!(facts.people[0].disorders, [repeat], "the one that came twice");
    assert_eq!(facts.people[0].chats["c"].lines.len(), 5);
    drop(server.await.unwrap());
}

#[tokio::test]
async fn a_bye_says_whether_to_come_back() {
    let (house, gateways) = House::open().await;
    let server = tokio::spawn(async move {
        house.greet(bye("unavailable", Some(0.01))).await;
        let (mut peer, _) = house.greet(welcome()).await;
        say(&mut peer, bye("draining", Some(0.01))).await;
        let (mut peer, _) = house.greet(welcome()).await;
        say(&mut peer, bye("replaced", None)).await;
        house.greet(bye("invalid", None)).await;
    });
    let ledger = Ledger::new();
    let session = Session::open(&gateways, anna(), "token", &ledger).await.unwrap();
    assert_eq!(event(&session).await["type"], "welcome");
    assert!(matches!(session.next().await, Happening::Bye(bye) if bye["reason"] == "draining"));
    assert!(matches!(session.next().await, Happening::Lost));
    assert!(matches!(session.next().await, Happening::Resumed { .. }));
    assert_eq!(event(&session).await["type"], "welcome");
    assert!(matches!(session.next().await, Happening::Bye(_)));
    assert!(matches!(session.next().await, Happening::Ended(why) if why == "replaced"));
    let refused = session.command("ping", json!({})).await.unwrap_err();
    assert_eq!(refused.code, crate::Refusal::GONE);
    let refused = Session::open(&gateways, anna(), "token", &ledger).await;
    assert!(matches!(refused, Err(SessionError::Refused(_))));
    server.await.unwrap();
}

#[tokio::test]
async fn a_customer_resumes_from_nothing_and_renews_the_token() {
    let (house, gateways) = House::open().await;
    let server = tokio::spawn(async move {
        let mut soon = welcome();
        soon["chats"] = json!([chat(0)]);
        let at = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(200);
        soon["expires_at"] = json!(at.to_string());
        let (mut peer, hello) = house.greet(soon).await;
        assert_eq!(hello["resume"], json!({"c": 0}));
        let request = house.call("200 OK", &json!({"token": "newer"})).await;
        assert!(request.starts_with("POST /v1/chats/c/token"), "{request}");
        let renewal = hear(&mut peer).await;
        assert_eq!((&renewal["type"], &renewal["token"]), (&json!("token.renew"), &json!("newer")));
        let expires_at = "2099-01-01T00:00:00.000Z";
        say(&mut peer, json!({"re": renewal["id"], "ok": true, "expires_at": expires_at})).await;
        drop(peer);
        let mut there = welcome();
        there["chats"] = json!([chat(0)]);
        let (mut peer, hello) = house.greet(there).await;
        assert_eq!(hello["token"], "newer");
        while peer.next().await.is_some_and(|message| message.is_ok()) {}
    });
    let who = Who::Customer { workspace: "w".into(), chat: "c".into() };
    let session = Session::open(&gateways, who, "token", &Ledger::new()).await.unwrap();
    while !matches!(session.next().await, Happening::Resumed { .. }) {}
    session.close().await;
    server.await.unwrap();
}
