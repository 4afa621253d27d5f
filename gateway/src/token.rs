//! Tokens: signed and checked here, for the door and for `baton token`. What a token's owner may
//! do is `access`'s to say; key sets of an issuer are not built yet.

use std::time::{SystemTime, UNIX_EPOCH};

use baton_common::hash::Mark;
use baton_common::ids::{ChatId, WorkspaceId, is_short_name};
use baton_common::limits;
use baton_common::time::{Span, Timestamp};
use baton_common::words::Role;
use baton_runtime::secret::TokenSecret;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Clocks of issuer and gateway may differ so much about the beginning of a token's time. About
/// its end they may not: an expired token is expired.
const NOT_BEFORE_LEEWAY: Span = Span::seconds(60);
/// What `aud` must hold where it is present.
const AUDIENCE: &str = "baton";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// Whose it is: an agent's or supervisor's id; a customer's id as a participant.
    pub sub: SmolStr,
    /// The workspace it is good for.
    pub workspace: WorkspaceId,
    /// As what.
    pub role: Role,
    /// A customer's one chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatId>,
    /// When it expires, in seconds since 1970.
    pub exp: Seconds,
    /// Before this it is not good yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<Seconds>,
}

/// Seconds since 1970; some issuers write fractions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub f64);

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was good.
    #[error("the token has expired: get a new one")]
    Expired,
    /// It is not.
    #[error("the token is not one that is accepted here")]
    Unknown,
}

impl Claims {
    /// Claims of an agent, supervisor or admin.
    pub fn of_person(role: Role, sub: &str, workspace: &WorkspaceId, exp: Timestamp) -> Self {
        let (sub, workspace) = (SmolStr::new(sub), workspace.clone());
        Self { sub, workspace, role, chat: None, exp: Seconds::of(exp), nbf: None }
    }

    /// Claims of the customer of a chat.
    pub fn of_customer(chat: &ChatId, workspace: &WorkspaceId, exp: Timestamp) -> Self {
        let sub = SmolStr::new(baton_common::hash::customer_id(chat).as_str());
        let chat = Some(chat.clone());
        let workspace = workspace.clone();
        Self { sub, workspace, role: Role::Customer, chat, exp: Seconds::of(exp), nbf: None }
    }

    fn is_sound(&self) -> bool {
        let sub = (1..=limits::KEY_CHARS).contains(&self.sub.len())
            && !self.sub.chars().any(char::is_control);
        let one_chat = match (&self.chat, self.role) {
            (Some(chat), Role::Customer) => {
                self.sub == baton_common::hash::customer_id(chat).as_str()
            }
            (None, Role::Agent | Role::Supervisor | Role::Admin) => true,
            _ => false,
        };
        sub && one_chat && is_short_name(self.workspace.as_str())
    }
}

impl Seconds {
    /// As a claim writes it: whole seconds, rounded down.
    #[allow(clippy::cast_precision_loss, reason = "no date is 2^52 s away")]
    pub fn of(at: Timestamp) -> Self {
        Self((at.0.div_euclid(1_000)) as f64)
    }

    /// As a point in time.
    #[allow(clippy::cast_possible_truncation)]
    pub fn timestamp(self) -> Timestamp {
        Timestamp((self.0 * 1_000.0) as i64)
    }
}

/// The wall clock. Tokens are good by it, since other machines sign them too; nothing else is.
pub fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// What lets the people of a development server in without a password (`/v1/sign-in`): only who was
/// told by `baton up` has it. None where the secret was chosen: there tokens come from elsewhere.
pub fn sign_in_key(secret: &TokenSecret) -> Option<String> {
    let text = String::from_utf8_lossy(secret.expose());
    let key = || Mark::of(&["sign-in", &text]).0.iter().map(|byte| format!("{byte:02x}")).collect();
    secret.is_for_development().then(key)
}

/// Signs claims with HS256.
pub fn sign(secret: &TokenSecret, claims: &Claims) -> String {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("JWT".into());
    let key = EncodingKey::from_secret(secret.expose());
    jsonwebtoken::encode(&header, &claims, &key).expect("plain claims can be signed")
}

/// Checks a token at a point in time: algorithm, type, signature, times, audience, shape.
pub fn verify(secret: &TokenSecret, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
    if token.len() > limits::TOKEN_CHARS {
        return Err(TokenError::Unknown);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Unknown)?;
    if header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(TokenError::Unknown);
    }
    // The key is ours whatever the header names: `jku`, `x5u` and `jwk` are never looked at.
    let key = DecodingKey::from_secret(secret.expose());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation())
        .map_err(|_| TokenError::Unknown)?
        .claims;
    if !claims.is_sound() {
        return Err(TokenError::Unknown);
    }
    if claims.nbf.is_some_and(|nbf| nbf.timestamp() > now + NOT_BEFORE_LEEWAY) {
        return Err(TokenError::Unknown);
    }
    if claims.exp.timestamp() <= now { Err(TokenError::Expired) } else { Ok(claims) }
}

/// Times are checked here and not by the library: against a clock that is handed in.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.algorithms = vec![Algorithm::HS256];
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
