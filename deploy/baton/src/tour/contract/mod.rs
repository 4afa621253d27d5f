//! The shapes of the public contract, written from it alone: what each answer and event holds.
//! Leaves what they mean at a moment of a chat to the scenes.

mod shapes;

use serde_json::Value;

use super::differs::{Checked, Differs, short};
use shapes::{
    ADDED_QUEUE, AGENTS_CHANGE, AGENTS_CHAT, AGENTS_MESSAGE, AGENTS_PAGE, CUSTOMERS_CHANGE,
    CUSTOMERS_CHAT, CUSTOMERS_MESSAGE, CUSTOMERS_PAGE, DM, ERROR, GONE, INVITE_EVENT, OF_A_CHAT,
    OFFER, POSITION, WELCOME,
};
pub(super) use shapes::{AGENT, PROBLEM, PUBLISHED, QUEUE, STARTED};

use super::shape::{Kind, check};

/// Who reads: customers get another copy of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// A customer.
    Customer,
    /// An agent.
    Agent,
}

/// A chat for this reader.
pub(super) const fn chat(reader: Reader) -> &'static Kind {
    match reader {
        Reader::Customer => &CUSTOMERS_CHAT,
        Reader::Agent => &AGENTS_CHAT,
    }
}

/// A page of messages for this reader.
pub(super) const fn messages(reader: Reader) -> &'static Kind {
    match reader {
        Reader::Customer => &CUSTOMERS_PAGE,
        Reader::Agent => &AGENTS_PAGE,
    }
}

/// Demands that a `welcome` is one.
pub(super) fn check_welcome(reader: Reader, frame: &Value) -> Checked<()> {
    check(frame, &WELCOME, "welcome")?;
    for held in frame["chats"].as_array().into_iter().flatten() {
        check(held, chat(reader), "welcome.chats[]")?;
    }
    Ok(())
}

/// Demands that an answer is one to this command.
pub(super) fn check_answer(reader: Reader, command: &str, frame: &Value) -> Checked<()> {
    if frame["ok"] == false {
        return check(&frame["error"], &ERROR, "error");
    }
    check(&frame["ok"], &Kind::Flag, "ok")?;
    let chat = || check(&frame["chat"], chat(reader), "chat");
    match command {
        "agent.status" => check(&frame["agent"], &AGENT, "agent"),
        "chat.send" => check(&frame["message"], message_for(reader), "message"),
        "chat.add_agent" => check(&frame["invite_id"], &Kind::Id("inv_"), "invite_id"),
        "chat.add_queue" => check(frame, &ADDED_QUEUE, "answer"),
        "dm.send" => check(&frame["dm"], &DM, "dm"),
        "offer.accept" | "chat.leave" | "chat.end" | "wrapup.complete" => chat(),
        _ => Ok(()),
    }
}

const fn message_for(reader: Reader) -> &'static Kind {
    match reader {
        Reader::Customer => &CUSTOMERS_MESSAGE,
        Reader::Agent => &AGENTS_MESSAGE,
    }
}

/// Demands that an event has its members; kinds that this version does not know are ignored.
pub(super) fn check_event(reader: Reader, frame: &Value) -> Checked<()> {
    let kind = frame["type"].as_str().unwrap_or_default();
    if kind.starts_with("chat.") {
        check(frame, &OF_A_CHAT, kind)?;
    }
    match (kind, reader) {
        ("chat.state", _) => check(frame, chat(reader), kind),
        ("chat.message", _) => check(&frame["message"], message_for(reader), "chat.message"),
        ("chat.participant", Reader::Agent) => check(frame, &AGENTS_CHANGE, kind),
        ("chat.participant", Reader::Customer) => check(frame, &CUSTOMERS_CHANGE, kind),
        ("chat.position", Reader::Customer) => check(frame, &POSITION, kind),
        ("chat.invite", Reader::Agent) => check(frame, &INVITE_EVENT, kind),
        ("offer.new", Reader::Agent) => check(&frame["offer"], &OFFER, "offer.new"),
        ("offer.gone", Reader::Agent) => check(frame, &GONE, kind),
        ("agent.state", Reader::Agent) => check(frame, &AGENT, kind),
        ("dm.message", Reader::Agent) => check(&frame["dm"], &DM, "dm.message"),
        ("bye" | "resync", _) => {
            Err(Differs::new("the connection to go on", format!("{} came", short(frame))))
        }
        ("chat.position" | "chat.invite" | "offer.new" | "offer.gone" | "dm.message", _) => {
            let expected = format!("no {kind} for {reader:?}s");
            Err(Differs::new(expected, format!("{} came", short(frame))))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(visibility: &str) -> Value {
        json!({"type": "chat.message", "chat_id": "cht_7", "seq": 4, "message": {
            "message_id": "msg_9", "chat_id": "cht_7", "seq": 4, "kind": "text", "text": "hello",
            "from": {"id": "cus_3", "role": "customer", "name": "A. Customer"},
            "visibility": visibility, "at": "2026-01-05T09:00:30.120Z", "client_id": "m-1"}})
    }

    #[test]
    fn the_contracts_examples_pass() {
        let state = json!({"type": "chat.state", "chat_id": "cht_7", "state": "active",
            "queue": "billing", "owner": {"agent": "agent1"},
            "customer": {"id": "c-42", "name": "A. Customer", "email": "customer@example.org"},
            "participants": [{"id": "lead1", "role": "supervisor", "name": "Lead One",
                "state": "connected", "mode": "coach"}],
            "transfer": {"invites": [{"invite_id": "inv_5", "to": {"agent": "agent2"},
                "by": "agent1", "state": "pending", "at": "2026-01-05T09:00:31.000Z"}]},
            "hops": 0, "attributes": {"plan": "gold"}, "opened_at": "2026-01-05T09:00:00.000Z",
            "seq": 4, "rev": 1207});
        check_event(Reader::Agent, &state).unwrap();
        check_event(Reader::Agent, &line("agents")).unwrap();
        check_event(Reader::Customer, &line("all")).unwrap();
        let row = json!({"type": "agent.state", "agent": "agent1", "name": "Agent One",
            "status": "not_ready", "reason": "lunch", "next_status": "logged_out",
            "activity": "handling", "load": {"offered": 0, "handling": 1, "wrapup": 1},
            "connectivity": "online", "capacity": {"used": 500, "total": 1000},
            "skills": [{"skill": "billing", "level": 8}], "since": "2026-01-05T08:58:00.000Z",
            "rev": 1201});
        check_event(Reader::Agent, &row).unwrap();
    }

    #[test]
    fn what_customers_must_not_see_is_found() {
        assert!(check_event(Reader::Customer, &line("agents")).is_err());
        let mut copy = json!({"type": "chat.state", "chat_id": "cht_7", "state": "active",
            "participants": [], "opened_at": "2026-01-05T09:00:00.000Z", "seq": 4, "rev": 7});
        check_event(Reader::Customer, &copy).unwrap();
        copy["hops"] = 0.into();
        assert!(check_event(Reader::Customer, &copy).is_err());
        let offer = json!({"type": "offer.gone", "offer_id": "off_1", "why": "expired"});
        assert!(check_event(Reader::Customer, &offer).is_err());
        check_event(Reader::Agent, &offer).unwrap();
    }

    #[test]
    fn the_end_of_continuity_is_a_difference_and_news_are_not() {
        let bye = json!({"type": "bye", "reason": "slow"});
        assert!(check_event(Reader::Agent, &bye).is_err());
        check_event(Reader::Agent, &json!({"type": "weather.new"})).unwrap();
    }

    #[test]
    fn answers_are_checked_by_command() {
        let refused = json!({"re": "1", "ok": false, "error": {"code": "conflict"}});
        assert!(check_answer(Reader::Agent, "chat.leave", &refused).is_err());
        let empty = json!({"re": "1", "ok": true});
        assert!(check_answer(Reader::Agent, "chat.leave", &empty).is_err());
        check_answer(Reader::Agent, "offer.decline", &empty).unwrap();
    }
}
