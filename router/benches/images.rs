//! What images cost the event loop: a leader with many chats decides commands at a steady pace,
//! without and with an image being made beside it in the same process; and what a copy of the
//! state taken in the loop would cost instead. Prints figures; leaves judging them to the reader.
//!
//! `cargo bench -p baton-router --bench images -- [CHATS] [PER_SECOND] [SECONDS]`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that fails stops and says where"
)]

#[path = "../tests/support/mod.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod support;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_nats::Client;
use baton_common::subjects;
use baton_common::time::Span;
use baton_core::node::{Memory, ShardOf, image};
use baton_router::Images;
use baton_runtime::testing::NatsServer;
use futures_util::StreamExt as _;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use support::{Desk, Router, publish, start};

const NEVER: Images = Images {
    frames: u64::MAX,
    least: Span::ZERO,
    every: Span::seconds(360_000),
    look: Duration::from_secs(1),
    leftovers: Span::seconds(360_000),
};
const ALWAYS: Images = Images { frames: 1, look: Duration::from_millis(50), ..NEVER };
const BATCH: u32 = 200;
/// So often is it asked whether an image is being made.
const LOOK: Duration = Duration::from_millis(5);
/// Whoever makes one answers within this.
const ANSWER: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u32>().ok());
    let mut next = |default| numbers.next().unwrap_or(default);
    let (chats, rate, seconds) = (next(100_000), next(200), next(20));
    let server = NatsServer::start();
    let mut desk = Desk::open(&server, "g").await;
    let router = Router::start_with(&server, NEVER).await;
    desk.command(publish()).await.unwrap();
    fill(&mut desk, chats).await;
    println!("{chats} waiting chats, {rate} commands a second for {seconds} s each");
    let pace = Pace { rate, seconds, images: false };
    let without = row("no image", &mut desk, &router, pace).await;
    router.stop().await;

    let held = hold(desk.link.client().clone()).await;
    let begun = Instant::now();
    let router = Router::start_with(&server, ALWAYS).await;
    println!("start from the whole journal: {:?}", begun.elapsed());
    drop(held);
    let pace = Pace { images: true, ..pace };
    let beside = row("images made beside it", &mut desk, &router, pace).await;
    let made = number(&router, "baton_images_kept_total");
    let took = number(&router, "baton_image_build_seconds{shard=\"0\"}");
    let bytes = number(&router, "baton_image_bytes{shard=\"0\"}");
    println!("  {made} images of {:.1} MB, the last in {took:.2} s", bytes / 1e6);
    println!("longest stall of decisions:");
    println!("  without an image    {without}");
    println!("  while one is made   {beside}");
    router.stop().await;

    let begun = Instant::now();
    let router = Router::start_with(&server, NEVER).await;
    println!("start from an image and the rest: {:?}", begun.elapsed());
    router.stop().await;
    copy(&desk).await;
}

/// Commands a second, for how long at least, and whether until an image was made.
#[derive(Clone, Copy)]
struct Pace {
    rate: u32,
    seconds: u32,
    images: bool,
}

/// How decisions fared.
struct Fared {
    commands: usize,
    /// From when a command was due until its outcome was told.
    longest: Duration,
    /// A bound of the time that the loop was busy with one input, in seconds.
    busy: String,
}

impl fmt::Display for Fared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { commands, longest, busy } = self;
        write!(f, "{longest:.1?} for a command (of {commands}), ≤ {busy} s for the loop")
    }
}

/// Until this is dropped nobody begins an image: somebody makes one, as far as anybody can tell.
async fn hold(client: Client) -> AbortOnDropHandle<()> {
    let mut asked = client.subscribe(subjects::imager(0)).await.unwrap();
    client.flush().await.unwrap();
    AbortOnDropHandle::new(tokio::spawn(async move {
        while let Some(question) = asked.next().await {
            client.publish(question.reply.unwrap(), "".into()).await.unwrap();
        }
    }))
}

/// Whether an image is being made: whoever makes one answers.
async fn watch(client: Client, making: Arc<AtomicBool>) {
    loop {
        // A question that meets the end of one is not answered.
        let asked = timeout(ANSWER, client.request(subjects::imager(0), "".into())).await;
        making.store(asked.is_ok_and(|answer| answer.is_ok()), Ordering::Relaxed);
        tokio::time::sleep(LOOK).await;
    }
}

/// Starts chats in frames, each of which is waited for.
async fn fill(desk: &mut Desk, chats: u32) {
    for batch in 0..chats.div_ceil(BATCH) {
        let commands: Vec<_> =
            (0..BATCH).map(|at| start(&format!("cht_{}", batch * BATCH + at))).collect();
        let frame = desk.store(&commands).await;
        desk.outcomes(frame).await;
    }
}

/// Commands at a steady pace, each waited for, and how the loop fared meanwhile. Where images are
/// made, only commands that met one count as the result.
async fn row(what: &str, desk: &mut Desk, router: &Router, pace: Pace) -> Fared {
    let Pace { rate, seconds, images } = pace;
    let made = || number(router, "baton_images_kept_total") > 0.0;
    let before = stalls(router);
    let making = Arc::new(AtomicBool::new(false));
    let watching = watch(desk.link.client().clone(), Arc::clone(&making));
    let watching = AbortOnDropHandle::new(tokio::spawn(watching));
    let (mut took, mut meanwhile) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    for nth in 0.. {
        if nth % rate == 0 && nth >= rate * seconds && (!images || made()) {
            break;
        }
        let at = begun + Duration::from_secs(1) * nth / rate;
        tokio::time::sleep_until(at.into()).await;
        let met = making.load(Ordering::Relaxed);
        let name = format!("cht_{what}_{nth}").replace(' ', "_");
        desk.command(start(&name)).await.unwrap();
        // From when it was due: a command that waits makes the next ones late, which counts.
        let late = at.elapsed();
        took.push(late);
        if met || making.load(Ordering::Relaxed) {
            meanwhile.push(late);
        }
    }
    drop(watching);
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    let (p50, p99, most) = (at(50), at(99), at(100));
    println!("{what}: command p50 {p50:.1?}, p99 {p99:.1?}, max {most:.1?}");
    let after = stalls(router);
    let counts: Vec<_> = after.into_iter().zip(&before).map(|(a, b)| (a.0, a.1 - b.1)).collect();
    let text: Vec<_> = counts.iter().map(|(le, count)| format!("≤{le}: {count}")).collect();
    println!("  loop busy with one input, seconds: {}", text.join("  "));
    let all = counts.last().map_or(0, |(_, count)| *count);
    let busy = counts.into_iter().find(|(_, count)| *count == all).unwrap().0;
    let counted = if images { meanwhile } else { took };
    let longest = counted.iter().max().copied().unwrap_or_default();
    Fared { commands: counted.len(), longest, busy }
}

/// What an image taken in the loop itself would stop it for.
async fn copy(desk: &Desk) {
    let mut memory = Memory::default();
    for frame in desk.stored(&subjects::journal_stream(0)).await {
        memory.fold(ShardOf { shard: 0, shards: 1 }, &frame).unwrap();
    }
    let begun = Instant::now();
    let copy = memory.clone();
    println!("a copy of the state: {:?}", begun.elapsed());
    let begun = Instant::now();
    let bytes = image::encode(0, &copy, || {});
    println!("encoded without pauses: {:?}", begun.elapsed());
    let begun = Instant::now();
    image::decode(0, &bytes, || {}).unwrap();
    println!("decoded without pauses: {:?}", begun.elapsed());
}

/// Bounds and counts of the loop's histogram.
fn stalls(router: &Router) -> Vec<(String, u64)> {
    let text = router.admin.metrics().render();
    let buckets = text.lines().filter_map(|line| {
        let rest = line.strip_prefix("baton_loop_stall_seconds_bucket{le=\"")?;
        let (bound, count) = rest.split_once("\"} ")?;
        Some((bound.to_owned(), count.parse().ok()?))
    });
    buckets.collect()
}

fn number(router: &Router, series: &str) -> f64 {
    let text = router.admin.metrics().render();
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap().parse().unwrap()
}
