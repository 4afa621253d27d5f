//! Origins of pages: exact comparison, no patterns, nothing guessed.

use axum::http::{HeaderMap, header};

/// What a request says about the page it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nothing.
    None,
    /// The page was served from the host that the request is for.
    Own,
    /// Another one; `null` and what cannot be read are also here.
    Other(String),
}

impl Origin {
    /// Reads `Origin` and `Host`. More than one of either is nobody's own.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let Some(origin) = origins.next() else {
            return Self::None;
        };
        let origin = origin.to_str().unwrap_or_default();
        if origins.next().is_some() {
            return Self::Other(String::new());
        }
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
        let single = hosts.next().is_none() && !host.is_empty();
        let own = ["http://", "https://"].iter().any(|scheme| {
            origin.strip_prefix(scheme).is_some_and(|rest| rest.eq_ignore_ascii_case(host))
        });
        if own && single { Self::Own } else { Self::Other(origin.to_owned()) }
    }

    /// Whether it is the own host or one of the listed.
    pub(crate) fn is_allowed(&self, listed: &[String]) -> bool {
        match self {
            Self::None => false,
            Self::Own => true,
            Self::Other(origin) => listed.iter().any(|allowed| allowed == origin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(host: &str, origin: Option<&str>) -> Origin {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        Origin::of(&headers)
    }

    #[test]
    fn s2_origins_are_compared_exactly() {
        let listed = ["https://shop.example".to_owned()];
        let allowed = |text| origin("baton.example", Some(text)).is_allowed(&listed);
        assert!(allowed("https://shop.example"));
        assert!(allowed("https://baton.example") && allowed("http://baton.example"));
        for trick in [
            "null",
            "",
            "https://shop.example.evil.example",
            "https://evilshop.example",
            "https://shop.example:444",
            "http://shop.example",
            "https://shop.example/",
            "https://baton.example.evil.example",
            "https://baton.example@evil.example",
            "file://baton.example",
            "https://SHOP.example",
        ] {
            assert!(!allowed(trick), "{trick}");
        }
    }

    #[test]
    fn s2_no_origin_is_no_page() {
        assert_eq!(origin("baton.example", None), Origin::None);
        assert!(!Origin::None.is_allowed(&["https://shop.example".into()]));
    }

    #[test]
    fn s2_the_port_belongs_to_the_host() {
        assert_eq!(origin("127.0.0.1:7080", Some("http://127.0.0.1:7080")), Origin::Own);
        assert_ne!(origin("127.0.0.1:7080", Some("http://127.0.0.1:7081")), Origin::Own);
        let mut twice = HeaderMap::new();
        twice.insert(header::HOST, "a".parse().unwrap());
        twice.append(header::ORIGIN, "http://a".parse().unwrap());
        twice.append(header::ORIGIN, "http://evil".parse().unwrap());
        assert_ne!(Origin::of(&twice), Origin::Own);
    }
}
