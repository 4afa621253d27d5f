//! The description of the HTTP interface, taken from the routes themselves.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi};

/// The whole description.
pub(crate) fn document() -> OpenApi {
    let (_, mut document) = super::described().split_for_parts();
    let mut info = Info::new("Baton", env!("CARGO_PKG_VERSION"));
    info.description = Some("Chats reach agents, are transferred, and end.".into());
    document.info = info;
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    document
        .components
        .get_or_insert_with(Components::new)
        .add_security_scheme("token", SecurityScheme::Http(scheme));
    document
}

#[cfg(test)]
#[path = "openapi_tests.rs"]
mod tests;
