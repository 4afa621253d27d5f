//! After a scripted run the totals on the admin port equal what was done.

use baton_e2e::{Metrics, Scene};
use serde_json::json;

fn equal(metrics: &Metrics, name: &str, expected: f64) {
    let found = metrics.sum(name, &[]);
    assert!((found - expected).abs() < 1e-9, "{name}: {found}, expected {expected}");
}

#[tokio::test]
async fn totals_equal_what_was_done() {
    let scene = Scene::with(json!({"policies": {"offer_s": 2}})).await;
    scripted_run(&scene).await;
    let check = async |name: &str, labels: &[(&str, &str)], expected: f64| {
        let mut all = vec![("workspace", "shop")];
        all.extend(labels);
        scene.place.counted(name, &all, expected).await;
    };
    check("abandoned_total", &[("phase", "new"), ("short", "true")], 1.0).await;
    check("chats_total", &[("origin", "new")], 4.0).await;
    check("chats_total", &[("origin", "transfer"), ("queue", "billing")], 1.0).await;
    check("wait_seconds_count", &[("outcome", "accepted"), ("queue", "sales")], 3.0).await;
    check("wait_seconds_count", &[("outcome", "accepted"), ("queue", "billing")], 1.0).await;
    check("wait_seconds_count", &[("outcome", "abandoned")], 1.0).await;
    check("customer_wait_seconds_count", &[("outcome", "accepted")], 3.0).await;
    check("customer_wait_seconds_count", &[("outcome", "abandoned")], 1.0).await;
    check("offers_total", &[("outcome", "accepted")], 5.0).await;
    check("offers_total", &[("outcome", "declined")], 1.0).await;
    check("offers_total", &[("outcome", "expired")], 1.0).await;
    check("offers_total", &[("outcome", "revoked")], 1.0).await;
    check("transfers_total", &[("kind", "agent"), ("result", "completed")], 1.0).await;
    check("transfers_total", &[("kind", "queue"), ("result", "completed")], 1.0).await;
    check("handle_seconds_count", &[], 5.0).await;
    check("wrapup_seconds_count", &[], 5.0).await;
    check("queue_waiting", &[("queue", "sales")], 0.0).await;
    check("unattended_chats", &[], 0.0).await;
    let place = &scene.place;
    place.counted("gateway_connections", &[("role", "agent")], 0.0).await;
    let metrics = place.metrics().await;
    equal(&metrics, "shard_leader", 1.0);
    equal(&metrics, "failovers_total", 0.0);
    equal(&metrics, "fenced_appends_total", 0.0);
    described(&metrics);
}

/// Four chats: two plain, one that an agent and a queue get in turn, one abandoned.
async fn scripted_run(scene: &Scene) {
    let anna = scene.ready("anna").await;
    let plain = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    anna.decline(&offer).await;
    let ben = scene.ready("ben").await;
    ben.take().await;
    ben.leave(&plain.chat).await;
    ben.complete(&plain.chat).await;
    // Ben was idle last, so Anna lets the next one expire and Ben takes it.
    let second = scene.customer(json!({})).await;
    anna.offer().await;
    ben.take().await;
    ben.leave(&second.chat).await;
    ben.complete(&second.chat).await;
    ben.status("not_ready").await;
    anna.status("ready").await;
    let third = scene.customer(json!({})).await;
    anna.take().await;
    ben.status("ready").await;
    anna.add_agent(&third.chat, "ben").await;
    ben.take().await;
    anna.leave(&third.chat).await;
    anna.complete(&third.chat).await;
    let cleo = scene.ready("cleo").await;
    anna.status("not_ready").await;
    ben.add_queue(&third.chat, "billing").await;
    cleo.take().await;
    ben.leave(&third.chat).await;
    ben.complete(&third.chat).await;
    cleo.leave(&third.chat).await;
    cleo.complete(&third.chat).await;
    ben.status("not_ready").await;
    let fourth = scene.customer(json!({})).await;
    cleo.offer().await;
    fourth.end().await;
    fourth.socket().chat_state("closed").await;
    for agent in [anna, ben, cleo] {
        agent.socket.close().await;
    }
}

/// Each exported name of the contract has a help text, and labels are the contract's.
fn described(metrics: &Metrics) {
    let names = [
        "chats_total",
        "wait_seconds",
        "customer_wait_seconds",
        "queue_waiting",
        "queue_oldest_wait_seconds",
        "offers_total",
        "accept_seconds",
        "handle_seconds",
        "wrapup_seconds",
        "abandoned_total",
        "transfers_total",
        "agents",
        "capacity_permille",
        "unattended_chats",
        "decision_seconds",
        "journal_append_seconds",
        "journal_batch_events",
        "shard_leader",
        "shard_epoch",
        "failovers_total",
        "fenced_appends_total",
        "gateway_connections",
        "gateway_frames_total",
    ];
    let missing: Vec<&str> = names.into_iter().filter(|name| !metrics.has_help(name)).collect();
    assert!(missing.is_empty(), "without help text or absent: {missing:?}");
    for labels in metrics.labels("agents") {
        assert!(labels.contains_key("status") && labels.contains_key("activity"), "{labels:?}");
    }
    for labels in metrics.labels("wait_seconds_bucket") {
        let known = ["accepted", "abandoned", "cancelled", "overflowed", "expired"];
        assert!(known.contains(&labels["outcome"].as_str()), "{labels:?}");
    }
}

#[tokio::test]
async fn statistics_are_the_same_after_a_restart() {
    let mut scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    anna.leave(&customer.chat).await;
    anna.complete(&customer.chat).await;
    scene.place.counted("wrapup_seconds_count", &[], 1.0).await;
    let before = scene.place.metrics().await;
    scene.place.restart().await;
    let names = [
        "chats_total",
        "wait_seconds_count",
        "wait_seconds_sum",
        "customer_wait_seconds_sum",
        "offers_total",
        "handle_seconds_count",
        "handle_seconds_sum",
        "wrapup_seconds_count",
    ];
    let leads = async || {
        let after = scene.place.metrics().await;
        (after.sum("shard_leader", &[]) > 0.5).then_some(after)
    };
    let after = baton_e2e::until("a leader in the metrics", baton_client::HEALED, leads).await;
    for name in names {
        equal(&after, name, before.sum(name, &[]));
    }
    equal(&after, "chats_total", 1.0);
}
