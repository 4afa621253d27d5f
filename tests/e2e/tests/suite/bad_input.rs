//! What is malformed, foreign, late or forbidden: each its code, counted, and nothing changed.

use std::time::Duration;

use baton_client::{Answer, ConnectError, Http, Reply, Socket, fresh_key};
use baton_e2e::{Metrics, Scene};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// How often the gateway refused something with a code.
fn count(metrics: &Metrics, code: &str) -> f64 {
    metrics.sum("gateway_rejections_total", &[("code", code)])
}

/// Runs refusals between two looks at the metrics and demands that they were counted.
async fn counted(scene: &Scene, code: &str, refusals: u32, run: impl Future<Output = ()>) {
    let before = count(&scene.place.metrics().await, code);
    run.await;
    let rise = count(&scene.place.metrics().await, code) - before;
    assert!(rise >= f64::from(refusals), "{refusals} {code}, counted {rise}");
}

fn raw(http: &Http, path: &str, body: &str) -> reqwest::RequestBuilder {
    let request = http.request(Method::POST, path).header("Content-Type", "application/json");
    request.body(body.to_owned())
}

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be_are_invalid() {
    let scene = Scene::open().await;
    let bodies = [
        "",
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"workspace\":\"shop\",}",
        r#"{"workspace":"shop","colour":"red"}"#,
        r#"{"workspace":"shop","priority":"high"}"#,
        r#"{"workspace":"shop","priority":10}"#,
        r#"{"workspace":"shop","text":""}"#,
        r#"{"workspace":"shop","skills":[{"skill":"billing","level":11}]}"#,
        r#"{"workspace":"shop","attributes":{"nested":{"a":1}}}"#,
        r#"{"workspace":"shop","customer":{"shoe_size":46}}"#,
        r#"{"workspace":"shop","customer":7}"#,
    ];
    counted(&scene, "invalid", 14, async {
        for body in bodies {
            let reply = Reply::to(raw(&scene.http, "/v1/chats", body)).await;
            assert_eq!(reply.status, 422, "{body}: {}", reply.text);
            reply.problem("invalid");
        }
    })
    .await;
    let long = scene.order(json!({"text": "x".repeat(10_001)}));
    let problem = scene.http.post("/v1/chats", &long).await.problem("invalid");
    assert_eq!(problem["path"], "text");
    let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
    let body = format!(r#"{{"workspace":"shop","attributes":{{"a":{deep}}}}}"#);
    Reply::to(raw(&scene.http, "/v1/chats", &body)).await.problem("invalid");
    let chats = scene.lead().get("/v1/chats").await.ok(200);
    assert_eq!(chats["chats"], json!([]), "nothing was started");
}

#[tokio::test]
async fn a_body_of_more_than_64_kib_is_too_large() {
    let scene = Scene::open().await;
    counted(&scene, "too_large", 1, async {
        let body = scene.order(json!({"text": "x".repeat(70_000)}));
        scene.http.post("/v1/chats", &body).await.problem("too_large");
    })
    .await;
}

#[tokio::test]
async fn bad_utf8_in_a_body_is_invalid() {
    let scene = Scene::open().await;
    let mut body = br#"{"workspace":"shop","text":"?"}"#.to_vec();
    let place = body.iter().position(|byte| *byte == b'?').expect("it is there");
    body[place] = 0xff;
    let request = scene.http.request(Method::POST, "/v1/chats");
    let request = request.header("Content-Type", "application/json").body(body);
    Reply::to(request).await.problem("invalid");
}

#[tokio::test]
async fn frames_that_are_not_what_they_should_be_are_answered_invalid() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let row = anna.row().await;
    let socket = &anna.socket;
    counted(&scene, "invalid", 10, async {
        for text in ["nonsense", "[1]", "{\"id\":", "7"] {
            let from = socket.history.len();
            socket.send_message(Message::text(text)).await;
            let answer = |frame: &Value| frame["ok"] == false && frame["re"].is_null();
            let found = socket.history.find(from, baton_client::SOON, answer).await;
            let frame = found.unwrap_or_else(|_| panic!("{text}: {}", socket.history.recent()));
            assert!(frame.as_object().is_some_and(|frame| frame.contains_key("re")), "{frame}");
            assert_eq!(frame["error"]["code"], "invalid");
        }
        let from = socket.history.len();
        socket.send(json!({"id": "no-type"})).await;
        let found = socket.history.find(from, baton_client::SOON, |f| f["re"] == "no-type").await;
        assert_eq!(found.expect("it is answered with its id")["error"]["code"], "invalid");
        for (kind, fields) in [
            ("agent.status", json!({"status": "sleepy"})),
            ("agent.status", json!({"status": "ready", "mood": "good"})),
            ("agent.status", json!({"status": 7})),
            ("agent.status", json!({})),
            ("agent.status", json!({"status": "not_ready", "reason": "x".repeat(65)})),
            ("chat.send", json!({"chat_id": "cht_x", "text": "", "client_id": "m"})),
            ("chat.send", json!({"chat_id": "cht_x", "text": "x"})),
            ("chat.send", json!({"chat_id": "cht_x", "text": "x", "client_id": "m m"})),
        ] {
            socket.ask(kind, fields).await.refused("invalid");
        }
        let long = "i".repeat(129);
        let frame = json!({"id": long, "type": "ping"});
        socket.send(frame).await;
        socket.ask("ping", json!({})).await.ok();
    })
    .await;
    assert_eq!(anna.row().await, row, "nothing changed");
}

#[tokio::test]
async fn frames_of_the_wrong_kind_close_with_their_code() {
    let scene = Scene::open().await;
    let closes = async |message: Message| {
        let token = scene.token("agent", "anna");
        let (socket, _) =
            Socket::connect(scene.http.base(), &token).await.expect("an agent is welcome");
        socket.send_message(message).await;
        socket.ended().await.code
    };
    assert_eq!(closes(Message::binary(vec![1, 2, 3])).await, Some(1003));
    let large = json!({"type": "ping", "pad": "x".repeat(70_000)});
    assert_eq!(closes(Message::text(large.to_string())).await, Some(1009));
    assert_eq!(scene.lead().get("/v1/agents/anna").await.status, 200, "others are served");
}

#[tokio::test]
async fn bad_utf8_in_a_frame_closes_with_1007() {
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
    let scene = Scene::open().await;
    let token = scene.token("agent", "anna");
    let (socket, _) =
        Socket::connect(scene.http.base(), &token).await.expect("an agent is welcome");
    let frame = Frame::message(vec![b'{', 0xff, b'}'], OpCode::Data(Data::Text), true);
    socket.send_message(Message::Frame(frame)).await;
    assert_eq!(socket.ended().await.code, Some(1007));
}

#[tokio::test]
async fn before_the_welcome_everything_wrong_is_a_bye() {
    let scene = Scene::open().await;
    let farewell = async |frame: Value| {
        let socket = Socket::open(scene.http.base()).await.expect("the upgrade is free");
        socket.send(frame).await;
        let bye = socket.event("bye", |_| true).await;
        assert!(bye.get("reconnect_in_s").is_none_or(Value::is_null), "stay away: {bye}");
        socket.ended().await;
        bye
    };
    let bye = farewell(json!({"type": "ping", "id": "1"})).await;
    assert_eq!(bye["reason"], "invalid");
    let hello = |token: &str| json!({"type": "hello", "token": token, "client_id": fresh_key()});
    let bye = farewell(hello("no.such.token")).await;
    assert_eq!((&bye["reason"], &bye["code"]), (&json!("invalid"), &json!("unauthenticated")));
    let old = scene.minter.expired("agent", "anna", "shop", Duration::from_mins(5));
    let bye = farewell(hello(&old)).await;
    assert_eq!(
        (&bye["reason"], &bye["code"]),
        (&json!("token_expired"), &json!("unauthenticated"))
    );
    let bye = farewell(hello(&scene.token("agent", "nobody"))).await;
    assert_eq!((&bye["reason"], &bye["code"]), (&json!("invalid"), &json!("agent_not_found")));
    let silent = Socket::open(scene.http.base()).await.expect("the upgrade is free");
    let bye = silent.event("bye", |_| true).await;
    assert_eq!(bye["reason"], "invalid", "five seconds without a hello");
}

#[tokio::test]
async fn foreign_and_expired_tokens_are_unauthenticated() {
    let scene = Scene::open().await;
    let stranger = baton_e2e::Minter::new("another-secret-another-secret-another");
    let claims = json!({"sub": "anna", "workspace": "shop", "role": "agent",
        "exp": 4_000_000_000_u64, "aud": "somebody-else"});
    let tokens = [
        "nonsense".to_owned(),
        stranger.token("agent", "anna", "shop"),
        scene.minter.expired("agent", "anna", "shop", Duration::from_mins(5)),
        scene.minter.sign(&claims),
        scene.minter.sign(&json!({"sub": "anna", "workspace": "shop", "role": "agent"})),
        scene.minter.sign(&json!({"sub": "anna", "exp": 4_000_000_000_u64})),
    ];
    counted(&scene, "unauthenticated", 7, async {
        for token in &tokens {
            let reply = scene.http.with_token(token).get("/v1/agents").await;
            reply.problem("unauthenticated");
        }
        scene.http.get("/v1/agents").await.problem("unauthenticated");
    })
    .await;
    let good = json!({"sub": "anna", "workspace": "shop", "role": "agent",
        "exp": 4_000_000_000_u64, "aud": ["baton", "desk"]});
    scene.http.with_token(&scene.minter.sign(&good)).get("/v1/agents").await.ok(200);
}

#[tokio::test]
async fn other_peoples_chats_are_forbidden_or_not_found() {
    let scene = Scene::open().await;
    let (customer, _anna) = scene.talk().await;
    let other = scene.place.shop("other", json!({})).await;
    let stranger = scene.caller(json!({})).await;
    let ben = scene.present("ben").await;
    let path = format!("/v1/chats/{}", customer.chat);
    let before = scene.chat(&customer.chat).await;
    counted(&scene, "forbidden", 4, async {
        stranger.http.get(&path).await.problem("forbidden");
        stranger.http.get("/v1/chats/cht_nothing").await.problem("forbidden");
        ben.http.get(&path).await.problem("forbidden");
        ben.http.post(&format!("{path}/end"), &json!({})).await.problem("forbidden");
    })
    .await;
    for http in [other.as_agent("anna"), other.lead()] {
        http.get(&path).await.problem("not_found");
        http.get(&format!("{path}/messages")).await.problem("not_found");
    }
    scene.as_agent("ben").get("/v1/chats/cht_nothing").await.problem("not_found");
    for (kind, fields) in [
        ("chat.send", json!({"text": "hm", "client_id": "m-1"})),
        ("chat.leave", json!({})),
        ("chat.add_agent", json!({"agent": "cleo"})),
        ("chat.add_queue", json!({"queue": "sales"})),
        ("chat.update", json!({"attributes": {"a": 1}})),
        ("chat.end", json!({})),
    ] {
        let mut with_chat = fields;
        with_chat["chat_id"] = customer.chat.clone().into();
        ben.ask(kind, with_chat).await.refused("forbidden");
    }
    assert_eq!(scene.chat(&customer.chat).await, before, "nothing changed");
}

#[tokio::test]
async fn late_and_foreign_accepts_are_told_why() {
    let scene = Scene::with(json!({"policies": {"offer_s": 3}})).await;
    let anna = scene.ready("anna").await;
    let customer = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    anna.socket.event("offer.gone", |frame| frame["why"] == "expired").await;
    let accept = json!({"offer_id": offer["offer_id"]});
    let late = async || -> Answer { anna.ask("offer.accept", accept.clone()).await };
    assert_eq!(late().await.refused("offer_stale")["why"], "expired");
    let ben = scene.ready("ben").await;
    let second = ben.offer().await;
    let foreign = json!({"offer_id": second["offer_id"]});
    anna.ask("offer.accept", foreign.clone()).await.refused("forbidden");
    anna.ask("offer.decline", foreign).await.refused("forbidden");
    ben.accept(&second).await;
    let error = late().await.refused("offer_stale");
    assert_eq!(error["by"], "ben", "who has the chat: {error}");
    anna.ask("offer.accept", json!({"offer_id": "off_none"})).await.refused("not_found");
    assert_eq!(scene.chat(&customer.chat).await["owner"], json!({"agent": "ben"}));
}

#[tokio::test]
async fn codes_are_tried_in_the_contracts_order() {
    let scene = Scene::open().await;
    let path = "/v1/chats/cht_nothing/end";
    let nonsense = json!({"what": "is this"});
    scene.http.post(path, &nonsense).await.problem("unauthenticated");
    let customer = scene.caller(json!({})).await;
    customer.http.put("/v1/config", &nonsense).await.problem("forbidden");
    scene.admin().put("/v1/config", &nonsense).await.problem("invalid");
    let large = json!({"text": "x".repeat(70_000), "what": "is this"});
    let messages = format!("/v1/chats/{}/messages", customer.chat);
    customer.http.post(&messages, &large).await.problem("too_large");
    let unknown = json!({"type": "chat.leave", "chat_id": "cht_nothing", "extra": 1});
    scene.as_agent("anna").command(&unknown).await.problem("invalid");
    let unknown = json!({"type": "chat.leave", "chat_id": "cht_nothing"});
    scene.as_agent("anna").command(&unknown).await.problem("not_found");
}

#[tokio::test]
async fn a_foreign_origin_is_refused_before_the_upgrade() {
    let scene = Scene::with(json!({"origins": ["https://shop.example"]})).await;
    let base = scene.http.base();
    for origin in
        [None, Some("null"), Some("https://evil.example"), Some("https://shop.example.evil")]
    {
        match Socket::open_from(base, origin).await {
            Err(ConnectError::Upgrade(error)) => {
                let text = error.to_string();
                assert!(text.contains("403"), "{origin:?}: {text}");
            }
            other => panic!("{origin:?} was let in: {other:?}"),
        }
    }
    Socket::open_from(base, Some("https://shop.example")).await.expect("it is configured");
    let start = |origin: &str| {
        let request = scene.http.request(Method::POST, "/v1/chats").header("Origin", origin);
        request.json(&scene.order(json!({})))
    };
    Reply::to(start("https://evil.example")).await.problem("forbidden");
    Reply::to(start("https://shop.example")).await.ok(201);
}

#[tokio::test]
async fn the_form_of_what_does_not_exist_is_not_found() {
    let scene = Scene::open().await;
    let form = async |query: &str| scene.http.get(&format!("/v1/widget?{query}")).await;
    assert_eq!(form("workspace=shop&queue=sales").await.ok(200)["open"], true);
    form("workspace=nowhere").await.problem("not_found");
    form("workspace=shop&queue=nowhere").await.problem("queue_not_found");
    form("workspace=no+name").await.problem("invalid");
    form("workspace=shop&colour=red").await.problem("invalid");
}

#[tokio::test]
async fn a_page_that_may_not_call_is_told_why_beforehand() {
    let scene = Scene::with(json!({"origins": ["https://shop.example"]})).await;
    let ask = |origin: &str| {
        let request = scene.http.request(Method::OPTIONS, "/v1/chats").header("Origin", origin);
        request.header("Access-Control-Request-Method", "POST")
    };
    Reply::to(ask("https://evil.example")).await.problem("forbidden");
    assert_eq!(Reply::to(ask("https://shop.example")).await.status, 204);
}
