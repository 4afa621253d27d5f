//! A sign-in service that the test plays: it describes itself, publishes its keys, and gives an ID
//! token for a code, to who can show where the code came from.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use baton_common::hash::Mark;
use baton_gateway::token::wall_clock;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The service; gone with its owner.
pub(crate) struct Issuer {
    pub(crate) url: String,
    known: Arc<Mutex<Known>>,
    task: JoinHandle<()>,
}

struct Known {
    url: String,
    key: (EncodingKey, Jwk),
    keys: u32,
    codes: HashMap<String, (String, Value)>,
    /// The form and the `Authorization` header of the last exchange.
    asked: Option<(HashMap<String, String>, Option<String>)>,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let known =
            Known { url: url.clone(), key: key(0), keys: 0, codes: HashMap::new(), asked: None };
        let known = Arc::new(Mutex::new(known));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&known));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, known, task }
    }

    /// A code for who will show this challenge; the ID token will say this besides.
    pub(crate) fn code(&self, verifier: &str, claims: Value) -> String {
        let code = format!("code-{}", uuid::Uuid::new_v4());
        self.known.lock().codes.insert(code.clone(), (verifier.to_owned(), claims));
        code
    }

    /// It signs with another key from now on.
    pub(crate) fn turn_key(&self) {
        let mut known = self.known.lock();
        known.keys += 1;
        known.key = key(known.keys);
    }

    /// What the last exchange brought.
    pub(crate) fn asked(&self) -> (HashMap<String, String>, Option<String>) {
        self.known.lock().asked.clone().unwrap()
    }

    /// It answers nobody any more.
    pub(crate) fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn key(number: u32) -> (EncodingKey, Jwk) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let private = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
    let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256).unwrap();
    public.common.key_id = Some(number.to_string());
    (private, public)
}

type Shared = State<Arc<Mutex<Known>>>;

async fn describe(State(known): Shared) -> Json<Value> {
    let url = known.lock().url.clone();
    Json(json!({"issuer": url, "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"), "jwks_uri": format!("{url}/keys")}))
}

async fn keys(State(known): Shared) -> Json<Value> {
    // One that nobody understands beside its own.
    Json(json!({"keys": [{"kty": "riddle"}, known.lock().key.1]}))
}

async fn token(
    State(known): Shared,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, StatusCode> {
    let mut known = known.lock();
    let login = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    known.asked = Some((form.clone(), login));
    let (verifier, claims) = known.codes.remove(&form["code"]).ok_or(StatusCode::BAD_REQUEST)?;
    if Mark::of(&[&verifier]) != Mark::of(&[&form["code_verifier"]]) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let now = wall_clock().0 / 1_000;
    let mut all = json!({"iss": known.url, "aud": "baton", "iat": now, "exp": now + 60});
    all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let (private, public) = &known.key;
    let header = Header { kid: public.common.key_id.clone(), ..Header::new(Algorithm::ES256) };
    let token = jsonwebtoken::encode(&header, &all, private).unwrap();
    Ok(Json(json!({"id_token": token, "token_type": "Bearer", "access_token": "x"})))
}
