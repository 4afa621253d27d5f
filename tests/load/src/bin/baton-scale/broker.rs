//! Looking at the broker from outside Baton: who leads which stream, whether all copies are
//! complete, and how long an election takes. Leaves starting and breaking brokers to others.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use async_nats::Client;
use baton_client::until;
use serde_json::{Value, json};

use crate::leaderless::Leaderless;
use crate::site::{BROKERS, Part, Site};

/// One look at one stream; during an election nobody answers.
const ANSWER_LIMIT: Duration = Duration::from_millis(250);
/// A list is gathered from the leaders of all streams.
const LIST_LIMIT: Duration = Duration::from_secs(4);
/// A broker answers a connection at once or not at all.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);
/// No election takes longer.
const ELECTION_LIMIT: Duration = Duration::from_secs(40);
/// Between two looks at a stream, and two appends of the probe.
const LOOK: Duration = Duration::from_millis(50);
/// A stream of our own, whose leader can be put where the fault will be.
const PROBE: &str = "scale-probe";

/// A connection that stays at the brokers it was given.
#[derive(Clone, Debug)]
pub(crate) struct Eye {
    client: Client,
}

/// How long the streams were without a leader, each from the fault on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Elections {
    /// By stream; only those that had to elect.
    pub(crate) streams: BTreeMap<String, Duration>,
    /// Until an append to the probe's stream was acknowledged.
    pub(crate) append: Duration,
    /// Which had none at any time of the fault: a broker that comes back makes the others elect
    /// again.
    pub(crate) leaderless: Leaderless,
}

impl Elections {
    /// The longest.
    pub(crate) fn longest(&self) -> Duration {
        let first = self.streams.values().copied().max().unwrap_or_default();
        first.max(self.append).max(self.leaderless.longest())
    }
}

impl Eye {
    /// Looks through these brokers alone.
    pub(crate) async fn open(brokers: &[usize], site: &Site) -> anyhow::Result<Self> {
        let urls: Vec<String> = brokers.iter().map(|index| site.broker(*index)).collect();
        let options = async_nats::ConnectOptions::new().ignore_discovered_servers();
        let options = options.connection_timeout(CONNECT_LIMIT).name("baton-scale");
        let client = options.connect(urls).await.context("the broker is not reached")?;
        Ok(Self { client })
    }

    /// Whether every stream has a leader and complete copies.
    pub(crate) async fn is_complete(&self) -> bool {
        let Some(list) = self.ask("STREAM.LIST", &json!({}), LIST_LIMIT).await else {
            return false;
        };
        let streams = list["streams"].as_array().cloned().unwrap_or_default();
        // A stream that does not answer for its list entry is named in `missing`.
        let missing = list["missing"].as_array().is_some_and(|names| !names.is_empty());
        !missing && !streams.is_empty() && streams.iter().all(is_complete)
    }

    /// The names of Baton's streams.
    pub(crate) async fn streams(&self) -> anyhow::Result<Vec<String>> {
        let names = async || {
            let list = self.ask("STREAM.NAMES", &json!({}), LIST_LIMIT).await?;
            let names = list["streams"].as_array()?.iter().filter_map(Value::as_str);
            Some(names.filter(|name| *name != PROBE).map(str::to_owned).collect())
        };
        until("the list of streams", ELECTION_LIMIT, names).await
    }

    /// Whether the cluster's own group has a leader: nobody else answers this.
    pub(crate) async fn has_meta_leader(&self) -> bool {
        self.ask("STREAM.NAMES", &json!({}), ANSWER_LIMIT).await.is_some()
    }

    /// The broker that leads a stream.
    pub(crate) async fn leader(&self, stream: &str) -> Option<usize> {
        let info = self.ask(&format!("STREAM.INFO.{stream}"), &json!({}), ANSWER_LIMIT).await?;
        let leader = info["cluster"]["leader"].as_str()?.to_owned();
        (0..BROKERS).find(|index| Part::Broker(*index).name() == leader)
    }

    /// Baton's streams that this broker leads.
    pub(crate) async fn led_by(&self, broker: usize) -> anyhow::Result<Vec<String>> {
        let mut led = self.streams().await?;
        let mut leaders = Vec::new();
        for stream in &led {
            let known = async || self.leader(stream).await;
            leaders.push(until("a leader of each stream", ELECTION_LIMIT, known).await?);
        }
        let mut leaders = leaders.into_iter();
        led.retain(|_| leaders.next() == Some(broker));
        Ok(led)
    }

    /// Makes the probe's stream, led by this broker.
    pub(crate) async fn place_probe(&self, broker: usize) -> anyhow::Result<()> {
        let config = json!({"name": PROBE, "subjects": [PROBE], "storage": "file",
            "num_replicas": BROKERS});
        let preferred = json!({"placement": {"preferred": Part::Broker(broker).name()}});
        let placed = async || {
            self.ask(&format!("STREAM.CREATE.{PROBE}"), &config, LIST_LIMIT).await;
            if self.leader(PROBE).await? == broker {
                return Some(());
            }
            let step_down = format!("STREAM.LEADER.STEPDOWN.{PROBE}");
            self.ask(&step_down, &preferred, LIST_LIMIT).await;
            None
        };
        until("the probe's stream at the broker", ELECTION_LIMIT, placed).await
    }

    /// Removes the probe's stream.
    pub(crate) async fn remove_probe(&self) {
        self.ask(&format!("STREAM.DELETE.{PROBE}"), &json!({}), LIST_LIMIT).await;
    }

    /// Measures, from a fault of `broker` at `since` on, how long each stream takes to have another
    /// leader. This eye must look through the other brokers.
    pub(crate) async fn elections(
        &self,
        broker: usize,
        streams: &[String],
        since: Instant,
    ) -> anyhow::Result<Elections> {
        let looks = streams.iter().map(|stream| self.elected(stream, broker, since));
        let (found, append) =
            tokio::join!(futures_util::future::join_all(looks), self.appended(since));
        let mut elections = Elections { append: append?, ..Elections::default() };
        for (stream, took) in streams.iter().zip(found) {
            elections.streams.insert(stream.clone(), took?);
        }
        Ok(elections)
    }

    async fn elected(&self, stream: &str, old: usize, since: Instant) -> anyhow::Result<Duration> {
        let what = format!("a new leader of {stream}");
        let new = async || self.leader(stream).await.filter(|leader| *leader != old);
        until(&what, ELECTION_LIMIT, new).await?;
        Ok(since.elapsed())
    }

    async fn appended(&self, since: Instant) -> anyhow::Result<Duration> {
        let stored = async || {
            tokio::time::sleep(LOOK).await;
            let asked = self.client.request(PROBE, "x".into());
            let answer = tokio::time::timeout(ANSWER_LIMIT, asked).await.ok()?.ok()?;
            let answer: Value = serde_json::from_slice(&answer.payload).ok()?;
            answer["seq"].as_u64()
        };
        until("an acknowledged append", ELECTION_LIMIT, stored).await?;
        Ok(since.elapsed())
    }

    async fn ask(&self, what: &str, body: &Value, within: Duration) -> Option<Value> {
        let asked = self.client.request(format!("$JS.API.{what}"), body.to_string().into());
        let answer = tokio::time::timeout(within, asked).await.ok()?.ok()?;
        let answer: Value = serde_json::from_slice(&answer.payload).ok()?;
        answer["error"].is_null().then_some(answer)
    }
}

fn is_complete(stream: &Value) -> bool {
    let cluster = &stream["cluster"];
    let replicas = cluster["replicas"].as_array().cloned().unwrap_or_default();
    let current = |replica: &Value| replica["current"] == true && replica["offline"] != true;
    cluster["leader"].is_string() && replicas.iter().all(current)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_complete_with_a_leader_and_current_copies() {
        let stream = |leader: Value, current: bool, offline: bool| {
            let replica = json!({"current": current, "offline": offline});
            json!({"cluster": {"leader": leader, "replicas": [replica]}})
        };
        assert!(is_complete(&stream(json!("nats1"), true, false)));
        assert!(!is_complete(&stream(Value::Null, true, false)));
        assert!(!is_complete(&stream(json!("nats1"), false, false)));
        assert!(!is_complete(&stream(json!("nats1"), true, true)));
    }
}
