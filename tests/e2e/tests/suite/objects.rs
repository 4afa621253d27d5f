//! Objects have exactly the fields of the contract, with their types, wherever they appear.

use baton_client::transcript;
use baton_e2e::{Scene, shape};
use serde_json::{Value, json};

fn checked(kind: &str, frames: &[Value], name: &str, beside: &[&str]) -> usize {
    let found: Vec<&Value> = frames.iter().filter(|frame| frame["type"] == kind).collect();
    for frame in &found {
        shape(name).check_flat(frame, beside);
    }
    found.len()
}

#[tokio::test]
async fn chats_lines_and_offers_have_the_documented_fields() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    shape("welcome").check(&anna.welcome);
    let order = json!({"customer": {"id": "c-42", "name": "A. Customer", "email": "a@example.org"},
        "attributes": {"plan": "gold", "visits": 3, "vip": true}, "text": "hello"});
    let mut customer = scene.caller(order).await;
    shape("start").check(&customer.started);
    let welcome = customer.connect().await;
    shape("welcome").check(&welcome);
    shape("customer_chat").check(&welcome["chats"][0]);
    let offer = anna.offer().await;
    shape("offer").check(&offer);
    assert!(offer["expires_in_s"].as_f64().is_some_and(|left| left > 0.0 && left <= 20.0));
    let chat = anna.accept(&offer).await;
    shape("chat").check(&chat);
    assert_eq!(chat["customer"]["email"], "a@example.org");
    assert_eq!(chat["attributes"], json!({"plan": "gold", "visits": 3, "vip": true}));
    let ben = scene.ready("ben").await;
    anna.add_agent(&customer.chat, "ben").await;
    let invitation = ben.offer().await;
    shape("offer").check(&invitation);
    ben.accept(&invitation).await;
    anna.whisper(&customer.chat, "a whisper").await;
    shape("message").check(&customer.say("and me").await);
    anna.leave(&customer.chat).await;
    ben.leave(&customer.chat).await;
    anna.complete(&customer.chat).await;
    ben.complete(&customer.chat).await;
    customer.socket().chat_state("closed").await;
    let path = format!("/v1/chats/{}", customer.chat);
    for http in [&anna.http, &scene.lead()] {
        let chat = http.get(&path).await.ok(200);
        shape("chat").check(&chat);
        shape("closed").check(&chat["closed"]);
        assert_eq!(chat["owner"], Value::Null);
    }
    shape("customer_chat").check(&customer.http.get(&path).await.ok(200));
    for http in [&customer.http, &anna.http] {
        transcript(http, &customer.chat).await.iter().for_each(|line| shape("message").check(line));
    }
    let heard = anna.socket.history.received_from(0);
    assert!(checked("chat.state", &heard, "chat", &["type"]) > 3);
    assert!(checked("chat.message", &heard, "event_message", &[]) >= 2);
    assert!(checked("chat.participant", &heard, "event_participant", &[]) > 2);
    assert!(checked("chat.invite", &heard, "event_invite", &[]) >= 2);
    assert!(checked("offer.new", &heard, "event_offer_new", &[]) >= 1);
    assert!(checked("offer.gone", &heard, "event_offer_gone", &[]) >= 1);
    assert!(checked("agent.state", &heard, "agent", &["type"]) >= 2);
    customer.socket().told("ended").await;
    let heard = customer.socket().history.received_from(0);
    assert!(checked("chat.state", &heard, "customer_chat", &["type"]) > 2);
    assert!(checked("chat.message", &heard, "event_message", &[]) > 3);
    assert!(checked("chat.participant", &heard, "event_participant", &[]) > 2);
}

#[tokio::test]
async fn a_customers_copy_lacks_what_is_not_theirs() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    let fields = json!({"chat_id": customer.chat, "attributes": {"risk": "high"}});
    anna.ask("chat.update", fields).await.ok();
    anna.add_agent(&customer.chat, "ben").await;
    ben.offer().await;
    let path = format!("/v1/chats/{}", customer.chat);
    let copy = customer.http.get(&path).await.ok(200);
    shape("customer_chat").check(&copy);
    let ids = |chat: &Value| {
        let rows = chat["participants"].as_array().expect("a chat has participants").clone();
        rows.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert!(!ids(&copy).contains(&"ben".to_owned()), "invited agents are not shown: {copy}");
    assert!(!copy.to_string().contains("risk"));
    let full = anna.http.get(&path).await.ok(200);
    assert!(ids(&full).contains(&"ben".to_owned()));
    assert_eq!(full["attributes"], json!({"risk": "high"}));
    // An agent in wrap-up has left, as the customer sees it.
    anna.ask("chat.end", json!({"chat_id": customer.chat})).await.ok();
    let copy = customer.http.get(&path).await.ok(200);
    let rows = copy["participants"].as_array().expect("a chat has participants");
    let anna_row = rows.iter().find(|row| row["id"] == "anna").expect("she took part");
    assert_eq!((&anna_row["state"], &copy["state"]), (&json!("left"), &json!("wrapup")));
}

#[tokio::test]
async fn rows_of_agents_and_queues_have_the_documented_fields() {
    let scene = Scene::open().await;
    let (_customer, anna) = scene.talk().await;
    scene.caller(json!({"queue": "french"})).await;
    let agents = anna.http.get("/v1/agents").await.ok(200);
    let rows = agents["agents"].as_array().expect("a list is named by its plural");
    assert_eq!(rows.len(), 3, "all configured agents");
    for row in rows {
        shape("agent").check(row);
    }
    let queues = anna.http.get("/v1/queues").await.ok(200);
    let rows = queues["queues"].as_array().expect("a list is named by its plural");
    assert_eq!(rows.len(), 3);
    for row in rows {
        shape("queue").check(row);
    }
    let french = anna.http.get("/v1/queues/french").await.ok(200);
    shape("queue").check(&french);
    assert_eq!((&french["waiting"], &french["eligible_agents"]), (&json!(1), &json!(0)));
    assert_eq!(french["open"], true);
    let sales = anna.http.get("/v1/queues/sales").await.ok(200);
    assert_eq!((&sales["waiting"], &sales["available_agents"]), (&json!(0), &json!(1)));
    anna.http.get("/v1/queues/nowhere").await.problem("queue_not_found");
    anna.http.get("/v1/agents/nobody").await.problem("agent_not_found");
}

#[tokio::test]
async fn the_configuration_answers_as_documented() {
    let scene = Scene::open().await;
    let admin = scene.admin();
    let config = admin.get("/v1/config").await.ok(200);
    assert_eq!(config["version"], 1);
    assert_eq!(config["queues"]["sales"]["name"], "Sales");
    // What was read may be sent back as it is.
    let published = admin.put("/v1/config", &config).await.ok(200);
    shape("published").check(&published);
    assert_eq!(published["version"], 2);
    let old = admin.request(reqwest::Method::PUT, "/v1/config").header("If-Match", "1");
    baton_client::Reply::to(old.json(&config)).await.problem("conflict");
    let mut broken = config.clone();
    broken["queues"]["billing"]["skills"] = json!([{"skill": "unheard-of"}]);
    let problem = admin.put("/v1/config", &broken).await.problem("invalid");
    let findings = problem["findings"].as_array().expect("errors are findings");
    for finding in findings {
        shape("finding").check(finding);
    }
    assert!(findings.iter().any(|finding| finding["severity"] == "error"), "{problem}");
    let unchanged = admin.get("/v1/config").await.ok(200);
    assert_eq!(unchanged["version"], 2, "nothing was published");
    let anna = scene.ready("anna").await;
    scene.caller(json!({})).await;
    anna.take().await;
    let mut without = config.clone();
    without["agents"].as_object_mut().expect("agents are an object").remove("anna");
    admin.put("/v1/config", &without).await.problem("conflict");
}
