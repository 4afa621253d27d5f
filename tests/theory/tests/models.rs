//! The models that come with it: what their files expect is what the formulas say.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::path::{Path, PathBuf};

use baton_theory::Model;
use baton_theory::command_line::CommandLine;
use baton_theory::formulas::{erlang_a, erlang_c, priorities};
use baton_theory::model::{Expected, What};
use clap::Parser as _;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name)
}

fn models(name: &str) -> Vec<Model> {
    let folder = folder(name).display().to_string();
    CommandLine::parse_from(["baton-theory", &folder]).read().unwrap()
}

/// Every figure that a file expects is this one's.
#[track_caller]
fn expects(model: &Model, exact: impl Fn(&Expected) -> f64) {
    for expected in &model.expected {
        let (value, exact) = (expected.value.unwrap(), exact(expected));
        assert!((value / exact - 1.0).abs() < 1e-9, "{}: {value} is not {exact}", model.name);
    }
}

#[test]
fn every_model_is_sound_and_expects_something() {
    let all = models("");
    assert!(all.len() >= 30, "{}", all.len());
    for model in &all {
        assert!(!model.about.is_empty(), "{} does not say what it is", model.name);
        assert!(model.expected.iter().all(|of| of.value.is_some()), "{}", model.name);
        assert!(model.told.is_some() || !model.expected.is_empty(), "{}", model.name);
        let named = all.iter().filter(|other| other.name == model.name).count();
        assert_eq!(named, 1, "{}: a name of its own tells rows apart", model.name);
    }
}

#[test]
fn patient_lines_expect_erlang_c() {
    for model in models("erlang_c").iter().chain(&models("concurrency/5x3-linear.toml")) {
        let line = erlang_c(model.slots(), model.rate());
        expects(model, |of| match of.what {
            What::Waits => line.waits,
            What::Wait => line.wait,
            What::Within => line.within(of.time.unwrap()),
            other => panic!("no formula for {other:?}"),
        });
    }
}

#[test]
fn impatient_lines_expect_erlang_a() {
    for model in models("erlang_a") {
        let patience = model.classes[0].patience.unwrap();
        let line = erlang_a(model.slots(), model.rate(), 1.0 / patience.mean);
        let known: Vec<_> =
            model.expected.iter().filter(|of| of.what != What::ServedWithin).cloned().collect();
        let model = Model { expected: known, ..model };
        expects(&model, |of| match of.what {
            What::Waits => line.waits,
            What::Wait => line.wait,
            What::Abandons => line.abandons,
            What::Busy => line.busy,
            other => panic!("no formula for {other:?}"),
        });
    }
}

/// Of all customers together whatever the order: the law of conservation.
#[test]
fn orders_of_service_expect_cobham_and_the_same_wait_of_all() {
    for model in models("priority") {
        let rates: Vec<f64> = model.classes.iter().map(|class| class.rate).collect();
        let waits = priorities(model.slots(), &rates);
        let all = erlang_c(model.slots(), model.rate()).wait;
        expects(&model, |of| match &of.class {
            Some(class) => waits[model.classes.iter().position(|c| c.name == *class).unwrap()],
            None => all,
        });
    }
    for model in models("head_start") {
        let all = erlang_c(model.slots(), model.rate()).wait;
        let whole = model.expected.iter().filter(|of| of.class.is_none()).cloned().collect();
        expects(&Model { expected: whole, ..model }, |_| all);
    }
}
