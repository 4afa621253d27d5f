//! Behind the load balancer of `deploy/haproxy`: what people notice of a gateway that stops.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use baton_client::{Agent, ConnectError, Customer, HEALED, Http, Socket, fresh_key};
use baton_e2e::{Balancer, Kind, Shop, Stage};
use nix::sys::signal::Signal;
use serde_json::json;
use tokio::net::TcpListener;

/// Between two arrivals of one kind: the balancer looks at its gateways twice in a second, and in
/// between sends most of those who come to the one that has the fewest connections.
const PACE: Duration = Duration::from_millis(10);
/// A stop takes at least a second; while it lasts so many come.
const ENOUGH: usize = 20;

/// Opens sockets and starts chats, one attempt each, until told to stop; how many of each.
async fn arrive(shop: &Shop, stop: &AtomicBool) -> (usize, usize) {
    tokio::join!(open_sockets(shop, stop), start_chats(shop, stop))
}

async fn open_sockets(shop: &Shop, stop: &AtomicBool) -> usize {
    let (mut opened, mut goodbyes) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        match Socket::connect(shop.http.base(), &shop.token("agent", "ben")).await {
            Ok(_) => opened += 1,
            // The stop began after the upgrade and before the hello.
            Err(ConnectError::NoWelcome { bye: Some(bye), .. }) if bye["reason"] == "draining" => {
                goodbyes += 1;
            }
            Err(error) => panic!("socket {opened}: {error}"),
        }
        tokio::time::sleep(PACE).await;
    }
    assert!(goodbyes <= 1, "{goodbyes} sockets were opened at a gateway that drained already");
    opened
}

async fn start_chats(shop: &Shop, stop: &AtomicBool) -> usize {
    let mut started = 0;
    while !stop.load(Ordering::Relaxed) {
        // One who has been here before, on a connection that is kept, and somebody new.
        for http in [&shop.http, &Http::new(shop.http.base())] {
            let body = shop.order(json!({"text": "hello"}));
            let reply = http.post_keyed("/v1/chats", &fresh_key(), &body).await;
            assert!(matches!(reply.status, 201 | 202), "start {started}: {}", reply.text);
            started += 1;
        }
        tokio::time::sleep(PACE).await;
    }
    started
}

/// People on both gateways, who stay.
async fn settle(shop: &Shop) -> (Vec<Customer>, Vec<Agent>) {
    let (mut customers, mut agents) = (Vec::new(), Vec::new());
    for agent in ["anna", "cleo"] {
        agents.push(shop.present(agent).await);
        agents.push(shop.present(agent).await);
    }
    for _ in 0..4 {
        customers.push(shop.customer(json!({})).await);
    }
    (customers, agents)
}

#[tokio::test]
async fn nobody_who_comes_while_a_gateway_drains_is_refused() {
    let mut stage = Stage::bare(Kind::One).await;
    stage.limits_us = false;
    stage.add_gateway().await;
    stage.add_gateway().await;
    stage.add_router().await;
    let at = stage.gateways.iter().map(|gateway| (&*gateway.ready.public, &*gateway.ready.admin));
    let Some(balancer) = Balancer::start(&at.collect::<Vec<_>>()).await else {
        return;
    };
    for (gateway, state) in [(1, "UP"), (2, "UP"), (3, "DOWN"), (4, "DOWN")] {
        balancer.has(gateway, state).await;
    }
    let shop = Shop::open(&balancer.public, &stage.minter, "shop", json!({})).await;
    let (customers, agents) = settle(&shop).await;
    let stop = AtomicBool::new(false);
    let gateway = &mut stage.gateways[0].process;
    let drained = async {
        gateway.signal(Signal::SIGTERM);
        // Those whom it still has are let go by itself; nobody new is sent there.
        balancer.tells(1, "stopping").await;
        assert!(gateway.exited(HEALED).await.success());
        balancer.has(1, "DOWN").await;
        stop.store(true, Ordering::Relaxed);
    };
    let ((sockets, starts), ()) = tokio::join!(arrive(&shop, &stop), drained);
    assert!(sockets >= ENOUGH && starts >= ENOUGH, "{sockets} sockets, {starts} starts");
    // Some of those who were there were on it, and each of them was told why it ended.
    let all = customers.iter().map(Customer::socket).chain(agents.iter().map(|it| &it.socket));
    let ended: Vec<&Socket> = all.filter(|socket| socket.history.ended().is_some()).collect();
    assert!(!ended.is_empty() && ended.len() < 8, "{} of eight were on one", ended.len());
    for socket in ended {
        let bye = socket.event("bye", |frame| frame["reason"] == "draining").await;
        assert!(bye["reconnect_in_s"].is_number(), "{bye}");
    }
}

/// A gateway of some release, as far as a balancer and a page's file go: its address.
async fn release(file: &'static str) -> String {
    let router = Router::new()
        .route("/readyz", get(|| async { "ready" }))
        .route(file, get(|| async { "a script" }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

#[tokio::test]
async fn a_pages_files_are_found_while_gateways_are_updated_one_by_one() {
    let mut all = vec![release("/assets/new.js").await];
    for _ in 0..3 {
        all.push(release("/assets/old.js").await);
    }
    let places: Vec<_> = all.iter().map(|at| (at.as_str(), at.as_str())).collect();
    let Some(balancer) = Balancer::start(&places).await else {
        return;
    };
    for gateway in 1..=places.len() {
        balancer.has(gateway, "UP").await;
    }
    // Somebody new each time, as browsers are.
    let get = async |path: &str| Http::new(&balancer.public).get(path).await.status;
    for file in ["/assets/old.js", "/assets/new.js"] {
        for _ in 0..ENOUGH {
            assert_eq!(get(file).await, 200, "{file}");
        }
    }
    assert_eq!(get("/assets/none.js").await, 404);
}
