//! What a connection is told of a chat, case by case.

use baton_common::view::ParticipantView;
use baton_common::words::{ChatState, ParticipantState};

use super::*;
use crate::shape::samples;
use crate::transcript::Audience;

const CHAT: &str = "cht_1";

fn agent() -> Person {
    Person::Agent("agent1".into())
}

fn now(rev: u64, last: u64, state: ChatState, agent_is: Option<ParticipantState>) -> ChatNow {
    let mut view = samples::chat(CHAT);
    (view.rev, view.state) = (rev, state);
    if let Some(state) = agent_is {
        view.participants.push(ParticipantView {
            person: agent(),
            name: "A".into(),
            state,
            mode: None,
            removed: false,
            wrapup_until: None,
        });
    }
    ChatNow { view: Arc::new(view), dossier: samples::dossier(), last, removed: false }
}

fn active(rev: u64, last: u64) -> ChatNow {
    now(rev, last, ChatState::Active, Some(ParticipantState::Connected))
}

fn line(seq: u64) -> Message {
    let heard = samples::heard(seq, "x");
    shape::line::message(&CHAT.into(), &heard, &samples::profile(), Audience::Agents).unwrap()
}

fn seqs(lines: &[Message]) -> Vec<u64> {
    lines.iter().map(|line| line.seq).collect()
}

#[test]
fn a_chat_that_is_new_goes_on_after_the_number_that_was_told() {
    let mut feed = Feed::new(agent());
    let (chat, change) = feed.tell(&active(3, 7));
    assert_eq!((chat.seq, change), (7, Some(Change::Follow(CHAT.into()))));
    assert_eq!(seqs(&feed.lines(&CHAT.into(), vec![line(6), line(7), line(8)])), [8]);
    assert_eq!(seqs(&feed.lines(&CHAT.into(), vec![line(8), line(9)])), [9]);
    assert_eq!(seqs(&feed.lines(&CHAT.into(), vec![line(11)])), Vec::<u64>::new(), "no gaps");
    let (chat, change) = feed.state(&active(4, 9), false);
    assert_eq!((chat.unwrap().seq, change), (9, None));
}

#[test]
fn a_revision_never_goes_back() {
    let mut feed = Feed::new(agent());
    feed.tell(&active(5, 0));
    assert!(feed.state(&active(4, 0), false).0.is_none());
    assert!(feed.state(&active(5, 0), false).0.is_some(), "an answer is no event");
    assert!(feed.state(&active(5, 0), false).0.is_none());
    assert!(feed.state(&active(5, 0), true).0.is_some());
    assert!(feed.state(&active(6, 0), false).0.is_some());
}

#[test]
fn who_left_gets_the_last_state_and_no_lines() {
    let mut feed = Feed::new(agent());
    feed.tell(&active(1, 2));
    let left = now(2, 3, ChatState::Active, Some(ParticipantState::Wrapup));
    let (chat, change) = feed.state(&left, false);
    assert!(chat.is_some());
    assert_eq!(change, Some(Change::Unfollow(CHAT.into())));
    assert!(feed.lines(&CHAT.into(), vec![line(3)]).is_empty());
}

#[test]
fn the_closing_line_still_comes() {
    let mut feed = Feed::new(Person::Customer(CHAT.into()));
    feed.tell(&active(1, 2));
    let over = now(2, 2, ChatState::Closed, Some(ParticipantState::Done));
    assert_eq!(feed.state(&over, false).1, None);
    assert_eq!(feed.caught_up(&CHAT.into(), false), None);
    assert_eq!(seqs(&feed.lines(&CHAT.into(), vec![line(3)])), [3]);
    assert_eq!(feed.caught_up(&CHAT.into(), true), Some(Change::Unfollow(CHAT.into())));
}

#[test]
fn a_resume_goes_on_where_the_client_is() {
    let mut feed = Feed::new(agent());
    feed.tell(&active(1, 9));
    assert!(!feed.resume(&active(1, 9), 6));
    assert_eq!(seqs(&feed.lines(&CHAT.into(), (1..=9).map(line).collect())), [7, 8, 9]);
    assert!(feed.resume(&active(1, 9), 10), "the client has what is not there");
    assert!(feed.resume(&active(1, 2_000), 3), "too much to catch up line by line");
}

#[test]
fn a_resume_of_a_chat_that_one_left_gives_what_is_owed_and_no_more() {
    let mut feed = Feed::new(agent());
    let left = now(1, 3, ChatState::Active, Some(ParticipantState::Wrapup));
    assert_eq!(feed.tell(&left).1, None);
    assert!(!feed.resume(&left, 1));
    assert_eq!(seqs(&feed.lines(&CHAT.into(), vec![line(2), line(3), line(4)])), [2, 3]);
    assert_eq!(feed.caught_up(&CHAT.into(), false), Some(Change::Unfollow(CHAT.into())));
}

#[test]
fn an_invitation_is_no_news_to_a_customer() {
    let mut feed = Feed::new(Person::Customer(CHAT.into()));
    feed.hold(&active(1, 0));
    let mut invited = samples::chat(CHAT);
    (invited.rev, invited.state) = (2, ChatState::Active);
    let row = |person, state| ParticipantView {
        person,
        name: "A".into(),
        state,
        mode: None,
        removed: false,
        wrapup_until: None,
    };
    invited.participants.extend([
        row(agent(), ParticipantState::Connected),
        row(Person::Agent("agent2".into()), ParticipantState::Invited),
    ]);
    let invited =
        ChatNow { view: invited.into(), dossier: samples::dossier(), last: 0, removed: false };
    assert!(feed.state(&invited, false).0.is_none());
    assert!(feed.state(&active(3, 0), false).0.is_none());
    let over = now(4, 0, ChatState::Wrapup, Some(ParticipantState::Wrapup));
    assert!(feed.state(&over, false).0.is_some());
}

#[test]
fn a_place_in_line_is_told_when_it_changes() {
    let mut feed = Feed::new(Person::Customer(CHAT.into()));
    feed.tell(&now(1, 0, ChatState::Queued, None));
    assert!(!feed.position(&CHAT.into(), 1, None), "the chat said so");
    assert!(feed.position(&CHAT.into(), 2, None));
    assert!(!feed.position(&CHAT.into(), 2, None));
}

#[test]
fn an_answer_takes_no_event_away_from_a_customer() {
    let mut feed = Feed::new(Person::Customer(CHAT.into()));
    feed.hold(&active(1, 0));
    let over = now(2, 0, ChatState::Wrapup, Some(ParticipantState::Wrapup));
    assert_eq!(feed.tell(&over).0.state, ChatState::Wrapup);
    assert!(feed.state(&over, false).0.is_some());
}
