//! The contact panel: attributes are stored in the transcript, then everybody is told.

use std::collections::BTreeMap;

use baton_common::command::CommandBody;
use baton_common::limits;
use baton_common::protocol::command::ChatUpdate;
use baton_common::record::Record;
use serde_json::Value;

use super::{Order, Replied};
use crate::refusal::Refusal;

pub(super) async fn update(order: Order<'_>, command: ChatUpdate) -> Result<Replied, Refusal> {
    let ChatUpdate { chat_id, attributes } = command;
    let (gateway, caller) = (order.gateway, order.caller);
    let touch = || CommandBody::TouchChat { chat: chat_id.clone() };
    let transcript = gateway.transcripts.open(&caller.workspace, &chat_id).await?;
    within_bounds(&transcript.profile().attributes, &attributes)?;
    // The engine comes first: a refusal, or a key that was used for something else, stores
    // nothing. A repeat stores the record again, and the transcript counts it once.
    order.ask(touch()).await?;
    let key = order.key.map(|key| key.id);
    let record = Record::Attributes { by: caller.sub(), set: attributes, key };
    let stored = gateway.transcripts.append(&caller.workspace, &chat_id, &record).await?;
    transcript.reached(stored).await?;
    Order { key: None, ..order }.ask_chat(&chat_id, touch()).await
}

fn within_bounds(
    there: &BTreeMap<String, Value>,
    set: &BTreeMap<String, Value>,
) -> Result<(), Refusal> {
    let stays = there.keys().filter(|name| !set.contains_key(*name)).count();
    let comes = set.values().filter(|value| !value.is_null()).count();
    if stays + comes <= limits::ATTRIBUTES {
        return Ok(());
    }
    let detail = "the chat would have more than 32 attributes: remove some with null";
    Err(Refusal::invalid("attributes", detail))
}
