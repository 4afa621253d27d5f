//! The Baton of the demo, as its virtual people reach it: one that runs, or one that is started for
//! them and ended with them.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use baton_client::{Gateways, Http, Ledger, Session, Who};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A clean machine starts it within some seconds.
const START_LIMIT: Duration = Duration::from_mins(1);
/// It tells everybody and stores what it was asked within some seconds.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Where everybody works.
#[derive(Clone, Debug)]
pub(crate) struct Office {
    pub(crate) gateways: Gateways,
    url: String,
    /// Signs in anybody.
    key: String,
}

/// A Baton that ends with the demo.
#[derive(Debug)]
pub(crate) struct Own(Child);

impl Own {
    /// Starts `baton up`, and gives the address that it prints for browsers.
    pub(crate) async fn start(
        program: &str,
        arguments: &[String],
    ) -> anyhow::Result<(Self, String)> {
        let mut child = Command::new(program)
            .arg("up")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // A Ctrl-C is the demo's: it lets everybody go home before the server goes.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{program} cannot be started: build it with `make`"))?;
        let out = child.stdout.take().context("its output is piped")?;
        let mut lines = BufReader::new(out).lines();
        let ready = async {
            let mut url = None;
            while let Some(line) = lines.next_line().await? {
                if line.starts_with("ready ") {
                    return url.context("baton up did not say where browsers go");
                }
                crate::say(&line);
                let told = line.split_whitespace().find(|word| word.contains("/#sign-in="));
                url = url.or(told.map(str::to_owned));
            }
            bail!("baton up ended: see what it says above")
        };
        let url = tokio::time::timeout(START_LIMIT, ready).await;
        let url = url.context("baton up did not become ready in a minute")??;
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok((Self(child), url))
    }

    /// Ends it in order.
    pub(crate) async fn stop(mut self) {
        if let Some(id) = self.0.id().and_then(|id| i32::try_from(id).ok()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
        let _ = tokio::time::timeout(STOP_LIMIT, self.0.wait()).await;
    }

    /// Returns when it has ended by itself.
    pub(crate) async fn ended(&mut self) {
        let _ = self.0.wait().await;
    }
}

impl Office {
    /// By the address that `baton up` prints for browsers.
    pub(crate) fn at(printed: &str) -> Self {
        let (url, key) = printed.split_once("/#sign-in=").unwrap_or((printed, ""));
        let gateways = Gateways::new([url.to_owned()]);
        Self { gateways, url: url.to_owned(), key: key.to_owned() }
    }

    fn door(&self) -> Http {
        Http::new(&self.url).with_token(&self.key)
    }

    /// The agents that one can sign in as.
    pub(crate) async fn agents(&self) -> anyhow::Result<Vec<String>> {
        let ways = self.door().get("/v1/sign-in").await.json();
        ensure!(
            ways["mode"] == "demo",
            "the demo plays people of a development server only: give --gateway the whole address \
             that `baton up` prints for browsers, or start it without"
        );
        let people = ways["people"].as_array().cloned().unwrap_or_default();
        let agents = people.iter().filter(|person| person["role"] == "agent");
        Ok(agents.filter_map(|person| Some(person["sub"].as_str()?.to_owned())).collect())
    }

    /// Calls as this agent.
    pub(crate) async fn calls_of(&self, agent: &str) -> Http {
        let http = self.door();
        let signed = http.post("/v1/sign-in", &json!({"sub": agent, "role": "agent"})).await.json();
        http.with_token(signed["token"].as_str().unwrap_or_default())
    }

    /// A session of this agent.
    pub(crate) async fn session_of(&self, agent: &str) -> anyhow::Result<Session> {
        let http = self.calls_of(agent).await;
        let token = http.token().context("a development server signs everybody in")?;
        let who = Who::Agent { workspace: "default".into(), id: agent.to_owned() };
        // What clients note is for tests elsewhere; it goes when they go.
        Ok(Session::open(&self.gateways, who, token, &Ledger::new()).await?)
    }
}
