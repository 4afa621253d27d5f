//! Quotes: what a transfer would do is told before it is done, and is what it then does.

use baton_client::{Agent, Customer};
use baton_e2e::{Scene, shape};
use serde_json::{Value, json};

/// What this agent is told of a transfer of the customer's chat.
async fn quoted(agent: &Agent, customer: &Customer, to: Value) -> Value {
    let ask = json!({"chat_id": customer.chat, "to": to});
    let quote = agent.http.post("/v1/quotes", &ask).await.ok(200);
    shape("quote").check(&quote);
    quote
}

#[tokio::test]
async fn what_was_quoted_is_what_happens() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;

    let quote = quoted(&anna, &customer, json!({"agent": "ben"})).await;
    assert_eq!((&quote["outcome"], &quote["available"]), (&json!("offered"), &json!(1)));
    assert!(quote["position"].is_null() && quote["policy"].is_null(), "{quote}");

    let quote = quoted(&anna, &customer, json!({"queue": "billing"})).await;
    assert_eq!((&quote["outcome"], &quote["position"]), (&json!("offered"), &json!(1)));
    assert_eq!((&quote["eligible"], &quote["available"]), (&json!(1), &json!(1)), "{quote}");
    anna.add_queue(&customer.chat, "billing").await;
    ben.offer().await;

    // One live entry a chat: a further one would be refused.
    let quote = quoted(&anna, &customer, json!({"queue": "billing"})).await;
    assert_eq!((&quote["outcome"], &quote["code"]), (&json!("refused"), &json!("conflict")));
}

#[tokio::test]
async fn only_who_may_transfer_is_told() {
    let scene = Scene::open().await;
    let (customer, _anna, ben) = scene.talk_beside_ben().await;
    let ask = |to: Value| json!({"chat_id": customer.chat, "to": to});
    let to_queue = ask(json!({"queue": "billing"}));
    ben.http.post("/v1/quotes", &to_queue).await.problem("forbidden");
    customer.http.post("/v1/quotes", &to_queue).await.problem("forbidden");
    let lead = scene.supervisor().await;
    shape("quote").check(&lead.http.post("/v1/quotes", &to_queue).await.ok(200));
    let nowhere = ask(json!({"queue": "nowhere"}));
    lead.http.post("/v1/quotes", &nowhere).await.problem("queue_not_found");
    let nobody = ask(json!({"agent": "nobody"}));
    lead.http.post("/v1/quotes", &nobody).await.problem("agent_not_found");
    let no_chat = json!({"chat_id": "cht_none", "to": {"queue": "billing"}});
    lead.http.post("/v1/quotes", &no_chat).await.problem("not_found");
}
