//! Internal chat between agents: it is stored, numbered for each pair, told to every connection of
//! both, and touches no routing.

use baton_e2e::{Scene, shape};
use serde_json::{Value, json};

fn dm(to: &str, text: &str, client_id: &str) -> Value {
    json!({"to": to, "text": text, "client_id": client_id})
}

#[tokio::test]
async fn two_agents_write_to_each_other() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let tab = scene.present("anna").await;
    let ben = scene.present("ben").await;
    let sent = anna.ask("dm.send", dm("ben", "can you take this?", "d-1")).await.ok();
    shape("dm").check(&sent["dm"]);
    assert_eq!(
        (&sent["dm"]["seq"], &sent["dm"]["text"]),
        (&json!(1), &json!("can you take this?"))
    );
    for socket in [&anna.socket, &tab.socket, &ben.socket] {
        let event = socket.event("dm.message", |frame| frame["dm"]["seq"] == 1).await;
        shape("event_dm").check(&event);
        assert_eq!(event["dm"], sent["dm"]);
    }
    ben.ask("dm.send", dm("anna", "yes", "d-1")).await.ok();
    anna.socket.event("dm.message", |frame| frame["dm"]["text"] == "yes").await;
    assert_eq!(anna.row().await["capacity"]["used"], 0, "internal chat uses no capacity");
}

#[tokio::test]
async fn a_history_is_ascending_and_pages() {
    let scene = Scene::open().await;
    let (anna, ben) = (scene.present("anna").await, scene.present("ben").await);
    for n in 1..=5 {
        anna.ask("dm.send", dm("ben", &format!("line {n}"), &format!("d-{n}"))).await.ok();
    }
    let history = async |fields: Value| ben.ask("dm.history", fields).await.ok();
    let seqs = |answer: &Value| {
        let dms = answer["dms"].as_array().expect("a history lists lines").clone();
        dms.iter().filter_map(|dm| dm["seq"].as_u64()).collect::<Vec<_>>()
    };
    let newest = history(json!({"to": "anna", "limit": 2})).await;
    assert_eq!(seqs(&newest), [4, 5], "the newest unless `after`");
    assert_eq!(newest["last"], 5);
    assert_eq!(seqs(&history(json!({"to": "anna", "after": 1, "limit": 2})).await), [2, 3]);
    let each = ben.ask("dm.history", json!({})).await.ok();
    assert_eq!(seqs(&each), [5], "the last line with each colleague");
}

#[tokio::test]
async fn a_repeated_line_is_one_line_and_strangers_see_none() {
    let scene = Scene::open().await;
    let (anna, ben) = (scene.present("anna").await, scene.present("ben").await);
    let cleo = scene.present("cleo").await;
    let first = anna.ask("dm.send", dm("ben", "once", "d-1")).await.ok();
    let again = anna.ask("dm.send", dm("ben", "once", "d-1")).await.ok();
    assert_eq!(first["dm"]["dm_id"], again["dm"]["dm_id"]);
    ben.ask("dm.send", dm("anna", "last", "d-2")).await.ok();
    anna.socket.event("dm.message", |frame| frame["dm"]["text"] == "last").await;
    let history = ben.ask("dm.history", json!({"to": "anna"})).await.ok();
    assert_eq!(history["last"], 2, "{history}");
    cleo.ask("ping", json!({})).await.ok();
    cleo.socket.none("dm.message");
    anna.ask("dm.send", dm("nobody", "hm", "d-3")).await.refused("agent_not_found");
    let customer = scene.customer(json!({})).await;
    customer.socket().ask("dm.send", dm("ben", "hm", "d-1")).await.refused("forbidden");
}
