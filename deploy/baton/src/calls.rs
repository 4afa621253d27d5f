//! Calls to Baton's own processes and to the broker's monitor: plain HTTP, straight there.

use std::time::Duration;

/// A client that trusts no authority, so that a machine needs none for it, and asks no proxy.
pub(crate) fn client(limit: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().timeout(limit).no_proxy().tls_certs_only([]).build()
}
