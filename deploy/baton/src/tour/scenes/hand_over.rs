//! "Can you take this?": internal chat, "+" for an agent with a note, three talk, the first ends
//! the chat for herself and the second goes on.

use serde_json::{Value, json};

use super::super::differs::{Checked, holds, same};
use super::super::people::Customer;
use super::super::socket::fresh_key;
use super::super::stage::{Stage, knows_customer};
use super::super::workspace::{ALICE, BEN, DANA};

const NOTE: &str = "Wants to know why invoice 4711 rose by a tenth.";

/// Plays it; Dana stays, talking with Ben.
pub(in super::super) async fn play(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.scene("\"Can you take this?\"");
    alice_asks(stage).await?;
    let invite = alice_adds_ben(stage, dana).await?;
    ben_accepts(stage, dana, &invite).await?;
    three_talk(stage, dana).await?;
    alice_leaves(stage, dana).await?;
    alice_wraps_up(stage, dana).await?;
    ben_goes_on(stage, dana).await
}

async fn alice_asks(stage: &mut Stage<'_>) -> Checked<()> {
    stage.timeline.step("Alice asks Ben by internal chat");
    stage.turn()?;
    let row = stage.alice.row_of(BEN.id).await?;
    same(&row, "/name", BEN.name)?;
    same(&row, "/connectivity", "online")?;
    same(&row, "/capacity", json!({"used": 0, "total": 500}))?;
    let question = json!({"to": BEN.id, "text": "Can you take this?", "client_id": fresh_key()});
    let sent = stage.alice.socket.ask("dm.send", question).await?;
    same(&sent, "/dm/from", ALICE.id)?;
    same(&sent, "/dm/to", BEN.id)?;
    same(&sent, "/dm/seq", 1)?;
    let values = [("/dm/dm_id", sent["dm"]["dm_id"].clone())];
    let heard = stage.ben.socket.event("dm.message", &values).await?;
    same(&heard, "/dm", sent["dm"].clone())?;
    stage.alice.socket.event("dm.message", &values).await?;
    let answer = json!({"to": ALICE.id, "text": "Yes, add me.", "client_id": fresh_key()});
    let sent = stage.ben.socket.ask("dm.send", answer).await?;
    same(&sent, "/dm/seq", 2)?;
    let values = [("/dm/text", "Yes, add me.".into())];
    stage.alice.socket.event("dm.message", &values).await?;
    stage.ben.status("ready", None).await?;
    stage.timeline.tell("Alice", "asks Ben by internal chat: \"Can you take this?\"");
    stage.timeline.tell("Ben", "\"Yes, add me.\"; ready");
    Ok(())
}

async fn alice_adds_ben(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<Value> {
    stage.timeline.step("Alice adds Ben with a note");
    stage.turn()?;
    dana.socket.turn()?;
    let fields = json!({"chat_id": dana.chat, "agent": BEN.id, "note": NOTE});
    let invite = stage.alice.socket.ask("chat.add_agent", fields).await?["invite_id"].clone();
    stage.alice.sees(&dana.chat, BEN.id, "invited").await?;
    let event = stage.alice.invite(&invite, "pending").await?;
    same(&event, "/to", json!({"agent": BEN.id}))?;
    same(&event, "/by", ALICE.id)?;
    let values = [("/transfer/invites/0/invite_id", invite.clone())];
    let state = stage.alice.state(&dana.chat, "active", &values).await?;
    same(&state, "/owner", json!({"agent": ALICE.id}))?;
    same(&state, &BEN.row(), "invited")?;
    stage.alice.socket.in_order(&["chat.participant", "chat.invite", "chat.state"])?;
    stage.timeline.tell("Alice", "+ Ben, with a note; Ben is invited, Dana sees nothing of it");
    Ok(invite)
}

async fn ben_accepts(stage: &mut Stage<'_>, dana: &mut Customer, invite: &Value) -> Checked<()> {
    stage.timeline.step("Ben accepts the invitation");
    let offer = stage.ben.offer(&dana.chat).await?;
    same(&offer, "/kind", "invite")?;
    same(&offer, "/invite_id", invite.clone())?;
    same(&offer, "/from_agent", ALICE.id)?;
    same(&offer, "/queue", Value::Null)?;
    same(&offer, "/note", NOTE)?;
    same(&offer, "/chat/state", "active")?;
    holds(offer["wait_s"].as_f64() == Some(0.0), "wait_s to be 0", &offer["wait_s"])?;
    let lines = offer["last_lines"].as_array().map_or(0, Vec::len);
    holds((1..=5).contains(&lines), "up to five last lines", &offer["last_lines"])?;
    knows_customer(&offer["chat"], DANA)?;
    dana.socket.none("chat.participant")?;
    dana.socket.none("chat.state")?;

    let chat = stage.ben.accept(&offer).await?;
    same(&chat, &ALICE.row(), "connected")?;
    same(&chat, "/transfer", Value::Null)?;
    stage.ben.gone(&offer, "accepted").await?;
    stage.ben.sees(&dana.chat, BEN.id, "connected").await?;
    stage.alice.sees(&dana.chat, BEN.id, "connected").await?;
    dana.sees(BEN.id, "connected").await?;
    stage.alice.invite(invite, "accepted").await?;
    let connected = [(&*BEN.row(), "connected".into())];
    stage.ben.state(&dana.chat, "active", &connected).await?;
    stage.alice.state(&dana.chat, "active", &connected).await?;
    dana.state("active", &connected).await?;
    dana.told_of("connected", Some(BEN.id)).await?;
    let texts = stage.ben.read(&dana.chat).await?;
    holds(texts.len() >= 6, "everything said so far", &json!(texts))?;
    stage.timeline.tell("Ben", "reads the note, accepts, reads what was said");
    Ok(())
}

async fn three_talk(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Dana, Alice and Ben talk");
    let chat = dana.chat.clone();
    let whisper = "The tariff changed in June.";
    stage.alice.whisper(&chat, whisper).await?;
    let heard = stage.ben.hears(&chat, whisper).await?;
    same(&heard, "/visibility", "agents")?;
    stage.alice.say(&chat, "Ben knows tariffs better than I do.").await?;
    stage.ben.hears(&chat, "Ben knows tariffs better than I do.").await?;
    dana.hears("Ben knows tariffs better than I do.").await?;
    stage.ben.say(&chat, "Hello Dana.").await?;
    stage.alice.hears(&chat, "Hello Dana.").await?;
    dana.hears("Hello Dana.").await?;
    dana.say("Hello Ben.").await?;
    stage.alice.hears(&chat, "Hello Ben.").await?;
    stage.ben.hears(&chat, "Hello Ben.").await?;
    let lines = dana.socket.lines(&chat)?;
    let leaked = lines.iter().any(|line| line["text"] == whisper);
    holds(!leaked, "no whisper for Dana", &json!(lines))?;
    stage.timeline.tell("Dana", "Alice and Ben talk; what Alice whispers reaches Ben alone");
    Ok(())
}

async fn alice_leaves(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Alice ends the chat for herself");
    stage.turn()?;
    dana.socket.turn()?;
    let fields = json!({"chat_id": dana.chat});
    let answer = stage.alice.socket.ask("chat.leave", fields).await?;
    same(&answer, "/chat/state", "active")?;
    same(&answer, "/chat/hops", 1)?;
    same(&answer, "/chat/owner", json!({"agent": BEN.id}))?;
    same(&answer["chat"], &ALICE.row(), "wrapup")?;
    for agent in [&mut stage.alice, &mut stage.ben] {
        agent.sees(&dana.chat, ALICE.id, "left").await?;
        agent.state(&dana.chat, "active", &[("/hops", 1.into())]).await?;
        agent.socket.in_order(&["chat.participant", "chat.state"])?;
    }
    dana.sees(ALICE.id, "left").await?;
    let state = dana.state("active", &[(&ALICE.row(), "left".into())]).await?;
    same(&state, &BEN.row(), "connected")?;
    let line = dana.told_of("left", Some(ALICE.id)).await?;
    same(&line, "/event/stays", json!([BEN.name]))?;
    let row = stage.ben.row_of(ALICE.id).await?;
    same(&row, "/activity", "wrapup")?;
    same(&row, "/capacity/used", 250)?;
    let said = format!("End Chat; Dana reads \"{}\"", line["text"].as_str().unwrap_or_default());
    stage.timeline.tell("Alice", &said);
    Ok(())
}

async fn alice_wraps_up(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Alice completes her wrap-up");
    let alice = &mut stage.alice;
    let fields = json!({"chat_id": dana.chat, "text": "One more thing", "client_id": fresh_key()});
    alice.socket.refused("chat.send", fields, "forbidden").await?;
    alice.socket.turn()?;
    let fields = json!({"chat_id": dana.chat, "disposition": "handed_over", "note": "Tariff."});
    let answer = alice.socket.ask("wrapup.complete", fields).await?;
    same(&answer, "/chat/state", "active")?;
    same(&answer["chat"], &ALICE.row(), "done")?;
    alice.state(&dana.chat, "active", &[(&ALICE.row(), "done".into())]).await?;
    let values = [("/activity", "idle".into()), ("/capacity/used", 0.into())];
    let row = alice.socket.event("agent.state", &values).await?;
    same(&row, "/status", "ready")?;
    stage.timeline.tell("Alice", "completes her wrap-up: handed_over; she is free again");
    Ok(())
}

async fn ben_goes_on(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Ben and Dana go on");
    dana.say("So, the tariff?").await?;
    let heard = stage.ben.hears(&dana.chat, "So, the tariff?").await?;
    same(&heard, "/from/id", dana.id.as_str())?;
    stage.ben.say(&dana.chat, "It changed in June. Do you prefer French?").await?;
    let heard = dana.hears("It changed in June. Do you prefer French?").await?;
    same(&heard, "/from/id", BEN.id)?;
    stage.timeline.tell("Ben", "and Dana go on");
    Ok(())
}
