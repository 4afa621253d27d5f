//! A service that is there, turns its keys, and is away.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// A service, and how often it was asked.
async fn service() -> (String, Arc<AtomicUsize>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let (own, count) = (url.clone(), Arc::clone(&asked));
    let describe = move || {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Json(json!({"issuer": own, "jwks_uri": format!("{own}/keys"),
            "authorization_endpoint": format!("{own}/a"), "token_endpoint": format!("{own}/t")})))
    };
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(describe))
        .route("/keys", get(|| std::future::ready(Json(json!({"keys": []})))));
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, asked, task)
}

#[tokio::test]
async fn s14_what_was_known_is_so_while_the_service_is_away() {
    let (url, asked, task) = service().await;
    // Old as soon as it is read.
    let provider = Provider::kept(&url, Duration::ZERO).unwrap();
    provider.known().await.unwrap();
    task.abort();
    let _ = task.await;
    for _ in 0..3 {
        assert_eq!(provider.known().await.unwrap().endpoints.issuer, url);
        assert_eq!(provider.known_anew().await.unwrap().endpoints.issuer, url);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn one_reads_for_all_and_a_silent_service_is_left_in_peace() {
    let (url, asked, _task) = service().await;
    let provider = Provider::at(&url).unwrap();
    let all = futures_util::future::join_all((0..20).map(|_| provider.known())).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let nobody = Provider::at("http://127.0.0.1:1").unwrap();
    assert!(nobody.known().await.is_err());
    let begun = Instant::now();
    for _ in 0..100 {
        assert!(nobody.known().await.is_err());
    }
    assert!(begun.elapsed() < PAUSE, "it was not asked again");
}

#[tokio::test]
async fn a_service_that_calls_itself_something_else_is_not_believed() {
    let (url, _, _task) = service().await;
    let provider = Provider::at(&format!("{url}/")).unwrap();
    assert!(provider.known().await.is_err());
}
