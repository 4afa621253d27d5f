//! The session, frames in and frames out.

use baton_common::command::Actor;
use serde_json::{Value, json};

use super::*;
use crate::shape::samples;

const WALL: Timestamp = Timestamp(1_767_603_600_000);

fn caller(actor: Actor) -> Caller {
    let person = actor.person().unwrap();
    let expires_at = WALL + baton_common::time::Span::seconds(3_600);
    Caller { workspace: "default".into(), actor, person, expires_at }
}

fn agent() -> (Session, Vec<Output>) {
    let caller = caller(Actor::Agent("agent1".into()));
    let holdings = HoldingsNow::default();
    Session::welcome(Instant::now(), caller, "tab", &holdings, &BTreeMap::new())
}

fn customer() -> (Session, Vec<Output>) {
    let caller = caller(Actor::Customer("cht_1".into()));
    let chats = vec![waiting()];
    let holdings = HoldingsNow { chats, ..HoldingsNow::default() };
    Session::welcome(Instant::now(), caller, "tab", &holdings, &BTreeMap::new())
}

fn waiting() -> ChatNow {
    ChatNow {
        view: samples::chat("cht_1").into(),
        dossier: samples::dossier(),
        last: 1,
        removed: false,
    }
}

fn sent(outputs: &[Output]) -> Vec<Value> {
    let text = |output: &Output| match output {
        Output::Send(text) => Some(serde_json::from_str(text).unwrap()),
        _ => None,
    };
    outputs.iter().filter_map(text).collect()
}

fn say(session: &mut Session, frame: &Value) -> Vec<Output> {
    session.text(Instant::now(), &frame.to_string(), Ok(()))
}

fn error(session: &mut Session, frame: &Value) -> (Value, Value) {
    let outputs = say(session, frame);
    let answer = sent(&outputs).remove(0);
    assert_eq!(answer["ok"], false);
    (answer["re"].clone(), answer["error"]["code"].clone())
}

#[test]
fn an_agent_is_welcomed_with_offers_and_a_customer_without() {
    let (_, outputs) = agent();
    let welcome = sent(&outputs).remove(0);
    assert_eq!(welcome["type"], "welcome");
    assert_eq!((&welcome["role"], &welcome["id"]), (&json!("agent"), &json!("agent1")));
    assert_eq!((&welcome["heartbeat_s"], &welcome["offers"]), (&json!(15), &json!([])));
    let (_, outputs) = customer();
    let welcome = sent(&outputs).remove(0);
    assert!(welcome.get("offers").is_none() && welcome.get("agent").is_none());
    assert_eq!(
        (&welcome["chats"][0]["seq"], &welcome["chats"][0]["state"]),
        (&json!(1), &json!("queued"))
    );
    assert!(matches!(&outputs[1], Output::Change(Change::Follow(_))));
}

#[test]
fn a_command_runs_and_is_answered_under_its_id() {
    let (mut session, _) = agent();
    let outputs = say(&mut session, &json!({"id": "1", "type": "ping"}));
    let Output::Run(run) = &outputs[0] else { panic!("{outputs:?}") };
    let frame = KeySource::Frame { client: "tab".into(), id: "1".into() };
    assert_eq!(run.source, Some(frame));
    let answered = Answered::Plain(Reply::default());
    let outputs = session.answered(Instant::now(), run.ticket, answered);
    assert_eq!(sent(&outputs), [json!({"re": "1", "ok": true})]);
}

#[test]
fn errors_come_in_the_contracts_order() {
    let (mut session, _) = customer();
    let role = json!({"id": "1", "type": "offer.accept", "x": 1});
    let dry = Err(Refusal::rate_limited(1.0));
    let outputs = session.text(Instant::now(), &role.to_string(), dry);
    assert_eq!(sent(&outputs)[0]["error"]["code"], "forbidden");
    let (mut session, _) = agent();
    let dry = Err(Refusal::rate_limited(1.5));
    let outputs = session.text(Instant::now(), &role.to_string(), dry);
    assert_eq!(sent(&outputs)[0]["error"]["code"], "rate_limited");
    assert_eq!(sent(&outputs)[0]["error"]["retry_after_s"], 1.5);
    assert_eq!(error(&mut session, &role), (json!("1"), json!("invalid")));
    let unknown = json!({"id": "2", "type": "chat.sing"});
    assert_eq!(error(&mut session, &unknown), (json!("2"), json!("not_found")));
    assert_eq!(error(&mut session, &json!([])), (Value::Null, json!("invalid")));
    assert_eq!(error(&mut session, &json!({"id": "3"})), (json!("3"), json!("invalid")));
}

#[test]
fn typing_without_an_id_is_never_answered() {
    let (mut session, _) = customer();
    let outputs = say(&mut session, &json!({"type": "chat.typing", "chat_id": "cht_1"}));
    let Output::Run(run) = &outputs[0] else { panic!("{outputs:?}") };
    let refused = Answered::Refused(Refusal::not_found());
    assert!(session.answered(Instant::now(), run.ticket, refused).is_empty());
    assert!(say(&mut session, &json!({"type": "chat.typing", "nonsense": 1})).is_empty());
    let outputs = say(&mut session, &json!({"id": "1", "type": "chat.typing"}));
    assert_eq!(sent(&outputs)[0]["error"]["code"], "invalid");
}

#[test]
fn chats_are_watched_by_those_who_oversee() {
    let (mut session, _) = agent();
    let chat = json!({"id": "1", "type": "watch", "topics": ["chat:cht_1"]});
    assert_eq!(error(&mut session, &chat), (json!("1"), json!("forbidden")));
    let boards = json!({"id": "2", "type": "watch", "topics": ["queues", "agents"]});
    let outputs = say(&mut session, &boards);
    assert_eq!(sent(&outputs), [json!({"re": "2", "ok": true})]);
    assert!(matches!(&outputs[1], Output::Watch(topics) if topics.len() == 2));
}

#[test]
fn only_an_answered_ping_proves_that_the_peer_lives() {
    let (mut session, outputs) = agent();
    assert!(!outputs.iter().any(|output| matches!(output, Output::Ping)));
    assert!(session.pong(life::PING).is_empty(), "nobody to replace");
    assert!(matches!(session.has_rivals(), Output::Ping));
    // All of this may have been on its way before the welcome.
    session.heard();
    let outputs = say(&mut session, &json!({"id": "1", "type": "ping"}));
    assert!(matches!(outputs[..], [Output::Run(_)]), "{outputs:?}");
    assert!(session.pong(b"").is_empty());
    let taken = session.pong(life::PING);
    assert!(matches!(taken[..], [Output::TakePlace]), "{taken:?}");
    assert!(session.pong(life::PING).is_empty(), "once");
    session.took_place(false);
    let again = session.pong(life::PING);
    assert!(matches!(again[..], [Output::TakePlace]), "the router did not hear of it: {again:?}");
    session.took_place(true);
    assert!(session.pong(life::PING).is_empty());
}

#[test]
fn s9_a_renewed_token_prolongs_and_an_expired_one_ends() {
    let (mut session, _) = agent();
    let outputs = say(&mut session, &json!({"id": "1", "type": "token.renew", "token": "t"}));
    let Output::Run(run) = &outputs[0] else { panic!("{outputs:?}") };
    let later = WALL + baton_common::time::Span::seconds(7_200);
    let outputs = session.answered(Instant::now(), run.ticket, Answered::Renewed(later));
    assert_eq!(sent(&outputs)[0]["expires_at"], "2026-01-05T11:00:00.000Z");
    let past_the_first = WALL + baton_common::time::Span::seconds(3_601);
    assert!(session.tick(Instant::now(), past_the_first).is_empty());
    let outputs = session.tick(Instant::now(), later);
    let Output::Close(bye) = &outputs[0] else { panic!("{outputs:?}") };
    assert_eq!((bye.reason, bye.reconnect_in_s), (ByeReason::TokenExpired, None));
}

#[test]
fn lines_come_in_order_and_carry_their_number() {
    let (mut session, _) = customer();
    let chat = ChatId::new("cht_1");
    let line = |seq| {
        let heard = samples::heard(seq, "hello");
        let audience = crate::transcript::Audience::Customer;
        crate::shape::line::message(&chat, &heard, &samples::profile(), audience).unwrap()
    };
    let told = session.lines(&chat, vec![line(1), line(2), line(3)]);
    let told: Vec<Value> = told.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    assert_eq!(told.len(), 2);
    assert_eq!((&told[0]["type"], &told[0]["seq"]), (&json!("chat.message"), &json!(2)));
    assert_eq!(told[1]["message"]["seq"], 3);
}

#[test]
fn a_place_in_line_is_an_event_once() {
    let (mut session, _) = customer();
    assert!(session.position(1, None, 0).is_none(), "welcome said so");
    let output = session.position(2, None, 0).unwrap();
    let event = sent(&[output]).remove(0);
    assert_eq!((&event["type"], &event["position"]), (&json!("chat.position"), &json!(2)));
    assert!(event["ewt"].is_null() && event.as_object().unwrap().contains_key("ewt"));
}

#[test]
fn continuity_that_was_lost_is_told_whole() {
    let (mut session, _) = customer();
    let holdings = HoldingsNow { chats: vec![waiting()], ..HoldingsNow::default() };
    let outputs = session.resync(&holdings);
    let event = sent(&outputs).remove(0);
    assert_eq!(
        (&event["type"], &event["chats"][0]["chat_id"]),
        (&json!("resync"), &json!("cht_1"))
    );
    let outputs = session.resync(&HoldingsNow::default());
    let gone = |output: &Output| matches!(output, Output::Change(Change::Unfollow(_)));
    assert!(outputs.iter().any(gone));
}
