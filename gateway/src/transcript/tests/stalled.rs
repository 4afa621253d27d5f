//! What a stream that does not answer may cost the others, and what transcripts may cost at all.

use baton_common::hash::shard_of;
use baton_common::limits;
use tokio::time::{Instant, sleep};

use super::*;
use crate::transcript::stored::Stored;

/// Far less than the wait for a stream that does not answer.
const SOON: Duration = Duration::from_secs(2);

/// A gateway of two shards, and a workspace of each.
struct Pair {
    _server: NatsServer,
    link: Link,
    gateway: Transcripts,
    good: WorkspaceId,
    stalled: WorkspaceId,
}

/// With streams of so many of the shards.
async fn pair(streams: u16) -> Pair {
    let server = NatsServer::start();
    let link = server.link().await;
    for shard in 0..streams {
        let wanted = Wanted { shard, shards: 2, replicas: 1 };
        ensure_streams(&link.jetstream(PATIENCE), wanted).await.unwrap();
    }
    let gateway = Transcripts::start(&link, 2, CancellationToken::new()).await.unwrap();
    let of_shard = |shard| {
        let mut all = (0..).map(|n| WorkspaceId::new(format!("w{n}")));
        all.find(|workspace| shard_of(workspace, 2) == shard).unwrap()
    };
    Pair { _server: server, link, gateway, good: of_shard(0), stalled: of_shard(1) }
}

impl Pair {
    /// Stores a line that no live message shows.
    async fn store(&self, workspace: &WorkspaceId, chat: &ChatId) {
        let js = self.link.jetstream(PATIENCE);
        let name = subjects::transcripts_stream(shard_of(workspace, 2));
        let stream = js.get_stream(name).await.unwrap();
        let config = Config { republish: None, ..stream.cached_info().config.clone() };
        js.update_stream(config).await.unwrap();
        let record = Record::Line(line("agent1", "1"));
        self.gateway.append(workspace, chat, &record).await.unwrap();
    }

    /// Tells that a stream has elected, which is a reason to sweep it.
    async fn elect(&self, shard: u16) {
        let stream = subjects::transcripts_stream(shard);
        let subject = format!("$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.{stream}");
        self.link.client().publish(subject, "{}".into()).await.unwrap();
    }
}

#[tokio::test]
async fn a_stream_that_does_not_answer_keeps_no_line_of_another_waiting() {
    let pair = pair(1).await;
    let Place { chat, .. } = place();
    // What is sent there is taken and never acknowledged.
    let silent = pair.link.client().subscribe("baton.transcripts.1.>").await.unwrap();
    for n in 0..2 * limits::RECORDS_IN_FLIGHT {
        let (gateway, workspace, chat) = (pair.gateway.clone(), pair.stalled.clone(), chat.clone());
        let record = Record::Line(line("agent1", &n.to_string()));
        tokio::spawn(async move { gateway.append(&workspace, &chat, &record).await });
    }
    tokio::task::yield_now().await;
    let said = pair.gateway.say(&pair.good, &chat, line("agent1", "1"));
    timeout(SOON, said).await.expect("it has turns of its own").unwrap();
    drop(silent);
}

#[tokio::test]
async fn a_stream_that_does_not_answer_delays_no_sweep_of_another() {
    let pair = pair(2).await;
    let Place { chat, .. } = place();
    let stalled = pair.gateway.open(&pair.stalled, &chat).await.unwrap();
    let read = pair.gateway.open(&pair.good, &chat).await.unwrap();
    pair.store(&pair.stalled, &chat).await;
    let mut asked = pair.link.client().subscribe("$JS.API.DIRECT.GET.>").await.unwrap();
    // The sweep of its stream finds that it is behind, and cannot read it.
    let reading = stalled.repairing.lock().await;
    pair.elect(1).await;
    let swept =
        async { while !asked.next().await.unwrap().subject.ends_with("baton-transcripts-1") {} };
    timeout(PATIENCE, swept).await.expect("it is swept");
    pair.store(&pair.good, &chat).await;
    pair.elect(0).await;
    timeout(SOON, lines(&read, 1)).await.expect("its own sweep finds it");
    drop(reading);
    lines(&stalled, 1).await;
}

#[tokio::test]
async fn what_was_lately_used_stays_at_hand_while_a_stream_does_not_answer() {
    let pair = pair(1).await;
    let Place { chat, .. } = place();
    let stalled = pair.gateway.begin(&pair.stalled, &chat).await.unwrap();
    drop(pair.gateway.open(&pair.good, &chat).await.unwrap());
    let library = &pair.gateway.0;
    assert_eq!(library.held(), 2);
    let forgotten = async {
        while library.held() == 2 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    // Sweeps fail each second.
    let let_go = timeout(Duration::from_secs(5), forgotten).await;
    assert!(let_go.is_err(), "it is let go of in its own time");
    drop(stalled);
}

#[tokio::test]
async fn what_is_kept_is_bounded_also_as_it_grows() {
    let pair = pair(1).await;
    let mut chats = Vec::new();
    for n in 0..16 {
        let chat = ChatId::new(format!("cht_{n}"));
        chats.push(pair.gateway.begin(&pair.good, &chat).await.unwrap());
    }
    let payload = bytes::Bytes::from(vec![b' '; limits::BYTES_KEPT / 64]);
    for seq in 1..8 {
        for transcript in &chats {
            let subject = transcript.place.subject.clone();
            let (at, payload) = (Timestamp(1), payload.clone());
            transcript.fold_page(&[Stored { subject, seq, previous: seq - 1, at, payload }]);
            let kept = pair.gateway.0.kept_bytes();
            assert!(kept <= limits::BYTES_KEPT, "{kept} bytes are kept");
        }
    }
    assert!(chats[0].bytes() > limits::BYTES_KEPT / 16);
    // One that is larger than all that may be kept is used and not kept.
    let (seq, last) = (99, &chats[0]);
    let subject = last.place.subject.clone();
    let payload = bytes::Bytes::from(vec![b' '; limits::BYTES_KEPT]);
    last.fold_page(&[Stored { subject, seq, previous: 7, at: Timestamp(1), payload }]);
    pair.gateway.begin(&pair.good, &ChatId::new("cht_0")).await.unwrap();
    assert!(pair.gateway.0.kept_bytes() <= limits::BYTES_KEPT);
}

#[tokio::test]
async fn nobody_waits_for_ever_and_an_offer_but_a_moment() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let gateway = transcripts(&link).await;
    let Place { workspace, chat } = &place();
    gateway.say(workspace, chat, line("agent1", "1")).await.unwrap();
    let read = gateway.open(workspace, chat).await.unwrap();
    republish(&link, false).await;
    let note = Record::Note { note: "n1".into(), by: "agent1".into(), text: "why".into() };
    gateway.append(workspace, chat, &note).await.unwrap();
    // Somebody reads from a stream that does not answer.
    let reading = read.repairing.lock().await;
    let since = Instant::now();
    let offered = timeout(SOON, gateway.for_offer(workspace, chat, true)).await.unwrap();
    assert_eq!((offered.last(Audience::Agents), offered.note(&"n1".into())), (1, None));
    let refused = timeout(PATIENCE, gateway.open(workspace, chat)).await.expect("it ends");
    assert_eq!(refused.map(|_| ()).unwrap_err().code, Code::Unavailable);
    assert!(since.elapsed() >= SOON, "it was waited for");
    drop(reading);
    let offered = gateway.for_offer(workspace, chat, true).await;
    assert_eq!(offered.note(&"n1".into()).as_deref(), Some("why"), "what live lines did not show");
}
