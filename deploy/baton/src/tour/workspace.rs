//! The tour's own workspace: its people, queues and rules. A new name each time, so that the tour
//! runs again and again on one Baton.

use serde_json::{Value, json};

/// Somebody of the cast.
#[derive(Clone, Copy, Debug)]
pub(super) struct Role {
    /// The id, or nothing for customers.
    pub(super) id: &'static str,
    /// How the timeline calls them.
    pub(super) who: &'static str,
    /// How Baton calls them.
    pub(super) name: &'static str,
}

impl Role {
    /// Where their state stands in a chat, for [`super::differs::at`].
    pub(super) fn row(self) -> String {
        format!("@{}", self.id)
    }
}

/// Answers for billing and sales; has room for one chat.
pub(super) const ALICE: Role = Role { id: "alice", who: "Alice", name: "Alice Weber" };
/// Answers for billing and sales; has room for two.
pub(super) const BEN: Role = Role { id: "ben", who: "Ben", name: "Ben Okafor" };
/// Answers in French.
pub(super) const CHLOE: Role = Role { id: "chloe", who: "Chloé", name: "Chloé Martin" };
/// Has a question about a bill.
pub(super) const DANA: Role = Role { id: "", who: "Dana", name: "Dana Moreau" };
/// Is in a hurry.
pub(super) const EMIL: Role = Role { id: "", who: "Emil", name: "Emil Novak" };

/// Greeting of the queue `billing`.
pub(super) const BILLING_GREETING: &str = "Welcome to Billing. Please have your invoice at hand.";
/// Greeting of the queue `sales`.
pub(super) const SALES_GREETING: &str = "Welcome to Sales.";
/// Message of the queue `support_fr` to customers who are transferred to it and speak French.
pub(super) const TRANSFER_FR: &str = "Nous vous mettons en relation avec un conseiller.";
/// Seconds in which an offer of the queue `sales` is to be answered.
pub(super) const SALES_OFFER_S: u64 = 2;

/// A name that no other tour has.
pub(super) fn fresh_name() -> String {
    format!("tour-{:08x}", rand::random::<u32>())
}

/// The whole configuration.
pub(super) fn configuration(workspace: &str) -> Value {
    json!({
        "workspace": workspace,
        "default_queue": "billing",
        "policies": {"wrapup_s": 60, "zero_eligible": "hold_with_initiator"},
        "skills": {
            "billing": {"name": "Billing"},
            "sales": {"name": "Sales"},
            "french": {"name": "French"},
        },
        "queues": queues(),
        "agents": {
            "alice": {"name": ALICE.name, "capacity": 250, "skills": [
                {"skill": "billing", "level": 8}, {"skill": "sales", "level": 4}]},
            "ben": {"name": BEN.name, "capacity": 500, "skills": [
                {"skill": "billing", "level": 5}, {"skill": "sales", "level": 6}]},
            "chloe": {"name": CHLOE.name, "skills": [{"skill": "french", "level": 10}]},
        },
    })
}

fn queues() -> Value {
    json!({
        "billing": {
            "name": "Billing",
            "skills": [{"skill": "billing", "level": 3}],
            "messages": {
                "greeting": BILLING_GREETING,
                "transfer": "You are being transferred to Billing.",
            },
        },
        "sales": {
            "name": "Sales",
            "skills": [{"skill": "sales", "level": 2}],
            "messages": {
                "greeting": SALES_GREETING,
                "transfer": "You are being transferred to Sales.",
            },
            "policies": {"offer_s": SALES_OFFER_S},
        },
        "support_fr": {
            "name": "Support (français)",
            "skills": [{"skill": "french", "level": 5}],
            "messages": {
                "greeting": "Bienvenue au support.",
                "transfer": {
                    "fr": TRANSFER_FR,
                    "en": "You are being transferred to our support in French.",
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use baton_common::config::{Workspace, check::check};

    use super::*;

    #[test]
    fn the_configuration_has_no_findings() {
        let workspace: Workspace = serde_json::from_value(configuration("tour-1")).unwrap();
        assert_eq!(check(&workspace), []);
    }

    #[test]
    fn each_tour_has_its_own_name() {
        assert!(baton_common::ids::is_short_name(&fresh_name()));
        assert_ne!(fresh_name(), fresh_name());
    }
}
