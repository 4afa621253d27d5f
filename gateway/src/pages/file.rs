//! One file of the pages: compressed once at the start, and with what a browser is told about it:
//! how long it may keep it, and what it may do (S22).

use std::io::Write as _;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// What a page may do: its own scripts, styles, fonts and calls, nothing inside the document, no
/// frames in either direction.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// Asked for again each time, answered with 304 while it is the same.
const ASK_AGAIN: &str = "no-cache";
/// Its name changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Strangers' pages carry it: a new one reaches them soon, and few ask.
const FOR_MINUTES: &str = "public, max-age=300";

/// A file as it is sent.
pub(super) struct File {
    plain: Bytes,
    /// Only where it is smaller.
    gzip: Option<Bytes>,
    etag: HeaderValue,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Widget,
    Asset(&'static str),
}

impl File {
    pub(super) fn of(path: &str, built: &rust_embed::EmbeddedFile) -> Self {
        let plain = Bytes::copy_from_slice(&built.data);
        let gzip = Some(compressed(&plain)).filter(|gzip| gzip.len() < plain.len());
        let hash = built.metadata.sha256_hash();
        let hex: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        // The two encodings are two representations; what is compared is the content alone.
        let etag = HeaderValue::try_from(format!("W/\"{hex}\"")).expect("hex is plain");
        Self { plain, gzip, etag, kind: Kind::of(path) }
    }

    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let known = asked.get_all(header::IF_NONE_MATCH).iter();
        let mut known = known.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
        if known.any(|tag| tag.trim() == self.etag) {
            return self.with_headers(StatusCode::NOT_MODIFIED, Body::empty());
        }
        let Some(gzip) = self.gzip.clone().filter(|_| takes_gzip(asked)) else {
            return self.with_headers(StatusCode::OK, self.plain.clone().into());
        };
        let mut response = self.with_headers(StatusCode::OK, gzip.into());
        let encoding = HeaderValue::from_static("gzip");
        response.headers_mut().insert(header::CONTENT_ENCODING, encoding);
        response
    }

    fn with_headers(&self, status: StatusCode, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        for (name, value) in self.kind.headers() {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl Kind {
    fn of(path: &str) -> Self {
        match path.rsplit('.').next() {
            Some("html") => Self::Page,
            Some("js") if !path.contains('/') => Self::Widget,
            Some("js") => Self::Asset("text/javascript; charset=utf-8"),
            Some("css") => Self::Asset("text/css; charset=utf-8"),
            Some("woff2") => Self::Asset("font/woff2"),
            Some("svg") => Self::Asset("image/svg+xml"),
            _ => Self::Asset("application/octet-stream"),
        }
    }

    fn headers(self) -> Vec<(HeaderName, &'static str)> {
        let mut headers = vec![
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::VARY, "accept-encoding"),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        headers.extend(match self {
            Self::Page => vec![
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, ASK_AGAIN),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::X_FRAME_OPTIONS, "DENY"),
                (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            ],
            Self::Widget => vec![
                (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
                (header::CACHE_CONTROL, FOR_MINUTES),
                (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            ],
            Self::Asset(kind) => {
                vec![(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_EVER)]
            }
        });
        headers
    }
}

fn compressed(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    written.expect("memory takes everything").into()
}

/// What is said of gzip itself counts more than what is said of anything.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let all = asked.get_all(header::ACCEPT_ENCODING).iter();
    let all: Vec<_> = all.filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
    let said = |wanted: &str| {
        all.iter().find_map(|one| {
            let (name, rest) = one.split_once(';').unwrap_or((one, ""));
            let refused = matches!(rest.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
            name.trim().eq_ignore_ascii_case(wanted).then_some(!refused)
        })
    };
    said("gzip").or_else(|| said("*")).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(value: &'static str) -> bool {
        let header = (header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        takes_gzip(&HeaderMap::from_iter([header]))
    }

    #[test]
    fn gzip_is_sent_to_whom_takes_it() {
        assert!(takes("gzip") && takes("br, gzip;q=0.5") && takes("*"));
        assert!(
            !takes("br")
                && !takes("gzip;q=0, br")
                && !takes("*, gzip;q=0")
                && !takes_gzip(&HeaderMap::new())
        );
    }
}
