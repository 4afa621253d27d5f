//! What a broker says of itself: its version to any client, its servers, its streams' replicas and
//! how it syncs to the disk on its monitor ports.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::{Measured, UNKNOWN};

/// A monitor answers at once or not at all.
const LIMIT: Duration = Duration::from_secs(5);

/// In one line.
pub(super) async fn facts(measured: &Measured) -> String {
    let Some(nats) = &measured.nats else { return UNKNOWN.to_owned() };
    let servers: Vec<&str> = nats.split(',').collect();
    let version = match async_nats::connect(servers.as_slice()).await {
        Ok(client) => client.server_info().version,
        Err(_) => UNKNOWN.into(),
    };
    let (mut syncs, mut replicas) = (BTreeSet::new(), BTreeSet::new());
    for monitor in &measured.monitors {
        let answer = ask(monitor).await;
        syncs.insert(answer.as_ref().and_then(sync).unwrap_or_else(|| UNKNOWN.into()));
        replicas.extend(answer.iter().flat_map(replicas_in));
    }
    format!(
        "nats-server {version}, servers {}, replicas of Baton's streams {}, sync_interval {}",
        servers.len(),
        all(replicas),
        all(syncs),
    )
}

/// One value where all servers agree.
fn all(values: BTreeSet<String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    if values.is_empty() { UNKNOWN.to_owned() } else { values.join(" and ") }
}

async fn ask(monitor: &str) -> Option<Value> {
    let url = format!("{}/jsz?config=1&streams=1", monitor.trim_end_matches('/'));
    let client = reqwest::Client::builder().timeout(LIMIT).no_proxy().build().ok()?;
    client.get(url).send().await.ok()?.json().await.ok()
}

fn sync(answer: &Value) -> Option<String> {
    if answer["config"]["sync_always"] == true {
        return Some("always".into());
    }
    let interval = Duration::from_nanos(answer["config"]["sync_interval"].as_u64()?);
    Some(format!("{} s", interval.as_secs()))
}

fn replicas_in(answer: &Value) -> BTreeSet<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let accounts = list(&answer["account_details"]);
    let streams = accounts.iter().flat_map(|account| list(&account["stream_detail"]));
    let own = |stream: &Value| stream["name"].as_str().is_some_and(|n| n.starts_with("baton-"));
    let replicas = |stream: Value| Some(stream["config"]["num_replicas"].as_u64()?.to_string());
    streams.filter(own).filter_map(replicas).collect()
}

#[cfg(test)]
mod tests {
    use baton_e2e::{Broker, Kind};

    use super::*;

    async fn of(kind: Kind) -> String {
        let broker = Broker::start(kind).await;
        let monitors = broker.monitor_urls();
        facts(&Measured { baton: None, nats: Some(broker.url()), monitors }).await
    }

    #[tokio::test]
    async fn what_was_set_is_what_is_told() {
        let synced = of(Kind::ThreeSynced).await;
        assert!(
            synced.contains("servers 3") && synced.ends_with("sync_interval always"),
            "{synced}"
        );
        let lone = of(Kind::One).await;
        assert!(lone.contains("servers 1") && lone.ends_with("sync_interval 120 s"), "{lone}");
    }

    #[test]
    fn servers_that_differ_are_all_told_and_a_silent_one_is_unknown() {
        let answer = serde_json::json!({
            "config": {"sync_interval": 120_000_000_000_u64},
            "account_details": [{"stream_detail": [
                {"name": "baton-journal-0", "config": {"num_replicas": 3}},
                {"name": "reference", "config": {"num_replicas": 1}},
            ]}],
        });
        assert_eq!(sync(&answer).as_deref(), Some("120 s"));
        assert_eq!(all(replicas_in(&answer)), "3");
        assert_eq!(all(["always".into(), "120 s".into()].into()), "120 s and always");
        assert_eq!(all(BTreeSet::new()), UNKNOWN);
    }
}
