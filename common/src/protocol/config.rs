//! Answers about the configuration.

use serde::{Deserialize, Serialize};

use crate::config::check::Finding;

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
