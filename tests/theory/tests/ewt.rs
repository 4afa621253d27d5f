//! What customers are told of their wait, by the engine itself, against the waits that come. The
//! models are those of `models/told`; the whole of them is in the table of `make test-theory`.
//! Here a few are run with a twentieth of the customers, without debug assertions all as they are.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::path::Path;
use std::time::{Duration, Instant};

use baton_common::ask::{Ask, ReplyBody};
use baton_core::asks;
use baton_theory::{Model, Moment, Seen, World, table, try_model};

/// Whether the engine runs at a fraction of its speed.
const SLOW: bool = cfg!(debug_assertions);

fn read(name: &str) -> Model {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/told");
    Model::read(&folder.join(name)).unwrap()
}

/// Runs a model; holds error and coverage against what it demands.
#[track_caller]
fn is_told_well(name: &str) {
    let mut model = read(name);
    let told = model.told.as_mut().unwrap();
    if SLOW {
        // Of so few, chance alone moves the shares by two standard errors of 0.015 and 0.01.
        told.arrivals /= 20;
        told.off_p50 += 0.03;
        told.off_p90 += 0.02;
    }
    let trial = try_model(&model, |_| {}).unwrap();
    let table = table::text(&model, &trial);
    assert_eq!(trial.missed(&model), 0, "\n{table}");
    assert_eq!(trial.told.len(), model.classes.len(), "\n{table}");
    let enough = if SLOW { 1_000.0 } else { 20_000.0 };
    assert!(trial.told.iter().all(|row| row.delayed > enough), "\n{table}");
}

#[test]
fn ten_agents_before_impatient_customers() {
    is_told_well("010-14.toml");
}

#[test]
fn those_whom_others_overtake() {
    is_told_well("priorities.toml");
}

#[test]
fn those_who_start_ahead_and_the_others() {
    is_told_well("head_start.toml");
}

#[test]
fn those_whom_another_team_serves_when_it_has_nobody() {
    is_told_well("ranks.toml");
}

#[test]
fn those_who_share_a_part_of_their_agents() {
    is_told_well("skills.toml");
}

#[cfg(not(debug_assertions))]
#[test]
fn every_other_model() {
    let others =
        ["several_chats.toml", "100-140.toml", "100-90.toml", "100-95-regular.toml", "100-98.toml"];
    others.into_iter().for_each(is_told_well);
}

/// Fifty times as many ahead, and an answer takes hardly longer: lines are counted, not walked.
#[test]
fn a_long_line_is_told_of_as_fast_as_a_short_one() {
    let text = "name = 'm'\nabout = ''\n[[class]]\nname = 'all'\nrate = 100\n\
        patience = { mean = 1e6 }\n[[agents]]\ncount = 2";
    let model = Model::parse(text).unwrap();
    let (mut short, mut long) = (Duration::MAX, Duration::MAX);
    let mut world = World::new(&model, |seen: &Seen<'_>| {
        let Moment::Enqueued { who, offered: false } = &seen.moment else { return };
        let fastest = match who.number {
            180..220 => &mut short,
            9_980.. => &mut long,
            _ => return,
        };
        let ask =
            Ask::Positions { workspace: seen.workspace.clone(), chats: vec![who.chat.clone()] };
        let began = Instant::now();
        let reply = asks::reply(seen.state, seen.now, &ask).unwrap();
        // Of many, the one that nothing else came between.
        *fastest = began.elapsed().min(*fastest);
        let ReplyBody::Positions(places) = reply else { panic!("positions were asked for") };
        assert!(places.iter().all(|(_, _, ewt)| ewt.is_some()), "something is known by then");
    })
    .unwrap();
    while world.arrivals() < 10_020 {
        world.step().unwrap();
    }
    drop(world);
    assert!(long < 8 * short, "{long:?} for ten thousand ahead, {short:?} for two hundred");
}
