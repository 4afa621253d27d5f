//! What a leader's silence costs: everything is asked for once more, no more often than it takes.

use baton_common::ask::Ask;
use baton_common::command::CommandBody;
use baton_common::words::Role;
use serde_json::json;

use crate::house::{House, PATIENCE};
use crate::leader::Leader;

const CHAT: &str = "cht_losses";

/// Losses while nobody answers. Each is repaired after the one before it was told.
const LOSSES: usize = 6;

async fn announcements(leader: &Leader) -> usize {
    let commands = leader.commands().await;
    commands.iter().filter(|c| matches!(c.ask, CommandBody::Announce { .. })).count()
}

/// Breaks the chain of notices and waits until the gateway has announced its connections anew.
async fn lose_a_notice(leader: &Leader) {
    let before = announcements(leader).await;
    leader.lose_a_notice().await;
    let announced = async {
        while announcements(leader).await == before {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, announced).await.expect("the loss is repaired");
}

#[tokio::test]
async fn losses_while_everything_is_asked_for_are_one() {
    let (house, leader) = House::led().await;
    leader.has_chat(CHAT, "agent1").await;
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    leader.stays_silent(Some(|ask| matches!(ask, Ask::Welcome { .. }))).await;
    for _ in 0..LOSSES {
        lose_a_notice(&leader).await;
    }
    leader.stays_silent(None).await;
    agent.event("resync").await;
    // What is told after them.
    let typing = json!({"type": "chat.typing", "chat_id": CHAT});
    house.call("POST", "/commands", Some(&house.customer(CHAT)), Some(typing)).await;
    let mut more = 0;
    while let Some("resync") = agent.next().await["type"].as_str() {
        more += 1;
    }
    // One for what was lost meanwhile, and one more if the last loss was told only now.
    assert!(more <= 2, "{more} more for {LOSSES} losses");
}
