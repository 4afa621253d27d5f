//! HTTP: the routes with their description, and what holds for every answer. One file a family.

pub(crate) mod asyncapi;
pub(crate) mod call;
mod chats;
mod command;
mod config;
mod cors;
mod directory;
mod history;
mod lists;
mod messages;
pub(crate) mod openapi;
mod quotes;
mod sign_in;
mod statistics;
mod why;
mod widget;

use axum::http::{HeaderValue, header};
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;
use crate::pages;
use crate::refusal::Refusal;
use crate::socket;

/// All routes, described.
fn described() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(chats::start, lists::chats))
        .routes(routes!(chats::chat))
        .routes(routes!(chats::renew))
        .routes(routes!(chats::end))
        .routes(routes!(messages::list, messages::post))
        .routes(routes!(command::command))
        .routes(routes!(directory::queues))
        .routes(routes!(directory::queue))
        .routes(routes!(history::queue))
        .routes(routes!(directory::agents))
        .routes(routes!(directory::agent))
        .routes(routes!(quotes::quote))
        .routes(routes!(config::get, config::put))
        .routes(routes!(config::check))
        .routes(routes!(config::versions))
        .routes(routes!(why::chat))
        .routes(routes!(why::agent))
        .routes(routes!(statistics::agent))
        .routes(routes!(sign_in::ways, sign_in::sign_in))
        .routes(routes!(sign_in::code))
        .routes(routes!(widget::form))
        .routes(routes!(socket::upgrade))
}

/// The public port's service.
pub(crate) fn router(gateway: Gateway) -> Router {
    let (router, _) = described().split_for_parts();
    let cache = SetResponseHeaderLayer::if_not_present(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    router
        .merge(pages::router())
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(middleware::map_response(same_shape))
        .layer(middleware::from_fn_with_state(gateway.clone(), cors::layer))
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a handler panicked");
            axum::response::IntoResponse::into_response(internal())
        }))
        .layer(cache)
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(gateway)
}

async fn nothing_here(_call: call::Call) -> Refusal {
    Refusal::not_found()
}

fn internal() -> Refusal {
    Refusal::new(baton_common::code::Code::Internal, "a fault of Baton's own")
}

/// Errors of the libraries below get the contract's shape.
async fn same_shape(response: axum::response::Response) -> axum::response::Response {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if failed && !ours {
        return axum::response::IntoResponse::into_response(Refusal::not_found());
    }
    response
}
