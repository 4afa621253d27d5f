//! Signing in at an OpenID Connect service: a page comes back from there with a code, which is
//! exchanged here for an ID token; who that proves gets a token of Baton's own. The flow is the
//! authorization code with PKCE (RFC 7636), as OAuth 2.0's best practice has it (RFC 9700).

mod proof;
mod provider;
mod who;

use baton_common::code::Code;
use baton_common::protocol::sign_in::{CodeBody, SignIn};
use baton_common::time::{Span, Timestamp};
use baton_runtime::oidc::Oidc;

use crate::refusal::Refusal;
use crate::token::Claims;
use proof::{Expected, Unproven};
use provider::Provider;

/// The service, and what is known of it.
pub(crate) struct Service {
    settings: Oidc,
    provider: Provider,
}

impl Service {
    pub(crate) fn of(settings: Oidc) -> anyhow::Result<Self> {
        let provider = Provider::at(&settings.issuer)?;
        Ok(Self { settings, provider })
    }

    /// What a page needs to send somebody there.
    pub(crate) async fn way(&self) -> Result<SignIn, Refusal> {
        let known = self.provider.known().await?;
        Ok(SignIn::Oidc {
            issuer: self.settings.issuer.clone(),
            authorize: known.endpoints.authorization_endpoint.clone(),
            client_id: self.settings.client_id.clone(),
            scope: self.settings.scopes.join(" "),
        })
    }

    /// Who came back from there with a code, as claims of a token of ours.
    pub(crate) async fn redeem(&self, body: &CodeBody, now: Timestamp) -> Result<Claims, Refusal> {
        let known = self.provider.known().await?;
        let token = self.provider.exchange(&known, &self.settings, body).await?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client: &self.settings.client_id,
            nonce: &body.nonce,
            now,
        };
        let proven = match proof::claims(&known.keys, &token, &expected) {
            Err(Unproven::UnknownKey) => {
                // It may sign with a new one.
                let newer = self.provider.known_anew().await?;
                proof::claims(&newer.keys, &token, &expected)
            }
            proven => proven,
        };
        let proven = proven.map_err(|why| {
            tracing::warn!(%why, "an ID token was not accepted");
            let detail = "what the sign-in service answered cannot be trusted: tell its operator";
            Refusal::new(Code::Unauthenticated, detail)
        })?;
        let until = now + Span::from_seconds(f64::from(self.settings.session_s));
        who::person(&proven, &self.settings.claims, until)
    }
}
