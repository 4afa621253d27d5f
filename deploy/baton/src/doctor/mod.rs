//! `baton doctor`: looks at broker and machine, and says what to do about each thing that is not
//! as it should be. Leaves doing it to the operator.

mod broker;
mod machine;
mod monitor;

use std::process::ExitCode;
use std::time::Duration;

use baton_runtime::nats::{Link, LinkOptions, connect};
use baton_runtime::settings::{NatsUrl, Settings};

use crate::broker::monitor_of;
use crate::cli::say;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    /// As it should be.
    Ok,
    /// Works, with a risk; or cannot be known.
    Warn,
    /// Does not work, or will not for long.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    grade: Grade,
    subject: &'static str,
    text: String,
}

/// Prints a line for each thing; exits 1 when one of them fails.
pub(crate) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let url = broker_url(&settings);
    let monitor = settings.nats_monitor_url.clone().or_else(|| own_monitor(&settings, &url));
    let mut findings = examine_broker(url, monitor.as_deref()).await;
    findings.extend(machine::examine(&settings.data_dir));
    for finding in &findings {
        say(&finding.line());
    }
    let failed = findings.iter().any(|finding| finding.grade == Grade::Fail);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Logs a warning for each thing about the broker that is not as production needs it: what is
/// acknowledged may otherwise be lost with the power or a disk, and nobody would know before.
pub(crate) async fn warn_of_broker(link: &Link, monitor: Option<&str>) {
    for finding in broker::examine(link, monitor).await {
        if finding.grade != Grade::Ok {
            let Finding { subject, text, .. } = finding;
            tracing::warn!(subject, advice = text, "the broker is not set up for production");
        }
    }
}

/// What was set, else the broker of the `baton up` that runs over the data folder.
fn broker_url(settings: &Settings) -> NatsUrl {
    if settings.nats_url_given {
        return settings.nats_url.clone();
    }
    let running = std::fs::read_to_string(settings.data_dir.join("ready.json"));
    let nats = running.ok().and_then(|text| {
        let addresses: serde_json::Value = serde_json::from_str(&text).ok()?;
        addresses["nats"].as_str()?.parse().ok()
    });
    nats.unwrap_or_else(|| settings.nats_url.clone())
}

/// The monitor port is known of a broker that `baton up` has started, and of no other.
fn own_monitor(settings: &Settings, url: &NatsUrl) -> Option<String> {
    let (listen, monitor) = monitor_of(&settings.data_dir)?;
    (NatsUrl::of_server(listen) == *url).then_some(monitor)
}

async fn examine_broker(url: NatsUrl, monitor: Option<&str>) -> Vec<Finding> {
    let options = LinkOptions { url, name: "baton-doctor".into(), patience: Duration::ZERO };
    match connect(options).await {
        Ok(link) => broker::examine(&link, monitor).await,
        Err(error) => vec![fail("broker", error.to_string())],
    }
}

impl Finding {
    fn line(&self) -> String {
        let grade = match self.grade {
            Grade::Ok => "ok  ",
            Grade::Warn => "warn",
            Grade::Fail => "fail",
        };
        format!("{grade}  {:<17} {}", self.subject, self.text)
    }
}

fn ok(subject: &'static str, text: impl Into<String>) -> Finding {
    Finding { grade: Grade::Ok, subject, text: text.into() }
}

fn warn(subject: &'static str, text: impl Into<String>) -> Finding {
    Finding { grade: Grade::Warn, subject, text: text.into() }
}

fn fail(subject: &'static str, text: impl Into<String>) -> Finding {
    Finding { grade: Grade::Fail, subject, text: text.into() }
}

#[cfg(test)]
mod tests {
    use baton_runtime::settings::{Partial, Process};
    use baton_runtime::testing::NatsServer;

    use super::*;

    #[tokio::test]
    async fn an_absent_broker_fails_with_what_to_do() {
        let findings = examine_broker("nats://127.0.0.1:1".parse().unwrap(), None).await;
        assert_eq!(findings[0].grade, Grade::Fail);
        assert!(findings[0].line().starts_with("fail  broker"), "{findings:?}");
        assert!(findings[0].text.contains("--nats-url"), "{findings:?}");
    }

    #[tokio::test]
    async fn a_broker_without_a_monitor_leaves_durability_unknown() {
        let server = NatsServer::start();
        let findings = examine_broker(server.url().parse().unwrap(), None).await;
        let of = |subject| findings.iter().find(|finding| finding.subject == subject).unwrap();
        assert_eq!(of("broker version").grade, Grade::Ok);
        assert_eq!(of("sync_interval").grade, Grade::Warn);
        assert!(of("sync_interval").text.contains("--nats-monitor-url"));
        assert_eq!(of("replicas").grade, Grade::Warn);
    }

    #[test]
    fn the_broker_of_a_running_baton_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let layer = Partial { data_dir: Some(folder.path().into()), ..Partial::default() };
        let settings = Settings::resolve(Process::Up, vec![layer]).unwrap();
        assert_eq!(broker_url(&settings).to_string(), "nats://127.0.0.1:7422");
        let ready = r#"{"nats":"nats://127.0.0.1:9"}"#;
        std::fs::write(folder.path().join("ready.json"), ready).unwrap();
        assert_eq!(broker_url(&settings).to_string(), "nats://127.0.0.1:9");
    }
}
