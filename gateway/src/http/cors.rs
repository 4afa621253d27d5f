//! What a browser is told about pages of other origins: those that a workspace allows may call what
//! the customer's widget calls. Whether a call is allowed is each call's own to say.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use baton_common::code::Code;

use crate::gateway::Gateway;
use crate::http::call::Peer;
use crate::origin::Origin;
use crate::refusal::Refusal;

/// A browser asks before the first call and then not again for so long.
const KEPT_S: &str = "600";

/// Answers what browsers ask before a call, and marks the answers that a page may read. Errors too:
/// a page that may not see why it was refused cannot say it.
pub(super) async fn layer(
    State(gateway): State<Gateway>,
    request: Request,
    next: Next,
) -> Response {
    let methods = methods(request.uri().path());
    let Origin::Other(origin) = Origin::of(request.headers()) else {
        return next.run(request).await;
    };
    let Some(methods) = methods else {
        return next.run(request).await;
    };
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if asks {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        if let Some(Err(refusal)) = peer.map(|peer| gateway.limit_call(peer)) {
            return refusal.into_response();
        }
    }
    // While it cannot be told, it is not allowed; the page tries again.
    let allowed = gateway.link.any_origin(&origin).await.unwrap_or(false);
    let mut response = match (asks, allowed) {
        (true, true) => beforehand(methods),
        (true, false) => {
            let detail = "no workspace allows pages of this origin: add it to its `origins`";
            Refusal::new(Code::Forbidden, detail).into_response()
        }
        (false, _) => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if allowed {
        mark(headers, &origin);
    }
    response
}

/// The methods of the calls that pages of other origins may make.
fn methods(path: &str) -> Option<&'static str> {
    match path {
        "/v1/widget" => return Some("GET"),
        "/v1/chats" => return Some("POST"),
        _ => {}
    }
    let (id, call) = path.strip_prefix("/v1/chats/")?.split_once('/').unwrap_or_default();
    match (id.is_empty(), call) {
        (false, "messages") => Some("GET, POST"),
        (false, "token" | "end") => Some("POST"),
        _ => None,
    }
}

fn beforehand(methods: &'static str) -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, methods),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, idempotency-key"),
        (header::ACCESS_CONTROL_MAX_AGE, KEPT_S),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// This origin alone; tokens come in a header, so no cookies are ever meant.
fn mark(headers: &mut HeaderMap, origin: &str) {
    if let Ok(origin) = HeaderValue::from_str(origin) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("retry-after");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_pages_of_other_origins_reach_the_widgets_calls_alone() {
        assert_eq!(methods("/v1/chats"), Some("POST"));
        assert_eq!(methods("/v1/chats/cht_1/messages"), Some("GET, POST"));
        assert_eq!(methods("/v1/chats/cht_1/end"), Some("POST"));
        assert_eq!(methods("/v1/widget"), Some("GET"));
        for other in
            ["/v1/chats/cht_1", "/v1/chats//end", "/v1/config", "/v1/commands", "/v1/sign-in", "/"]
        {
            assert_eq!(methods(other), None, "{other}");
        }
    }
}
