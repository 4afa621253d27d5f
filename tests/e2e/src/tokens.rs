//! Tokens of agents, supervisors and admins, signed with the secret that the test gave Baton.
//! Customers' tokens come from Baton itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// Tokens last longer than any test.
const LIFE: Duration = Duration::from_hours(1);

/// Signs tokens.
#[derive(Clone, Debug)]
pub struct Minter {
    secret: String,
}

impl Minter {
    /// With the text of the secret file.
    pub fn new(secret: &str) -> Self {
        Self { secret: secret.to_owned() }
    }

    /// A good token.
    pub fn token(&self, role: &str, sub: &str, workspace: &str) -> String {
        self.sign(&claims(role, sub, workspace, seconds_from_now(LIFE)))
    }

    /// A token that is good for so long.
    pub fn brief(&self, role: &str, sub: &str, workspace: &str, life: Duration) -> String {
        self.sign(&claims(role, sub, workspace, seconds_from_now(life)))
    }

    /// A token that ended so long ago.
    pub fn expired(&self, role: &str, sub: &str, workspace: &str, ago: Duration) -> String {
        let now = seconds_from_now(Duration::ZERO);
        self.sign(&claims(role, sub, workspace, now - ago.as_secs()))
    }

    /// Any claims.
    pub fn sign(&self, claims: &Value) -> String {
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        encode(&Header::new(Algorithm::HS256), claims, &key).expect("claims are plain JSON")
    }
}

fn claims(role: &str, sub: &str, workspace: &str, exp: u64) -> Value {
    json!({"sub": sub, "workspace": workspace, "role": role, "exp": exp})
}

fn seconds_from_now(life: Duration) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    (now + life).as_secs()
}
