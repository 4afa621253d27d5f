//! The built pages, from within the program: desk, board, administration, the start page, and the
//! customer's widget for anybody's site. What they show they ask the API for, like any client.
//!
//! `gateway/web` has their sources; `gateway/web/dist` what `npm run build` made of them.

mod file;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use rust_embed::Embed;

use crate::gateway::Gateway;
use file::File;

#[derive(Embed)]
#[folder = "web/dist"]
struct Built;

/// A route a file. The API's routes are elsewhere, and what no route knows too.
pub(crate) fn router() -> Router<Gateway> {
    let mut router = Router::new();
    for path in Built::iter() {
        let Some(built) = Built::get(&path) else {
            continue;
        };
        let file = Arc::new(File::of(&path, &built));
        for route in routes(&path) {
            let file = Arc::clone(&file);
            let answer = move |headers: HeaderMap| std::future::ready(file.answer(&headers));
            router = router.route(&route, get(answer));
        }
    }
    router
}

/// Where a file is found: a page at its folder's name, the start page at the root.
fn routes(path: &str) -> Vec<String> {
    match path.strip_suffix("/index.html") {
        Some("start") => vec!["/".into()],
        Some(page) => vec![format!("/{page}"), format!("/{page}/")],
        None => vec![format!("/{path}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_at_their_names() {
        assert_eq!(routes("desk/index.html"), ["/desk", "/desk/"]);
        assert_eq!(routes("start/index.html"), ["/"]);
        assert_eq!(routes("assets/desk-x.js"), ["/assets/desk-x.js"]);
        let all: Vec<_> = Built::iter().collect();
        assert!(all.contains(&"widget.js".into()) && all.contains(&"desk/index.html".into()));
    }
}
