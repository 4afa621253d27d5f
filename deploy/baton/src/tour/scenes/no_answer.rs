//! An offer that is declined and one that nobody answers: the chat keeps waiting, who declined is
//! not asked again, who did not answer becomes `not_ready(no_answer)`.

use std::time::Instant;

use serde_json::{Value, json};

use super::super::differs::{Checked, holds, same};
use super::super::people::Customer;
use super::super::stage::{Stage, start_body};
use super::super::workspace::{ALICE, BEN, EMIL, SALES_GREETING, SALES_OFFER_S};

/// Seconds by which a timer may seem early: what the offer needed to arrive here.
const EARLY_S: f64 = 0.5;

/// Plays it; Emil stays, talking with Ben.
pub(in super::super) async fn play(stage: &mut Stage<'_>) -> Checked<Customer> {
    stage.timeline.scene("A decline and no answer");
    let (mut emil, offer) = emil_starts(stage).await?;
    alice_declines(stage, &mut emil, &offer).await?;
    let offer = ben_does_not_answer(stage, &mut emil).await?;
    too_late(stage, &offer).await?;
    ben_answers(stage, &mut emil, &offer).await?;
    Ok(emil)
}

async fn emil_starts(stage: &mut Stage<'_>) -> Checked<(Customer, Value)> {
    stage.timeline.step("Emil starts a chat in sales and Alice is offered it");
    stage.ben.status("not_ready", Some("break")).await?;
    stage.turn()?;
    let body = start_body(&stage.workspace, "sales", EMIL, "Which plan fits me?");
    let mut emil = Customer::start(&stage.http, EMIL, &body).await?;
    emil.hears(SALES_GREETING).await?;
    let offer = stage.alice.offer(&emil.chat).await?;
    same(&offer, "/queue", "sales")?;
    same(&offer, "/origin", "new")?;
    stage.timeline.tell("Emil", "starts a chat in sales; Alice is offered it, Ben has a break");
    Ok((emil, offer))
}

async fn alice_declines(stage: &mut Stage<'_>, emil: &mut Customer, offer: &Value) -> Checked<()> {
    stage.timeline.step("Alice declines");
    emil.socket.turn()?;
    let fields = json!({"offer_id": offer["offer_id"], "reason": "not my field"});
    stage.alice.socket.ask("offer.decline", fields.clone()).await?;
    stage.alice.gone(offer, "declined").await?;
    stage.alice.socket.ask("offer.decline", fields).await?;
    let state = emil.state("queued", &[]).await?;
    same(&state, "/queue", "sales")?;
    same(&state, "/position", 1)?;
    let row = stage.chloe.row_of(ALICE.id).await?;
    same(&row, "/status", "ready")?;
    same(&row, "/capacity/used", 0)?;
    stage.alice.socket.turn()?;
    stage.timeline.tell("Alice", "declines; Emil waits on, Alice stays ready");
    Ok(())
}

async fn ben_does_not_answer(stage: &mut Stage<'_>, emil: &mut Customer) -> Checked<Value> {
    stage.timeline.step("Ben is offered the chat and does not answer");
    stage.ben.socket.turn()?;
    stage.ben.status("ready", None).await?;
    let offer = stage.ben.offer(&emil.chat).await?;
    let (offered, left) = (Instant::now(), offer["expires_in_s"].as_f64().unwrap_or_default());
    #[expect(clippy::cast_precision_loss, reason = "it is 2")]
    let within = left > 0.0 && left <= SALES_OFFER_S as f64;
    holds(within, format!("expires_in_s of up to {SALES_OFFER_S}"), &offer["expires_in_s"])?;
    emil.socket.turn()?;
    stage.ben.socket.turn()?;
    stage.ben.gone(&offer, "expired").await?;
    let lasted = offered.elapsed().as_secs_f64();
    let early = format!("the offer to last {left} s");
    holds(lasted + EARLY_S >= left, early, &json!(lasted))?;
    let values = [("/status", "not_ready".into()), ("/reason", "no_answer".into())];
    stage.ben.socket.event("agent.state", &values).await?;
    let row = stage.alice.row_of(BEN.id).await?;
    same(&row, "/reason", "no_answer")?;
    emil.state("queued", &[]).await?;
    stage.alice.socket.none("offer.new")?;
    let said = format!("does not answer for {lasted:.1} s: expired, not_ready (no_answer)");
    stage.timeline.tell("Ben", &said);
    Ok(offer)
}

async fn too_late(stage: &mut Stage<'_>, offer: &Value) -> Checked<()> {
    stage.timeline.step("Ben accepts too late");
    let fields = json!({"offer_id": offer["offer_id"]});
    let error = stage.ben.socket.refused("offer.accept", fields, "offer_stale").await?;
    same(&error, "/why", "expired")?;
    stage.timeline.tell("Ben", "accepts too late: offer_stale (expired)");
    Ok(())
}

async fn ben_answers(stage: &mut Stage<'_>, emil: &mut Customer, expired: &Value) -> Checked<()> {
    stage.timeline.step("Ben is back and accepts");
    stage.turn()?;
    emil.socket.turn()?;
    stage.ben.status("ready", None).await?;
    let offer = stage.ben.offer(&emil.chat).await?;
    let is_new = offer["offer_id"] != expired["offer_id"];
    holds(is_new, "another offer than the one that expired", &offer["offer_id"])?;
    let (wait, at_least) = (offer["wait_s"].as_f64().unwrap_or_default(), SALES_OFFER_S);
    #[expect(clippy::cast_precision_loss, reason = "it is 2")]
    let whole_wait = wait + EARLY_S >= at_least as f64;
    holds(whole_wait, format!("the whole wait of {at_least} s or more"), &offer["wait_s"])?;
    let chat = stage.ben.accept(&offer).await?;
    same(&chat, "/owner", json!({"agent": BEN.id}))?;
    emil.sees(BEN.id, "connected").await?;
    emil.state("active", &[]).await?;
    stage.ben.say(&emil.chat, "Sorry for the wait, Emil.").await?;
    emil.hears("Sorry for the wait, Emil.").await?;
    let said = format!("ready; is offered the chat again, which waited {wait:.1} s; accepts");
    stage.timeline.tell("Ben", &said);
    Ok(())
}
