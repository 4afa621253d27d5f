//! A consult that is not wanted any more: an End Chat with only an invitation pending is refused,
//! the invitation is cancelled, and a late accept is told so.

use serde_json::{Value, json};

use super::super::differs::{Checked, same};
use super::super::people::Customer;
use super::super::stage::Stage;
use super::super::workspace::{ALICE, CHLOE};

/// Plays it; Dana stays, talking with Chloé.
pub(in super::super) async fn play(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.scene("Consult, then cancel");
    let (invite, offer) = chloe_asks_alice(stage, dana).await?;
    leaving_is_refused(stage, dana).await?;
    chloe_cancels(stage, dana, &invite, &offer).await?;
    too_late(stage, dana, &invite, &offer).await
}

async fn chloe_asks_alice(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<(Value, Value)> {
    stage.timeline.step("Chloé adds Alice, who was in the chat before");
    stage.turn()?;
    dana.socket.turn()?;
    let fields = json!({"chat_id": dana.chat, "agent": ALICE.id, "note": "Is this right?"});
    let invite = stage.chloe.socket.ask("chat.add_agent", fields).await?["invite_id"].clone();
    let offer = stage.alice.offer(&dana.chat).await?;
    same(&offer, "/invite_id", invite.clone())?;
    same(&offer, "/from_agent", CHLOE.id)?;
    stage.chloe.invite(&invite, "pending").await?;
    stage.chloe.state(&dana.chat, "active", &[(&ALICE.row(), "invited".into())]).await?;
    stage.timeline.tell("Chloé", "+ Alice; Alice is offered the chat again");
    Ok((invite, offer))
}

async fn leaving_is_refused(stage: &mut Stage<'_>, dana: &Customer) -> Checked<()> {
    stage.timeline.step("Chloé's End Chat is refused");
    let fields = json!({"chat_id": dana.chat});
    stage.chloe.socket.refused("chat.leave", fields, "would_orphan").await?;
    let said = "End Chat: refused (would_orphan), there is only an invitation";
    stage.timeline.tell("Chloé", said);
    Ok(())
}

async fn chloe_cancels(
    stage: &mut Stage<'_>,
    dana: &mut Customer,
    invite: &Value,
    offer: &Value,
) -> Checked<()> {
    stage.timeline.step("Chloé cancels the invitation");
    stage.turn()?;
    let fields = json!({"chat_id": dana.chat, "invite_id": invite});
    stage.chloe.socket.ask("chat.cancel_invite", fields).await?;
    let gone = stage.alice.gone(offer, "revoked").await?;
    same(&gone, "/detail", "cancelled")?;
    let event = stage.chloe.invite(invite, "cancelled").await?;
    same(&event, "/reason", "cancelled")?;
    let values = [("/transfer", Value::Null)];
    let state = stage.chloe.state(&dana.chat, "active", &values).await?;
    same(&state, "/hops", 2)?;
    same(&state, "/owner", json!({"agent": CHLOE.id}))?;
    stage.chloe.socket.in_order(&["chat.invite", "chat.state"])?;
    dana.say("Tout est clair.").await?;
    stage.chloe.hears(&dana.chat, "Tout est clair.").await?;
    dana.socket.none("chat.participant")?;
    dana.socket.none("chat.state")?;
    stage.timeline.tell("Chloé", "cancels; Alice's offer is revoked, Dana has seen nothing of it");
    Ok(())
}

async fn too_late(
    stage: &mut Stage<'_>,
    dana: &Customer,
    invite: &Value,
    offer: &Value,
) -> Checked<()> {
    stage.timeline.step("Alice accepts too late");
    let fields = json!({"offer_id": offer["offer_id"]});
    let error = stage.alice.socket.refused("offer.accept", fields, "offer_stale").await?;
    same(&error, "/why", "revoked")?;
    // `detail` is the sentence of every error; the reason of a revocation has the same name in
    // the contract, so only that it is text is demanded, which the shape does.
    let fields = json!({"chat_id": dana.chat, "invite_id": invite});
    stage.chloe.socket.refused("chat.cancel_invite", fields, "offer_stale").await?;
    let row = stage.chloe.row_of(ALICE.id).await?;
    same(&row, "/activity", "idle")?;
    same(&row, "/capacity/used", 0)?;
    stage.timeline.tell("Alice", "accepts too late: offer_stale (revoked)");
    Ok(())
}
