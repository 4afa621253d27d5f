//! Announcements in parts, and connections that newer ones replace, at other gateways too.

use std::ops::Range;

use baton_common::command::{Actor, Command, CommandBody, Person, Presence};
use baton_common::config::Workspace;
use baton_common::event::{Event, TimedEvent};
use baton_common::frame::{FrameId, Packed};
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

fn connected(at: (&str, &str), client: Option<&str>, proven: bool) -> CommandBody {
    let (gateway, connection) = (at.0.into(), at.1.into());
    let client = client.map(|client| Mark::of(&[client]));
    CommandBody::Connected { connection, gateway, client, proven }
}

/// A connection comes; it has not proved to live.
fn arrive(state: &mut State, who: &str, at: (&str, &str), client: Option<&str>) -> Decision {
    housekeep(state, Actor::Supervisor(who.into()), connected(at, client, false))
}

/// Its client was heard of after its welcome.
fn prove(state: &mut State, who: &str, at: (&str, &str), client: Option<&str>) -> Decision {
    housekeep(state, Actor::Supervisor(who.into()), connected(at, client, true))
}

/// A connection comes and proves to live.
fn connect(state: &mut State, who: &str, at: (&str, &str), client: Option<&str>) -> Decision {
    assert!(replaced(&arrive(state, who, at, client)).is_empty());
    prove(state, who, at, client)
}

fn leave(state: &mut State, who: &str, (gateway, connection): (&str, &str)) {
    let gone = CommandBody::Disconnected { connection: connection.into(), gateway: gateway.into() };
    housekeep(state, Actor::Supervisor(who.into()), gone);
}

/// The gateway announces these of `s1`, all of the client `tab`.
fn announced(state: &mut State, gateway: &str, connections: &[&str]) -> Decision {
    let presence = |connection: &&str| Presence {
        workspace: "default".into(),
        person: Person::Supervisor("s1".into()),
        connection: (*connection).into(),
        client: Some(Mark::of(&["tab"])),
    };
    let connections = connections.iter().map(presence).collect();
    let gateway = GatewayId::new(gateway);
    let by = Actor::Gateway(gateway.clone());
    housekeep(state, by, CommandBody::Announce { gateway, connections, after: None, upto: None })
}

/// The router takes the gateway for dead.
fn lose(state: &mut State, gateway: &str) {
    let lost = CommandBody::GatewayLost { gateway: gateway.into() };
    housekeep(state, Actor::Gateway(gateway.into()), lost);
    while engine::fire_next(state, NOW).is_some() {}
    assert_eq!(state.connection_digest(&gateway.into()).0, 0);
}

fn count(state: &State, gateway: &str) -> u32 {
    state.connection_digest(&gateway.into()).0
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
    assert!(matches!(kinds[..], [Event::Disconnected { replaced: true, .. }]), "{kinds:?}");
    let again = connect(&mut state, "s1", ("h", "e"), Some("tab"));
    assert!(replaced(&again).is_empty() && again.events.is_empty(), "a repeat replaces nothing");
    assert_eq!(count(&state, "g"), 3);
}

#[test]
fn a_leftover_that_comes_through_late_replaces_nobody() {
    let mut state = State::default();
    // The client gave up at B during an outage and went to C; then all of it came through.
    arrive(&mut state, "s1", ("c", "live"), Some("tab"));
    assert!(replaced(&prove(&mut state, "s1", ("c", "live"), Some("tab"))).is_empty());
    assert!(replaced(&arrive(&mut state, "s1", ("b", "stale"), Some("tab"))).is_empty());
    leave(&mut state, "s1", ("b", "stale"));
    assert_eq!((count(&state, "c"), count(&state, "b")), (1, 0));
    // The other way round the live one takes the place of the stale one, if that is still there.
    let mut state = State::default();
    arrive(&mut state, "s1", ("b", "stale"), Some("tab"));
    let decision = connect(&mut state, "s1", ("c", "live"), Some("tab"));
    assert_eq!(replaced(&decision), one("b", "stale"));
    leave(&mut state, "s1", ("b", "stale"));
    assert_eq!((count(&state, "c"), count(&state, "b")), (1, 0));
}

#[test]
fn a_proof_that_comes_through_late_replaces_nobody_who_came_later() {
    let mut state = State::default();
    arrive(&mut state, "s1", ("b", "left"), Some("tab"));
    arrive(&mut state, "s1", ("c", "live"), Some("tab"));
    let late = prove(&mut state, "s1", ("b", "left"), Some("tab"));
    assert!(late.events.is_empty(), "{:?}", late.events);
    let decision = prove(&mut state, "s1", ("c", "live"), Some("tab"));
    assert_eq!(replaced(&decision), one("b", "left"));
    // One that was replaced, or has gone, or never came takes nobody's place either.
    for left in ["left", "never"] {
        let late = prove(&mut state, "s1", ("b", left), Some("tab"));
        assert!(late.events.is_empty(), "{:?}", late.events);
    }
    assert_eq!((count(&state, "c"), count(&state, "b")), (1, 0));
}

#[test]
fn one_that_lives_is_not_replaced_when_it_is_announced() {
    let mut state = State::default();
    connect(&mut state, "s1", ("c", "live"), Some("tab"));
    // Its gateway was thought to be dead while a leftover came through.
    lose(&mut state, "c");
    arrive(&mut state, "s1", ("b", "stale"), Some("tab"));
    assert!(replaced(&announced(&mut state, "c", &["live"])).is_empty());
    assert_eq!((count(&state, "c"), count(&state, "b")), (1, 1));
    // Nor is it by the announcement of a leftover whose command never came through.
    assert!(replaced(&announced(&mut state, "b", &["stale", "older"])).is_empty());
    assert!(replaced(&announced(&mut state, "b", &[])).is_empty());
    assert_eq!((count(&state, "c"), count(&state, "b")), (1, 0));
    // The client goes elsewhere: whoever was announced came before that.
    assert_eq!(replaced(&connect(&mut state, "s1", ("h", "d"), Some("tab"))), one("c", "live"));
    // What came while it was thought to be gone proves what it may: both live at their gateways.
    lose(&mut state, "h");
    connect(&mut state, "s1", ("g", "e"), Some("tab"));
    assert!(replaced(&announced(&mut state, "h", &["d"])).is_empty());
    assert_eq!((count(&state, "g"), count(&state, "h")), (1, 1));
}

#[test]
fn the_answer_says_whether_there_is_anybody_to_replace() {
    let mut state = State::default();
    let mut rivals = |n, at, client| {
        let command = Command {
            workspace: "default".into(),
            by: Actor::Supervisor("s1".into()),
            key: None,
            ask: connected(at, Some(client), false),
        };
        let frame = FrameId { gateway: at.0.into(), n };
        let taken = engine::take(&mut state, NOW, &frame, 0, &command);
        let answer = engine::answer(&state, NOW, &taken.outcome.unwrap()).unwrap();
        assert!(answer.welcome.is_some());
        answer.done.rivals
    };
    assert!(!rivals(1, ("g", "a"), "tab"));
    assert!(!rivals(2, ("g", "b"), "other"));
    assert!(rivals(3, ("h", "c"), "tab"));
}

#[test]
fn those_that_never_prove_to_live_do_not_pile_up() {
    let mut state = State::default();
    for n in 0..2 * limits::PERSON_CONNECTIONS {
        arrive(&mut state, "s1", ("g", &format!("c{n}")), Some("tab"));
    }
    assert!(arrive(&mut state, "s1", ("g", "more"), Some("tab")).events.is_empty(), "refused");
    let most = u32::try_from(2 * limits::PERSON_CONNECTIONS).unwrap();
    assert_eq!(count(&state, "g"), most);
    let replaced = replaced(&prove(&mut state, "s1", ("g", "c127"), Some("tab")));
    assert_eq!((replaced.len(), count(&state, "g")), (127, 1));
}

#[test]
fn one_that_did_not_hear_of_it_is_told_again_when_it_is_announced() {
    let mut state = State::default();
    connect(&mut state, "s1", ("g", "a"), Some("tab"));
    connect(&mut state, "s1", ("h", "b"), Some("tab"));
    for _ in 0..2 {
        assert_eq!(replaced(&announced(&mut state, "g", &["a"])), one("g", "a"));
        assert_eq!(count(&state, "g"), 0, "it does not count");
    }
    // The newer one has gone meanwhile: the older is who is there.
    leave(&mut state, "s1", ("h", "b"));
    assert!(replaced(&announced(&mut state, "g", &["a"])).is_empty());
    assert_eq!(count(&state, "g"), 1);
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
    lose(&mut state, "h");
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
fn an_image_brings_back_what_is_known_of_connections() {
    let mut state = State::default();
    connect(&mut state, "s1", ("f", "older"), Some("tab"));
    connect(&mut state, "s1", ("g", "a"), Some("tab"));
    connect(&mut state, "s2", ("g", "b"), None);
    let mut bytes = Vec::new();
    ciborium::into_writer(&state, &mut bytes).unwrap();
    let mut back: State = ciborium::from_reader(bytes.as_slice()).unwrap();
    assert_eq!(back.connection_digest(&"g".into()), state.connection_digest(&"g".into()));
    assert_eq!(replaced(&announced(&mut back, "f", &["older"])), one("f", "older"));
    let decision = connect(&mut back, "s1", ("h", "c"), Some("tab"));
    assert_eq!(replaced(&decision), one("g", "a"));
    assert!(replaced(&prove(&mut back, "s1", ("h", "c"), Some("tab"))).is_empty());
}

#[test]
fn connections_of_an_older_image_came_before_all() {
    let mut state = State::default();
    connect(&mut state, "s1", ("g", "a"), Some("tab"));
    let mut image = ciborium::Value::serialized(&state).unwrap();
    let presence = member(&mut image, "presence").as_map_mut().unwrap();
    let before = presence.len();
    presence
        .retain(|(name, _)| !["came", "arrivals", "replaced"].map(Some).contains(&name.as_text()));
    assert_eq!(presence.len(), before - 3);
    let mut old: State = image.deserialized().unwrap();
    arrive(&mut old, "s1", ("h", "b"), Some("tab"));
    assert!(replaced(&prove(&mut old, "s1", ("g", "a"), Some("tab"))).is_empty());
    assert_eq!(replaced(&prove(&mut old, "s1", ("h", "b"), Some("tab"))), one("g", "a"));
}

fn member<'a>(value: &'a mut ciborium::Value, name: &str) -> &'a mut ciborium::Value {
    let members = value.as_map_mut().unwrap();
    &mut members.iter_mut().find(|(key, _)| key.as_text() == Some(name)).unwrap().1
}
