//! Six models with fixed seeds: what the engine measures is within three standard errors of what
//! theory says. The full table, to one per cent, is `make test-theory`.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::path::Path;

use baton_common::time::Span;
use baton_theory::model::Lengths;
use baton_theory::potential::Potential;
use baton_theory::{Model, table, try_model};

/// Runs a model of the folder for a while, and holds every figure of it against its reference. The
/// lengths are such that over forty seeds the standard errors were those promised, or nearly so.
#[track_caller]
fn agrees(name: &str, batch: u64, batches: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let mut model = Model::read(&folder.join(name)).unwrap();
    model.run = Lengths { batch, least: batches, most: batches, ..model.run };
    let trial = try_model(&model, |_| {}).unwrap();
    let table = table::text(&model, &trial);
    for row in &trial.rows {
        let z = row.z().unwrap();
        assert!(z.abs() <= 3.0, "{} is off by {z:.1} errors:\n{table}", table::name(&row.expected));
        // An error so large that anything agrees would prove nothing.
        assert!(row.half_width() < 0.2, "{} is not known:\n{table}", table::name(&row.expected));
    }
}

#[test]
fn patient_customers_wait_as_erlang_c_says() {
    agrees("erlang_c/003.toml", 500, 30);
}

#[test]
fn impatient_customers_wait_and_leave_as_erlang_a_says() {
    agrees("erlang_a/0005-6.toml", 200, 40);
}

#[test]
fn priorities_wait_as_cobham_says() {
    agrees("priority/005.toml", 600, 32);
}

#[test]
fn head_starts_move_waits_between_classes_and_keep_their_sum() {
    agrees("head_start/1.toml", 600, 32);
}

#[test]
fn skills_with_the_longest_idle_agent_have_the_product_form() {
    agrees("skills/unequal.toml", 250, 40);
}

#[test]
fn agents_with_several_chats_are_the_markov_chain() {
    agrees("concurrency/2x3-4.toml", 200, 40);
}

/// The figures can tell one order from another: with the classes served the other way round none
/// waits as theory says of it, and all together wait as long as ever.
#[test]
fn an_order_that_is_not_the_models_is_noticed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let mut model = Model::read(&folder.join("priority/005.toml")).unwrap();
    let [first, _, third] = &mut model.classes[..] else { panic!("three classes") };
    std::mem::swap(&mut first.queue.priority, &mut third.queue.priority);
    model.run = Lengths { batch: 200, least: 32, most: 32, ..model.run };
    let trial = try_model(&model, |_| {}).unwrap();
    let z: Vec<f64> = trial.rows.iter().map(|row| row.z().unwrap()).collect();
    assert!(z[0] > 3.0 && z[2] < -3.0, "{z:?}");
    assert!(z[3].abs() <= 3.0, "the wait of all does not depend on the order: {z:?}");
}

/// Among ten agents for fourteen who come, patience as long as a chat: a customer with patience
/// without end would wait the sum of the mean times from one step to the next.
#[test]
fn those_who_left_are_followed_until_an_agent_would_have_come() {
    let text = "name = 'm'\nabout = ''\nrun = { batch = 400, least = 30, most = 30 }\n\
        [[class]]\nname = 'all'\nrate = 14\npatience = { mean = 1 }\n[[agents]]\ncount = 10";
    let model = Model::parse(text).unwrap();
    let (mut potential, mut sum, mut waited) = (Potential::default(), 0.0, 0.0);
    try_model(&model, |seen| {
        for (_, wait) in potential.hear(seen) {
            sum += wait.as_seconds() / model.unit_s;
            waited += f64::from(u8::from(wait > Span::ZERO));
        }
    })
    .unwrap();
    let mean = sum / waited;
    assert!((mean / 0.4516 - 1.0).abs() < 0.03, "{mean}");
}

/// An agent who serves only those who have waited for a fifth of a chat: the engine's own timers
/// bring offers, at their own time.
#[test]
fn what_the_engine_does_by_itself_it_does_in_time() {
    let text = "name = 'm'\nabout = ''\nrun = { batch = 20, least = 5, most = 5 }\n\
        [profiles]\nlate = [{ queue = 'all', delay_s = 200 }]\n\
        [[class]]\nname = 'all'\nrate = 0.5\narrivals_scv = 0\nhandle = { scv = 0 }\n\
        [[agents]]\nconfig = { profile = 'late' }\n\
        [[expect]]\nwhat = 'wait'\nvalue = 0.2\n[[expect]]\nwhat = 'busy'\nvalue = 0.5";
    let model = Model::parse(text).unwrap();
    let trial = try_model(&model, |_| {}).unwrap();
    for row in &trial.rows {
        let off = row.difference().unwrap().abs();
        assert!(off < 1e-5, "{}", table::text(&model, &trial));
    }
}
