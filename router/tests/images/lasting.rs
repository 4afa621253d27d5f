//! What images must outlast: a journal that let go of old frames, a broker that does not tell for
//! a while, parts that are missing, a command stream that was lost, writers that were interrupted.

use async_nats::jetstream::object_store::ObjectInfo;
use async_nats::jetstream::stream::Config;
use baton_common::subjects;
use baton_common::time::Span;
use baton_core::node::image;
use baton_router::Images;
use serde_json::{Value, json};

use super::{
    BRISK, NEVER, check_chats, check_images, count, ends, fold, images, put, read, served,
    stopped_with, until_kept,
};
use crate::support::{Desk, Router, eventually, start};

fn objects() -> String {
    format!("OBJ_{}", subjects::SNAPSHOTS)
}

/// Lets go of all messages of a stream before a sequence.
async fn let_go(desk: &Desk, stream: String, before: u64) {
    let stream = desk.js.get_stream(stream).await.expect("the stream is there");
    stream.purge().sequence(before).await.expect("it is let go of");
}

async fn direct_reads_of_images(desk: &Desk, allow_direct: bool) {
    let stream = desk.js.get_stream(objects()).await.expect("the bucket is there");
    let config = Config { allow_direct, ..stream.cached_info().config.clone() };
    desk.js.update_stream(config).await.expect("it can be altered");
}

/// Messages under a subject of the bucket.
async fn chunks(desk: &Desk, nuid: &str) -> u64 {
    let subject = format!("$O.{}.C.{nuid}", subjects::SNAPSHOTS);
    let ask = json!({ "subjects_filter": subject });
    let of = format!("STREAM.INFO.{}", objects());
    let info: Value = desk.js.request(of, &ask).await.expect("the bucket is there");
    info["state"]["subjects"][&subject].as_u64().unwrap_or(0)
}

fn name(seq: u64, commands_through: u64) -> String {
    format!("shard-0-{seq:020}-{commands_through:020}")
}

/// Of which frame an image is.
async fn seq_of(desk: &Desk, name: &str) -> u64 {
    image::decode(0, &read(desk, name).await, || {}).expect("an image").position().seq
}

fn index(seq: u64) -> usize {
    usize::try_from(seq).expect("few frames")
}

#[tokio::test]
async fn a_shard_starts_from_an_image_whose_frame_the_journal_let_go_of() {
    let (server, mut desk, chats) = stopped_with(1).await;
    let journal = subjects::journal_stream(0);
    let mut frames = desk.stored(&journal).await;
    let seq = seq_of(&desk, &images(&desk).await[0]).await;
    assert!(seq < frames.len() as u64, "a planned stop appends");
    let_go(&desk, journal.clone(), seq + 1).await;
    let router = Router::start_with(&server, NEVER).await;
    check_chats(&desk, chats).await;
    router.stop().await;
    // No frame is left: nothing happened for long.
    frames.truncate(index(seq));
    frames.extend(desk.stored(&journal).await);
    let last = frames.len() as u64;
    put(&desk, &name(last, 1), &fold(&frames, last)).await;
    let_go(&desk, journal.clone(), last + 1).await;
    assert_eq!(ends(&desk, journal).await, (last + 1, last));
    let router = Router::start_with(&server, NEVER).await;
    check_chats(&desk, chats).await;
    assert_eq!(count(&router, "baton_images_unfit_total"), 0);
    desk.command(start(&format!("cht_{chats}"))).await.unwrap();
    router.stop().await;
}

#[tokio::test]
async fn an_image_whose_frame_is_gone_is_judged_by_the_next_frame() {
    let (server, desk, chats) = stopped_with(2).await;
    let journal = subjects::journal_stream(0);
    let mut frames = desk.stored(&journal).await;
    let seq = seq_of(&desk, &images(&desk).await[1]).await;
    // The same state, of a frame that was another one.
    frames[index(seq) - 1].push(b' ');
    put(&desk, &name(seq, u64::MAX), &fold(&frames, seq)).await;
    let_go(&desk, journal, seq + 1).await;
    let router = Router::start_with(&server, NEVER).await;
    check_chats(&desk, chats).await;
    assert!(count(&router, "baton_images_unfit_total") > 0, "it was told");
    router.stop().await;
}

#[tokio::test]
async fn an_image_that_cannot_be_read_now_is_not_passed_over() {
    let (_server, mut desk, router) = served(BRISK).await;
    let mut chats = 0;
    until_kept(&mut desk, &mut chats, |kept| kept.len() == 2).await;
    direct_reads_of_images(&desk, false).await;
    let kept = images(&desk).await;
    for _ in 0..2 * BRISK.frames {
        desk.command(start(&format!("cht_{chats}"))).await.unwrap();
        chats += 1;
    }
    eventually("the imager fails", async || {
        (count(&router, "baton_images_failed_total") > 0).then_some(())
    })
    .await;
    assert_eq!(count(&router, "baton_images_unfit_total"), 0, "passed over");
    direct_reads_of_images(&desk, true).await;
    until_kept(&mut desk, &mut chats, |now| now.last() > kept.last()).await;
    check_images(&desk).await;
    assert_eq!(count(&router, "baton_images_unfit_total"), 0);
    router.stop().await;
}

#[tokio::test]
async fn an_image_with_missing_parts_is_passed_over() {
    let (server, desk, chats) = stopped_with(2).await;
    let newest = images(&desk).await.pop().unwrap();
    let store = desk.js.get_object_store(subjects::SNAPSHOTS).await.unwrap();
    let ObjectInfo { nuid, .. } = store.info(&newest).await.unwrap();
    let bucket = desk.js.get_stream(objects()).await.unwrap();
    bucket.purge().filter(format!("$O.{}.C.{nuid}", subjects::SNAPSHOTS)).await.unwrap();
    let router = Router::start_with(&server, NEVER).await;
    assert!(count(&router, "baton_images_unfit_total") > 0, "it was told");
    check_chats(&desk, chats).await;
    router.stop().await;
}

#[tokio::test]
async fn commands_of_a_stream_that_was_lost_and_made_anew_are_not_let_go_of() {
    let (server, mut desk, chats) = stopped_with(2).await;
    let commands = subjects::commands_stream(0);
    let (_, cursor) = ends(&desk, commands.clone()).await;
    desk.js.delete_stream(&commands).await.unwrap();
    let router = Router::start_with(&server, NEVER).await;
    let mut all = chats;
    while ends(&desk, commands.clone()).await.1 <= cursor {
        desk.command(start(&format!("cht_{all}"))).await.unwrap();
        all += 1;
    }
    router.stop().await;
    // The next image is made beyond one whose cursor is of the lost stream.
    let router = Router::start_with(&server, BRISK).await;
    let before = count(&router, "baton_images_kept_total");
    eventually("an image is kept", async || {
        (count(&router, "baton_images_kept_total") > before).then_some(())
    })
    .await;
    assert_eq!(ends(&desk, commands.clone()).await.0, 1, "undecided ones could be among them");
    check_chats(&desk, all).await;
    // From the image after it on, they are.
    eventually("commands are let go of again", async || {
        desk.command(start(&format!("cht_{all}"))).await.unwrap();
        all += 1;
        (ends(&desk, commands.clone()).await.0 > 1).then_some(())
    })
    .await;
    router.stop().await;
}

#[tokio::test]
async fn what_an_interrupted_writer_left_is_removed_once_it_is_old() {
    let (server, mut desk, router) = served(BRISK).await;
    let part = format!("$O.{}.C.interrupted", subjects::SNAPSHOTS);
    desk.js.publish(part, "part".into()).await.unwrap().await.unwrap();
    let mut chats = 0;
    until_kept(&mut desk, &mut chats, |kept| kept.len() == 2).await;
    let first = images(&desk).await;
    until_kept(&mut desk, &mut chats, |kept| !kept.contains(&first[0])).await;
    router.stop().await;
    assert_eq!(chunks(&desk, "interrupted").await, 1, "somebody may be writing it");
    let hasty = Images { leftovers: Span::ZERO, ..BRISK };
    let router = Router::start_with(&server, hasty).await;
    let last = images(&desk).await.pop();
    until_kept(&mut desk, &mut chats, |kept| kept.last() > last.as_ref()).await;
    eventually("it is removed", async || (chunks(&desk, "interrupted").await == 0).then_some(()))
        .await;
    router.stop().await;
    check_images(&desk).await;
}
