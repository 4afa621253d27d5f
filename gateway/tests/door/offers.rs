//! What an offer brings along: it is whole, however lines came to be known here.

use baton_common::command::CommandBody;
use baton_common::ids::NoteId;
use baton_common::time::{Span, Timestamp};
use baton_common::view::{ChatView, OfferView};
use baton_common::words::{OfferKind, Role};
use serde_json::json;

use crate::house::{House, PATIENCE};
use crate::leader::Leader;

const CHAT: &str = "cht_offers";

fn invitation(chat: ChatView, note: Option<NoteId>) -> OfferView {
    OfferView {
        offer: "off_1".into(),
        agent: "agent2".into(),
        kind: OfferKind::Invite,
        invite: Some("inv_1".into()),
        entry: None,
        queue: None,
        origin: None,
        from_agent: Some("agent1".into()),
        chat,
        skills: Vec::new(),
        wait: Span::default(),
        expires_at: Timestamp(1_767_603_620_000),
        assigned: None,
        now: Timestamp(1_767_603_600_000),
        note,
    }
}

/// Nothing that is stored from here on is told to gateways: they have to read it.
async fn tell_no_lines(house: &House) {
    let jetstream = house.server.link().await.jetstream(PATIENCE);
    let name = "baton-transcripts-0";
    let mut config = jetstream.get_stream(name).await.unwrap().cached_info().config.clone();
    config.republish = None;
    jetstream.delete_stream(name).await.unwrap();
    jetstream.create_stream(config).await.unwrap();
}

/// The note that goes with an invitation.
async fn note_of_invitation(leader: &Leader) -> Option<NoteId> {
    leader.asked(|ask| matches!(ask, CommandBody::AddAgent { .. })).await;
    leader.commands().await.into_iter().find_map(|command| match command.ask {
        CommandBody::AddAgent { note, .. } => note,
        _ => None,
    })
}

#[tokio::test]
async fn an_invitation_has_its_note_and_the_last_lines_though_none_was_told_live() {
    let (house, leader) = House::led().await;
    tell_no_lines(&house).await;
    let view = leader.has_chat(CHAT, "agent1").await;
    let (mut host, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    let (mut guest, _) = house.welcomed(&house.token(Role::Agent, "agent2"), "b").await;
    let line = json!({"id": "1", "type": "chat.send", "chat_id": CHAT, "text": "the last line",
        "client_id": "m-1"});
    assert_eq!(host.ask(&line).await["ok"], true);
    let invite = json!({"id": "2", "type": "chat.add_agent", "chat_id": CHAT, "agent": "agent2",
        "note": "be kind"});
    host.send(&invite).await;
    let note = note_of_invitation(&leader).await;
    assert!(note.is_some());
    leader.offer(invitation(view, note)).await;
    let offer = guest.event("offer.new").await["offer"].clone();
    assert_eq!(offer["note"], "be kind");
    assert_eq!(offer["last_lines"][0]["text"], "the last line");
}
