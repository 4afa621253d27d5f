//! Where a client may connect: the gateways' public addresses, taken in turn. It leaves when to
//! take the next one to those who connect.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A host that does not answer within this is gone.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// The gateways' public addresses (`http://host:port`); all clones see a change at once.
#[derive(Clone, Debug)]
pub struct Gateways(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    urls: Mutex<Vec<String>>,
    turn: AtomicUsize,
    /// One pool of connections for everybody who calls by HTTP.
    http: reqwest::Client,
}

impl Gateways {
    /// The addresses to choose from.
    pub fn new(urls: impl IntoIterator<Item = String>) -> Self {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .no_proxy()
            .build()
            .expect("a client without TLS can always be made");
        let inner = Inner { urls: Mutex::default(), turn: AtomicUsize::new(0), http };
        let gateways = Self(Arc::new(inner));
        gateways.set(urls);
        gateways
    }

    /// Replaces the addresses; who is connected stays so.
    pub fn set(&self, urls: impl IntoIterator<Item = String>) {
        let urls = urls.into_iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
        *self.0.urls.lock().expect("nobody panics while holding it") = urls;
    }

    /// The addresses as they are now.
    pub fn urls(&self) -> Vec<String> {
        self.0.urls.lock().expect("nobody panics while holding it").clone()
    }

    /// The pool that all of them share.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// The next address in turn that is not `failed`, if there is another; none without addresses.
    pub fn next(&self, failed: Option<&str>) -> Option<String> {
        let urls = self.0.urls.lock().expect("nobody panics while holding it");
        let turn = self.0.turn.fetch_add(1, Ordering::Relaxed);
        let mut order = (0..urls.len()).map(|step| &urls[(turn + step) % urls.len()]);
        let other = order.clone().find(|url| Some(url.as_str()) != failed);
        other.or_else(|| order.next()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_is_another_while_there_is_one() {
        let gateways = Gateways::new(["http://a/".to_owned(), "http://b".to_owned()]);
        for _ in 0..4 {
            assert_eq!(gateways.next(Some("http://a")).as_deref(), Some("http://b"));
        }
        gateways.set(["http://a".to_owned()]);
        assert_eq!(gateways.next(Some("http://a")).as_deref(), Some("http://a"));
        gateways.set([]);
        assert_eq!(gateways.next(None), None);
    }
}
