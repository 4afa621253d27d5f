//! A soak: thousands of requests that nobody answers leave no memory behind. Leaves what a
//! request means to its callers.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::time::Duration;

use baton_runtime::nats::{NoReply, Request, Requests};
use baton_runtime::testing::NatsServer;
use futures_util::StreamExt as _;
use futures_util::future::join_all;

/// Waited together, so that the soak takes seconds.
const TOGETHER: usize = 1_000;
const ROUNDS: usize = 40;
/// The client's own map would keep about 477 bytes of each: 19 MB.
const MAY_GROW: usize = 4 * 1_024 * 1_024;

fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = text.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4_096
}

async fn unanswered(requests: &Requests) {
    let ask = || requests.call(Request::new("silent".into(), "x"), Duration::from_millis(50));
    let replies: Vec<_> = join_all((0..TOGETHER).map(|_| ask())).await;
    let other = replies.iter().find(|reply| !matches!(reply, Err(NoReply::TimedOut)));
    assert!(other.is_none(), "{other:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn forty_thousand_unanswered_requests_leave_no_memory_behind() {
    let server = NatsServer::start();
    let client = server.link().await.client().clone();
    let silent = async_nats::connect(server.url()).await.unwrap();
    // Somebody must listen: otherwise the server itself answers that nobody does.
    let mut listening = silent.subscribe("silent").await.unwrap();
    silent.flush().await.unwrap();
    tokio::spawn(async move { while listening.next().await.is_some() {} });
    let requests = Requests::start(client).await.unwrap();
    // What is allocated once, by whoever comes first, is not counted.
    for _ in 0..3 {
        unanswered(&requests).await;
    }
    let before = resident();
    for _ in 0..ROUNDS {
        unanswered(&requests).await;
    }
    let grown = resident().saturating_sub(before);
    println!("{} requests, {grown} bytes more", TOGETHER * ROUNDS);
    assert_eq!(requests.waiting(), 0);
    assert!(grown < MAY_GROW, "{grown} bytes more after {} requests", TOGETHER * ROUNDS);
}
