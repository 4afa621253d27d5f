//! The public listener: HTTP/1.1 with bounded headers and times. S6.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use baton_common::limits;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::gateway::Gateway;
use crate::half_open::Opening;
use crate::http::call::Peer;

/// After a failed accept (no file descriptors left, mostly) the next is tried after this.
const AGAIN: Duration = Duration::from_millis(100);

/// Accepts connections until the gateway drains.
pub(crate) async fn run(gateway: Gateway, listener: TcpListener, router: Router) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = gateway.draining.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => accept(&gateway, stream, peer, router.clone()),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

fn accept(gateway: &Gateway, stream: TcpStream, peer: SocketAddr, router: Router) {
    let opening = if gateway.limiter.is_exempt(peer.ip()) {
        None
    } else {
        // Refused by closing: an answer would cost what is to be saved.
        let Some(opening) = gateway.half_open.begin(peer.ip()) else {
            return;
        };
        Some(opening)
    };
    // Small frames must not wait for each other.
    let _ = stream.set_nodelay(true);
    gateway.tasks.spawn(serve(gateway.clone(), stream, peer, router, opening));
}

async fn serve(
    gateway: Gateway,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    opening: Option<Opening>,
) {
    // Let go with the first whole request.
    let opening = Arc::new(Mutex::new(opening));
    let service = service_fn(move |mut request: Request<Incoming>| {
        opening.lock().take();
        request.extensions_mut().insert(Peer(peer));
        answer(router.clone(), request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits::REQUEST_TIME.0))
        .max_headers(limits::HEADERS)
        .max_buf_size(limits::HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let draining = gateway.draining.clone();
    tokio::select! {
        biased;
        // A peer that breaks off is no news.
        _ = connection.as_mut() => {}
        () = draining.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn answer(router: Router, request: Request<Incoming>) -> Result<Response, Infallible> {
    router.oneshot(request.map(Body::new)).await
}
