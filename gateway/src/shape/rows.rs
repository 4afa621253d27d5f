//! Rows of the directory, and internal messages.

use baton_common::protocol::dm;
use baton_common::protocol::rows::{AgentRow, Capacity, Load, QueueRow, ServiceLevel};
use baton_common::time::ApiTime;
use baton_common::view::{AgentView, QueueView, ServiceLevelView};

use super::ewt;
use crate::caller::person_id;
use crate::dm::Dm;

/// An agent's row.
pub(crate) fn agent(view: &AgentView) -> AgentRow {
    AgentRow {
        agent: view.agent.clone(),
        name: view.name.clone(),
        status: view.status,
        reason: view.reason.clone(),
        next_status: view.next_status,
        activity: view.activity,
        load: Load { offered: view.offered, handling: view.handling, wrapup: view.wrapup },
        connectivity: view.connectivity,
        capacity: Capacity { used: view.used, total: view.total },
        skills: view.skills.clone(),
        since: ApiTime(view.since),
        rev: view.rev,
    }
}

/// A queue's row.
pub(crate) fn queue(view: &QueueView) -> QueueRow {
    QueueRow {
        queue: view.queue.clone(),
        name: view.name.clone(),
        waiting: view.waiting,
        oldest_wait_s: view.oldest_wait.as_seconds(),
        eligible_agents: view.eligible,
        available_agents: view.available,
        ewt: view.ewt.map(ewt),
        open: view.open,
        service_level: service_level(&view.service_level),
        rev: view.rev,
    }
}

fn service_level(counts: &ServiceLevelView) -> ServiceLevel {
    ServiceLevel {
        target_s: counts.target.as_seconds(),
        since: ApiTime(counts.since),
        answered: counts.answered(),
        offered: counts.offered(),
        excl_short: counts.excl_short(),
        removed: counts.removed(),
    }
}

/// An internal message.
pub(crate) fn dm(dm: &Dm) -> dm::Dm {
    dm::Dm {
        dm_id: dm.dm_id.clone(),
        seq: dm.seq,
        from: person_id(&dm.from),
        to: person_id(&dm.to),
        text: dm.text.clone(),
        at: ApiTime(dm.at),
        client_id: dm.client_id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_without_data_says_null() {
        let view = QueueView {
            queue: "billing".into(),
            name: "Billing".into(),
            waiting: 0,
            oldest_wait: baton_common::time::Span::ZERO,
            eligible: 0,
            available: 0,
            ewt: None,
            open: true,
            service_level: ServiceLevelView::default(),
            rev: 1,
        };
        let json = serde_json::to_value(queue(&view)).unwrap();
        for null in [&json["ewt"], &json["service_level"]["answered"]] {
            assert!(null.is_null());
        }
        assert!(json.as_object().unwrap().contains_key("ewt"));
    }
}
