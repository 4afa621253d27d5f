//! Negative controls: an audit that finds nothing proves nothing until it is seen to find what is
//! there. A proxy breaks one law of the system, and the audit must name it; beside each a sound
//! twin, the same run without the break, must be clean.

use std::time::Duration;

use baton_client::HEALED;
use baton_client::audit::Report;
use baton_e2e::proxy::{NatsProxy, Passage, SocketProxy};
use baton_e2e::{Kind, Stage, until};

use crate::crew::Run;

/// Chats of a run in which accepts are doubled: enough for many to be.
const CHATS: usize = 20;
/// No dice show this.
const NEVER: u32 = u32::MAX;

fn names(report: &Report, check: &str) -> bool {
    report.violations.iter().any(|violation| violation.check == check)
}

/// A leader's append is held up on its way; another router takes over and goes on; then the
/// append arrives. Without a fence it is stored.
async fn an_append_comes_late(is_fenced: bool) -> Report {
    let mut stage = Stage::without_router(Kind::One).await;
    let proxy = NatsProxy::start(&stage.broker.url()).await;
    if !is_fenced {
        proxy.unfence();
    }
    stage.add_router_at(proxy.url()).await;
    let mut run = Run::open(&stage, stage.base()).await;
    run.employ("anna").await;
    run.start().await;
    run.all_closed().await;
    stage.add_router().await;

    proxy.weather(|weather| weather.up = Passage::Held);
    let start = run.starting();
    let waits = async || (proxy.held_appends() > 0).then_some(());
    until("an append that is held up", HEALED, waits).await;
    start.await.expect("the second router takes the start");
    run.all_closed().await;
    proxy.weather(|weather| weather.up = Passage::Open);
    let through = async || proxy.is_through().then_some(());
    until("the arrival of what was held up", HEALED, through).await;
    if is_fenced {
        run.start().await;
        run.all_closed().await;
        assert_eq!(proxy.unfenced(), 0);
    } else {
        assert!(proxy.unfenced() > 0, "no append lost its fence");
    }
    run.audit(&stage, is_fenced).await
}

#[tokio::test]
async fn a_missing_fence_is_found() {
    let report = an_append_comes_late(false).await;
    assert!(names(&report, "chain"), "two leaders wrote, and this is all:\n{report}");
}

#[tokio::test]
async fn with_the_fence_the_late_append_is_refused() {
    let report = an_append_comes_late(true).await;
    assert!(report.is_clean(), "{report}");
}

/// Many chats by two agents through a proxy that doubles one accept in so many; how many were.
async fn accepts_are_doubled(one_in: u32) -> (u64, Report) {
    let stage = Stage::start(Kind::One).await;
    let proxy = SocketProxy::start(stage.base(), one_in, 7).await;
    let mut run = Run::open(&stage, proxy.base()).await;
    for id in ["anna", "ben"] {
        run.employ(id).await;
    }
    for _ in 0..CHATS {
        run.start().await;
    }
    run.all_closed().await;
    let seen = async || (proxy.accepts() >= CHATS as u64).then_some(());
    until("all accepts", HEALED, seen).await;
    if one_in < NEVER {
        let doubled = async || (proxy.doubled() > 0).then_some(());
        until("a doubled accept", HEALED, doubled).await;
    }
    // Its answer is at the agent's before the agent is sent away.
    tokio::time::timeout(Duration::from_secs(5), run.shop.lead().get("/v1/agents"))
        .await
        .expect("the gateway answers");
    let doubled = proxy.doubled();
    (doubled, run.audit(&stage, true).await)
}

#[tokio::test]
async fn a_doubled_accept_is_found() {
    let (doubled, report) = accepts_are_doubled(4).await;
    assert!(doubled > 0);
    assert!(
        names(&report, "one_owner_per_offer"),
        "{doubled} accepts were doubled, and this is all:\n{report}"
    );
}

#[tokio::test]
async fn the_same_people_without_a_lie_are_clean() {
    let (doubled, report) = accepts_are_doubled(NEVER).await;
    assert_eq!(doubled, 0);
    assert!(report.is_clean(), "{report}");
}

/// What Baton itself must withstand: the network brings each command frame twice.
#[tokio::test]
async fn command_frames_that_arrive_twice_take_effect_once() {
    let (stage, proxy, run) = Run::behind_proxy().await;
    proxy.repeat_commands();
    for _ in 0..CHATS {
        run.start().await;
    }
    run.all_closed().await;
    assert!(proxy.repeated() >= CHATS as u64, "{} frames came twice", proxy.repeated());
    let report = run.audit(&stage, true).await;
    assert!(report.is_clean(), "{report}");
}
