//! Small whole quantities with their bounds: proficiency, priority, capacity.

use serde::{Deserialize, Serialize};

use crate::ids::SkillId;

/// Proficiency 1–10; in a requirement the least accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Level(pub u8);

impl Default for Level {
    fn default() -> Self {
        Self(1)
    }
}

impl Level {
    /// Whether it is within 1–10.
    pub const fn is_valid(self) -> bool {
        self.0 >= 1 && self.0 <= 10
    }
}

/// 0–9, higher is served first whatever the age.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Priority(pub u8);

impl Priority {
    /// Nothing has a higher one.
    pub const HIGHEST: Self = Self(9);

    /// Whether it is within 0–9.
    pub const fn is_valid(self) -> bool {
        self.0 <= Self::HIGHEST.0
    }
}

/// Capacity and weight in thousandths of an agent: the default weight 250 makes four chats.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Permille(pub u32);

/// A skill with a level: an agent's ability, or a requirement's least level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SkillLevel {
    /// The skill's configured name.
    pub skill: SkillId,
    /// 1 unless given.
    #[serde(default)]
    pub level: Level,
}
