//! Creates the streams of a shard and the snapshot bucket, or checks those that are there. Leaves
//! changing an existing stream to the operator: a router never deletes or alters one.

use std::time::Duration;

use async_nats::jetstream::context::{
    Context, CreateStreamErrorKind, GetStreamError, GetStreamErrorKind,
};
use async_nats::jetstream::stream::{Config, Stream};
use async_nats::jetstream::{ErrorCode, object_store::ObjectStore};
use baton_common::subjects;
use tokio::time::{Instant, sleep};

use super::streams;

/// Creating a replicated stream elects a leader, which takes longer than an append may. An answer
/// may be lost when several create the same one, so it is not waited for much longer than that.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(2);
/// A cluster that has just started, or is electing, answers within this.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause before asking again.
const PAUSE: Duration = Duration::from_millis(250);

/// Which streams: shard of shards, and how many replicas a new stream gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The shard, counted from 0.
    pub shard: u16,
    /// Shards of the deployment.
    pub shards: u16,
    /// Replicas of a stream that is created.
    pub replicas: usize,
}

/// Why the streams are not as they must be. One line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The deployment was created with another number of shards.
    #[error(
        "stream {stream} was created for {found} shards, not {wanted}: the number is fixed at \
         creation, set --shards {found}"
    )]
    Shards {
        /// The stream.
        stream: String,
        /// What it was created for.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// An essential setting differs.
    #[error(
        "stream {stream} has {setting} = {found}, Baton needs {wanted}: change it with \
         `nats stream edit`, or use another NATS account"
    )]
    Differs {
        /// The stream.
        stream: String,
        /// The setting.
        setting: &'static str,
        /// As it is.
        found: String,
        /// As it must be.
        wanted: String,
    },
    /// The server refuses, or does not answer in time.
    #[error("cannot create or read stream {stream}: {problem}; check the NATS server")]
    Refused {
        /// The stream.
        stream: String,
        /// What the server said.
        problem: String,
    },
}

/// Creates what is missing of a shard's streams and checks what is there. Idempotent, and safe
/// to run from several processes at once.
pub async fn ensure_streams(jetstream: &Context, wanted: Wanted) -> Result<(), StreamError> {
    let mut jetstream = jetstream.clone();
    jetstream.set_timeout(REQUEST_TIMEOUT);
    for config in streams::wanted(wanted.shard, wanted.shards, wanted.replicas) {
        ensure_stream(&jetstream, &config).await?;
    }
    Ok(())
}

/// Creates the bucket of state images, or opens it.
pub async fn ensure_snapshots(
    jetstream: &Context,
    replicas: usize,
) -> Result<ObjectStore, StreamError> {
    let mut jetstream = jetstream.clone();
    jetstream.set_timeout(REQUEST_TIMEOUT);
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Ok(store) = jetstream.get_object_store(subjects::SNAPSHOTS).await {
            return Ok(store);
        }
        match jetstream.create_object_store(streams::snapshots(replicas)).await {
            Ok(store) => return Ok(store),
            Err(error) if Instant::now() >= deadline => {
                return Err(refused(subjects::SNAPSHOTS, &error));
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn ensure_stream(jetstream: &Context, wanted: &Config) -> Result<(), StreamError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match attempt(jetstream, wanted).await {
            Ok(found) => return check(wanted, &found),
            Err(Failure::Final(error)) => return Err(error),
            Err(Failure::Later(error)) if Instant::now() >= deadline => return Err(error),
            Err(Failure::Later(_)) => sleep(PAUSE).await,
        }
    }
}

/// Whether to try again.
enum Failure {
    Later(StreamError),
    Final(StreamError),
}

/// Reads the stream, or creates it where there is none.
async fn attempt(jetstream: &Context, wanted: &Config) -> Result<Config, Failure> {
    match jetstream.get_stream(&wanted.name).await {
        Ok(stream) => return Ok(config_of(&stream)),
        Err(error) if !is_absent(&error) => {
            return Err(Failure::Later(refused(&wanted.name, &error)));
        }
        Err(_) => {}
    }
    match jetstream.create_stream(wanted.clone()).await {
        Ok(stream) => Ok(config_of(&stream)),
        Err(error) => {
            let refusal = refused(&wanted.name, &error);
            match error.kind() {
                CreateStreamErrorKind::JetStream(answer) if is_final(answer.error_code()) => {
                    Err(Failure::Final(refusal))
                }
                _ => Err(Failure::Later(refusal)),
            }
        }
    }
}

fn check(wanted: &Config, found: &Config) -> Result<(), StreamError> {
    if found.num_replicas < wanted.num_replicas {
        tracing::warn!(
            stream = found.name,
            found = found.num_replicas,
            wanted = wanted.num_replicas,
            "the stream has fewer replicas; raise them with `nats stream edit --replicas`"
        );
    }
    let stream = wanted.name.clone();
    match streams::difference(wanted, found) {
        None => Ok(()),
        Some((setting, found, wanted)) if setting.ends_with(streams::SHARDS_KEY) => {
            Err(StreamError::Shards { stream, found, wanted })
        }
        Some((setting, found, wanted)) => {
            Err(StreamError::Differs { stream, setting, found, wanted })
        }
    }
}

fn config_of(stream: &Stream) -> Config {
    stream.cached_info().config.clone()
}

fn is_absent(error: &GetStreamError) -> bool {
    matches!(
        error.kind(),
        GetStreamErrorKind::JetStream(answer)
            if answer.error_code() == ErrorCode::STREAM_NOT_FOUND
    )
}

/// Answers that waiting does not change: more replicas than servers, or foreign subjects.
fn is_final(code: ErrorCode) -> bool {
    [
        ErrorCode::STREAM_REPLICAS_NOT_SUPPORTED,
        ErrorCode::STREAM_SUBJECT_OVERLAP,
        ErrorCode::STREAM_INVALID_CONFIG,
        ErrorCode::JETSTREAM_NOT_ENABLED,
        ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT,
    ]
    .contains(&code)
}

fn refused(stream: &str, error: &dyn std::error::Error) -> StreamError {
    StreamError::Refused { stream: stream.to_owned(), problem: error.to_string() }
}
