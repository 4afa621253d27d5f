//! The service's own word: where it is asked, with which keys it signs. Read when first needed,
//! again now and then, and kept while it does not answer (S14).

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_common::code::Code;
use baton_common::protocol::sign_in::CodeBody;
use baton_runtime::oidc::{Oidc, is_safe};
use form_urlencoded::Serializer;
use jsonwebtoken::jwk::Jwk;
use parking_lot::RwLock;
use reqwest::header;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::refusal::Refusal;

/// Somebody waits at a page.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is known of it is read again after this.
const KEPT: Duration = Duration::from_hours(1);
/// Where it did not answer it is not asked again before this.
const PAUSE: Duration = Duration::from_secs(5);
/// Longer than any description, key set or token.
const ANSWER_BYTES: usize = 1024 * 1024;

/// The service at an address.
#[derive(Clone)]
pub(super) struct Provider(Arc<Inner>);

struct Inner {
    issuer: String,
    http: reqwest::Client,
    kept: Duration,
    last: RwLock<Last>,
    /// One reads for all who wait.
    reading: Mutex<()>,
}

/// What came of asking it.
#[derive(Default)]
struct Last {
    known: Option<(Instant, Arc<Known>)>,
    failed: Option<Instant>,
}

/// What it says of itself.
pub(super) struct Known {
    pub(super) endpoints: Endpoints,
    pub(super) keys: Vec<Jwk>,
}

/// Its description (OpenID Connect Discovery 1.0).
#[derive(Deserialize)]
pub(super) struct Endpoints {
    issuer: String,
    pub(super) authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

impl Provider {
    pub(super) fn at(issuer: &str) -> anyhow::Result<Self> {
        Self::kept(issuer, KEPT)
    }

    fn kept(issuer: &str, kept: Duration) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            // A code or a secret goes where the description says, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context(
                "the sign-in service cannot be called: install the certificates of the \
                 authorities that this machine trusts (Debian: ca-certificates)",
            )?;
        let (last, reading) = (RwLock::default(), Mutex::default());
        Ok(Self(Arc::new(Inner { issuer: issuer.to_owned(), http, kept, last, reading })))
    }

    /// What is known of it; if that is old, it is read again for those who come later.
    pub(super) async fn known(&self) -> Result<Arc<Known>, Refusal> {
        let (known, failed) = {
            let last = self.0.last.read();
            (last.known.clone(), last.failed)
        };
        let may_ask = failed.is_none_or(|at| at.elapsed() >= PAUSE);
        match known {
            Some((read, known)) => {
                if read.elapsed() >= self.0.kept && may_ask {
                    let again = self.clone();
                    tokio::spawn(async move { again.read_since(read).await });
                }
                Ok(known)
            }
            None if may_ask => self.read_since(Instant::now()).await,
            None => Err(away()),
        }
    }

    /// The same, read now: only the service itself can make anybody ask for this, by a token that
    /// it signed with a new key.
    pub(super) async fn known_anew(&self) -> Result<Arc<Known>, Refusal> {
        self.read_since(Instant::now()).await
    }

    /// Reads it, unless somebody has done so after this moment.
    async fn read_since(&self, moment: Instant) -> Result<Arc<Known>, Refusal> {
        let _turn = self.0.reading.lock().await;
        if let Some((read, known)) = &self.0.last.read().known
            && *read > moment
        {
            return Ok(Arc::clone(known));
        }
        let now = tokio::time::timeout(PATIENCE, self.read()).await;
        let now = now.map_err(|_| anyhow::anyhow!("it does not answer in time")).flatten();
        let mut last = self.0.last.write();
        match now {
            Ok(now) => {
                let now = Arc::new(now);
                *last = Last { known: Some((Instant::now(), Arc::clone(&now))), failed: None };
                Ok(now)
            }
            Err(error) => {
                last.failed = Some(Instant::now());
                let known = last.known.as_ref().map(|(_, known)| Arc::clone(known));
                // What was known goes on being so.
                known.ok_or_else(|| unreachable(&error))
            }
        }
    }

    async fn read(&self) -> anyhow::Result<Known> {
        let issuer = &self.0.issuer;
        let base = issuer.trim_end_matches('/');
        let endpoints: Endpoints =
            self.get(&format!("{base}/.well-known/openid-configuration")).await?;
        anyhow::ensure!(endpoints.issuer == *issuer, "it calls itself {}", endpoints.issuer);
        let all = [&endpoints.authorization_endpoint, &endpoints.token_endpoint];
        for url in all.into_iter().chain([&endpoints.jwks_uri]) {
            anyhow::ensure!(is_safe(url), "{url} is not encrypted");
        }
        let Keys { keys } = self.get(&endpoints.jwks_uri).await?;
        // One of a kind that is not understood spoils none of the others.
        let keys = keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
        Ok(Known { endpoints, keys })
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> anyhow::Result<T> {
        let response = self.0.http.get(url).send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&whole(response).await?)?)
    }

    /// The ID token for a code.
    pub(super) async fn exchange(
        &self,
        known: &Known,
        settings: &Oidc,
        body: &CodeBody,
    ) -> Result<String, Refusal> {
        let request = self.exchange_request(known, settings, body);
        let response = request.send().await.map_err(|error| unreachable(&error.into()))?;
        let status = response.status();
        if status.is_client_error() {
            tracing::warn!(%status, "the sign-in service refused a code");
            let detail = "the sign-in service did not accept this: sign in once more";
            return Err(Refusal::new(Code::Unauthenticated, detail));
        }
        let answer = async {
            let response = response.error_for_status()?;
            let exchanged: Exchanged = serde_json::from_slice(&whole(response).await?)?;
            anyhow::Ok(exchanged.id_token)
        };
        answer.await.map_err(|error| unreachable(&error))
    }

    fn exchange_request(
        &self,
        known: &Known,
        settings: &Oidc,
        body: &CodeBody,
    ) -> reqwest::RequestBuilder {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", &body.code)
            .append_pair("redirect_uri", &body.redirect_uri)
            .append_pair("code_verifier", &body.code_verifier)
            .append_pair("client_id", &settings.client_id);
        let mut request = self.0.http.post(&known.endpoints.token_endpoint);
        match settings.client_secret() {
            Some(secret) if known.endpoints.takes_basic() => {
                let login = basic(&settings.client_id, secret);
                request = request.header(header::AUTHORIZATION, login);
            }
            Some(secret) => {
                form.append_pair("client_secret", secret);
            }
            None => {}
        }
        let kind = "application/x-www-form-urlencoded";
        request.header(header::CONTENT_TYPE, kind).body(form.finish())
    }
}

impl Endpoints {
    /// As every service does unless it says otherwise (OpenID Connect Core 1.0, 9).
    fn takes_basic(&self) -> bool {
        let listed = self.token_endpoint_auth_methods_supported.as_ref();
        listed.is_none_or(|all| all.iter().any(|method| method == "client_secret_basic"))
    }
}

/// Both are encoded as in a form before (RFC 6749, 2.3.1).
fn basic(client: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(client), encoded(secret))))
}

async fn whole(mut response: reqwest::Response) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        anyhow::ensure!(body.len() + chunk.len() <= ANSWER_BYTES, "its answer is too long");
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn unreachable(error: &anyhow::Error) -> Refusal {
    tracing::warn!(
        error = format!("{error:#}"),
        "the sign-in service does not answer as it should"
    );
    away()
}

fn away() -> Refusal {
    let detail = "the sign-in service cannot be reached: try again, or tell its operator";
    Refusal::new(Code::Unavailable, detail)
}

#[cfg(test)]
#[path = "provider_tests.rs"]
mod tests;
