//! Two customers and one free agent: greeting, positions, offer, accept, the first words; who
//! waits moves up and may change their mind.

use serde_json::{Value, json};

use super::super::differs::{Checked, holds, same, whole};
use super::super::people::Customer;
use super::super::stage::{Stage, knows_customer, start_body};
use super::super::workspace::{ALICE, BILLING_GREETING, DANA, EMIL};

const QUESTION: &str = "Why is my invoice higher than last month?";

/// Plays it; Dana stays, talking with Alice.
pub(in super::super) async fn play(stage: &mut Stage<'_>) -> Checked<Customer> {
    stage.timeline.scene("Start in billing");
    let mut dana = dana_starts(stage).await?;
    let mut emil = emil_starts(stage).await?;
    let offer = alice_is_offered(stage, &mut dana, &mut emil).await?;
    alice_accepts(stage, &mut dana, &mut emil, &offer).await?;
    they_talk(stage, &mut dana).await?;
    emil_leaves(stage, emil).await?;
    Ok(dana)
}

async fn dana_starts(stage: &Stage<'_>) -> Checked<Customer> {
    stage.timeline.step("Dana starts a chat in billing");
    let body = start_body(&stage.workspace, "billing", DANA, QUESTION);
    let mut dana = Customer::start(&stage.http, DANA, &body).await?;
    same(&dana.started, "/state", "queued")?;
    same(&dana.started, "/queue", "billing")?;
    same(&dana.started, "/position", 1)?;
    stage.timeline.tell("Dana", "starts a chat in billing: queued, position 1");

    let question = dana.hears(QUESTION).await?;
    same(&question, "/seq", 1)?;
    same(&question, "/from/id", dana.id.as_str())?;
    same(&question, "/from/role", "customer")?;
    same(&question, "/kind", "text")?;
    let greeting = dana.hears(BILLING_GREETING).await?;
    same(&greeting, "/seq", 2)?;
    same(&greeting, "/kind", "auto")?;
    same(&greeting, "/from", json!({"id": "billing", "role": "queue", "name": "Billing"}))?;
    stage.timeline.tell("Billing", &format!("greets Dana: \"{BILLING_GREETING}\""));
    Ok(dana)
}

async fn emil_starts(stage: &Stage<'_>) -> Checked<Customer> {
    stage.timeline.step("Emil starts a chat in billing");
    let body = start_body(&stage.workspace, "billing", EMIL, "Can I pay by card?");
    let emil = Customer::start(&stage.http, EMIL, &body).await?;
    same(&emil.started, "/state", "queued")?;
    same(&emil.started, "/position", 2)?;
    let row = stage.alice.queue("billing").await?;
    same(&row, "/waiting", 2)?;
    same(&row, "/open", true)?;
    same(&row, "/eligible_agents", 0)?;
    stage.timeline.tell("Emil", "starts a chat in billing: queued, position 2");
    Ok(emil)
}

async fn alice_is_offered(
    stage: &mut Stage<'_>,
    dana: &mut Customer,
    emil: &mut Customer,
) -> Checked<Value> {
    stage.timeline.step("Alice becomes ready and is offered the older chat");
    stage.turn()?;
    dana.socket.turn()?;
    emil.socket.turn()?;
    stage.alice.status("ready", None).await?;
    let offer = stage.alice.offer(&dana.chat).await?;
    same(&offer, "/kind", "queue")?;
    same(&offer, "/origin", "new")?;
    same(&offer, "/queue", "billing")?;
    same(&offer, "/from_agent", Value::Null)?;
    same(&offer, "/skills", json!([{"skill": "billing", "level": 3}]))?;
    same(&offer, "/chat/state", "offered")?;
    same(&offer, "/chat/owner", json!({"queue": "billing"}))?;
    knows_customer(&offer["chat"], DANA)?;
    let left = offer["expires_in_s"].as_f64().unwrap_or_default();
    holds((1.0..=20.0).contains(&left), "expires_in_s of up to 20", &offer["expires_in_s"])?;
    dana.state("offered", &[]).await?;
    let row = stage.ben.row_of(ALICE.id).await?;
    same(&row, "/activity", "offered")?;
    same(&row, "/load/offered", 1)?;
    same(&row, "/capacity", json!({"used": 250, "total": 250}))?;
    let waited = offer["wait_s"].as_f64().unwrap_or_default();
    let said = format!("ready; is offered Dana's chat, which waited {waited:.3} s");
    stage.timeline.tell("Alice", &said);
    Ok(offer)
}

async fn alice_accepts(
    stage: &mut Stage<'_>,
    dana: &mut Customer,
    emil: &mut Customer,
    offer: &Value,
) -> Checked<()> {
    stage.timeline.step("Alice accepts");
    let chat = stage.alice.accept(offer).await?;
    same(&chat, "/owner", json!({"agent": ALICE.id}))?;
    same(&chat, "/queue", "billing")?;
    same(&chat, "/hops", 0)?;
    same(&chat, &dana.row(), "connected")?;
    stage.alice.gone(offer, "accepted").await?;
    stage.alice.sees(&dana.chat, ALICE.id, "connected").await?;
    stage.alice.state(&dana.chat, "active", &[]).await?;
    let order = ["offer.new", "offer.gone", "chat.participant", "chat.state"];
    stage.alice.socket.in_order(&order)?;
    dana.sees(ALICE.id, "connected").await?;
    dana.state("active", &[(&ALICE.row(), "connected".into())]).await?;
    dana.socket.in_order(&["chat.state", "chat.participant", "chat.state"])?;
    let line = dana.told_of("connected", Some(ALICE.id)).await?;
    same(&line, "/event/participant/name", ALICE.name)?;
    let texts = stage.alice.read(&dana.chat).await?;
    let opened = texts.starts_with(&[QUESTION.to_owned(), BILLING_GREETING.to_owned()]);
    holds(opened, "the question and the greeting as lines 1 and 2", &json!(texts))?;
    stage.timeline.tell("Alice", "accepts; Dana is told that Alice Weber is there");

    stage.timeline.step("Emil moves up");
    emil.socket.event("chat.position", &[("/position", 1.into())]).await?;
    stage.timeline.tell("Emil", "is number 1 now");
    Ok(())
}

async fn they_talk(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Dana and Alice talk");
    let asked = dana.say("Are you there?").await?;
    stage.alice.hears(&dana.chat, "Are you there?").await?;
    let answered = stage.alice.say(&dana.chat, "Hello Dana, I am looking at it.").await?;
    let heard = dana.hears("Hello Dana, I am looking at it.").await?;
    same(&heard, "/from", json!({"id": ALICE.id, "role": "agent", "name": ALICE.name}))?;
    same(&heard, "/message_id", answered["message_id"].clone())?;
    let (before, after) = (whole(&asked, "/seq")?, whole(&heard, "/seq")?);
    holds(before < after, "the answer after the question", &heard)?;
    stage.timeline.tell("Dana", "and Alice talk");
    Ok(())
}

async fn emil_leaves(stage: &Stage<'_>, mut emil: Customer) -> Checked<()> {
    stage.timeline.step("Emil ends his chat while it waits");
    emil.socket.turn()?;
    let answer = emil.socket.ask("chat.end", json!({"chat_id": emil.chat})).await?;
    same(&answer, "/chat/state", "closed")?;
    same(&answer, "/chat/closed/reason", "abandoned")?;
    emil.state("closed", &[]).await?;
    let line = emil.told_of("ended", None).await?;
    same(&line, "/event/reason", "abandoned")?;
    stage.timeline.tell("Emil", "does not wait: closed (abandoned)");
    emil.socket.close().await;
    Ok(())
}
