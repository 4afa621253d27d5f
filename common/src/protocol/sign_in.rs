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

/// A token for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Goes into `Authorization: Bearer` and `hello`.
    pub token: String,
    /// Not good any more from then on.
    pub expires_at: ApiTime,
}
