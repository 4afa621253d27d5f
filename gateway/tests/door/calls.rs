//! HTTP calls that are refused, and how.

use baton_common::words::Role;
use serde_json::{Value, json};

use crate::house::House;

/// Every call with the roles that may make it: customer, agent, supervisor, admin.
const MATRIX: [(&str, &str, [bool; 4]); 18] = [
    ("GET", "/chats/cht_own", [true, true, true, true]),
    ("POST", "/chats/cht_own/token", [true, false, false, false]),
    ("GET", "/chats/cht_own/messages", [true, true, true, true]),
    ("POST", "/chats/cht_own/messages", [true, true, true, true]),
    ("POST", "/chats/cht_own/end", [true, false, true, true]),
    ("GET", "/chats", [false, false, true, true]),
    ("POST", "/commands", [true, true, true, true]),
    ("GET", "/queues", [false, true, true, true]),
    ("GET", "/queues/billing", [false, true, true, true]),
    ("GET", "/agents", [false, true, true, true]),
    ("GET", "/agents/agent1", [false, true, true, true]),
    ("GET", "/chats/cht_own/why", [false, false, true, true]),
    ("GET", "/agents/agent1/why", [false, false, true, true]),
    ("POST", "/quotes", [false, true, true, true]),
    ("GET", "/config", [false, false, false, true]),
    ("PUT", "/config", [false, false, false, true]),
    ("POST", "/config/check", [false, false, false, true]),
    ("GET", "/config/versions", [false, false, false, true]),
];

#[tokio::test]
async fn s10_every_call_is_refused_to_other_roles_and_to_nobody() {
    let (house, leader) = House::led().await;
    leader.has_chat("cht_own", "agent1").await;
    let tokens = [
        house.customer("cht_own"),
        house.token(Role::Agent, "agent1"),
        house.token(Role::Supervisor, "lead1"),
        house.token(Role::Admin, "root"),
    ];
    for (method, path, may) in MATRIX {
        let (status, problem) = house.call(method, path, None, None).await;
        assert_eq!((status, &problem["code"]), (401, &json!("unauthenticated")), "{method} {path}");
        assert_eq!(problem["type"], "urn:baton:unauthenticated");
        for (token, may) in tokens.iter().zip(may) {
            let (status, problem) = house.call(method, path, Some(token), None).await;
            let forbidden = problem["code"] == "forbidden";
            assert_eq!(forbidden, !may, "{method} {path}: {status} {problem}");
        }
    }
}

#[tokio::test]
async fn s10_other_chats_are_forbidden_and_other_workspaces_do_not_exist() {
    let (house, leader) = House::led().await;
    leader.has_chat("cht_own", "agent1").await;
    leader.has_chat("cht_other", "agent2").await;
    let customer = house.customer("cht_own");
    let agent = house.token(Role::Agent, "agent1");
    let body = || Some(json!({"text": "x", "client_id": "1"}));
    for chat in ["cht_other", "cht_none"] {
        for (method, path, body) in [
            ("GET", format!("/chats/{chat}"), None),
            ("GET", format!("/chats/{chat}/messages"), None),
            ("POST", format!("/chats/{chat}/messages"), body()),
            ("POST", format!("/chats/{chat}/end"), None),
            ("POST", format!("/chats/{chat}/token"), None),
        ] {
            let (status, _) = house.call(method, &path, Some(&customer), body).await;
            assert_eq!(status, 403, "{method} {path}");
        }
    }
    for (path, code) in [("/chats/cht_other", "forbidden"), ("/chats/cht_none", "not_found")] {
        assert_eq!(house.call("GET", path, Some(&agent), None).await.1["code"], code);
        let said = house.call("POST", &format!("{path}/messages"), Some(&agent), body()).await;
        assert_eq!(said.1["code"], code);
    }
    let exp = baton_gateway::token::wall_clock() + baton_common::time::Span::seconds(60);
    let claims = |role, workspace: &str| {
        baton_gateway::token::Claims::of_person(role, "lead1", &workspace.into(), exp)
    };
    let foreign = baton_gateway::token::sign(&house.secret, &claims(Role::Supervisor, "other"));
    let (_, problem) = house.call("GET", "/chats/cht_own", Some(&foreign), None).await;
    assert_eq!(problem["code"], "not_found");
}

#[tokio::test]
async fn s20_unknown_paths_and_methods_are_not_found() {
    let house = House::empty().await;
    for (method, path) in [
        ("GET", "/nothing"),
        ("DELETE", "/chats/cht_1"),
        ("OPTIONS", "/chats"),
        ("TRACE", "/chats"),
        ("PATCH", "/config"),
        ("GET", "/events"),
        ("GET", "/chats/%ff"),
    ] {
        let (status, problem) = house.call(method, path, None, None).await;
        if path == "/chats/%ff" {
            assert_eq!(status, 401, "who asks is looked at first");
        } else {
            assert_eq!((status, &problem["code"]), (404, &json!("not_found")), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn s20_bodies_are_checked_in_the_contracts_order() {
    let house = House::empty().await;
    let start = |body: String| {
        let request =
            house.http.post(house.url("/chats")).header("content-type", "application/json");
        async move {
            let response = request.body(body).send().await.unwrap();
            assert_eq!(response.headers()["content-type"], "application/problem+json");
            assert_eq!(response.headers()["cache-control"], "no-store");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
            let status = response.status().as_u16();
            let problem: Value = response.json().await.unwrap();
            (status, problem["code"].clone(), problem["path"].clone())
        }
    };
    let deep = format!(r#"{{"attributes":{{"a":{}1{}}}}}"#, "[".repeat(16), "]".repeat(16));
    let cases = [
        ("x".repeat(70_000), 413, Value::Null),
        (String::new(), 422, Value::Null),
        ("{".into(), 422, Value::Null),
        ("\u{0}".into(), 422, Value::Null),
        (deep, 422, Value::Null),
        (r#"{"surprise":1}"#.into(), 422, json!("surprise")),
        (r#"{"customer":{"phone":"1"}}"#.into(), 422, json!("customer.phone")),
        (r#"{"text":5}"#.into(), 422, json!("text")),
        (r#"{"text":""}"#.into(), 422, json!("text")),
        (r#"{"priority":10}"#.into(), 422, json!("priority")),
        (r#"{"skills":[{"skill":"a","level":0}]}"#.into(), 422, json!("skills[0].level")),
        (r#"{"workspace":"a.b"}"#.into(), 422, json!("workspace")),
        (r#"{"attributes":{"a":[1]}}"#.into(), 422, json!("attributes.a")),
    ];
    for (body, status, path) in cases {
        let shown = body.chars().take(60).collect::<String>();
        let found = start(body).await;
        assert_eq!((found.0, &found.2), (status, &path), "{shown}");
    }
}

#[tokio::test]
async fn a_start_needs_a_key_that_is_not_guessed_and_no_foreign_page() {
    let (house, _leader) = House::led().await;
    let start = |name: &'static str, value: &'static str| {
        let request = house.http.post(house.url("/chats")).header(name, value);
        async move { request.json(&json!({})).send().await.unwrap().status().as_u16() }
    };
    assert_eq!(start("idempotency-key", "short").await, 422);
    assert_eq!(start("idempotency-key", "0123456789012345678901").await, 201);
    assert_eq!(start("origin", "https://evil.example").await, 403);
    assert_eq!(start("origin", "null").await, 403);
    assert_eq!(start("origin", "https://shop.example").await, 201);
    assert_eq!(start("authorization", "Bearer x").await, 401);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_a_conflict() {
    let (house, leader) = House::led().await;
    let start = |text: &'static str| {
        let request = house.http.post(house.url("/chats"));
        let request = request.header("idempotency-key", "a-key-that-nobody-guesses-1");
        async move {
            let response = request.json(&json!({"text": text})).send().await.unwrap();
            (response.status().as_u16(), response.json::<Value>().await.unwrap())
        }
    };
    let (status, first) = start("hello").await;
    assert_eq!((status, &first["seq"]), (201, &json!(1)));
    let (_, again) = start("hello").await;
    assert_eq!((&again["chat_id"], &again["seq"]), (&first["chat_id"], &json!(1)));
    let (status, problem) = start("something else").await;
    assert_eq!((status, &problem["code"]), (409, &json!("conflict")));
    let starts = leader.commands().await;
    assert!(starts.iter().all(|command| command.key == starts[0].key));
}

#[tokio::test]
async fn a_start_is_kept_while_no_router_decides() {
    let house = House::empty().await;
    let since = std::time::Instant::now();
    let (status, chat) =
        house.call("POST", "/chats", None, Some(json!({"queue": "billing", "text": "x"}))).await;
    assert!(since.elapsed() < std::time::Duration::from_secs(4), "{:?}", since.elapsed());
    assert_eq!(
        (status, &chat["state"], &chat["queue"]),
        (202, &json!("queued"), &json!("billing"))
    );
    assert!(chat.get("position").is_none() && chat.get("ewt").is_none());
    assert!(chat["token"].as_str().unwrap().len() > 100);
}

#[tokio::test]
async fn commands_by_http_are_answered_as_on_the_socket() {
    let (house, _leader) = House::led().await;
    let agent = house.token(Role::Agent, "agent1");
    let command = |body: Value| house.call("POST", "/commands", Some(&agent), Some(body));
    let (status, answer) = command(json!({"id": "7", "type": "ping"})).await;
    assert_eq!((status, answer), (200, json!({"re": "7", "ok": true})));
    let (status, answer) = command(json!({"id": "8", "type": "chat.sing"})).await;
    assert_eq!((status, &answer["code"], &answer["ok"]), (404, &json!("not_found"), &json!(false)));
    assert_eq!((&answer["re"], &answer["error"]["code"]), (&json!("8"), &json!("not_found")));
    let (status, answer) = command(json!({"type": "watch", "topics": ["queues"]})).await;
    assert_eq!((status, &answer["path"]), (422, &json!("type")));
}
