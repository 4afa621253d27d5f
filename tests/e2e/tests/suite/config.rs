//! The configuration as data: routing rules at the start of a chat, earlier versions, and what a
//! check finds before anything is published.

use baton_e2e::Scene;
use serde_json::{Value, json};

/// Rules of the usual workspace: by plan, by language, by what fails.
fn rules() -> Value {
    json!({"rules": [
        {"if": "attributes.age > 17 && attributes.plan == 'family'", "queue": "french"},
        {"if": "attributes.plan == 'gold'", "queue": "billing", "priority": 5},
        {"if": "queue == 'sales' && customer.email.endsWith('.fr')",
            "skills": [{"skill": "french", "level": 2}]},
    ]})
}

#[tokio::test]
async fn the_first_rule_that_holds_says_where_a_chat_goes() {
    let scene = Scene::with(rules()).await;
    let gold = scene.caller(json!({"attributes": {"plan": "gold"}})).await;
    assert_eq!(gold.started["queue"], "billing");
    // Whatever the start asks for.
    let asked = json!({"queue": "sales", "attributes": {"plan": "gold"}});
    assert_eq!(scene.caller(asked).await.started["queue"], "billing");
    let plain = scene.caller(json!({"attributes": {"plan": "silver"}})).await;
    assert_eq!(plain.started["queue"], "sales");
    assert_eq!(scene.caller(json!({"queue": "french"})).await.started["queue"], "french");
    // A skill that a rule asks for: Anna has it not.
    let french = json!({"customer": {"email": "a@shop.fr"}});
    let french = scene.caller(french).await;
    let anna = scene.ready("anna").await;
    let taken = anna.take().await;
    assert_eq!(taken["chat_id"], plain.chat.as_str());
    let chat = scene.chat(&french.chat).await;
    assert_eq!((&chat["state"], &chat["queue"]), (&json!("queued"), &json!("sales")));
}

#[tokio::test]
async fn a_rule_that_fails_is_counted_and_passed_over() {
    let scene = Scene::with(rules()).await;
    let start = json!({"attributes": {"age": "old", "plan": "family"}});
    assert_eq!(scene.caller(start).await.started["queue"], "sales");
    let labels = |rule, why| [("workspace", "shop"), ("rule", rule), ("why", why)];
    let place = &scene.place;
    place.counted("rule_failures_total", &labels("0", "type"), 1.0).await;
    place.counted("rule_failures_total", &labels("1", "missing"), 0.0).await;
    place.counted("rule_failures_total", &labels("2", "missing"), 1.0).await;
}

#[tokio::test]
async fn earlier_versions_are_listed_and_can_be_read_and_published_again() {
    let scene = Scene::open().await;
    let admin = scene.admin();
    let first = admin.get("/v1/config").await.ok(200);
    let mut second = first.clone();
    second["queues"]["sales"]["name"] = json!("Shop");
    admin.put("/v1/config", &second).await.ok(200);
    let list = admin.get("/v1/config/versions").await.ok(200);
    let rows = list["versions"].as_array().expect("a list is named by its plural");
    let versions: Vec<&Value> = rows.iter().map(|row| &row["version"]).collect();
    assert_eq!(versions, [&json!(2), &json!(1)]);
    assert!(rows.iter().all(|row| row["by"] == "root" && row["at"].is_string()), "{list}");
    let page = admin.get("/v1/config/versions?limit=1").await.ok(200);
    assert_eq!((page["versions"][0]["version"].as_u64(), &page["next"]), (Some(2), &json!("2")));
    let rest = admin.get("/v1/config/versions?limit=1&cursor=2").await.ok(200);
    assert_eq!((rest["versions"][0]["version"].as_u64(), rest.get("next")), (Some(1), None));
    let old = admin.get("/v1/config?version=1").await.ok(200);
    assert_eq!((&old, &old["queues"]["sales"]["name"]), (&first, &json!("Sales")));
    assert_eq!(admin.put("/v1/config", &old).await.ok(200)["version"], 3);
    admin.get("/v1/config?version=4").await.problem("not_found");
    scene.lead().get("/v1/config/versions").await.problem("forbidden");
}

#[tokio::test]
async fn what_a_check_finds_is_not_published() {
    let scene = Scene::open().await;
    let admin = scene.admin();
    let mut config = admin.get("/v1/config").await.ok(200);
    config["rules"] = json!([{"if": "plan == 'gold'", "queue": "billing"}]);
    let checked = admin.post("/v1/config/check", &config).await.ok(200);
    assert_eq!(checked["ok"], false);
    let found = &checked["findings"][0];
    assert_eq!(
        (&found["severity"], &found["path"], &found["code"]),
        (&json!("error"), &json!("rules[0].if"), &json!("unknown_variable"))
    );
    let problem = admin.put("/v1/config", &config).await.problem("invalid");
    assert_eq!(problem["findings"][0]["code"], "unknown_variable");
    assert_eq!(admin.get("/v1/config").await.ok(200)["version"], 1);
    config["rules"] = json!([{"if": "queue == 'none'", "queue": "billing"}]);
    let published = admin.put("/v1/config", &config).await.ok(200);
    let codes: Vec<&Value> = published["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| &finding["code"])
        .collect();
    assert_eq!(codes, ["nobody_has_skill", "rule_never"], "a warning harms nobody");
}
