//! Every command and event of the contract once, every call, the admin port, and that what is not
//! built is absent.

use std::collections::BTreeSet;
use std::fs;

use baton_client::{Http, Reply, Socket, fresh_key};
use baton_e2e::{Ready, Scene, ended, wait_gone};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn every_agents_command_and_event_once() {
    let scene = Scene::open().await;
    let anna = scene.present("anna").await;
    let ben = scene.ready("ben").await;
    anna.status("ready").await;
    // Ben is idle longest; he declines, so Anna gets it.
    let customer = scene.customer(json!({"text": "hi"})).await;
    let offer = ben.offer().await;
    ben.ask("offer.decline", json!({"offer_id": offer["offer_id"], "reason": "busy"})).await.ok();
    anna.take().await;
    let chat = customer.chat.as_str();
    let message = anna.say(chat, "good day").await;
    customer.socket().line("good day").await;
    let read = json!({"chat_id": chat, "upto": message["message_id"]});
    customer.socket().ask("chat.read", read).await.ok();
    customer.socket().ask("chat.typing", json!({"chat_id": chat})).await.ok();
    let typing = anna.socket.event("chat.typing", |frame| frame["chat_id"] == chat).await;
    baton_e2e::shape("event_typing").check(&typing);
    let upto = anna.socket.event("chat.read", |frame| frame["chat_id"] == chat).await;
    assert_eq!(upto["upto"], message["message_id"]);
    let update = json!({"chat_id": chat, "attributes": {"plan": "gold", "gone": null}});
    let updated = anna.ask("chat.update", update).await.ok();
    assert_eq!(updated["chat"]["attributes"], json!({"plan": "gold"}));
    let invite = anna.add_agent(chat, "ben").await;
    let cancel = json!({"chat_id": chat, "invite_id": invite});
    anna.ask("chat.cancel_invite", cancel).await.ok();
    anna.add_agent(chat, "ben").await;
    ben.offer().await;
    let again = ben.offer().await;
    ben.accept(&again).await;
    let remove = json!({"chat_id": chat, "participant": "ben"});
    anna.ask("chat.remove_participant", remove).await.ok();
    anna.add_queue(chat, "billing").await;
    ben.take().await;
    anna.leave(chat).await;
    let transfer = json!({"chat_id": chat, "to": {"agent": "anna"}, "note": "yours again"});
    ben.ask("chat.transfer", transfer).await.ok();
    anna.take().await;
    anna.ask("chat.end", json!({"chat_id": chat})).await.ok();
    anna.complete(chat).await;
    anna.ask("ping", json!({})).await.ok();
    let dm = json!({"to": "ben", "text": "thanks", "client_id": "d-1"});
    anna.ask("dm.send", dm).await.ok();
    ben.ask("dm.history", json!({"to": "anna"})).await.ok();
    ben.socket.event("dm.message", |frame| frame["dm"]["text"] == "thanks").await;
    let token = scene.token("agent", "anna");
    anna.ask("token.renew", json!({"token": token})).await.ok();
    baton_client::check_socket_lines(&anna.socket.history);
    baton_client::check_socket_lines(&customer.socket().history);
}

#[tokio::test]
async fn every_call_of_a_chat_by_http_alone() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let customer = scene.caller(json!({"text": "no socket here"})).await;
    let offer = anna.offer().await;
    let command = async |body: Value| scene.as_agent("anna").command(&body).await.ok(200);
    let accepted = command(json!({"type": "offer.accept", "offer_id": offer["offer_id"]})).await;
    assert_eq!((&accepted["ok"], &accepted["chat"]["state"]), (&json!(true), &json!("active")));
    let path = format!("/v1/chats/{}", customer.chat);
    let body = json!({"text": "by post", "client_id": "m-1"});
    let message = customer.http.post(&format!("{path}/messages"), &body).await.ok(201);
    baton_e2e::shape("message").check(&message);
    anna.socket.line("by post").await;
    let whisper = json!({"text": "psst", "client_id": "m-2", "visibility": "agents"});
    anna.http.post(&format!("{path}/messages"), &whisper).await.ok(201);
    let ended = customer.http.post_keyed(&format!("{path}/end"), &fresh_key(), &json!({})).await;
    assert_eq!(ended.ok(200)["state"], "wrapup");
    let late = json!({"text": "too late", "client_id": "m-3"});
    customer.http.post(&format!("{path}/messages"), &late).await.problem("chat_closed");
    let again = customer.http.post(&format!("{path}/end"), &json!({})).await;
    assert!(matches!(again.status, 200 | 409), "{}: {}", again.status, again.text);
    let renewed = customer.http.post(&format!("{path}/token"), &json!({})).await;
    renewed.ok(200);
}

#[tokio::test]
async fn chats_are_listed_filtered_and_paged() {
    let scene = Scene::open().await;
    let (talking, anna) = scene.talk().await;
    let french = scene.caller(json!({"queue": "french"})).await;
    let over = scene.customer(json!({"queue": "french"})).await;
    over.end().await;
    let ids = async |query: &str| {
        let page = scene.lead().get(&format!("/v1/chats{query}")).await.ok(200);
        let rows = page["chats"].as_array().expect("a list is named by its plural").clone();
        let ids = rows.iter().map(|chat| chat["chat_id"].as_str().unwrap_or_default().to_owned());
        (ids.collect::<Vec<_>>(), page["next"].as_str().map(str::to_owned))
    };
    let (a, b, c) = (talking.chat.clone(), french.chat.clone(), over.chat.clone());
    assert_eq!(ids("").await.0, [a.clone(), b.clone()], "oldest first, without the closed");
    assert_eq!(ids("?state=closed").await.0, [c]);
    assert_eq!(ids("?queue=french").await.0, std::slice::from_ref(&b));
    assert_eq!(ids("?agent=anna").await.0, std::slice::from_ref(&a));
    let (first, next) = ids("?limit=1").await;
    assert_eq!(first, [a]);
    let next = next.expect("there is a second page");
    assert_eq!(ids(&format!("?limit=1&cursor={next}")).await.0, [b]);
    scene.lead().get("/v1/chats?limit=201").await.problem("invalid");
    anna.http.get("/v1/chats").await.problem("forbidden");
}

#[tokio::test]
async fn start_fields_are_taken_only_as_configured() {
    let scene = Scene::with(json!({"policies": {"start_fields": []}})).await;
    for fields in [
        json!({"priority": 9}),
        json!({"skills": [{"skill": "billing"}]}),
        json!({"preferred_agent": "anna"}),
    ] {
        let body = scene.order(fields);
        scene.http.post("/v1/chats", &body).await.problem("forbidden");
    }
    scene.caller(json!({})).await;
}

#[tokio::test]
async fn the_admin_port_tells_health_and_the_contract() {
    let scene = Scene::open().await;
    let admin = scene.place.admin();
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
    }
    let openapi = admin.get("/openapi.json").await.ok(200);
    assert!(openapi["openapi"].as_str().is_some_and(|version| version.starts_with('3')));
    let asyncapi = admin.get("/asyncapi.json").await.ok(200);
    assert!(asyncapi["asyncapi"].as_str().is_some_and(|version| version.starts_with('3')));
    let file = fs::read_to_string(scene.place.data().join("ready.json"));
    let ready = Ready::of(&file.expect("baton up writes ready.json"));
    assert_eq!((ready.public, ready.admin, ready.nats), {
        let line = scene.place.ready.clone();
        (line.public, line.admin, line.nats)
    });
    // The public port has none of it.
    scene.http.get("/metrics").await.problem("not_found");
}

#[tokio::test]
async fn what_is_not_built_is_absent_and_what_is_built_is_described() {
    let scene = Scene::open().await;
    let openapi = scene.place.admin().get("/openapi.json").await.ok(200);
    let described: BTreeSet<String> =
        openapi["paths"].as_object().expect("it has paths").keys().cloned().collect();
    let required = [
        "/v1/chats",
        "/v1/chats/{id}",
        "/v1/chats/{id}/token",
        "/v1/chats/{id}/messages",
        "/v1/chats/{id}/end",
        "/v1/commands",
        "/v1/queues",
        "/v1/queues/{id}",
        "/v1/queues/{id}/history",
        "/v1/agents",
        "/v1/agents/{id}",
        "/v1/chats/{id}/why",
        "/v1/agents/{id}/why",
        "/v1/config",
    ];
    for path in required {
        assert!(described.contains(path), "{path} is not in {described:?}");
    }
    let optional = [
        (Method::POST, "/v1/quotes"),
        (Method::GET, "/v1/config/versions"),
        (Method::POST, "/v1/config/check"),
        (Method::GET, "/v1/events"),
    ];
    for (method, path) in optional {
        if !described.contains(path) {
            let call = scene.admin().request(method, &path.replace("{id}", "anna"));
            Reply::to(call).await.problem("not_found");
        }
    }
    // A command is built for its role or unknown; nothing pretends.
    let lead = scene.supervisor().await;
    lead.socket.ask("chat.fly", json!({})).await.refused("not_found");
    for kind in ["chat.monitor", "chat.reassign", "agent.force_status"] {
        lead.socket.ask(kind, json!({})).await.refused("invalid");
    }
    scene.admin().get("/v1/nothing").await.problem("not_found");
    Reply::to(scene.admin().request(Method::DELETE, "/v1/chats")).await.problem("not_found");
}

#[tokio::test]
async fn welcomes_name_who_one_is() {
    let scene = Scene::open().await;
    let customer = scene.caller(json!({})).await;
    let welcome = async |token: &str| {
        Socket::connect(scene.http.base(), token).await.expect("the token is good").1
    };
    let mine = welcome(customer.http.token().expect("a customer has a token")).await;
    assert_eq!((&mine["role"], &mine["workspace"]), (&json!("customer"), &json!("shop")));
    assert_eq!(mine["chats"][0]["chat_id"], customer.chat.as_str());
    assert_eq!(mine["heartbeat_s"], 15);
    let lead = welcome(&scene.token("supervisor", "lead")).await;
    assert_eq!((&lead["role"], &lead["id"]), (&json!("supervisor"), &json!("lead")));
    assert_eq!(lead["chats"], json!([]));
}

#[tokio::test]
async fn a_printed_token_is_good_and_everything_stops_in_order() {
    let mut scene = Scene::open().await;
    let data = scene.place.data();
    let secret = data.parent().expect("it is in the test's folder").join("secret");
    let (data, secret) = (data.display().to_string(), secret.display().to_string());
    let mut args = vec!["token", "--role", "agent", "--sub", "anna", "--workspace", "shop"];
    args.extend(["--data-dir", &data, "--token-secret-file", &secret]);
    let (status, out, err) = ended(&args);
    assert!(status.success(), "{err}");
    let http = Http::new(&scene.place.ready.public).with_token(out.trim());
    http.get("/v1/agents/anna").await.ok(200);
    let children = scene.place.process.children();
    assert!(!children.is_empty(), "its nats-server is a child");
    assert!(scene.place.process.stop().await.success(), "{}", scene.place.process.printed());
    for child in children {
        wait_gone(child).await;
    }
}
