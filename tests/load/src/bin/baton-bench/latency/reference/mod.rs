//! The reference: three bare processes that do the hops of a start on the same broker and nothing
//! else. HTTP in, append, consume, append with a fence, notice, socket out.

pub(crate) mod http;
pub(crate) mod router;
pub(crate) mod socket;

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use async_nats::HeaderMap;
use async_nats::jetstream::{self, stream};
use baton_client::Frames;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::command_line::{Part, Replicas};
use crate::latency::process::Process;

/// Bytes of each message, as large as the body of a start.
pub(crate) const BODY_BYTES: usize = 500;

/// Which hops a round makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hops {
    /// A command and a journal frame.
    TwoAppends,
    /// A profile before them, as Baton stores one.
    ThreeAppends,
}

/// The running reference.
pub(crate) struct Reference {
    socket: Frames,
    client: reqwest::Client,
    base: String,
    round: u64,
    broker: jetstream::Context,
    part: Part,
    /// Killed when dropped.
    _processes: [Process; 3],
}

impl Part {
    pub(crate) fn stream(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    pub(crate) fn subject(&self, name: &str) -> String {
        format!("{}.{name}", self.prefix)
    }
}

impl Reference {
    /// Makes the streams and starts the processes.
    pub(crate) async fn start(
        nats: &str,
        replicas: Replicas,
        client: reqwest::Client,
    ) -> anyhow::Result<Self> {
        let prefix = format!("bench-{:08x}", rand::random::<u32>());
        let part = Part { nats: nats.to_owned(), prefix };
        let broker = jetstream::new(connect(&part).await?);
        for name in STREAMS {
            broker.create_stream(stream_config(&part, name, replicas)).await.context("a stream")?;
        }
        let socket = spawn("reference-socket", &part).await?;
        let router = spawn("reference-router", &part).await?;
        let http = spawn("reference-http", &part).await?;
        let mut frames = Frames::connect(&socket.ready, "/").await?;
        frames.find("the socket of the reference", |frame| frame["ready"] == true).await?;
        let base = http.ready.clone();
        let processes = [http, router, socket];
        let (socket, round) = (frames, 0);
        Ok(Self { socket, client, base, round, broker, part, _processes: processes })
    }

    /// One round, measured.
    pub(crate) async fn round(&mut self, hops: Hops) -> anyhow::Result<Duration> {
        self.round += 1;
        let round = self.round;
        let path = match hops {
            Hops::TwoAppends => "two",
            Hops::ThreeAppends => "three",
        };
        let request = self.client.post(format!("{}/{path}", self.base)).json(&body(round));
        let request = request.build().context("the request")?;
        let begun = Instant::now();
        let answered = self.client.execute(request);
        let pushed = self.socket.find("the notice", |frame| frame["round"] == round);
        let (answered, pushed) = tokio::join!(answered, pushed);
        let status = answered.context("no answer of the reference")?.status();
        ensure!(status == 201, "the reference answered {status}");
        Ok(pushed?.0.duration_since(begun))
    }

    /// Ends the processes and removes the streams.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        for name in STREAMS {
            let removed = self.broker.delete_stream(self.part.stream(name)).await;
            removed.context("a stream of the reference cannot be removed")?;
        }
        Ok(())
    }
}

const STREAMS: [&str; 3] = ["profiles", "commands", "journal"];

/// As Baton's: in a file, with as many replicas, refusing when full.
fn stream_config(part: &Part, name: &str, replicas: Replicas) -> stream::Config {
    stream::Config {
        name: part.stream(name),
        subjects: vec![part.subject(name)],
        num_replicas: match replicas {
            Replicas::One => 1,
            Replicas::Three => 3,
        },
        storage: stream::StorageType::File,
        discard: stream::DiscardPolicy::New,
        ..stream::Config::default()
    }
}

async fn spawn(command: &str, part: &Part) -> anyhow::Result<Process> {
    let own = std::env::current_exe().context("cannot find this binary")?;
    let mut process = Command::new(own);
    process.args([command, "--nats", &part.nats, "--prefix", &part.prefix]);
    // It ends when this pipe does, so it outlives nobody.
    process.stdin(Stdio::piped());
    Process::start(process).await.with_context(|| command.to_owned())
}

/// For a process of the reference: until whoever started it is gone.
pub(crate) async fn parent_gone() {
    let mut input = tokio::io::stdin();
    let mut buffer = [0; 16];
    while input.read(&mut buffer).await.is_ok_and(|bytes| bytes > 0) {}
}

/// Connects as each process of the reference does.
pub(crate) async fn connect(part: &Part) -> anyhow::Result<async_nats::Client> {
    let servers: Vec<&str> = part.nats.split(',').collect();
    async_nats::connect(servers.as_slice())
        .await
        .with_context(|| format!("no broker at {}", part.nats))
}

/// Names the stream a message is meant for, as each append of Baton does.
pub(crate) fn headers(part: &Part, stream: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(baton_common::subjects::EXPECTED_STREAM, part.stream(stream).as_str());
    headers
}

fn body(round: u64) -> Value {
    let mut body = json!({"round": round, "text": ""});
    let rest = BODY_BYTES.saturating_sub(body.to_string().len());
    body["text"] = "x".repeat(rest).into();
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_their_size() {
        assert_eq!(body(7).to_string().len(), BODY_BYTES);
        assert_eq!(body(123_456).to_string().len(), BODY_BYTES);
    }
}
