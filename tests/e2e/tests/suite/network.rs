//! Lines between Baton's processes and the broker that are slow, late, silent or cut: what is
//! asked is answered in the end, once, and the audit finds nothing wrong. Processes that die are
//! in `faults`.

use std::time::Duration;

use baton_client::{HEALED, Http, fresh_key};
use baton_e2e::proxy::{Passage, Weather};
use baton_e2e::until;
use serde_json::json;

use crate::crew::Run;

/// Chats of a run.
const CHATS: usize = 5;

/// A gateway whose broker is far away behind a narrow line.
#[tokio::test]
async fn a_slow_line_costs_time_and_nothing_else() {
    let (stage, proxy, run) = Run::behind_proxy().await;
    let (delay, rate) = (Duration::from_millis(150), Some(200_000));
    proxy.weather(|weather| *weather = Weather { delay, rate, ..Weather::default() });
    let starts: Vec<_> = (0..CHATS).map(|_| run.starting()).collect();
    for start in starts {
        let started = start.await.expect("no start panics");
        assert!(started.took > delay * 4, "two appends there and back in {:?}", started.took);
    }
    run.all_closed().await;
    let report = run.audit(&stage, true).await;
    assert!(report.is_clean(), "{report}");
}

/// A gateway that is cut off refuses for now, and what was asked meanwhile happens once.
#[tokio::test]
async fn a_gateway_that_is_cut_off_says_so_and_loses_nothing() {
    let (stage, proxy, run) = Run::behind_proxy().await;
    run.start().await;
    run.all_closed().await;

    proxy.weather(|weather| weather.cut = true);
    let start = run.starting();
    let (http, order) = (Http::new(&run.gateways.urls()[0]), run.shop.order(json!({})));
    let refused = async || {
        let reply = http.post_keyed("/v1/chats", &fresh_key(), &order).await;
        (reply.status == 503).then(|| reply.problem("unavailable"))
    };
    until("the refusal of a start", HEALED, refused).await;
    assert!(!start.is_finished(), "a start was answered without a broker");
    proxy.weather(|weather| weather.cut = false);
    start.await.expect("the start is repeated until it is known");
    run.all_closed().await;
    let report = run.audit(&stage, false).await;
    assert!(report.is_clean(), "{report}");
}

/// A gateway's line falls silent in the middle of everything, as a half-open connection does, and
/// comes back.
#[tokio::test]
async fn a_silent_line_loses_nothing() {
    let (stage, proxy, run) = Run::behind_proxy().await;
    let silent = Weather { up: Passage::Held, down: Passage::Held, ..Weather::default() };
    proxy.weather(|weather| *weather = silent);
    let starts: Vec<_> = (0..CHATS).map(|_| run.starting()).collect();
    let in_vain = async || (proxy.sent_again() > 0).then_some(());
    until("an append that is sent again, for want of an acknowledgement", HEALED, in_vain).await;
    assert!(starts.iter().all(|start| !start.is_finished()), "answered through a silent line");
    proxy.weather(|weather| *weather = Weather::default());
    for start in starts {
        start.await.expect("no start panics");
    }
    run.all_closed().await;
    let report = run.audit(&stage, true).await;
    assert!(report.is_clean(), "{report}");
}
