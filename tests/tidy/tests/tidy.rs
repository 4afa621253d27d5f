//! This checkout keeps the house rules. Each test prints every breach as `path:line: what to do`.

use std::sync::LazyLock;

use baton_tidy::rules::{Rules, house};
use baton_tidy::tree::{Tree, root};
use baton_tidy::{Violation, layers, lengths, links, lints, modules, places, report, words};

static TREE: LazyLock<Tree> =
    LazyLock::new(|| Tree::load(&root()).expect("the checkout can be listed and read"));

#[track_caller]
fn clean(violations: Vec<Violation>) {
    let report = report(violations);
    assert!(report.is_empty(), "the house rules are broken:\n{report}\n");
}

fn rules() -> &'static Rules {
    house()
}

#[test]
fn lines_are_short() {
    clean(lengths::lines(&TREE, &rules().lengths));
}

#[test]
fn functions_fit_a_screen() {
    clean(lengths::functions(&TREE, &rules().lengths));
}

#[test]
fn files_have_one_responsibility() {
    clean(lengths::files(&TREE, &rules().lengths));
}

#[test]
fn files_open_with_their_purpose() {
    clean(lengths::openings(&TREE));
}

#[test]
fn the_top_level_holds_what_it_should() {
    clean(places::top_level(&TREE, &rules().top));
}

#[test]
fn dependencies_point_one_way() {
    clean(layers::direction(&TREE, rules()));
}

#[test]
fn pure_packages_reach_no_runtime() {
    let found = layers::reach(&root(), &TREE, &rules().layers);
    clean(found.expect("cargo tree lists the dependencies"));
}

#[test]
fn lints_are_inherited() {
    clean(lints::inherited(&TREE));
}

#[test]
fn clippy_settings_are_repeated_where_nested() {
    clean(lints::clippy_settings(&TREE, &rules().purity));
}

#[test]
fn s34_unsafe_code_is_forbidden_everywhere() {
    let mut found = lints::unsafe_forbidden(&TREE);
    found.extend(lints::inherited(&TREE));
    clean(found);
}

#[test]
fn no_rust_file_is_dead() {
    clean(modules::dead_rust(&TREE));
}

#[test]
fn no_script_is_dead() {
    clean(modules::dead_scripts(&TREE, &rules().scripts.folder));
}

#[test]
fn links_lead_somewhere() {
    clean(links::broken(&TREE));
}

#[test]
fn forbidden_words_are_absent() {
    clean(words::forbidden(&TREE, &rules().words));
}
