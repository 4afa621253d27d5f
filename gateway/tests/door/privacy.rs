//! S28: what people say, who they are and what proves it is found nowhere but in transcripts.

use std::sync::{Arc, Mutex};

use baton_common::words::Role;
use futures_util::StreamExt as _;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::house::House;

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn s28_canaries_are_found_in_no_log_metric_subject_id_or_command() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        // Libraries show what they carry at `trace`; Baton shows it at no level.
        .with_env_filter("debug,baton_gateway=trace,baton_common=trace,baton_runtime=trace")
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (house, leader) = House::led().await;
    let watcher = house.server.link().await;
    let mut everything = watcher.client().subscribe(">").await.unwrap();
    watcher.jetstream(crate::house::PATIENCE).query_account().await.unwrap();

    let start = json!({"text": "canary-text", "attributes": {"plan": "canary-attribute"},
        "customer": {"id": "canary-id", "name": "canary-name", "email": "canary@email.example"}});
    let key = "canary-key-canary-key-canary";
    let request = house.http.post(house.url("/chats")).header("idempotency-key", key);
    let started: serde_json::Value =
        request.json(&start).send().await.unwrap().json().await.unwrap();
    let token = started["token"].as_str().unwrap().to_owned();
    let chat = started["chat_id"].as_str().unwrap().to_owned();
    leader.has_chat(&chat, "agent1").await;
    let (mut customer, _) = house.welcomed(&token, "canary-client").await;
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    let send = json!({"id": "canary-frame", "type": "chat.send", "chat_id": chat,
        "text": "canary-line", "client_id": "canary-line-id"});
    assert_eq!(customer.ask(&send).await["ok"], true);
    let leave = json!({"id": "1", "type": "chat.leave", "chat_id": chat, "note": "canary-note"});
    let _ = agent.ask(&leave).await;
    let update = json!({"id": "2", "type": "chat.update", "chat_id": chat,
        "attributes": {"x": "canary-update"}});
    assert_eq!(agent.ask(&update).await["ok"], true);
    house.call("GET", &format!("/chats/{chat}"), Some("canary-token"), None).await;
    let bad = json!({"id": "3", "type": "chat.send", "chat_id": chat, "canary-field": 1});
    assert_eq!(customer.ask(&bad).await["ok"], false);

    let metrics = house.admin.metrics().render();
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    for (place, text) in [("metrics", &metrics), ("log", &logged)] {
        assert!(!text.contains("canary"), "a canary is in the {place}: {}", around(text));
        assert!(!text.contains(&token[token.len() - 20..]), "a token is in the {place}");
    }
    let commands = serde_json::to_string(&leader.commands().await).unwrap();
    assert!(commands.contains("start_chat") && !commands.contains("canary"), "{commands}");
    let mut seen = 0;
    while let Ok(Some(message)) =
        tokio::time::timeout(std::time::Duration::from_millis(300), everything.next()).await
    {
        seen += 1;
        assert!(!message.subject.contains("canary"), "{}", message.subject);
        let headers = format!("{:?}", message.headers);
        assert!(!headers.contains("canary"), "{headers}");
        let payload = String::from_utf8_lossy(&message.payload);
        // A transcript that is read comes to an inbox under its own name.
        let read = message.headers.as_ref().and_then(|headers| headers.get("Nats-Subject"));
        let subject = read.map_or(message.subject.as_str(), |subject| subject.as_str());
        let transcript =
            subject.starts_with("baton.transcripts.") || subject.starts_with("baton.lines.");
        assert!(transcript || !payload.contains("canary"), "{}: {payload}", message.subject);
    }
    assert!(seen > 10, "only {seen} messages were seen");
}

fn around(text: &str) -> &str {
    let line = text.lines().find(|line| line.contains("canary"));
    line.unwrap_or_default()
}
