//! The contact panel: attributes are stored in the transcript, then everybody is told.

use baton_common::command::CommandBody;
use baton_common::limits;
use baton_common::protocol::command::ChatUpdate;
use baton_common::record::Record;

use super::{Order, Replied};
use crate::access;
use crate::refusal::Refusal;

pub(super) async fn update(order: Order<'_>, command: ChatUpdate) -> Result<Replied, Refusal> {
    let ChatUpdate { chat_id, attributes } = command;
    let (gateway, caller) = (order.gateway, order.caller);
    let view = gateway.view_for_talk(&caller.workspace, &chat_id).await?;
    // Who may not write stores nothing; the engine refuses them, or knows the key.
    if access::may_write(caller, &view).is_ok() {
        let transcript = gateway.transcripts.open(&caller.workspace, &chat_id).await?;
        let mut merged = transcript.profile().attributes;
        for (name, value) in &attributes {
            if value.is_null() {
                merged.remove(name);
            } else {
                merged.insert(name.clone(), value.clone());
            }
        }
        if merged.len() > limits::ATTRIBUTES {
            let detail = "the chat would have more than 32 attributes: remove some with null";
            return Err(Refusal::invalid("attributes", detail));
        }
        let key = order.key.map(|key| key.id);
        let record = Record::Attributes { by: caller.sub(), set: attributes, key };
        let stored = gateway.transcripts.append(&caller.workspace, &chat_id, &record).await?;
        transcript.reached(stored).await?;
    }
    order.ask_chat(&chat_id, CommandBody::TouchChat { chat: chat_id.clone() }).await
}
