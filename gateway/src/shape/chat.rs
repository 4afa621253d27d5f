//! A chat for its readers: the agents' copy joins the profile, the customer's copy is cut.

use baton_common::command::Person;
use baton_common::protocol::chat::{
    Chat, Closed, CustomerCard, Inside, Invite, Note, Owner, Participant, Transfer,
};
use baton_common::record::Profile;
use baton_common::time::ApiTime;
use baton_common::view::{self, ChatView, InviteView, NoteView, ParticipantView};
use baton_common::words::ParticipantState;

use super::ewt;
use crate::caller::{Reader, person_id};
use crate::transcript::Dossier;

/// The copy of a chat for a reader, and this person among them; `seq` is the number of its last
/// line.
pub(crate) fn chat(
    view: &ChatView,
    dossier: &Dossier,
    seq: u64,
    (reader, person): (Reader, &Person),
) -> Chat {
    let (rows, profile) = (view.participants.iter(), &dossier.profile);
    Chat {
        chat_id: view.chat.clone(),
        state: view.state,
        queue: view.queue.clone(),
        position: view.position,
        ewt: view.ewt.map(ewt),
        participants: rows.filter_map(|row| participant(row, profile, reader)).collect(),
        opened_at: ApiTime(view.opened_at),
        closed: view.closed.as_ref().map(closed),
        seq,
        rev: view.rev,
        inside: (reader != Reader::Customer).then(|| inside(view, dossier, person)),
    }
}

/// A participant, unless the reader's copy lacks them.
pub(crate) fn participant(
    row: &ParticipantView,
    profile: &Profile,
    reader: Reader,
) -> Option<Participant> {
    let mut state = row.state;
    if row.mode.is_some_and(|mode| !reader.sees(mode)) {
        return None;
    }
    if reader == Reader::Customer {
        if state == ParticipantState::Invited {
            return None;
        }
        if matches!(state, ParticipantState::Wrapup | ParticipantState::Done) {
            state = ParticipantState::Left;
        }
    }
    let name = match &row.person {
        Person::Customer(_) => profile.name.clone().unwrap_or_default(),
        Person::Agent(_) | Person::Supervisor(_) => row.name.to_string(),
    };
    Some(Participant {
        id: person_id(&row.person),
        role: row.person.role(),
        name,
        state,
        mode: row.mode,
        wrapup_until: row.wrapup_until.filter(|_| reader != Reader::Customer).map(ApiTime),
    })
}

/// An invitation.
pub(crate) fn invite(view: &InviteView) -> Invite {
    Invite {
        invite_id: view.invite.clone(),
        to: view.to.clone(),
        by: view.by.clone(),
        state: view.state,
        reason: view.reason,
        at: ApiTime(view.at),
        position: view.position,
        ewt: view.ewt.map(ewt),
    }
}

fn inside(view: &ChatView, dossier: &Dossier, person: &Person) -> Inside {
    let profile = &dossier.profile;
    let invites: Vec<_> = view.invites.iter().map(invite).collect();
    let card = CustomerCard {
        id: profile.id.clone(),
        name: profile.name.clone(),
        email: profile.email.clone(),
    };
    Inside {
        owner: view.owner.as_ref().map(owner),
        customer: card,
        transfer: (!invites.is_empty()).then_some(Transfer { invites }),
        hops: view.hops,
        attributes: profile.attributes.clone(),
        previous: view.previous.clone(),
        notes: notes(view, dossier, person),
    }
}

/// Whoever was removed still completes the wrap-up, and reads nothing more.
fn notes(view: &ChatView, dossier: &Dossier, person: &Person) -> Vec<Note> {
    let own = view.participants.iter().find(|row| row.person == *person);
    if own.is_some_and(|row| row.removed) {
        return Vec::new();
    }
    view.notes.iter().map(|left| note(left, dossier)).collect()
}

fn note(left: &NoteView, dossier: &Dossier) -> Note {
    Note {
        at: ApiTime(left.at),
        by: left.by.clone(),
        kind: left.kind,
        text: left.note.as_ref().and_then(|note| dossier.notes.get(note)).cloned(),
        disposition: left.disposition.clone(),
    }
}

fn owner(owner: &view::Owner) -> Owner {
    match owner {
        view::Owner::Agent(agent) => Owner::Agent(agent.clone()),
        view::Owner::Queue(queue) => Owner::Queue(queue.clone()),
        view::Owner::Unattended(until) => Owner::Unattended(ApiTime(*until)),
    }
}

fn closed(closed: &view::ClosedView) -> Closed {
    Closed {
        at: ApiTime(closed.at),
        reason: closed.reason,
        by: closed.by.as_ref().map(person_id),
        code: closed.code,
    }
}

/// Whether two copies tell their reader the same, but for what no event is sent for.
pub(crate) fn tell_the_same(a: &Chat, b: &Chat) -> bool {
    let (mut a, mut b) = (a.clone(), b.clone());
    for chat in [&mut a, &mut b] {
        (chat.position, chat.ewt, chat.seq, chat.rev) = (None, None, 0, 0);
    }
    a == b
}

#[cfg(test)]
mod tests {
    use baton_common::words::{Mode, Role};

    use super::*;
    use crate::shape::samples;

    #[test]
    fn the_agents_copy_is_complete() {
        let chat = chat(
            &samples::busy_chat(),
            &samples::dossier(),
            4,
            (Reader::Agent, &samples::somebody()),
        );
        let json = serde_json::to_value(&chat).unwrap();
        assert_eq!(json["owner"], serde_json::json!({"agent": "agent1"}));
        assert_eq!(json["customer"]["email"], "customer@example.org");
        assert_eq!(json["participants"].as_array().unwrap().len(), 4);
        assert_eq!(json["participants"][0]["name"], "A. Customer");
        assert_eq!(json["transfer"]["invites"][0]["to"], serde_json::json!({"agent": "agent2"}));
        assert_eq!(json["attributes"]["plan"], "gold");
        assert_eq!(json["notes"][0]["text"], "Has paid twice.");
        assert_eq!(json["participants"][3]["wrapup_until"], "2026-01-05T09:01:00.000Z");
        assert_eq!((json["seq"].as_u64(), json["rev"].as_u64()), (Some(4), Some(1_207)));
    }

    #[test]
    fn whoever_was_removed_reads_no_notes_while_they_wrap_up() {
        let mut view = samples::busy_chat();
        let agent3 = Person::Agent("agent3".into());
        let of = |view: &ChatView| {
            let chat = chat(view, &samples::dossier(), 4, (Reader::Agent, &agent3));
            chat.inside.expect("agents see it").notes.len()
        };
        assert_eq!(of(&view), 1);
        let own = view.participants.iter_mut().find(|row| row.person == agent3);
        own.expect("they are in it").removed = true;
        assert_eq!(of(&view), 0);
    }

    #[test]
    fn the_customers_copy_lacks_what_is_not_theirs() {
        let chat = chat(
            &samples::busy_chat(),
            &samples::dossier(),
            3,
            (Reader::Customer, &samples::somebody()),
        );
        let json = serde_json::to_value(&chat).unwrap();
        for gone in ["owner", "customer", "transfer", "hops", "attributes", "previous", "notes"] {
            assert!(json.get(gone).is_none(), "{gone} is in {json}");
        }
        let rows = json["participants"].as_array().unwrap();
        let states: Vec<_> = rows.iter().map(|row| row["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["connected", "connected", "left"]);
        assert!(!json.to_string().contains("agent2"));
        assert!(!json.to_string().contains("wrapup_until"));
    }

    #[test]
    fn each_reader_sees_the_supervisors_who_are_for_them() {
        let ids = |reader| {
            let chat = chat(
                &samples::overseen_chat(),
                &samples::dossier(),
                1,
                (reader, &samples::somebody()),
            );
            let rows = chat.participants.into_iter().filter(|row| row.role == Role::Supervisor);
            rows.map(|row| (row.id.to_string(), row.mode)).collect::<Vec<_>>()
        };
        let all =
            [("m", Mode::Monitor), ("c", Mode::Coach), ("b", Mode::Barge), ("gone", Mode::Barge)];
        let all = all.map(|(id, mode)| (id.to_owned(), Some(mode)));
        assert_eq!(ids(Reader::Supervisor), all);
        assert_eq!(ids(Reader::Agent), all[1..]);
        assert_eq!(ids(Reader::Customer), all[2..]);
    }

    #[test]
    fn an_owner_is_null_when_over() {
        let mut view = samples::busy_chat();
        view.owner = None;
        let chat = chat(&view, &samples::dossier(), 0, (Reader::Agent, &samples::somebody()));
        let json = serde_json::to_value(&chat).unwrap();
        assert!(json.as_object().unwrap().contains_key("owner") && json["owner"].is_null());
    }

    #[test]
    fn an_invitation_changes_nothing_for_the_customer() {
        let (before, mut after) = (samples::busy_chat(), samples::busy_chat());
        after.invites.clear();
        after.participants.retain(|row| row.state != ParticipantState::Invited);
        after.rev += 1;
        let copy = |view: &ChatView| {
            chat(view, &samples::dossier(), 1, (Reader::Customer, &samples::somebody()))
        };
        assert!(tell_the_same(&copy(&before), &copy(&after)));
        after.state = baton_common::words::ChatState::Wrapup;
        assert!(!tell_the_same(&copy(&before), &copy(&after)));
    }
}
