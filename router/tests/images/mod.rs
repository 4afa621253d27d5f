//! Images of the state, made while a router runs on a real nats-server: when, by whom, that they
//! equal the journal's fold, and what becomes of damaged ones. Leaves what images outlast to
//! `lasting`, and the journal protocol to the tests beside this folder.

mod lasting;

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::subjects;
use baton_common::time::Span;
use baton_core::node::{Memory, ShardOf, image};
use baton_router::Images;
use baton_runtime::testing::NatsServer;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

use crate::support::{Desk, LIMIT, Router, eventually, publish, start};

/// Due after a few frames.
const BRISK: Images = Images {
    frames: 10,
    least: Span::ZERO,
    every: Span::seconds(3_600),
    look: Duration::from_millis(20),
    leftovers: Span::seconds(3_600),
};
const NEVER: Images = Images { frames: u64::MAX, ..BRISK };
const ONE: ShardOf = ShardOf { shard: 0, shards: 1 };

/// Names of the images kept. Without the store's own list, whose consumers stay for minutes.
async fn images(desk: &Desk) -> Vec<String> {
    let prefix = format!("$O.{}.M.", subjects::SNAPSHOTS);
    let ask = json!({ "subjects_filter": format!("{prefix}>") });
    let subject = format!("STREAM.INFO.OBJ_{}", subjects::SNAPSHOTS);
    let info: Value = desk.js.request(subject, &ask).await.expect("the bucket is there");
    let subjects = info["state"]["subjects"].as_object().cloned().unwrap_or_default();
    let name = |subject: &String| {
        let name = URL_SAFE.decode(subject.strip_prefix(&prefix).expect("a name"));
        String::from_utf8(name.expect("base64")).expect("a name is text")
    };
    let mut names: Vec<String> = subjects.keys().map(name).collect();
    names.sort();
    names
}

async fn read(desk: &Desk, name: &str) -> Vec<u8> {
    let store = desk.js.get_object_store(subjects::SNAPSHOTS).await.expect("the bucket is there");
    let mut bytes = Vec::new();
    let mut object = store.get(name).await.expect("the image is there");
    object.read_to_end(&mut bytes).await.expect("the image can be read");
    bytes
}

async fn put(desk: &Desk, name: &str, mut bytes: &[u8]) {
    let store = desk.js.get_object_store(subjects::SNAPSHOTS).await.expect("the bucket is there");
    store.put(name, &mut bytes).await.expect("the image can be written");
}

/// Messages of a stream: first and last sequence.
async fn ends(desk: &Desk, stream: String) -> (u64, u64) {
    let stream = desk.js.get_stream(stream).await.expect("the stream is there");
    let state = &stream.cached_info().state;
    (state.first_sequence, state.last_sequence)
}

/// Starts chats until the images kept are as wanted.
async fn until_kept(desk: &mut Desk, chats: &mut usize, wanted: impl Fn(&[String]) -> bool) {
    let deadline = Instant::now() + 2 * LIMIT;
    while Instant::now() < deadline {
        if wanted(&images(desk).await) {
            return;
        }
        desk.command(start(&format!("cht_{chats}"))).await.expect("a chat is started");
        *chats += 1;
    }
    panic!("not the images wanted: {:?}", images(desk).await);
}

/// The fold of so many frames of the journal, as an image.
fn fold(journal: &[Vec<u8>], frames: u64) -> Vec<u8> {
    let mut memory = Memory::default();
    for frame in &journal[..usize::try_from(frames).expect("few frames")] {
        memory.fold(ONE, frame).expect("the journal folds");
    }
    image::encode(0, &memory, || {})
}

/// Each image is, byte for byte, the fold of the journal up to its frame.
async fn check_images(desk: &Desk) {
    let journal = desk.stored(&subjects::journal_stream(0)).await;
    for name in images(desk).await {
        let bytes = read(desk, &name).await;
        let seq = image::decode(0, &bytes, || {}).expect("an image").position().seq;
        assert!(fold(&journal, seq) == bytes, "{name} is another state");
    }
}

async fn check_chats(desk: &Desk, chats: usize) {
    for chat in 0..chats {
        let chat = format!("cht_{chat}");
        let ask = Ask::Chat { workspace: "w".into(), chat: chat.as_str().into() };
        let body = desk.ask(&ask).await.body;
        assert!(matches!(body, Ok(ReplyBody::Chat(_))), "{chat}: {body:?}");
    }
}

/// A broker, a gateway and a router that serves a workspace.
async fn served(images: Images) -> (NatsServer, Desk, Router) {
    let server = NatsServer::start();
    let mut desk = Desk::open(&server, "g").await;
    let router = Router::start_with(&server, images).await;
    desk.command(publish()).await.expect("a workspace is published");
    (server, desk, router)
}

/// A broker and a gateway whose router was stopped once so many images were kept, and how many
/// chats there are.
async fn stopped_with(kept: usize) -> (NatsServer, Desk, usize) {
    let (server, mut desk, router) = served(BRISK).await;
    let mut chats = 0;
    until_kept(&mut desk, &mut chats, |names| names.len() == kept).await;
    router.stop().await;
    (server, desk, chats)
}

fn count(router: &Router, series: &str) -> u64 {
    let text = router.admin.metrics().render();
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let line = line.unwrap_or_else(|| panic!("{series} is missing in\n{text}"));
    line.parse().expect("a whole number")
}

#[tokio::test]
async fn images_appear_while_commands_flow_and_a_killed_router_starts_from_one() {
    let (server, mut desk, router) = served(BRISK).await;
    let mut chats = 0;
    until_kept(&mut desk, &mut chats, |kept| kept.len() == 2).await;
    let before = images(&desk).await;
    let new = |kept: &[String]| kept.len() == 2 && kept.last() > before.last();
    until_kept(&mut desk, &mut chats, new).await;
    check_images(&desk).await;
    eventually("commands that two images cover are let go of", async || {
        (ends(&desk, subjects::commands_stream(0)).await.0 > 1).then_some(())
    })
    .await;
    eventually("nothing is left of images that were let go of", async || {
        let objects = format!("OBJ_{}", subjects::SNAPSHOTS);
        let store = desk.js.get_stream(objects).await.ok()?;
        // One for the name of an image and one for what is in it.
        (store.cached_info().state.subjects_count == 4).then_some(())
    })
    .await;
    let kept = images(&desk).await;
    assert!(count(&router, "baton_images_kept_total") >= 3);
    assert!(count(&router, "baton_image_seq{shard=\"0\"}") > 0);
    router.kill();
    desk.store(&[start(&format!("cht_{chats}"))]).await;
    let router = Router::start_with(&server, NEVER).await;
    eventually("the command of meanwhile is decided", async || {
        let chat = format!("cht_{chats}").as_str().into();
        desk.ask(&Ask::Chat { workspace: "w".into(), chat }).await.body.ok()
    })
    .await;
    check_chats(&desk, chats + 1).await;
    assert_eq!(count(&router, "baton_images_unfit_total"), 0);
    assert_eq!(images(&desk).await, kept);
    // A planned stop makes no image: it would keep people waiting.
    router.stop().await;
    assert_eq!(images(&desk).await, kept);
}

#[tokio::test]
async fn a_damaged_image_is_passed_over_and_replaced() {
    let (server, mut desk, mut chats) = stopped_with(2).await;
    let newest = images(&desk).await.pop().unwrap();
    let mut bytes = read(&desk, &newest).await;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    put(&desk, &newest, &bytes).await;
    let router = Router::start_with(&server, BRISK).await;
    assert!(count(&router, "baton_images_unfit_total") > 0, "it was told");
    check_chats(&desk, chats).await;
    let replaced = |now: &[String]| now.len() == 2 && !now.contains(&newest);
    until_kept(&mut desk, &mut chats, replaced).await;
    check_images(&desk).await;
    router.stop().await;
    // Without any image that can be used, the journal alone will do.
    for name in images(&desk).await {
        put(&desk, &name, b"damaged").await;
    }
    let router = Router::start_with(&server, NEVER).await;
    check_chats(&desk, chats).await;
    router.stop().await;
}

#[tokio::test]
async fn an_image_of_another_journal_is_not_used() {
    let (server, mut desk, _) = stopped_with(1).await;
    let kept = images(&desk).await.pop().unwrap();
    let foreign = read(&desk, &kept).await;
    // The deployment's streams are lost, the images are not.
    for stream in [subjects::journal_stream(0), subjects::commands_stream(0)] {
        desk.js.delete_stream(stream).await.unwrap();
    }
    let router = Router::start_with(&server, NEVER).await;
    let reply = desk.ask(&Ask::Config { workspace: "w".into() }).await;
    assert!(matches!(reply.body, Ok(ReplyBody::Config(0, None))), "{reply:?}");
    router.stop().await;
    // The new history grows beyond the lost one's image, which then names another frame.
    let router = Router::start_with(&server, BRISK).await;
    desk.command(publish()).await.unwrap();
    let mut chats = 1_000;
    let replaced = |now: &[String]| now.len() == 2 && !now.contains(&kept);
    until_kept(&mut desk, &mut chats, replaced).await;
    check_images(&desk).await;
    router.stop().await;
    // One of the lost history is put before those of the new one.
    let newest = format!("shard-0-{:020}-{:020}", u64::MAX, 1);
    put(&desk, &newest, &foreign).await;
    let router = Router::start_with(&server, NEVER).await;
    let ask = Ask::Chat { workspace: "w".into(), chat: "cht_1000".into() };
    assert!(desk.ask(&ask).await.body.is_ok());
    router.stop().await;
}

#[tokio::test]
async fn a_follower_makes_them_and_one_at_a_time() {
    let (server, mut desk, leader) = served(NEVER).await;
    // Somebody makes an image already, as far as anybody can tell.
    let client = desk.link.client().clone();
    let mut asked = client.subscribe(subjects::imager(0)).await.unwrap();
    client.flush().await.unwrap();
    let follower = Router::start_with(&server, BRISK).await;
    let mut chats = 0;
    for _ in 0..2 * BRISK.frames {
        desk.command(start(&format!("cht_{chats}"))).await.unwrap();
        chats += 1;
    }
    for _ in 0..3 {
        let question = tokio::time::timeout(LIMIT, asked.next()).await.unwrap().unwrap();
        client.publish(question.reply.unwrap(), "".into()).await.unwrap();
    }
    assert_eq!(images(&desk).await, Vec::<String>::new(), "made while another one was");
    drop(asked);
    until_kept(&mut desk, &mut chats, |kept| kept.len() == 1).await;
    check_images(&desk).await;
    follower.stop().await;
    leader.stop().await;
}
