//! The service's own word: where it is asked, with which keys it signs. Read when first needed,
//! again now and then, and kept while it does not answer (S14).

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use baton_common::code::Code;
use baton_common::protocol::sign_in::CodeBody;
use baton_runtime::oidc::{Oidc, is_safe};
use form_urlencoded::Serializer;
use jsonwebtoken::jwk::Jwk;
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
/// Longer than any description, key set or token.
const ANSWER_BYTES: usize = 1024 * 1024;

/// The service at an address.
pub(super) struct Provider {
    issuer: String,
    http: reqwest::Client,
    known: Mutex<Option<(Instant, Arc<Known>)>>,
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
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            // A code or a secret goes where the description says, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { issuer: issuer.to_owned(), http, known: Mutex::default() })
    }

    /// What is known of it, read if that was long ago.
    pub(super) async fn known(&self) -> Result<Arc<Known>, Refusal> {
        self.known_since(KEPT).await
    }

    /// The same, read now: only the service itself can make anybody ask for this, by a token that
    /// it signed with a new key.
    pub(super) async fn known_anew(&self) -> Result<Arc<Known>, Refusal> {
        self.known_since(Duration::ZERO).await
    }

    async fn known_since(&self, age: Duration) -> Result<Arc<Known>, Refusal> {
        let mut known = self.known.lock().await;
        if let Some((read, known)) = &*known
            && read.elapsed() < age
        {
            return Ok(Arc::clone(known));
        }
        match (self.read().await, &*known) {
            (Ok(now), _) => {
                let now = Arc::new(now);
                *known = Some((Instant::now(), Arc::clone(&now)));
                Ok(now)
            }
            (Err(error), Some((_, before))) => {
                tracing::warn!(%error, "the sign-in service could not be asked again");
                Ok(Arc::clone(before))
            }
            (Err(error), None) => Err(unreachable(&error)),
        }
    }

    async fn read(&self) -> anyhow::Result<Known> {
        let base = self.issuer.trim_end_matches('/');
        let endpoints: Endpoints =
            self.get(&format!("{base}/.well-known/openid-configuration")).await?;
        anyhow::ensure!(endpoints.issuer == self.issuer, "it calls itself {}", endpoints.issuer);
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
        let response = self.http.get(url).send().await?.error_for_status()?;
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
        let mut request = self.http.post(&known.endpoints.token_endpoint);
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
    let detail = "the sign-in service cannot be reached: try again, or tell its operator";
    Refusal::new(Code::Unavailable, detail)
}
