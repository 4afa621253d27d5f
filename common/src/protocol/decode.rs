//! From a command's name and fields to the typed command, bounds checked.

use serde_json::Value;

use super::bounds;
use super::command::{ClientCommand, Watch};
use super::read::read_value;
use crate::code::Code;
use crate::command::Target;
use crate::limits;
use crate::rejection::Rejection;

/// The names of all commands, in the contract's order.
pub const KINDS: [&str; 24] = [
    "agent.status",
    "offer.accept",
    "offer.decline",
    "chat.send",
    "chat.typing",
    "chat.read",
    "chat.add_agent",
    "chat.add_queue",
    "chat.cancel_invite",
    "chat.leave",
    "chat.transfer",
    "chat.remove_participant",
    "chat.end",
    "chat.update",
    "wrapup.complete",
    "dm.send",
    "dm.history",
    "watch",
    "unwatch",
    "chat.monitor",
    "agent.force_status",
    "chat.reassign",
    "token.renew",
    "ping",
];

/// Decodes the fields of the command called `kind`.
pub fn decode(kind: &str, fields: Value) -> Result<ClientCommand, Rejection> {
    use ClientCommand as C;
    let command = match kind {
        "agent.status" => C::AgentStatus(read_value(fields)?),
        "offer.accept" => C::OfferAccept(read_value(fields)?),
        "offer.decline" => C::OfferDecline(read_value(fields)?),
        "chat.send" => C::ChatSend(read_value(fields)?),
        "chat.typing" => C::ChatTyping(read_value(fields)?),
        "chat.read" => C::ChatRead(read_value(fields)?),
        "chat.add_agent" => C::ChatAddAgent(read_value(fields)?),
        "chat.add_queue" => C::ChatAddQueue(read_value(fields)?),
        "chat.cancel_invite" => C::ChatCancelInvite(read_value(fields)?),
        "chat.leave" => C::ChatLeave(read_value(fields)?),
        "chat.transfer" => C::ChatTransfer(read_value(fields)?),
        "chat.remove_participant" => C::ChatRemoveParticipant(read_value(fields)?),
        "chat.reassign" => C::ChatReassign(read_value(fields)?),
        "chat.monitor" => C::ChatMonitor(read_value(fields)?),
        "agent.force_status" => C::AgentForceStatus(read_value(fields)?),
        "chat.end" => C::ChatEnd(read_value(fields)?),
        "chat.update" => C::ChatUpdate(read_value(fields)?),
        "wrapup.complete" => C::WrapupComplete(read_value(fields)?),
        "dm.send" => C::DmSend(read_value(fields)?),
        "dm.history" => C::DmHistory(read_value(fields)?),
        "watch" => C::Watch(read_value(fields)?),
        "unwatch" => C::Unwatch(read_value(fields)?),
        "token.renew" => C::TokenRenew(read_value(fields)?),
        "ping" => C::Ping(read_value(fields)?),
        _ => return Err(Rejection::new(Code::NotFound, "there is no such command")),
    };
    check(&command)?;
    Ok(command)
}

/// Everything within its bounds.
pub fn check(command: &ClientCommand) -> Result<(), Rejection> {
    use ClientCommand as C;
    if let Some(chat) = command.chat() {
        bounds::id("chat_id", chat.as_str())?;
    }
    match command {
        C::AgentStatus(c) => bounds::reason("reason", c.reason.as_deref()),
        C::OfferAccept(c) | C::OfferDecline(c) => {
            bounds::id("offer_id", c.offer_id.as_str())?;
            bounds::reason("reason", c.reason.as_deref())
        }
        C::ChatSend(c) => {
            bounds::text("text", &c.text)?;
            bounds::key("client_id", &c.client_id)
        }
        C::ChatTyping(c) | C::ChatRead(c) => {
            c.upto.as_ref().map_or(Ok(()), |upto| bounds::id("upto", upto))
        }
        C::ChatAddAgent(c) => {
            bounds::id("agent", c.agent.as_str())?;
            bounds::note("note", c.note.as_ref())
        }
        C::ChatAddQueue(c) => {
            bounds::id("queue", c.queue.as_str())?;
            bounds::priority("priority", c.priority)?;
            bounds::skills("skills", c.skills.as_deref().unwrap_or_default())?;
            bounds::note("note", c.note.as_ref())
        }
        C::ChatCancelInvite(c) => bounds::id("invite_id", c.invite_id.as_str()),
        C::ChatLeave(c) => {
            bounds::reason("disposition", c.disposition.as_deref())?;
            bounds::note("note", c.note.as_ref())
        }
        C::ChatTransfer(c) => {
            target(&c.to)?;
            bounds::note("note", c.note.as_ref())
        }
        C::ChatReassign(c) => target(&c.to),
        C::ChatRemoveParticipant(c) => bounds::key("participant", &c.participant),
        C::AgentForceStatus(c) => bounds::id("agent", c.agent.as_str()),
        C::ChatEnd(_) | C::ChatMonitor(_) | C::Ping(_) | C::TokenRenew(_) => Ok(()),
        C::ChatUpdate(c) => bounds::attributes("attributes", &c.attributes, true),
        C::WrapupComplete(c) => {
            bounds::reason("disposition", c.disposition.as_deref())?;
            bounds::note("note", c.note.as_ref())
        }
        C::DmSend(c) => {
            bounds::key("to", &c.to)?;
            bounds::text("text", &c.text)?;
            bounds::key("client_id", &c.client_id)
        }
        C::DmHistory(c) => {
            c.to.as_ref().map_or(Ok(()), |to| bounds::key("to", to))?;
            limit(c.limit)
        }
        C::Watch(c) | C::Unwatch(c) => topics(c),
    }
}

fn limit(limit: Option<usize>) -> Result<(), Rejection> {
    if limit.is_none_or(|limit| (1..=limits::PAGE_ROWS).contains(&limit)) {
        return Ok(());
    }
    Err(Rejection::invalid("limit", format!("limit is 1 to {}", limits::PAGE_ROWS)))
}

pub(super) fn target(to: &Target) -> Result<(), Rejection> {
    match to {
        Target::Agent(agent) => bounds::id("to.agent", agent.as_str()),
        Target::Queue(queue) => bounds::id("to.queue", queue.as_str()),
    }
}

fn topics(watch: &Watch) -> Result<(), Rejection> {
    if watch.topics.len() > limits::WATCHED_TOPICS {
        let most = limits::WATCHED_TOPICS;
        return Err(Rejection::invalid("topics", format!("at most {most} topics are watched")));
    }
    for (at, topic) in watch.topics.iter().enumerate() {
        let chat = topic.strip_prefix("chat:").is_some_and(|id| bounds::id("", id).is_ok());
        if topic != "queues" && topic != "agents" && !chat {
            let detail = "a topic is `queues`, `agents` or `chat:<id>`";
            return Err(Rejection::invalid(format!("topics[{at}]"), detail));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A valid sample of every command.
    fn samples() -> Vec<(&'static str, Value)> {
        vec![
            ("agent.status", json!({"status": "not_ready", "reason": "lunch", "after_work": true})),
            ("offer.accept", json!({"offer_id": "off_1"})),
            ("offer.decline", json!({"offer_id": "off_1", "reason": "busy"})),
            ("chat.send", json!({"chat_id": "cht_1", "text": "x", "client_id": "m-1"})),
            ("chat.typing", json!({"chat_id": "cht_1"})),
            ("chat.read", json!({"chat_id": "cht_1", "upto": "msg_1"})),
            ("chat.add_agent", json!({"chat_id": "cht_1", "agent": "agent2", "note": null})),
            (
                "chat.add_queue",
                json!({"chat_id": "cht_1", "queue": "sales", "skills": [{"skill": "a", "level": 2}],
                    "priority": 9, "confirm": true}),
            ),
            ("chat.cancel_invite", json!({"chat_id": "cht_1", "invite_id": "inv_1"})),
            ("chat.leave", json!({"chat_id": "cht_1", "blind": true, "disposition": "sold"})),
            ("chat.transfer", json!({"chat_id": "cht_1", "to": {"queue": "sales"}})),
            ("chat.remove_participant", json!({"chat_id": "cht_1", "participant": "agent2"})),
            ("chat.end", json!({"chat_id": "cht_1"})),
            ("chat.update", json!({"chat_id": "cht_1", "attributes": {"plan": "gold", "x": null}})),
            ("wrapup.complete", json!({"chat_id": "cht_1", "note": "done"})),
            ("dm.send", json!({"to": "agent2", "text": "hi", "client_id": "1"})),
            ("dm.history", json!({"to": "agent2", "after": 3, "limit": 200})),
            ("watch", json!({"topics": ["queues", "agents", "chat:cht_1"]})),
            ("unwatch", json!({"topics": ["queues"]})),
            ("chat.monitor", json!({"chat_id": "cht_1", "mode": "off"})),
            (
                "agent.force_status",
                json!({"agent": "agent2", "status": "logged_out", "evict": true}),
            ),
            ("chat.reassign", json!({"chat_id": "cht_1", "to": {"agent": "agent2"}})),
            ("token.renew", json!({"token": "x"})),
            ("ping", json!({})),
        ]
    }

    #[test]
    fn every_command_decodes_and_is_written_as_it_came() {
        let kinds: Vec<_> = samples().iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, KINDS);
        for (kind, fields) in samples() {
            let command = decode(kind, fields.clone()).unwrap();
            let mut json = serde_json::to_value(&command).unwrap();
            let object = json.as_object_mut().unwrap();
            assert_eq!(object.remove("type"), Some(json!(kind)));
            let mut told = fields;
            // Absent and null are the same; within attributes null is told.
            if let Some(fields) = told.as_object_mut() {
                fields.retain(|_, value| !value.is_null());
            }
            assert_eq!(json, told, "{kind}");
        }
    }

    #[test]
    fn unknown_fields_are_refused_everywhere() {
        for (kind, mut fields) in samples() {
            fields["surprise"] = json!(1);
            let error = decode(kind, fields).unwrap_err();
            assert_eq!(error.code, Code::Invalid, "{kind}");
            assert_eq!(error.path.as_deref(), Some("surprise"), "{kind}");
        }
    }

    #[test]
    fn out_of_bounds_is_invalid_with_its_path() {
        let cases = [
            ("chat.send", json!({"chat_id": "c", "text": "", "client_id": "1"}), "text"),
            ("chat.send", json!({"chat_id": "c", "text": "x", "client_id": " "}), "client_id"),
            ("chat.send", json!({"chat_id": "c", "text": 5, "client_id": "1"}), "text"),
            ("chat.end", json!({"chat_id": "x".repeat(65)}), "chat_id"),
            ("agent.status", json!({"status": "asleep"}), "status"),
            ("chat.monitor", json!({"chat_id": "c", "mode": "whisper"}), "mode"),
            ("agent.status", json!({"status": "ready", "reason": "x".repeat(65)}), "reason"),
            (
                "chat.add_agent",
                json!({"chat_id": "c", "agent": "a", "note": "x".repeat(2_001)}),
                "note",
            ),
            ("chat.transfer", json!({"chat_id": "c", "to": {"planet": "x"}}), "to"),
            ("dm.history", json!({"limit": 201}), "limit"),
            ("watch", json!({"topics": ["queues", "weather"]}), "topics[1]"),
            ("chat.update", json!({"chat_id": "c", "attributes": {"a": []}}), "attributes.a"),
        ];
        for (kind, fields, path) in cases {
            let error = decode(kind, fields).unwrap_err();
            assert_eq!(error.code, Code::Invalid);
            let found = error.path.unwrap();
            assert!(found.starts_with(path), "{kind}: {found} is not {path}");
        }
    }

    #[test]
    fn commands_that_there_are_not_are_not_found() {
        for kind in ["chat.sing", "agent.promote"] {
            assert_eq!(decode(kind, json!({})).unwrap_err().code, Code::NotFound);
        }
    }
}
