//! Answers about the configuration.

use serde::{Deserialize, Serialize};

use crate::config::check::Finding;
use crate::time::ApiTime;

/// `PUT /config`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Published {
    /// The version that it is now.
    pub version: u64,
    /// Worth knowing; none is an error.
    pub findings: Vec<Finding>,
}

/// `POST /config/check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Checked {
    /// No finding is an error.
    pub ok: bool,
    /// Errors first.
    pub findings: Vec<Finding>,
}

/// `GET /config/versions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Versions {
    /// Newest first.
    pub versions: Vec<VersionRow>,
    /// Goes into `cursor` for more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A configuration that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionRow {
    /// Goes into `GET /config?version=`.
    pub version: u64,
    /// When it was published.
    pub at: ApiTime,
    /// Who published it: a token's `sub`.
    pub by: String,
}
