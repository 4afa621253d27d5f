//! Internal chat between agents and supervisors.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::time::ApiTime;

/// One internal message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dm {
    /// Which.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub dm_id: SmolStr,
    /// Its number in the pair's count.
    pub seq: u64,
    /// Id of who wrote it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub from: SmolStr,
    /// Id of whom it is for.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub to: SmolStr,
    /// What was said.
    pub text: String,
    /// When it was stored.
    pub at: ApiTime,
    /// The writer's own id of it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub client_id: SmolStr,
}
