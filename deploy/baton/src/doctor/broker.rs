//! What a client can ask the broker: its version, the replicas of Baton's streams, its clock.
//! Leaves its durability settings to `monitor`.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::Info;
use baton_runtime::nats::Link;
use futures_util::TryStreamExt;
use jiff::Timestamp;

use super::{Finding, fail, monitor, ok, warn};

const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// With fewer replicas the loss of one disk loses chats.
const GOOD_REPLICAS: usize = 3;
/// Offsets that people notice, and that expire tokens before their time.
const GOOD_OFFSET_MS: i64 = 1_000;
const WORST_OFFSET_MS: i64 = 30_000;

/// Looks at the broker behind a connection.
pub(super) async fn examine(link: &Link, monitor: Option<&str>) -> Vec<Finding> {
    let server = link.client().server_info();
    let jetstream = link.jetstream(REQUEST_LIMIT);
    let streams = baton_streams(&jetstream).await;
    let any = streams.as_ref().ok().and_then(|streams| streams.first());
    let clock = clock(&jetstream, any).await;
    vec![
        ok("broker version", server.version),
        monitor::sync_interval(monitor).await,
        replicas(&streams, server.cluster.is_some()),
        clock,
    ]
}

async fn baton_streams(jetstream: &Context) -> Result<Vec<Info>, String> {
    let all: Vec<Info> =
        jetstream.streams().try_collect().await.map_err(|error| error.to_string())?;
    let ours = |info: &Info| info.config.name.trim_start_matches("OBJ_").starts_with("baton-");
    Ok(all.into_iter().filter(ours).collect())
}

fn replicas(streams: &Result<Vec<Info>, String>, clustered: bool) -> Finding {
    let streams = match streams {
        Ok(streams) => streams,
        Err(error) => return fail("replicas", format!("the streams cannot be listed: {error}")),
    };
    let Some(least) = streams.iter().min_by_key(|info| info.config.num_replicas) else {
        return warn("replicas", "no streams yet: start a router, which makes them");
    };
    let (name, count) = (&least.config.name, least.config.num_replicas);
    let told = format!("{} streams, {name} has {count}", streams.len());
    match (count, clustered) {
        (GOOD_REPLICAS.., _) => ok("replicas", told),
        (_, true) => {
            let advice = "raise them with `nats stream edit --replicas 3`";
            warn("replicas", format!("{told}: {advice}"))
        }
        (_, false) => warn(
            "replicas",
            format!("{told}: fine on one server, run a cluster of 3 in production"),
        ),
    }
}

/// Compares this machine's clock with the time in an answer of the broker.
async fn clock(jetstream: &Context, stream: Option<&Info>) -> Finding {
    let Some(stream) = stream else {
        return warn("clock", "not compared: the broker tells its time with a stream only");
    };
    let before = Timestamp::now();
    let subject = format!("STREAM.INFO.{}", stream.config.name);
    let answer: Result<serde_json::Value, _> = jetstream.request(subject, &()).await;
    let after = Timestamp::now();
    let told = answer.ok().and_then(|answer| answer["ts"].as_str()?.parse::<Timestamp>().ok());
    let Some(told) = told else {
        return warn("clock", "not compared: the broker does not tell its time");
    };
    let middle = i64::midpoint(before.as_millisecond(), after.as_millisecond());
    graded_clock(middle - told.as_millisecond())
}

fn graded_clock(offset_ms: i64) -> Finding {
    let told = format!("{offset_ms} ms from the broker's");
    let advice = "synchronise both machines (NTP): tokens expire by the clock";
    match offset_ms.abs() {
        offset if offset < GOOD_OFFSET_MS => ok("clock", told),
        offset if offset < WORST_OFFSET_MS => warn("clock", format!("{told}: {advice}")),
        _ => fail("clock", format!("{told}: {advice}")),
    }
}

#[cfg(test)]
mod tests {
    use baton_runtime::nats::{Wanted, ensure_streams};
    use baton_runtime::testing::NatsServer;

    use super::super::Grade;
    use super::*;

    #[tokio::test]
    async fn replicas_and_clock_are_read_from_the_streams() {
        let server = NatsServer::start();
        let link = server.link().await;
        let wanted = Wanted { shard: 0, shards: 1, replicas: 1 };
        ensure_streams(&link.jetstream(REQUEST_LIMIT), wanted).await.unwrap();
        let findings = examine(&link, None).await;
        let of = |subject| findings.iter().find(|finding| finding.subject == subject).unwrap();
        assert!(of("replicas").text.starts_with("3 streams"), "{findings:?}");
        assert_eq!(of("clock").grade, Grade::Ok, "{findings:?}");
    }

    #[test]
    fn clocks_are_graded_both_ways() {
        assert_eq!(graded_clock(-999).grade, Grade::Ok);
        assert_eq!(graded_clock(5_000).grade, Grade::Warn);
        assert_eq!(graded_clock(-60_000).grade, Grade::Fail);
    }

    #[test]
    fn streams_that_cannot_be_listed_fail() {
        assert_eq!(replicas(&Err("no answer".into()), true).grade, Grade::Fail);
        assert_eq!(replicas(&Ok(vec![]), false).grade, Grade::Warn);
    }
}
