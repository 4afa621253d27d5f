//! `/sign-in`: how people of the staff get a token here.

use serde::{Deserialize, Serialize};

use crate::ids::{WorkspaceId, is_short_name};
use crate::rejection::Rejection;
use crate::time::ApiTime;
use crate::words::Role;

/// How one signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SignIn {
    /// On a development server, from its own machine: as anybody.
    Demo {
        /// Whom the configuration names, and an administrator.
        people: Vec<Person>,
    },
    /// At a service elsewhere (OpenID Connect, authorization code with PKCE).
    Oidc {
        /// What the service calls itself; it comes back as `iss`.
        issuer: String,
        /// Where people are sent.
        authorize: String,
        /// What the service calls Baton.
        client_id: String,
        /// What is asked for.
        scope: String,
    },
    /// With a token that the operator hands out.
    Token,
}

/// Somebody to sign in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The token's `sub`.
    pub sub: String,
    /// For people.
    pub name: String,
    /// As what.
    pub role: Role,
}

/// Whom to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInBody {
    /// One of the people.
    pub sub: String,
    /// As what.
    pub role: Role,
    /// `default` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
}

impl SignInBody {
    /// Everything within its bounds.
    pub fn check(&self) -> Result<(), Rejection> {
        if self.workspace.as_ref().is_some_and(|name| !is_short_name(name.as_str())) {
            return Err(Rejection::invalid(
                "workspace",
                "a workspace is 1 to 32 of a-z, 0-9, _, -",
            ));
        }
        Ok(())
    }
}

/// What a page came back with from the sign-in service.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeBody {
    /// The `code` of the address that the service sent the page to.
    pub code: String,
    /// What the challenge was made of.
    pub code_verifier: String,
    /// Where the service was asked to send the page.
    pub redirect_uri: String,
    /// What the ID token must repeat.
    pub nonce: String,
}

impl CodeBody {
    /// Everything within its bounds.
    pub fn check(&self) -> Result<(), Rejection> {
        let fields = [
            ("code", &self.code, 1..=4_096),
            ("code_verifier", &self.code_verifier, 43..=128),
            ("redirect_uri", &self.redirect_uri, 1..=2_048),
            ("nonce", &self.nonce, 22..=128),
        ];
        for (name, text, length) in fields {
            if !length.contains(&text.len()) {
                let detail =
                    format!("{name} has from {} to {} characters", length.start(), length.end());
                return Err(Rejection::invalid(name, detail));
            }
        }
        Ok(())
    }
}

/// A token for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Goes into `Authorization: Bearer` and `hello`.
    pub token: String,
    /// Not good any more from then on.
    pub expires_at: ApiTime,
}
