//! "+" for a queue while staying: its automated message, an End Chat that is refused because
//! nobody could take over, one that is confirmed; the chat waits there and reaches a third agent.

use serde_json::{Value, json};

use super::super::differs::{Checked, holds, same};
use super::super::people::Customer;
use super::super::stage::Stage;
use super::super::workspace::{BEN, CHLOE, TRANSFER_FR};

const NOTE: &str = "Tariff explained; wants the contract in French.";
const FRENCH: &str = "Support (français)";

/// Plays it; Dana stays, talking with Chloé.
pub(in super::super) async fn play(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.scene("Into another queue");
    ben_adds_the_queue(stage, dana).await?;
    they_keep_talking(stage, dana).await?;
    leaving_is_refused(stage, dana).await?;
    ben_leaves(stage, dana).await?;
    chloe_is_offered(stage, dana).await
}

async fn ben_adds_the_queue(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Ben adds the queue support_fr and stays");
    stage.turn()?;
    dana.socket.turn()?;
    let fields = json!({"chat_id": dana.chat, "queue": "support_fr", "note": NOTE});
    let added = stage.ben.socket.ask("chat.add_queue", fields).await?;
    same(&added, "/queue", "support_fr")?;
    same(&added, "/position", 1)?;
    same(&added, "/warning", "no_eligible_agent")?;
    same(&added, "/held", true)?;
    let event = stage.ben.invite(&added["invite_id"], "queued").await?;
    same(&event, "/to", json!({"queue": "support_fr"}))?;
    let values = [("/transfer/invites/0/state", "queued".into())];
    let state = stage.ben.state(&dana.chat, "active", &values).await?;
    same(&state, "/owner", json!({"agent": BEN.id}))?;
    same(&state, "/queue", "billing")?;
    stage.ben.socket.in_order(&["chat.invite", "chat.state"])?;
    let line = dana.hears(TRANSFER_FR).await?;
    same(&line, "/kind", "auto")?;
    same(&line, "/from", json!({"id": "support_fr", "role": "queue", "name": FRENCH}))?;
    stage.ben.hears(&dana.chat, TRANSFER_FR).await?;
    let said = "+ queue support_fr and stays; nobody there is ready, so the chat is held";
    stage.timeline.tell("Ben", said);
    stage.timeline.tell("Support", &format!("tells Dana: \"{TRANSFER_FR}\""));
    Ok(())
}

async fn they_keep_talking(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Ben and Dana talk while the queue is asked");
    stage.ben.say(&dana.chat, "My colleague will write in French.").await?;
    dana.hears("My colleague will write in French.").await?;
    dana.say("Merci !").await?;
    stage.ben.hears(&dana.chat, "Merci !").await?;
    dana.socket.none("chat.participant")?;
    dana.socket.none("chat.state")?;
    stage.timeline.tell("Ben", "and Dana keep talking");
    Ok(())
}

async fn leaving_is_refused(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Ben's End Chat is refused");
    stage.turn()?;
    let fields = json!({"chat_id": dana.chat});
    stage.ben.socket.refused("chat.leave", fields, "would_orphan").await?;
    stage.ben.socket.none("chat.participant")?;
    stage.timeline.tell("Ben", "End Chat: refused (would_orphan), nobody could take over");
    Ok(())
}

async fn ben_leaves(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Ben confirms End Chat and the chat waits in support_fr");
    stage.turn()?;
    dana.socket.turn()?;
    let fields = json!({"chat_id": dana.chat, "confirm": true, "disposition": "needs_french"});
    let answer = stage.ben.socket.ask("chat.leave", fields).await?;
    let chat = &answer["chat"];
    same(chat, "/state", "queued")?;
    same(chat, "/queue", "support_fr")?;
    same(chat, "/position", 1)?;
    same(chat, "/owner", json!({"queue": "support_fr"}))?;
    same(chat, "/hops", 2)?;
    same(chat, &BEN.row(), "done")?;
    stage.ben.sees(&dana.chat, BEN.id, "left").await?;
    stage.ben.state(&dana.chat, "queued", &[(&BEN.row(), "done".into())]).await?;
    dana.sees(BEN.id, "left").await?;
    let state = dana.state("queued", &[("/position", 1.into())]).await?;
    same(&state, "/queue", "support_fr")?;
    same(&state, &BEN.row(), "left")?;
    dana.socket.in_order(&["chat.participant", "chat.state"])?;
    let line = dana.told_of("left", Some(BEN.id)).await?;
    same(&line, "/event/stays", json!([]))?;
    let waits_in = line["event"]["queue"].as_str();
    let named = matches!(waits_in, Some("support_fr" | FRENCH));
    holds(named, "the queue in which the chat waits", &line)?;
    let row = stage.ben.row_of(BEN.id).await?;
    same(&row, "/activity", "idle")?;
    stage.timeline.tell("Ben", "End Chat, confirmed, with his wrap-up: needs_french");
    stage.timeline.tell("Dana", "waits in support_fr, position 1");
    Ok(())
}

async fn chloe_is_offered(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Chloé becomes ready, is offered the chat and accepts");
    stage.turn()?;
    dana.socket.turn()?;
    stage.chloe.status("ready", None).await?;
    let offer = stage.chloe.offer(&dana.chat).await?;
    same(&offer, "/kind", "queue")?;
    same(&offer, "/origin", "transfer")?;
    same(&offer, "/queue", "support_fr")?;
    same(&offer, "/from_agent", BEN.id)?;
    same(&offer, "/note", NOTE)?;
    same(&offer, "/skills", json!([{"skill": "french", "level": 5}]))?;
    let chat = stage.chloe.accept(&offer).await?;
    same(&chat, "/queue", "support_fr")?;
    same(&chat, "/owner", json!({"agent": CHLOE.id}))?;
    same(&chat, "/hops", 2)?;
    same(&chat, "/transfer", Value::Null)?;
    stage.chloe.gone(&offer, "accepted").await?;
    dana.sees(CHLOE.id, "connected").await?;
    let connected = [(&*CHLOE.row(), "connected".into())];
    stage.chloe.state(&dana.chat, "active", &connected).await?;
    dana.state("active", &connected).await?;
    dana.told_of("connected", Some(CHLOE.id)).await?;
    let texts = stage.chloe.read(&dana.chat).await?;
    let whole = texts.iter().any(|text| text == "The tariff changed in June.");
    holds(whole, "the whole transcript for Chloé, whispers too", &json!(texts))?;
    stage.chloe.say(&dana.chat, "Bonjour Dana, voici votre contrat.").await?;
    dana.hears("Bonjour Dana, voici votre contrat.").await?;
    stage.timeline.tell("Chloé", "ready; is offered the chat, reads Ben's note, accepts");
    Ok(())
}
