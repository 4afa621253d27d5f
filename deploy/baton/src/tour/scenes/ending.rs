//! The last agent ends one chat, the customer the other; wrap-ups with dispositions; nobody writes
//! any more, and what the sockets brought is what the transcripts have.

use serde_json::json;

use super::super::contract::{self, Reader};
use super::super::differs::{Checked, same};
use super::super::lines;
use super::super::people::{Customer, transcript};
use super::super::socket::fresh_key;
use super::super::stage::Stage;
use super::super::workspace::{BEN, CHLOE};

/// Plays it.
pub(in super::super) async fn play(
    stage: &mut Stage<'_>,
    mut dana: Customer,
    mut emil: Customer,
) -> Checked<()> {
    stage.timeline.scene("Ends");
    chloe_ends(stage, &mut dana).await?;
    nobody_writes(stage, &mut dana).await?;
    chloe_wraps_up(stage, &mut dana).await?;
    emil_ends(stage, &mut emil).await?;
    transcripts_agree(stage, &mut [&mut dana, &mut emil]).await?;
    dana.socket.close().await;
    emil.socket.close().await;
    Ok(())
}

async fn chloe_ends(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Chloé, the last agent, ends the chat");
    stage.turn()?;
    dana.socket.turn()?;
    let fields = json!({"chat_id": dana.chat});
    let answer = stage.chloe.socket.ask("chat.leave", fields).await?;
    same(&answer, "/chat/state", "wrapup")?;
    same(&answer, "/chat/closed/reason", "resolved")?;
    same(&answer, "/chat/owner", json!(null))?;
    same(&answer["chat"], &CHLOE.row(), "wrapup")?;
    stage.chloe.sees(&dana.chat, CHLOE.id, "left").await?;
    stage.chloe.state(&dana.chat, "wrapup", &[]).await?;
    dana.sees(CHLOE.id, "left").await?;
    let state = dana.state("wrapup", &[]).await?;
    same(&state, &CHLOE.row(), "left")?;
    same(&state, "/closed/reason", "resolved")?;
    dana.socket.in_order(&["chat.participant", "chat.state"])?;
    dana.told_of("left", Some(CHLOE.id)).await?;
    let line = dana.told_of("ended", None).await?;
    same(&line, "/event/reason", "resolved")?;
    stage.timeline.tell("Chloé", "End Chat as the last agent: the chat is over (resolved)");
    Ok(())
}

async fn nobody_writes(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Dana writes after the end");
    let fields = json!({"chat_id": dana.chat, "text": "Hello?", "client_id": fresh_key()});
    dana.socket.refused("chat.send", fields.clone(), "chat_closed").await?;
    stage.chloe.socket.refused("chat.send", fields, "chat_closed").await?;
    let path = format!("/v1/chats/{}/messages", dana.chat);
    let body = json!({"text": "Hello?", "client_id": fresh_key()});
    dana.http.post(&path, &fresh_key(), &body).await?.refused(409, "chat_closed")?;
    stage.timeline.tell("Dana", "writes after the end: chat_closed");
    Ok(())
}

async fn chloe_wraps_up(stage: &mut Stage<'_>, dana: &mut Customer) -> Checked<()> {
    stage.timeline.step("Chloé completes her wrap-up");
    stage.turn()?;
    dana.socket.turn()?;
    let fields = json!({"chat_id": dana.chat, "disposition": "solved", "note": "Sent it."});
    let answer = stage.chloe.socket.ask("wrapup.complete", fields).await?;
    same(&answer, "/chat/state", "closed")?;
    same(&answer["chat"], &CHLOE.row(), "done")?;
    stage.chloe.state(&dana.chat, "closed", &[]).await?;
    dana.state("closed", &[]).await?;
    let fields = json!({"chat_id": dana.chat});
    stage.chloe.socket.refused("wrapup.complete", fields, "conflict").await?;
    let path = format!("/v1/chats/{}", dana.chat);
    let chat = dana.http.get(&path).await?.ok(200, contract::chat(Reader::Customer))?;
    same(&chat, "/state", "closed")?;
    stage.timeline.tell("Chloé", "completes her wrap-up: solved; the chat is closed");
    Ok(())
}

async fn emil_ends(stage: &mut Stage<'_>, emil: &mut Customer) -> Checked<()> {
    stage.timeline.step("Emil ends his chat");
    stage.turn()?;
    emil.socket.turn()?;
    let path = format!("/v1/chats/{}/end", emil.chat);
    let chat = emil.http.post_empty(&path).await?.ok(200, contract::chat(Reader::Customer))?;
    same(&chat, "/state", "wrapup")?;
    same(&chat, "/closed/reason", "customer_left")?;
    stage.ben.sees(&emil.chat, BEN.id, "left").await?;
    let state = stage.ben.state(&emil.chat, "wrapup", &[]).await?;
    same(&state, &BEN.row(), "wrapup")?;
    let line = emil.told_of("ended", None).await?;
    same(&line, "/event/reason", "customer_left")?;
    let fields = json!({"chat_id": emil.chat, "disposition": "sold"});
    let answer = stage.ben.socket.ask("wrapup.complete", fields).await?;
    same(&answer, "/chat/state", "closed")?;
    emil.state("closed", &[]).await?;
    stage.timeline.tell("Emil", "ends his chat (customer_left); Ben's wrap-up: sold");
    Ok(())
}

async fn transcripts_agree(stage: &mut Stage<'_>, customers: &mut [&mut Customer]) -> Checked<()> {
    stage.timeline.step("what was told is compared with the transcripts");
    for customer in customers {
        let page = transcript(&customer.http, Reader::Customer, &customer.chat).await?;
        let told = customer.socket.lines(&customer.chat)?;
        same(&json!(told), "", page["messages"].clone())?;
        for agent in [&mut stage.alice, &mut stage.ben, &mut stage.chloe] {
            let told = agent.socket.lines(&customer.chat)?;
            if !told.is_empty() {
                let page = transcript(&agent.http, Reader::Agent, &customer.chat).await?;
                lines::check_same(&page, &told)?;
            }
        }
        let (who, count) = (customer.role.who, told.len());
        let said = format!("has all {count} lines of the chat, in order, none twice");
        stage.timeline.tell(who, &said);
    }
    Ok(())
}
