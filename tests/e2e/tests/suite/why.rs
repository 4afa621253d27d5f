//! Decisions are explained: to supervisors over HTTP, and by `baton why`.

use baton_client::{Agent, Customer};
use baton_e2e::{Place, Scene, ended, shape};
use serde_json::{Value, json};

/// Agents of an explanation by reason.
fn reasons(of: &Value) -> Vec<(&str, &str)> {
    let candidates = of["candidates"].as_array().expect("there is a list of candidates");
    candidates
        .iter()
        .map(|one| (one["agent"].as_str().unwrap_or(""), one["reason"].as_str().unwrap_or("")))
        .collect()
}

#[tokio::test]
async fn supervisors_are_told_why_a_chat_went_where_it_went_and_what_it_waits_for() {
    let scene = Scene::open().await;
    let (anna, ben) = (scene.ready("anna").await, scene.ready("ben").await);
    let customer = scene.caller(json!({"queue": "billing"})).await;
    let path = format!("/v1/chats/{}/why", customer.chat);
    let offer = ben.offer().await;
    let why = scene.lead().get(&path).await.ok(200);
    shape("chat_why").check(&why);
    let decision = &why["decisions"][0];
    assert_eq!(decision["offer_id"], offer["offer_id"]);
    assert_eq!((&decision["chosen"], &decision["policy"]), (&json!("ben"), &json!("longest_idle")));
    assert_eq!(decision["text"], "the only one who could take it");
    assert_eq!(reasons(decision), [("cleo", "offline"), ("anna", "skill")]);
    assert_eq!(decision["candidates"][1]["skill"], "billing");
    assert_eq!(decision["candidates"][1]["level"], 3);
    ben.decline(&offer).await;
    let why = scene.lead().get(&path).await.ok(200);
    shape("chat_why").check(&why);
    let waiting = &why["waiting"];
    assert_eq!(waiting["queue"], "billing");
    assert_eq!(
        waiting["text"],
        "waits for an agent with billing at level 3 or more; the one who is ready declined it"
    );
    assert_eq!(reasons(waiting), [("ben", "excluded"), ("cleo", "offline"), ("anna", "skill")]);
    assert_eq!(why["decisions"][0]["outcome"], "declined");
    // Rules change, records do not.
    let without = json!({"agents": {"anna": null}, "skills": {"french": {"name": "Français"}}});
    let mut config = scene.admin().get("/v1/config").await.ok(200);
    baton_e2e::merge(&mut config, without);
    scene.admin().put("/v1/config", &config).await.ok(200);
    let later = scene.lead().get(&path).await.ok(200);
    assert_eq!(later["decisions"], why["decisions"]);
    anna.http.get(&path).await.problem("forbidden");
    scene.lead().get("/v1/chats/cht_none/why").await.problem("not_found");
}

#[tokio::test]
async fn supervisors_are_told_why_an_agent_gets_nothing() {
    let scene = Scene::open().await;
    let anna = scene.present("anna").await;
    scene.caller(json!({"queue": "french"})).await;
    let told = async || {
        let why = scene.lead().get("/v1/agents/anna/why").await.ok(200);
        shape("agent_why").check(&why);
        why
    };
    let row = |why: &Value, queue: &str| {
        let rows = why["queues"].as_array().expect("there is a list of queues").clone();
        rows.into_iter().find(|row| row["queue"] == queue).expect("every queue is in it")
    };
    let why = told().await;
    assert_eq!(why["text"], "anna is not ready (login)");
    assert_eq!(row(&why, "sales")["reason"], "not_ready");
    assert_eq!(row(&why, "french")["reason"], "skill");
    anna.status("ready").await;
    let why = told().await;
    assert_eq!(why["text"], "anna is ready, but nobody who waits is for them");
    assert_eq!(row(&why, "sales")["reason"], "nobody_waits");
    let french = row(&why, "french");
    assert_eq!((&french["waiting"], &french["skill"]), (&json!(1), &json!("french")));
    assert_eq!(french["text"], "lacks french at level 5 or more");
    anna.http.get("/v1/agents/anna/why").await.problem("forbidden");
    scene.lead().get("/v1/agents/nobody/why").await.problem("agent_not_found");
}

#[tokio::test]
async fn baton_why_says_in_one_sentence_what_a_chat_of_the_demo_waits_for() {
    let place = Place::start().await;
    let token = place.minter.token("agent", "agent6", "default");
    let farid = Agent::ready(&place.http(), "agent6", &token).await;
    let customer = Customer::start(&place.http(), json!({"queue": "support_fr"})).await;
    farid.offer().await;
    farid.status("logged_out").await;
    let data = place.data();
    let secret = data.parent().expect("it is in the test's folder").join("secret");
    let (data, secret) = (data.display().to_string(), secret.display().to_string());
    let why = |of: &[&str]| {
        let args = ["why", "--data-dir", &data, "--token-secret-file", &secret];
        let (status, out, err) = ended(&[&args, of].concat());
        assert!(status.success(), "{err}");
        out
    };
    let out = why(&[&customer.chat]);
    let sentence = "waits for an agent with french at level 5 or more; none is logged in";
    assert_eq!(out.lines().next(), Some(&*format!("{} {sentence}", customer.chat)), "{out}");
    let lacks = out.lines().find(|line| line.trim_start().starts_with("agent1 "));
    let lacks: Vec<&str> = lacks.expect("every agent is in the table").split_whitespace().collect();
    assert_eq!(lacks, ["agent1", "skill", "french", "5"], "{out}");
    let out = why(&["--agent", "agent6"]);
    assert_eq!(out.lines().next(), Some("agent6 is logged out"), "{out}");
    let (status, _, err) =
        ended(&["why", "cht_none", "--data-dir", &data, "--token-secret-file", &secret]);
    assert!(!status.success() && err.contains("there is no such chat"), "{err}");
}
