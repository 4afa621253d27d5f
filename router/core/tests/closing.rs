//! A queue with ten thousand chats in it closes: no commit without end, nobody lost, nobody twice,
//! and the queue they go on to keeps its bound.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

#[allow(dead_code, reason = "other tests need more of it")]
mod support;

use baton_common::ask::{Ask, ReplyBody};
use baton_common::command::{Actor, CommandBody, StartChat};
use baton_common::event::Event;
use baton_common::limits;
use baton_common::time::Span;
use baton_core::asks;
use support::{Desk, publish};

const CHATS: usize = 10_000;
const ROOM: usize = 7_001;

fn config(closed: bool) -> String {
    format!(
        r#"{{"policies":{{"customer_grace_s":86400}},"agents":{{"a1":{{}}}},"queues":{{
            "shop":{{"closed":{closed},"overflow":"desk"}},"desk":{{"max_length":{ROOM}}}}}}}"#
    )
}

fn start(desk: &mut Desk, chat: &str) {
    let start = StartChat {
        chat: chat.into(),
        queue: Some("shop".into()),
        skills: Vec::new(),
        priority: None,
        preferred_agent: None,
        customer_mark: None,
        previous: None,
        language: None,
        routed: None,
    };
    let decision = desk.take(Actor::Customer(chat.into()), None, CommandBody::StartChat(start));
    assert!(decision.outcome.unwrap().result.is_ok());
}

fn waiting(desk: &Desk) -> Vec<u32> {
    match asks::reply(&desk.state, desk.now, &Ask::Queues { workspace: Desk::workspace() }) {
        Ok(ReplyBody::Queues(rows)) => rows.iter().map(|row| row.waiting).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn ten_thousand_chats_go_on_in_slices_and_in_order() {
    let mut desk = Desk::new();
    desk.raise_schema();
    desk.take(Actor::Admin("root".into()), None, publish(&config(false)));
    for n in 0..CHATS {
        start(&mut desk, &format!("c{n:05}"));
        desk.pass(Span(1));
    }
    let closing = desk.take(Actor::Admin("root".into()), None, publish(&config(true)));
    assert_eq!(closing.events.len(), 1, "closing itself is one event: {:?}", closing.events);
    let slices = desk.pass(Span::ZERO);
    let most = slices.iter().map(|slice| slice.events.len()).max().unwrap();
    assert!(most <= limits::SLICE_EVENTS, "{most} events in one commit");
    let moved =
        slices.iter().flat_map(|slice| &slice.events).filter_map(|timed| match &timed.event {
            Event::EntryAdded(added) => Some(added.chat.as_str().to_owned()),
            _ => None,
        });
    let expected: Vec<String> = (0..ROOM).map(|n| format!("c{n:05}")).collect();
    assert!(moved.eq(expected), "others than the first {ROOM} went on, or in another order");
    assert_eq!(waiting(&desk), [2_999, 7_001]);
    // The rest is looked at again as long as the queue is closed, and only then.
    let again = desk.pass(limits::SWEEP_AGAIN);
    assert!(again.iter().all(|slice| slice.events.len() == 1), "nobody goes on: no room");
    assert!(!again.is_empty());
    desk.take(Actor::Admin("root".into()), None, publish(&config(false)));
    assert!(desk.pass(limits::SWEEP_AGAIN).is_empty());
}
