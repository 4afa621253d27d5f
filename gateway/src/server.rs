//! The public listener: HTTP/1.1 with bounded headers and times. S6.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::Response;
use baton_common::limits;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::gateway::Gateway;
use crate::half_open::Opening;
use crate::http::call::Peer;

/// After a failed accept (no file descriptors left, mostly) the next is tried after this.
const AGAIN: Duration = Duration::from_millis(100);

/// Accepts connections until the gateway has drained.
pub(crate) async fn run(gateway: Gateway, listener: TcpListener, router: Router) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = gateway.closing.cancelled() => return,
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
    // Behind a proxy are many people, and it bounds by itself how long they take.
    let proxy = gateway.proxies.trusts(peer.ip());
    let opening = if proxy || gateway.limiter.is_exempt(peer.ip()) {
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
    let proxies = gateway.proxies.clone();
    let drains = gateway.draining.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        opening.lock().take();
        let forwarded = request.headers().get_all("x-forwarded-for").iter();
        // What cannot be read as text is no address.
        let forwarded = forwarded.map(|value| value.to_str().unwrap_or_default());
        let client = proxies.client(peer.ip(), forwarded);
        request.extensions_mut().insert(Peer(SocketAddr::new(client, peer.port())));
        answer(router.clone(), request, drains.clone())
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits::REQUEST_TIME.0))
        .max_headers(limits::HEADERS)
        .max_buf_size(limits::HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let closing = gateway.closing.clone();
    tokio::select! {
        biased;
        // A peer that breaks off is no news.
        _ = connection.as_mut() => {}
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    draining: CancellationToken,
) -> Result<Response, Infallible> {
    let mut response = router.oneshot(request.map(Body::new)).await?;
    if draining.is_cancelled() && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        // The next call goes to another gateway, and none is cut off by this one's end.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
