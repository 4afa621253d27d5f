//! Whether an ID token proves anything: signed by a key of the service, for Baton, now, and for the
//! page that asked. Pure. Leaves who it speaks of to `who`.

use baton_common::limits;
use baton_common::time::{Span, Timestamp};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::token::Seconds;

/// Signatures that only the service can make. None that a shared secret makes: a public key would
/// do as one.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// The service's clock may be so much ahead.
const AHEAD: Span = Span::seconds(60);

/// What an ID token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

/// Why it proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unproven {
    #[error("it is signed with a key that the service does not publish")]
    UnknownKey,
    #[error("{0}")]
    Wrong(&'static str),
}

#[derive(PartialEq, Deserialize)]
struct Standard {
    exp: Seconds,
    #[serde(default)]
    nbf: Option<Seconds>,
    #[serde(default)]
    iat: Option<Seconds>,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: String,
    #[serde(flatten)]
    all: Map<String, Value>,
}

/// What it says, if it proves it.
pub(super) fn claims(
    keys: &[Jwk],
    token: &str,
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, Unproven> {
    if token.len() > limits::ID_TOKEN_CHARS {
        return Err(Unproven::Wrong("it is too long"));
    }
    let header = jsonwebtoken::decode_header(token);
    let header = header.map_err(|_| Unproven::Wrong("it is no signed token"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Unproven::Wrong("its signature is of a kind that is not accepted"));
    }
    let mut signed = Err(Unproven::UnknownKey);
    for key in keys.iter().filter(|key| may_have_signed(key, &header)) {
        let Ok(key) = DecodingKey::from_jwk(key) else {
            continue;
        };
        signed = jsonwebtoken::decode::<Standard>(token, &key, &validation(header.alg, expected))
            .map(|data| data.claims)
            .map_err(|error| match error.kind() {
                // It names no key, so this may just be the wrong one.
                ErrorKind::InvalidSignature if header.kid.is_none() => Unproven::UnknownKey,
                _ => Unproven::Wrong("its signature, issuer or audience is another"),
            });
        if signed != Err(Unproven::UnknownKey) {
            break;
        }
    }
    checked(signed?, expected)
}

/// Keys that the token itself brings or names an address of are never looked at.
fn may_have_signed(key: &Jwk, header: &Header) -> bool {
    let signs = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
    signs && (header.kid.is_none() || header.kid == key.common.key_id)
}

/// Times are checked here and not by the library: against a clock that is handed in.
fn validation(algorithm: Algorithm, expected: &Expected<'_>) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[expected.client]);
    validation.set_issuer(&[expected.issuer]);
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

fn checked(token: Standard, expected: &Expected<'_>) -> Result<Map<String, Value>, Unproven> {
    let later =
        |time: Option<Seconds>| time.is_some_and(|time| time.timestamp() > expected.now + AHEAD);
    let why = if token.exp.timestamp() <= expected.now {
        "it has expired"
    } else if later(token.nbf) || later(token.iat) {
        "it is not good yet: compare the clocks"
    } else if token.azp.is_some_and(|azp| azp != expected.client) {
        "it was made for another client"
    } else if expected.nonce.is_empty() || token.nonce != expected.nonce {
        "it is the answer to another question"
    } else {
        return Ok(token.all);
    };
    Err(Unproven::Wrong(why))
}

#[cfg(test)]
#[path = "proof_tests.rs"]
mod tests;
