//! The workspace of a run: its configuration from the scenario, and publishing it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use baton_client::Gateways;
use serde_json::{Map, Value, json};

use crate::people::agent_id;
use crate::{Scenario, Target};

/// The contract's permille of one chat.
const WEIGHT: u32 = 250;
/// A fresh system is ready to publish within this, also while its broker elects.
const PATIENCE: Duration = Duration::from_secs(40);
const CALL_LIMIT: Duration = Duration::from_secs(10);
const REPEAT: Duration = Duration::from_millis(200);

/// Publishes the run's workspace.
pub(crate) async fn publish(plan: &Scenario, target: &Target) -> anyhow::Result<()> {
    let client = reqwest::Client::builder().timeout(CALL_LIMIT).no_proxy().build()?;
    let token = target.minter.token("admin", "load", &target.workspace);
    let document = document(plan, &target.workspace);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let last = put(&client, &target.gateways, &token, &document).await;
        match last {
            Ok(Put::Published) => return Ok(()),
            Ok(Put::Later(why)) if Instant::now() >= deadline => {
                bail!("the workspace could not be published: {why}: is a router running?")
            }
            Err(error) if Instant::now() >= deadline => {
                return Err(error).context("no gateway takes the workspace: check --gateway");
            }
            Ok(Put::Refused(why)) => bail!("the workspace was refused: {why}"),
            Ok(Put::Later(_)) | Err(_) => tokio::time::sleep(REPEAT).await,
        }
    }
}

enum Put {
    Published,
    /// Nothing is decided; repeat.
    Later(String),
    Refused(String),
}

async fn put(
    client: &reqwest::Client,
    gateways: &Gateways,
    token: &str,
    document: &Value,
) -> anyhow::Result<Put> {
    let gateway = gateways.next(None).context("there is no gateway: give --gateway URL")?;
    let request = client.put(format!("{gateway}/v1/config")).bearer_auth(token).json(document);
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let text = answer.text().await?;
    Ok(match status {
        200 => Put::Published,
        503 => Put::Later(text),
        401 => Put::Refused(format!("{text}: check --token-secret-file")),
        _ => Put::Refused(text),
    })
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
