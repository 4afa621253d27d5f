//! Policies: the timers and choices of a workspace, which a queue may override.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Span;
use crate::words::{OnNoAnswer, Selection, ZeroEligible};

/// A span that is written as fractional seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub Span);

/// Longest configured time: ten years. Longer is a slip of the pen.
const LONGEST_S: f64 = 315_360_000.0;

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.0.is_multiple_of(1_000) {
            serializer.serialize_u64(self.0.0 / 1_000)
        } else {
            serializer.serialize_f64(self.0.as_seconds())
        }
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A whole number is as good as a fraction, in every format.
        deserializer.deserialize_any(Number)
    }
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Seconds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time in seconds")
    }

    fn visit_f64<E: serde::de::Error>(self, seconds: f64) -> Result<Seconds, E> {
        if (0.0..=LONGEST_S).contains(&seconds) {
            Ok(Seconds(Span::from_seconds(seconds)))
        } else {
            Err(E::custom("a time in seconds is 0 or more and at most ten years"))
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "more than ten years is refused")]
    fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<Seconds, E> {
        self.visit_f64(seconds as f64)
    }

    #[allow(clippy::cast_precision_loss, reason = "more than ten years is refused")]
    fn visit_i64<E: serde::de::Error>(self, seconds: i64) -> Result<Seconds, E> {
        self.visit_f64(seconds as f64)
    }
}

/// Policies as configured: what is missing is the default's, or the workspace's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PolicySet {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub offer_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub customer_grace_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub inactivity_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub wrapup_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub unattended_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub ramp_up_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub max_wait_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub no_agent_wait_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub service_level_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub short_abandon_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub preferred_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub starvation_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub selection: Option<Selection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub zero_eligible: Option<ZeroEligible>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub on_no_answer: Option<OnNoAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub invite_over_capacity: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub agent_grace_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub reopen_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub max_hops: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub pair_cooldown_s: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub single_connection: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub assign_over_capacity: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[allow(missing_docs)]
    pub start_fields: Option<Vec<StartField>>,
}

/// What `POST /chats` may take from anyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StartField {
    /// Required skills.
    Skills,
    /// Priority.
    Priority,
    /// The agent the customer would like.
    PreferredAgent,
}

impl PolicySet {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Names of set policies that only a workspace may have.
    pub fn workspace_only(&self) -> Vec<&'static str> {
        let set = [
            ("agent_grace_s", self.agent_grace_s.is_some()),
            ("reopen_s", self.reopen_s.is_some()),
            ("max_hops", self.max_hops.is_some()),
            ("pair_cooldown_s", self.pair_cooldown_s.is_some()),
            ("single_connection", self.single_connection.is_some()),
            ("assign_over_capacity", self.assign_over_capacity.is_some()),
            ("start_fields", self.start_fields.is_some()),
        ];
        set.into_iter().filter_map(|(name, is_set)| is_set.then_some(name)).collect()
    }
}

/// Policies with every default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// An offer's time to live.
    pub offer: Span,
    /// A customer without connection is expected back for so long.
    pub customer_grace: Span,
    /// An active chat without a line to all ends after so long; the warning comes at half.
    pub inactivity: Span,
    /// Wrap-up; zero: none.
    pub wrapup: Span,
    /// An unattended chat waits so long.
    pub unattended: Span,
    /// Least time between two offers to one agent.
    pub ramp_up: Span,
    /// Longest stay in a queue.
    pub max_wait: Option<Span>,
    /// Longest stay in a queue that nobody is eligible for.
    pub no_agent_wait: Option<Span>,
    /// Target of the service level.
    pub service_level: Span,
    /// Abandonments up to here count as short.
    pub short_abandon: Span,
    /// A preferred agent is preferred for so long.
    pub preferred: Span,
    /// An older entry goes before everything.
    pub starvation: Option<Span>,
    /// Who is chosen.
    pub selection: Selection,
    /// What becomes of a chat that nobody is eligible for.
    pub zero_eligible: ZeroEligible,
    /// What becomes of an agent who does not answer.
    pub on_no_answer: OnNoAnswer,
    /// Whether agents may be invited above their capacity.
    pub invite_over_capacity: bool,
    /// An agent without connection is expected back for so long.
    pub agent_grace: Span,
    /// A customer may come back to a closed chat for so long.
    pub reopen: Span,
    /// Most transfers of a chat.
    pub max_hops: u32,
    /// Least time before a chat goes back the way it came.
    pub pair_cooldown: Span,
    /// Whether a newer connection replaces the older.
    pub single_connection: bool,
    /// Whether supervisors may give a chat to an agent who has no room for it.
    pub assign_over_capacity: bool,
    /// What `POST /chats` takes from anyone.
    pub start_fields: Vec<StartField>,
}

impl Policies {
    /// The queue's over the workspace's over the defaults.
    pub fn resolve(workspace: &PolicySet, queue: &PolicySet) -> Self {
        let span = |queue: Option<Seconds>, workspace: Option<Seconds>, default: u64| {
            queue.or(workspace).map_or(Span::seconds(default), |s| s.0)
        };
        let (w, q) = (workspace, queue);
        Self {
            offer: span(q.offer_s, w.offer_s, 20),
            customer_grace: span(q.customer_grace_s, w.customer_grace_s, 60),
            inactivity: span(q.inactivity_s, w.inactivity_s, 600),
            wrapup: span(q.wrapup_s, w.wrapup_s, 60),
            unattended: span(q.unattended_s, w.unattended_s, 120),
            ramp_up: span(q.ramp_up_s, w.ramp_up_s, 0),
            max_wait: q.max_wait_s.or(w.max_wait_s).map(|s| s.0),
            no_agent_wait: q.no_agent_wait_s.or(w.no_agent_wait_s).map(|s| s.0),
            service_level: span(q.service_level_s, w.service_level_s, 20),
            short_abandon: span(q.short_abandon_s, w.short_abandon_s, 5),
            preferred: span(q.preferred_s, w.preferred_s, 30),
            starvation: q.starvation_s.or(w.starvation_s).map(|s| s.0),
            selection: q.selection.or(w.selection).unwrap_or_default(),
            zero_eligible: q.zero_eligible.or(w.zero_eligible).unwrap_or_default(),
            on_no_answer: q.on_no_answer.or(w.on_no_answer).unwrap_or_default(),
            invite_over_capacity: q
                .invite_over_capacity
                .or(w.invite_over_capacity)
                .unwrap_or(false),
            agent_grace: span(None, w.agent_grace_s, 30),
            reopen: span(None, w.reopen_s, 1_800),
            max_hops: w.max_hops.unwrap_or(10),
            pair_cooldown: span(None, w.pair_cooldown_s, 0),
            single_connection: w.single_connection.unwrap_or(false),
            assign_over_capacity: w.assign_over_capacity.unwrap_or(false),
            start_fields: w.start_fields.clone().unwrap_or_else(|| {
                vec![StartField::Skills, StartField::Priority, StartField::PreferredAgent]
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_overrides_the_workspace_and_both_the_defaults() {
        let workspace: PolicySet =
            serde_json::from_str(r#"{"offer_s":30,"wrapup_s":0.5}"#).unwrap();
        let queue: PolicySet = serde_json::from_str(r#"{"wrapup_s":0}"#).unwrap();
        let policies = Policies::resolve(&workspace, &queue);
        assert_eq!(policies.offer, Span::seconds(30));
        assert_eq!(policies.wrapup, Span::ZERO);
        assert_eq!(policies.unattended, Span::seconds(120));
        assert_eq!(policies.max_wait, None);
    }

    #[test]
    fn times_are_bounded_and_keys_known() {
        assert!(serde_json::from_str::<PolicySet>(r#"{"offer_s":-1}"#).is_err());
        assert!(serde_json::from_str::<PolicySet>(r#"{"offer":1}"#).is_err());
        assert_eq!(serde_json::to_string(&Seconds(Span(1_500))).unwrap(), "1.5");
        assert_eq!(serde_json::to_string(&Seconds(Span(2_000))).unwrap(), "2");
    }
}
