//! The workspace of a run: its configuration from the scenario, published before anybody comes.
//! Publishing itself is the client's.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::people::agent_id;
use crate::{Scenario, Target};

/// The contract's permille of one chat.
const WEIGHT: u32 = 250;
/// A fresh system is ready to publish within this, also while its broker elects.
const PATIENCE: Duration = Duration::from_secs(40);

/// Publishes the run's workspace.
pub(crate) async fn publish(plan: &Scenario, target: &Target) -> anyhow::Result<()> {
    let token = target.minter.token("admin", "load", &target.workspace);
    let document = document(plan, &target.workspace);
    let published = baton_client::publish(&target.gateways, &token, &document, PATIENCE).await;
    published.context("the load cannot begin: check --gateway and --token-secret-file")
}

fn document(plan: &Scenario, workspace: &str) -> Value {
    let mut policies: Map<String, Value> =
        plan.policies.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    if plan.agents.wrapup_s.is_none() {
        policies.insert("wrapup_s".into(), json!(0));
    }
    let skills: Map<String, Value> =
        plan.queues.keys().map(|id| (id.clone(), json!({"name": id}))).collect();
    json!({
        "workspace": workspace,
        "default_queue": plan.queues.keys().next(),
        "policies": policies,
        "skills": skills,
        "queues": queues(plan),
        "agents": agents(plan),
    })
}

fn queues(plan: &Scenario) -> Map<String, Value> {
    let row = |(id, queue): (&String, &crate::scenario::Queue)| {
        let mut row = json!({"name": id, "weight": WEIGHT, "priority": queue.priority});
        if queue.agents < 1.0 {
            row["skills"] = json!([{"skill": id, "level": 1}]);
        }
        (id.clone(), row)
    };
    plan.queues.iter().map(row).collect()
}

/// The first agents of each queue's share have its skill.
fn agents(plan: &Scenario) -> Map<String, Value> {
    let row = |index: usize| {
        let place = share(index, plan.agents.count);
        let served = plan.queues.iter().filter(|(_, queue)| place < queue.agents);
        let skills: Vec<Value> = served.map(|(id, _)| json!({"skill": id, "level": 5})).collect();
        let name = format!("Agent {index}");
        let capacity = plan.agents.chats * WEIGHT;
        (agent_id(index), json!({"name": name, "capacity": capacity, "skills": skills}))
    };
    (0..plan.agents.count).map(row).collect()
}

#[allow(clippy::cast_precision_loss, reason = "there are at most some thousands of agents")]
fn share(index: usize, count: usize) -> f64 {
    index as f64 / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_serve_their_shares_of_the_queues() {
        let mut plan = Scenario::load("smoke").unwrap();
        plan.agents.count = 4;
        plan.agents.chats = 3;
        plan.agents.wrapup_s = None;
        plan.queues = toml::from_str("all = {}\nhalf = { agents = 0.5, priority = 2 }").unwrap();
        let document = document(&plan, "load-1");
        assert_eq!(document["agents"]["agent0"]["capacity"], 750);
        assert_eq!(document["agents"]["agent1"]["skills"].as_array().unwrap().len(), 2);
        assert_eq!(document["agents"]["agent2"]["skills"].as_array().unwrap().len(), 1);
        assert_eq!(document["queues"]["half"]["skills"][0]["skill"], "half");
        assert_eq!(document["queues"]["all"]["skills"], Value::Null);
        assert_eq!(document["policies"]["wrapup_s"], 0);
    }
}
