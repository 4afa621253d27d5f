//! What the servers' monitor ports tell: how often they sync to disk. Leaves what any client can
//! ask to `broker`.

use std::time::Duration;

use serde::Deserialize;

use super::{Finding, Grade, ok, warn};
use crate::calls;

const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// The server syncs this often unless told otherwise.
const UNKNOWN: &str = "unknown, as the monitor port is not reached; by default the broker syncs \
    every 2 minutes and loses acknowledged writes with the power";

/// The part of `/jsz?config=1` that matters.
#[derive(Debug, Deserialize)]
struct Jsz {
    config: JetStream,
}

#[derive(Debug, Deserialize)]
struct JetStream {
    /// Nanoseconds.
    #[serde(default)]
    sync_interval: u64,
    #[serde(default)]
    sync_always: bool,
}

/// Says how often the broker syncs: of several servers, how one that is not safe does.
pub(super) async fn sync_interval(monitor: Option<&str>) -> Finding {
    let Some(urls) = monitor else {
        return warn("sync_interval", format!("{UNKNOWN}; name it with --nats-monitor-url"));
    };
    let mut last = None;
    for url in urls.split(',').map(str::trim) {
        let finding = sync_interval_of(url).await;
        if finding.grade != Grade::Ok {
            return finding;
        }
        last = Some(finding);
    }
    last.expect("a text has at least one part")
}

async fn sync_interval_of(url: &str) -> Finding {
    match ask(url).await {
        Ok(answer) => {
            let Finding { grade, subject, text } = graded(&answer.config);
            Finding { grade, subject, text: format!("{url}: {text}") }
        }
        Err(error) => {
            let error = error.without_url();
            warn("sync_interval", format!("{UNKNOWN}; {url}: {error}"))
        }
    }
}

async fn ask(url: &str) -> reqwest::Result<Jsz> {
    let client = calls::client(REQUEST_LIMIT)?;
    let url = format!("{}/jsz?config=1", url.trim_end_matches('/'));
    client.get(url).send().await?.error_for_status()?.json().await
}

fn graded(config: &JetStream) -> Finding {
    if config.sync_always {
        return ok("sync_interval", "always: acknowledged writes survive the loss of power");
    }
    let interval = Duration::from_nanos(config.sync_interval);
    let text = format!(
        "{interval:?}: writes acknowledged since the last sync die with the power; in production \
         set `sync_interval: always` in the broker's jetstream block, and three replicas"
    );
    warn("sync_interval", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Finding {
        let answer: Jsz = serde_json::from_str(text).unwrap();
        graded(&answer.config)
    }

    #[test]
    fn only_always_is_safe() {
        let default = answer(r#"{"config":{"sync_interval":120000000000,"strict":true}}"#);
        assert_eq!(default.grade, Grade::Warn);
        assert!(default.text.starts_with("120s: "), "{default:?}");
        let always = r#"{"config":{"sync_interval":120000000000,"sync_always":true}}"#;
        assert_eq!(answer(always).grade, Grade::Ok);
    }

    #[tokio::test]
    async fn a_monitor_that_does_not_answer_is_a_warning() {
        let finding = sync_interval(Some("http://127.0.0.1:1")).await;
        assert_eq!(finding.grade, Grade::Warn);
        assert!(finding.text.contains("127.0.0.1:1"), "{finding:?}");
    }
}
