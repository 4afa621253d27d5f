//! `baton token`: signs a token for development and tests. Leaves checking tokens, and tokens of
//! customers, to the gateway.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::Settings;
use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;

use crate::cli::{Grant, Role, say};

/// What a token says.
#[derive(Debug, Serialize)]
struct Claims<'a> {
    sub: &'a str,
    workspace: &'a str,
    role: Role,
    aud: &'static str,
    iat: u64,
    exp: u64,
}

/// Prints a token and nothing else.
pub(crate) fn run(settings: &Settings, grant: &Grant) -> anyhow::Result<ExitCode> {
    let secret = TokenSecret::load(&settings.token_secret_file)?;
    say(&sign(&secret, grant)?);
    Ok(ExitCode::SUCCESS)
}

/// Signs a token that is good from now on.
pub(crate) fn sign(secret: &TokenSecret, grant: &Grant) -> anyhow::Result<String> {
    ensure!(!grant.sub.is_empty(), "--sub is empty: name who the token is for");
    ensure!(grant.ttl_s > 0, "--ttl-s is 0: give the seconds for which the token is good");
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.context("the clock is before 1970: set it")?.as_secs();
    let claims = Claims {
        sub: &grant.sub,
        workspace: &grant.workspace,
        role: grant.role,
        aud: "baton",
        iat: now,
        exp: now + u64::from(grant.ttl_s),
    };
    let key = EncodingKey::from_secret(secret.expose());
    jsonwebtoken::encode(&Header::default(), &claims, &key).context("cannot sign the token")
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};

    use super::*;

    #[test]
    fn a_token_says_what_was_granted() {
        let folder = tempfile::tempdir().unwrap();
        let secret = TokenSecret::load_or_make(&folder.path().join("token-secret")).unwrap();
        let grant = Grant {
            role: Role::Agent,
            sub: "agent1".into(),
            workspace: "default".into(),
            ttl_s: 60,
        };
        let token = sign(&secret, &grant).unwrap();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&["baton"]);
        let key = DecodingKey::from_secret(secret.expose());
        let claims: serde_json::Value =
            jsonwebtoken::decode(&token, &key, &validation).unwrap().claims;
        assert_eq!(claims["sub"], "agent1");
        assert_eq!(claims["workspace"], "default");
        assert_eq!(claims["role"], "agent");
        let [iat, exp] = ["iat", "exp"].map(|claim| claims[claim].as_u64().unwrap());
        assert_eq!(exp - iat, 60);
        assert!(sign(&secret, &Grant { ttl_s: 0, ..grant }).is_err());
    }
}
