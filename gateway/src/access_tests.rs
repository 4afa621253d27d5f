//! S10: the negative matrix, role × command × own chat, other chat, other workspace.

use baton_common::command::Actor;
use baton_common::protocol::decode::KINDS;
use baton_common::time::Timestamp;
use baton_common::view::ParticipantView;

use super::*;

const ROLES: [Role; 4] = [Role::Customer, Role::Agent, Role::Supervisor, Role::Admin];

/// Which roles may use a command: customer, agent, supervisor, admin.
const MATRIX: [(&str, [bool; 4]); 24] = [
    ("agent.status", [false, true, false, false]),
    ("offer.accept", [false, true, false, false]),
    ("offer.decline", [false, true, false, false]),
    ("chat.send", [true, true, true, true]),
    ("chat.typing", [true, true, true, true]),
    ("chat.read", [true, true, true, true]),
    ("chat.add_agent", [false, true, false, false]),
    ("chat.add_queue", [false, true, false, false]),
    ("chat.cancel_invite", [false, true, false, false]),
    ("chat.leave", [false, true, false, false]),
    ("chat.transfer", [false, true, false, false]),
    ("chat.remove_participant", [false, true, true, true]),
    ("chat.end", [true, true, true, true]),
    ("chat.update", [false, true, false, false]),
    ("wrapup.complete", [false, true, false, false]),
    ("dm.send", [false, true, true, true]),
    ("dm.history", [false, true, true, true]),
    ("watch", [false, true, true, true]),
    ("unwatch", [false, true, true, true]),
    ("chat.monitor", [false, false, true, true]),
    ("agent.force_status", [false, false, true, true]),
    ("chat.reassign", [false, false, true, true]),
    ("token.renew", [true, true, true, true]),
    ("ping", [true, true, true, true]),
];

#[test]
fn s10_roles_by_command() {
    let kinds: Vec<_> = MATRIX.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, KINDS, "every command is in the matrix");
    for (kind, may) in MATRIX {
        for (role, may) in ROLES.into_iter().zip(may) {
            assert_eq!(role_may(role, kind), may, "{} {kind}", role.as_str());
        }
    }
}

fn caller(role: Role, chat: &str) -> Caller {
    let actor = match role {
        Role::Customer => Actor::Customer(chat.into()),
        Role::Agent => Actor::Agent("agent1".into()),
        Role::Supervisor => Actor::Supervisor("lead1".into()),
        Role::Admin => Actor::Admin("root".into()),
    };
    let person = actor.person().unwrap();
    Caller { workspace: "default".into(), actor, person, expires_at: Timestamp(0) }
}

fn chat(state: ChatState, agent: Option<ParticipantState>) -> ChatView {
    let mut view = crate::shape::samples::chat("cht_1");
    view.state = state;
    let row = |person, state| ParticipantView {
        person,
        name: "".into(),
        state,
        mode: None,
        removed: false,
        wrapup_until: None,
    };
    view.participants = vec![row(Person::Customer("cht_1".into()), ParticipantState::Connected)];
    if let Some(state) = agent {
        view.participants.push(row(Person::Agent("agent1".into()), state));
    }
    view
}

#[test]
fn s10_reading_by_membership() {
    use ParticipantState as P;
    let reads =
        |role, own: &str, state| may_read(&caller(role, own), &chat(ChatState::Active, state));
    assert!(reads(Role::Customer, "cht_1", None));
    assert!(!reads(Role::Customer, "cht_2", None));
    for state in [P::Connected, P::Disconnected, P::Left, P::Lost, P::Wrapup, P::Done] {
        assert!(reads(Role::Agent, "", Some(state)), "{state:?}");
    }
    for state in [None, Some(P::Invited), Some(P::Removed)] {
        assert!(!reads(Role::Agent, "", state), "{state:?}");
    }
    assert!(reads(Role::Supervisor, "", None) && reads(Role::Admin, "", None));
}

#[test]
fn s10_writing_by_membership() {
    use ParticipantState as P;
    let code = |role, own: &str, chat: &ChatView| {
        may_write(&caller(role, own), chat).err().map(|rejection| rejection.code)
    };
    let open = |agent| chat(ChatState::Active, agent);
    let over = |agent| chat(ChatState::Closed, agent);
    let cases = [
        (Role::Customer, "cht_1", open(None), None),
        (Role::Customer, "cht_1", over(None), Some(Code::ChatClosed)),
        (Role::Customer, "cht_2", open(None), Some(Code::Forbidden)),
        (Role::Customer, "cht_2", over(None), Some(Code::Forbidden)),
        (Role::Agent, "", open(Some(P::Connected)), None),
        (Role::Agent, "", open(Some(P::Disconnected)), None),
        (Role::Agent, "", open(Some(P::Left)), Some(Code::Forbidden)),
        (Role::Agent, "", open(Some(P::Wrapup)), Some(Code::Forbidden)),
        (Role::Agent, "", over(Some(P::Wrapup)), Some(Code::ChatClosed)),
        (Role::Agent, "", open(Some(P::Invited)), Some(Code::Forbidden)),
        (Role::Agent, "", open(Some(P::Removed)), Some(Code::Forbidden)),
        (Role::Agent, "", open(None), Some(Code::Forbidden)),
        (Role::Agent, "", over(None), Some(Code::Forbidden)),
        (Role::Supervisor, "", open(None), Some(Code::Forbidden)),
        (Role::Supervisor, "", over(None), Some(Code::ChatClosed)),
        (Role::Admin, "", open(None), Some(Code::Forbidden)),
    ];
    for (role, own, chat, expected) in cases {
        assert_eq!(code(role, own, &chat), expected, "{} {own} {chat:?}", role.as_str());
    }
}

#[test]
fn s10_writing_by_a_supervisors_mode() {
    let lead = caller(Role::Supervisor, "");
    let view = |mode| {
        let mut view = chat(ChatState::Active, None);
        let (person, state) = (lead.person.clone(), ParticipantState::Connected);
        view.participants.push(ParticipantView {
            person,
            name: "".into(),
            state,
            mode,
            removed: false,
            wrapup_until: None,
        });
        view
    };
    let (monitor, coach, barge) = (Mode::Monitor, Mode::Coach, Mode::Barge);
    let says = |mode, to| may_say(&lead, &view(Some(mode)), to).is_ok();
    assert_eq!(
        [monitor, coach, barge]
            .map(|mode| [Visibility::All, Visibility::Agents].map(|to| says(mode, to))),
        [[false, false], [false, true], [true, true]]
    );
    let seen = |mode| signal_visibility(&lead, &view(Some(mode))).ok();
    let expected = [None, Some(Visibility::Agents), Some(Visibility::All)];
    assert_eq!([monitor, coach, barge].map(seen), expected);
    for mode in [monitor, coach, barge] {
        assert!(may_write(&lead, &view(Some(mode))).is_ok());
    }
    let agent = caller(Role::Agent, "");
    let view = chat(ChatState::Active, Some(ParticipantState::Connected));
    assert!(may_say(&agent, &view, Visibility::All).is_ok());
    assert_eq!(signal_visibility(&agent, &view).unwrap(), Visibility::All);
}

#[test]
fn s10_a_customers_other_chats_are_forbidden_before_they_are_looked_for() {
    let customer = caller(Role::Customer, "cht_1");
    assert!(own_chat(&customer, &"cht_1".into()).is_ok());
    assert_eq!(own_chat(&customer, &"cht_2".into()).unwrap_err().code, Code::Forbidden);
    assert!(own_chat(&caller(Role::Agent, ""), &"cht_2".into()).is_ok());
}
