//! The admin port: health, readiness, metrics, and what a part mounts beside them. Leaves all
//! that needs a token to the public port.

mod readiness;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::metrics::Metrics;

pub use readiness::{NotReady, Readiness, ReadyFlag};

/// Connections that wait to be accepted: a gateway's death sends its thousands of clients to the
/// others in one moment, and whom the library's default turns away tries again only a second later.
const BACKLOG: u32 = 4_096;

/// What the admin port shows. Parts of one process share it; clones are the same.
#[derive(Clone, Debug)]
pub struct Registry {
    readiness: Readiness,
    metrics: Metrics,
    mounted: Arc<RwLock<Router>>,
}

/// A running admin server.
#[derive(Debug)]
pub struct Admin {
    /// Where it listens, with the port that was taken.
    pub address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
}

/// Why a listener could not be opened. One line that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {advice} --{flag}")]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// The flag that changes it.
    pub flag: &'static str,
    advice: String,
}

impl Registry {
    /// A registry over the process's metrics, nothing mounted, nothing to be ready for.
    pub fn new(metrics: Metrics) -> Self {
        Self { readiness: Readiness::default(), metrics, mounted: Arc::default() }
    }

    /// Where parts register what must be ready.
    pub const fn readiness(&self) -> &Readiness {
        &self.readiness
    }

    /// The metrics of the process.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Adds routes, also while the server runs.
    ///
    /// # Panics
    /// When a route is mounted already.
    pub fn mount(&self, routes: Router) {
        let mut mounted = self.mounted.write().unwrap_or_else(PoisonError::into_inner);
        *mounted = std::mem::take(&mut *mounted).merge(routes);
    }
}

/// Binds an address; the error names it, the flag that changes it, and what to do.
#[expect(clippy::unused_async, reason = "it needs a runtime, and panics outside of one")]
pub async fn bind(address: SocketAddr, flag: &'static str) -> Result<TcpListener, ListenError> {
    listen(address).map_err(|source| {
        let advice = match source.kind() {
            io::ErrorKind::AddrInUse => {
                "the address is in use; stop what listens there, or choose another with".to_owned()
            }
            io::ErrorKind::PermissionDenied => {
                "permission denied; choose a port above 1023 with".to_owned()
            }
            _ => format!("{source}; choose an address of this machine with"),
        };
        ListenError { address, flag, advice }
    })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv6() { TcpSocket::new_v6()? } else { TcpSocket::new_v4()? };
    // As the library's own bind does: a restart takes its address again at once.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves the admin port until `shutdown`.
pub async fn serve(
    listen: SocketAddr,
    registry: Registry,
    shutdown: CancellationToken,
) -> Result<Admin, ListenError> {
    let listener = bind(listen, "admin-listen").await?;
    let address = listener.local_addr().unwrap_or(listen);
    let server =
        axum::serve(listener, routes(registry)).with_graceful_shutdown(shutdown.cancelled_owned());
    let task = tokio::spawn(async move { server.await });
    Ok(Admin { address, task })
}

impl Admin {
    /// Waits until the server has stopped.
    pub async fn stopped(self) {
        if let Ok(Err(error)) = self.task.await {
            tracing::warn!(%error, "the admin port stopped with an error");
        }
    }
}

fn routes(registry: Registry) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .fallback(mounted)
        .with_state(registry)
}

async fn ready(State(registry): State<Registry>) -> Response {
    let not_ready = registry.readiness.not_ready();
    let status =
        if not_ready.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ready": not_ready.is_empty(), "not_ready": not_ready });
    (status, axum::Json(body)).into_response()
}

async fn metrics(State(registry): State<Registry>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, registry.metrics.render()).into_response()
}

async fn mounted(State(registry): State<Registry>, request: Request) -> Response {
    let routes = registry.mounted.read().unwrap_or_else(PoisonError::into_inner).clone();
    // A router is always ready and cannot fail.
    let mut routes = routes;
    match routes.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    const ANY: &str = "127.0.0.1:0";

    async fn fetch(address: SocketAddr, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        (status, text.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    async fn started() -> (Admin, Registry, CancellationToken) {
        let registry = Registry::new(crate::metrics::install().unwrap());
        let shutdown = CancellationToken::new();
        let admin = serve(ANY.parse().unwrap(), registry.clone(), shutdown.clone()).await.unwrap();
        (admin, registry, shutdown)
    }

    #[tokio::test]
    async fn health_readiness_and_metrics_are_served() {
        let (admin, registry, shutdown) = started().await;
        assert_eq!(fetch(admin.address, "/healthz").await.0, 200);
        let flag = registry.readiness().register("broker", "not reached yet");
        let (status, body) = fetch(admin.address, "/readyz").await;
        assert_eq!(status, 503);
        let expected =
            r#"{"not_ready":[{"name":"broker","reason":"not reached yet"}],"ready":false}"#;
        assert_eq!(body, expected);
        flag.ready();
        assert_eq!(fetch(admin.address, "/readyz").await.0, 200);
        let (status, body) = fetch(admin.address, "/metrics").await;
        assert!(status == 200 && body.contains("# TYPE"), "{body}");
        shutdown.cancel();
        admin.stopped().await;
    }

    #[tokio::test]
    async fn routes_can_be_mounted_while_it_runs() {
        let (admin, registry, _shutdown) = started().await;
        assert_eq!(fetch(admin.address, "/openapi.json").await.0, 404);
        registry.mount(Router::new().route("/openapi.json", get(|| async { "{}" })));
        assert_eq!(fetch(admin.address, "/openapi.json").await, (200, "{}".into()));
        assert_eq!(fetch(admin.address, "/nothing").await.0, 404);
    }

    #[tokio::test]
    async fn a_taken_port_is_one_line_with_address_and_flag() {
        let (admin, registry, _shutdown) = started().await;
        let error = serve(admin.address, registry, CancellationToken::new()).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&admin.address.to_string()), "{text}");
        assert!(text.contains("--admin-listen") && !text.contains('\n'), "{text}");
    }
}
