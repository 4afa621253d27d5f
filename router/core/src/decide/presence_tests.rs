//! Announcements in parts, and connections that newer ones replace, at other gateways too.

use std::ops::Range;

use baton_common::command::{Actor, Command, CommandBody, Person, Presence};
use baton_common::config::Workspace;
use baton_common::event::{Event, TimedEvent};
use baton_common::frame::Packed;
use baton_common::hash::Mark;
use baton_common::ids::{ConnectionId, GatewayId};
use baton_common::limits;
use baton_common::notice::{News, connection_hash};
use baton_common::time::Timestamp;

use crate::engine::{self, Decision};
use crate::state::State;

const NOW: Timestamp = Timestamp(1_767_603_600_000);

fn connection(i: usize) -> ConnectionId {
    // Scattered, as random ids are.
    ConnectionId::new(format!("con_{:016x}", (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

fn presence(i: usize) -> Presence {
    Presence {
        workspace: "default".into(),
        person: Person::Supervisor(format!("s{i}").as_str().into()),
        connection: connection(i),
        client: Some(Mark::of(&["tab"])),
    }
}

fn housekeep(state: &mut State, by: Actor, ask: CommandBody) -> Decision {
    let command = Command { workspace: "default".into(), by, key: None, ask };
    engine::housekeep(state, NOW, &command)
}

/// A gateway announces these, as gateways do: in parts whose ranges meet. The events of each part.
fn announce(
    state: &mut State,
    gateway: &GatewayId,
    mut all: Vec<Presence>,
) -> Vec<Vec<TimedEvent>> {
    all.sort_by(|a, b| a.connection.cmp(&b.connection));
    let chunks: Vec<&[Presence]> = all.chunks(limits::ANNOUNCED_CONNECTIONS).collect();
    let (mut after, mut parts) = (None, Vec::new());
    for (at, chunk) in chunks.iter().enumerate() {
        let last = chunk.last().map(|presence| presence.connection.clone());
        let upto = last.filter(|_| at + 1 < chunks.len());
        let ask = CommandBody::Announce {
            gateway: gateway.clone(),
            connections: chunk.to_vec(),
            after: std::mem::replace(&mut after, upto.clone()),
            upto,
        };
        parts.push(housekeep(state, Actor::Gateway(gateway.clone()), ask).events);
    }
    parts
}

fn digest(range: Range<usize>) -> (u32, u64) {
    let hashes = range.clone().map(|i| connection_hash(connection(i).as_str()));
    (u32::try_from(range.len()).unwrap(), hashes.fold(0, |xor, hash| xor ^ hash))
}

#[test]
fn thirty_thousand_connections_are_announced_in_parts() {
    let (mut state, gateway, other) = (State::default(), "g".into(), "h".into());
    announce(&mut state, &other, (90_000..90_010).map(presence).collect());
    let parts = announce(&mut state, &gateway, (0..30_000).map(presence).collect());
    assert_eq!(parts.len(), 60);
    assert!(parts.iter().all(|events| events.len() <= limits::SLICE_EVENTS), "a part is a slice");
    assert_eq!(state.connection_digest(&gateway), digest(0..30_000));
    let again = announce(&mut state, &gateway, (0..30_000).map(presence).collect());
    assert!(again.iter().all(Vec::is_empty), "what is known is not told again");
    // A hundred have gone and fifty have come: that alone happens.
    let parts = announce(&mut state, &gateway, (100..30_050).map(presence).collect());
    let events: Vec<&Event> = parts.iter().flatten().map(|timed| &timed.event).collect();
    let gone = events.iter().filter(|event| matches!(event, Event::Disconnected { .. })).count();
    assert_eq!((gone, events.len()), (100, 150));
    assert_eq!(state.connection_digest(&gateway), digest(100..30_050));
    assert_eq!(state.connection_digest(&other), digest(90_000..90_010), "others' are untouched");
}

#[test]
fn a_part_is_true_of_its_range_alone() {
    let (mut state, gateway) = (State::default(), GatewayId::new("g"));
    announce(&mut state, &gateway, (0..1_000).map(presence).collect());
    let mut sorted: Vec<ConnectionId> = (0..1_000).map(connection).collect();
    sorted.sort();
    let mut empty = |after: Option<usize>, upto: Option<usize>| {
        let ask = CommandBody::Announce {
            gateway: gateway.clone(),
            connections: Vec::new(),
            after: after.map(|at| sorted[at].clone()),
            upto: upto.map(|at| sorted[at].clone()),
        };
        housekeep(&mut state, Actor::Gateway(gateway.clone()), ask);
        state.connection_digest(&gateway).0
    };
    assert_eq!(empty(Some(199), Some(299)), 900, "the first is outside, the last inside");
    assert_eq!(empty(Some(199), Some(299)), 900);
    assert_eq!(empty(Some(5), Some(5)), 900, "an empty range");
    assert_eq!(empty(Some(9), Some(3)), 900, "a range that ends before it begins");
    assert_eq!(empty(None, Some(9)), 890);
    assert_eq!(empty(Some(989), None), 880);
    assert_eq!(empty(None, None), 0);
}

fn connect(state: &mut State, who: &str, at: (&str, &str), client: Option<&str>) -> Decision {
    let ask = CommandBody::Connected {
        connection: at.1.into(),
        gateway: at.0.into(),
        client: client.map(|client| Mark::of(&[client])),
    };
    housekeep(state, Actor::Supervisor(who.into()), ask)
}

/// The connections that a decision tells gateways to close.
fn replaced(decision: &Decision) -> Vec<(String, String)> {
    let told = decision.notices.iter().filter_map(|notice| match &notice.news {
        News::Replaced { gateway, connection } => Some((gateway, connection)),
        _ => None,
    });
    told.map(|(gateway, connection)| (gateway.to_string(), connection.to_string())).collect()
}

fn one(gateway: &str, connection: &str) -> Vec<(String, String)> {
    vec![(gateway.to_owned(), connection.to_owned())]
}

#[test]
fn a_newer_connection_of_a_client_replaces_the_older_wherever_it_is() {
    let mut state = State::default();
    assert!(replaced(&connect(&mut state, "s1", ("g", "a"), Some("tab"))).is_empty());
    assert!(replaced(&connect(&mut state, "s1", ("g", "b"), Some("other"))).is_empty());
    assert!(replaced(&connect(&mut state, "s2", ("g", "c"), Some("tab"))).is_empty());
    assert!(replaced(&connect(&mut state, "s1", ("g", "d"), None)).is_empty());
    let decision = connect(&mut state, "s1", ("h", "e"), Some("tab"));
    assert_eq!(replaced(&decision), one("g", "a"));
    let kinds: Vec<_> = decision.events.iter().map(|timed| &timed.event).collect();
    assert!(
        matches!(kinds[..], [Event::Connected { .. }, Event::Disconnected { replaced: true, .. }]),
        "what comes before what goes: {kinds:?}"
    );
    let again = connect(&mut state, "s1", ("h", "e"), Some("tab"));
    assert!(replaced(&again).is_empty() && again.events.is_empty(), "a repeat replaces nothing");
    assert_eq!(state.connection_digest(&"g".into()).0, 3);
}

#[test]
fn one_that_did_not_hear_of_it_is_told_again_when_it_is_announced() {
    let mut state = State::default();
    connect(&mut state, "s1", ("g", "a"), Some("tab"));
    connect(&mut state, "s1", ("h", "b"), Some("tab"));
    let older = Presence {
        workspace: "default".into(),
        person: Person::Supervisor("s1".into()),
        connection: "a".into(),
        client: Some(Mark::of(&["tab"])),
    };
    let ask = |connections| CommandBody::Announce {
        gateway: "g".into(),
        connections,
        after: None,
        upto: None,
    };
    let decision = housekeep(&mut state, Actor::Gateway("g".into()), ask(vec![older.clone()]));
    assert_eq!(replaced(&decision), one("g", "a"));
    assert_eq!(state.connection_digest(&"g".into()).0, 0, "it does not count");
    // The newer one has gone meanwhile: the older is who is there.
    let gone = CommandBody::Disconnected { connection: "b".into(), gateway: "h".into() };
    housekeep(&mut state, Actor::Supervisor("s1".into()), gone);
    let decision = housekeep(&mut state, Actor::Gateway("g".into()), ask(vec![older]));
    assert!(replaced(&decision).is_empty());
    assert_eq!(state.connection_digest(&"g".into()).0, 1);
}

#[test]
fn where_one_connection_is_allowed_any_newer_one_replaces_it() {
    let mut state = State::default();
    let config: Workspace = serde_json::from_value(serde_json::json!({
        "queues": {}, "policies": {"single_connection": true}
    }))
    .unwrap();
    let text = serde_json::to_string(&config).unwrap();
    let ask = CommandBody::PublishConfig { config: Packed::pack(&text), if_match: None };
    let published = housekeep(&mut state, Actor::Admin("root".into()), ask);
    assert_eq!(published.events.len(), 1);
    connect(&mut state, "s1", ("g", "a"), Some("tab"));
    connect(&mut state, "s2", ("g", "b"), Some("tab"));
    let decision = connect(&mut state, "s1", ("h", "c"), Some("other"));
    assert_eq!(replaced(&decision), one("g", "a"));
    // Announced together, the rule of one is the gateway's own to keep.
    let lost = CommandBody::GatewayLost { gateway: "h".into() };
    housekeep(&mut state, Actor::Gateway("h".into()), lost);
    while engine::fire_next(&mut state, NOW).is_some() {}
    assert_eq!(state.connection_digest(&"h".into()).0, 0);
}

#[test]
fn a_person_at_the_limit_of_connections_may_replace_one() {
    let mut state = State::default();
    for n in 0..limits::PERSON_CONNECTIONS {
        connect(&mut state, "s1", ("g", &format!("c{n}")), Some(&format!("tab{n}")));
    }
    assert!(connect(&mut state, "s1", ("h", "more"), Some("new")).events.is_empty(), "refused");
    let decision = connect(&mut state, "s1", ("h", "again"), Some("tab7"));
    assert_eq!(replaced(&decision), one("g", "c7"));
}

#[test]
fn an_image_brings_back_digests_and_clients() {
    let mut state = State::default();
    connect(&mut state, "s1", ("g", "a"), Some("tab"));
    connect(&mut state, "s2", ("g", "b"), None);
    let mut bytes = Vec::new();
    ciborium::into_writer(&state, &mut bytes).unwrap();
    let mut back: State = ciborium::from_reader(bytes.as_slice()).unwrap();
    assert_eq!(back.connection_digest(&"g".into()), state.connection_digest(&"g".into()));
    let decision = connect(&mut back, "s1", ("h", "c"), Some("tab"));
    assert_eq!(replaced(&decision), one("g", "a"));
}
