//! Views and lines for tests.

use std::collections::BTreeMap;

use baton_common::command::{Person, Target};
use baton_common::hash::customer_id;
use baton_common::record::{Line, LineKind, Profile, Sender, SenderRole};
use baton_common::time::{Span, Timestamp};
use baton_common::view::{ChatView, InviteView, NoteView, Owner, ParticipantView};
use baton_common::words::{ChatState, InviteState, Mode, NoteKind, ParticipantState, Visibility};

use crate::transcript::{Dossier, Heard};

const OPENED: Timestamp = Timestamp(1_767_603_600_000);

/// A chat that waits.
pub(crate) fn chat(id: &str) -> ChatView {
    ChatView {
        chat: id.into(),
        workspace: "default".into(),
        rev: 1,
        state: ChatState::Queued,
        queue: Some("billing".into()),
        position: Some(1),
        ewt: None,
        owner: Some(Owner::Queue("billing".into())),
        customer: customer_id(&id.into()),
        participants: vec![row(Person::Customer(id.into()), "", ParticipantState::Connected)],
        invites: Vec::new(),
        notes: Vec::new(),
        hops: 0,
        previous: None,
        followed_by: Vec::new(),
        opened_at: OPENED,
        closed: None,
        token_until: None,
        spoke_every: Span::seconds(60),
    }
}

/// A chat with an agent, an invited one and one who left.
pub(crate) fn busy_chat() -> ChatView {
    let mut view = chat("cht_7");
    view.state = ChatState::Active;
    (view.position, view.rev) = (None, 1_207);
    view.owner = Some(Owner::Agent("agent1".into()));
    view.participants.extend([
        row(Person::Agent("agent1".into()), "Agent One", ParticipantState::Connected),
        row(Person::Agent("agent2".into()), "Agent Two", ParticipantState::Invited),
        ParticipantView {
            wrapup_until: Some(Timestamp(OPENED.0 + 60_000)),
            ..row(Person::Agent("agent3".into()), "Agent Three", ParticipantState::Wrapup)
        },
    ]);
    view.invites.push(InviteView {
        invite: "inv_5".into(),
        to: Target::Agent("agent2".into()),
        by: "agent1".into(),
        state: InviteState::Pending,
        reason: None,
        at: OPENED,
        position: None,
        ewt: None,
    });
    view.notes.push(NoteView {
        at: OPENED,
        by: "agent3".into(),
        kind: NoteKind::Handover,
        note: Some("not_1".into()),
        disposition: None,
    });
    view
}

/// The same with supervisors: one a mode, and one who has left.
pub(crate) fn overseen_chat() -> ChatView {
    use ParticipantState::{Connected, Left};
    let mut view = busy_chat();
    for (id, mode, state) in [
        ("m", Mode::Monitor, Connected),
        ("c", Mode::Coach, Connected),
        ("b", Mode::Barge, Connected),
        ("gone", Mode::Barge, Left),
    ] {
        let row = row(Person::Supervisor(id.into()), id, state);
        view.participants.push(ParticipantView { mode: Some(mode), ..row });
    }
    view
}

/// An agent who is in none of these chats.
pub(crate) fn somebody() -> Person {
    Person::Agent("agent9".into())
}

/// What is kept beside the lines.
pub(crate) fn dossier() -> Dossier {
    let notes = BTreeMap::from([("not_1".into(), "Has paid twice.".to_owned())]);
    Dossier { profile: profile(), notes }
}

/// Who the customer is.
pub(crate) fn profile() -> Profile {
    Profile {
        id: Some("c-42".into()),
        name: Some("A. Customer".into()),
        email: Some("customer@example.org".into()),
        attributes: BTreeMap::from([("plan".to_owned(), "gold".into())]),
        body: None,
    }
}

/// A line of the customer.
pub(crate) fn heard(seq: u64, text: &str) -> Heard {
    let line = Line {
        message_id: format!("msg_{seq}").into(),
        from: Sender { id: "cus_3".into(), role: SenderRole::Customer, name: "".into() },
        kind: LineKind::Text,
        text: text.into(),
        visibility: Visibility::All,
        client_id: Some(format!("m-{seq}").into()),
        key: None,
        event: None,
        seals: false,
    };
    Heard {
        line: line.into(),
        at: OPENED,
        stream_seq: seq,
        number_all: Some(seq),
        number_agents: seq,
    }
}

fn row(person: Person, name: &str, state: ParticipantState) -> ParticipantView {
    ParticipantView {
        person,
        name: name.into(),
        state,
        mode: None,
        removed: false,
        wrapup_until: None,
    }
}
