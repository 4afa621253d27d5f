//! What rules say of starts, and what the check says of rules.

use baton_common::config::check::Finding;
use baton_common::quantity::Priority;
use serde_json::{Value, json};

use super::*;

fn workspace(rules: &Value) -> Workspace {
    let config = json!({
        "version": 3, "default_queue": "sales",
        "queues": {"sales": {}, "billing": {}, "french": {}}, "agents": {"a": {}}, "rules": rules,
    });
    serde_json::from_value(config).unwrap()
}

fn config_of(conditions: &[&str]) -> Workspace {
    let rule = |(at, text): (usize, &&str)| json!({"if": text, "priority": at % 10});
    workspace(&Value::Array(conditions.iter().enumerate().map(rule).collect()))
}

fn body(body: &Value) -> StartBody {
    serde_json::from_value(body.clone()).unwrap()
}

/// The rule that applies, and how many failed on the way.
fn first(conditions: &[&str], start: &Value) -> (Option<usize>, Vec<(usize, Failure)>) {
    let compiled = Compiled::of(&"w".into(), &config_of(conditions));
    let failed = std::cell::RefCell::new(Vec::new());
    let facts = Facts::of(&body(start), Some(&"sales".into()));
    let at = compiled.first(&facts, |at, failure| failed.borrow_mut().push((at, failure)));
    (at, failed.into_inner())
}

fn holds(condition: &str, start: &Value) -> bool {
    let (at, failed) = first(&[condition], start);
    assert_eq!(failed, [], "{condition}");
    at.is_some()
}

/// `code` of each finding about rules.
fn codes(conditions: &[&str]) -> Vec<String> {
    findings(conditions).iter().map(|f| format!("{} {}", f.path, f.code)).collect()
}

fn findings(conditions: &[&str]) -> Vec<Finding> {
    check(&config_of(conditions))
}

fn assert_code(condition: &str, code: &str) {
    assert_eq!(codes(&[condition]), [format!("rules[0].if {code}")], "{condition}");
}

#[test]
fn conditions_read_attributes_customer_and_queue() {
    let start = json!({
        "queue": "billing", "customer": {"id": "c-42", "email": "a@shop.example"},
        "attributes": {"plan": "gold", "age": 20, "score": 1.5, "vip": true},
    });
    for condition in [
        "attributes.plan == 'gold'",
        "attributes['plan'] in ['gold', 'silver']",
        "attributes.age >= 18 && attributes.age < 65",
        "attributes.age == 20.0",
        "attributes.score > 1",
        "attributes.vip",
        "has(attributes.plan) && !has(attributes.none)",
        "'plan' in attributes",
        "customer.email.endsWith('@shop.example')",
        "queue == 'billing'",
        "customer.id.matches('^c-[0-9]+$')",
        "matches(customer.id, '42$')",
        "attributes.exists(name, name.startsWith('pl'))",
        "attributes.?none.orValue('x') == 'x'",
        "size(attributes) == 4",
        "int(attributes.score) == 1",
    ] {
        assert!(holds(condition, &start), "{condition}");
    }
    assert!(holds("queue == 'sales'", &json!({})));
    assert!(!holds("attributes.all(name, name == 'x')", &start));
}

#[test]
fn the_first_rule_that_holds_applies_and_failing_ones_are_passed_over() {
    let conditions = ["attributes.age > 18", "attributes.age == 'x'", "queue == 'sales'", "true"];
    let (at, failed) = first(&conditions, &json!({"attributes": {"age": "x"}}));
    assert_eq!((at, failed), (Some(1), vec![(0, Failure::Type)]));
    let (at, failed) = first(&conditions, &json!({}));
    assert_eq!((at, failed), (Some(2), vec![(0, Failure::Missing), (1, Failure::Missing)]));
    let (at, failed) = first(&["attributes.plan"], &json!({"attributes": {"plan": "gold"}}));
    assert_eq!((at, failed), (None, vec![(0, Failure::NotBool)]));
    let (at, failed) = first(&["1 / attributes.n == 1"], &json!({"attributes": {"n": 0}}));
    assert_eq!((at, failed), (None, vec![(0, Failure::Other)]));
}

#[test]
fn what_a_rule_says_goes_with_the_version_it_was_asked_of() {
    let config = workspace(&json!([
        {"if": "attributes.plan == 'gold'", "queue": "billing", "priority": 5,
            "skills": [{"skill": "french", "level": 3}]},
    ]));
    let rules = Rules::default();
    let gold = body(&json!({"attributes": {"plan": "gold"}}));
    let routed = rules.route(&"w".into(), &config, &gold).unwrap();
    assert_eq!((routed.version, routed.rule), (3, 0));
    assert_eq!((routed.queue, routed.priority), (Some("billing".into()), Some(Priority(5))));
    assert_eq!(routed.skills.len(), 1);
    assert_eq!(rules.route(&"w".into(), &config, &body(&json!({}))), None);
}

#[test]
fn a_new_version_is_compiled_and_an_old_one_forgotten() {
    let (rules, start) = (Rules::default(), body(&json!({})));
    let version = |version: u64, condition: &str| Workspace {
        version: Some(version),
        ..config_of(&[condition])
    };
    let rule = |config: &Workspace| rules.route(&"w".into(), config, &start).map(|r| r.version);
    assert_eq!(rule(&version(1, "true")), Some(1));
    assert_eq!(rule(&version(2, "false")), None);
    assert_eq!(rule(&version(3, "true")), Some(3));
    assert_eq!(rules.known.len(), 1);
}

#[test]
fn counters_have_a_bounded_number_of_labels() {
    let rules = Rules::default();
    for at in 0..limits::LABELLED_RULES + 10 {
        rules.count(&format!("w{at}").as_str().into(), 0, Failure::Other);
    }
    assert_eq!(rules.failed.len(), limits::LABELLED_RULES);
}

#[test]
fn sound_conditions_have_no_findings() {
    let sound = [
        "attributes.plan == 'gold'",
        "has(attributes.language) && attributes.language.startsWith('fr')",
        "attributes.age >= 18 && attributes.age < 21",
        "attributes.age > 10 && attributes.age < 11",
        "attributes.plan != 'gold' && attributes.vip == true",
        "queue == 'billing' && customer.email.endsWith('@shop.example')",
        "attributes.country in ['at', 'ch'] || attributes.iban.matches('^AT')",
        "attributes.a == attributes.b",
        "attributes.exists(name, name.startsWith('x'))",
        "attributes.vip ? queue == 'sales' : queue == 'billing'",
        "attributes.x < 'b'",
        "attributes.?vip.orValue(false)",
        "attributes.gold",
        "attributes == {}",
        "attributes.age % 2 == 1",
        "true",
    ];
    assert_eq!(codes(&sound), Vec::<String>::new());
}

#[test]
fn what_cannot_be_read_is_an_error() {
    for condition in ["attributes.plan = 'gold'", "attributes.plan ==", "(true", "'open", "a b"] {
        assert_code(condition, "rule_syntax");
    }
    assert_code("customer.id.matches('(')", "rule_syntax");
    let said = |condition: &str| findings(&[condition])[0].message.clone();
    let single = said("attributes.plan = 'gold'");
    assert_eq!(
        single,
        "this is no condition, at character 17 '= ' cannot stand: write == to compare"
    );
    assert!(said("attributes.plan ==").contains("ends where it must not: correct it there"));
    assert!(said("attributes.a <= 'x' b").ends_with("correct it there"));
}

#[test]
fn what_is_not_there_is_named() {
    assert_code("plan == 'gold'", "unknown_variable");
    assert_code("attributes.plan == gold", "unknown_variable");
    assert_code("customer.tier == 'gold'", "unknown_attribute");
    assert_code("has(customer.phone)", "unknown_attribute");
    assert_code("queue.name == 'sales'", "unknown_attribute");
    assert_code("attributes.plan.name == 'gold'", "unknown_attribute");
    assert_code("attributes.plan.lower() == 'gold'", "unknown_function");
    assert_code("now() > 3", "unknown_function");
    assert!(findings(&["customer.tier == 'gold'"])[0].message.contains("attributes.tier"));
}

#[test]
fn what_never_holds_is_found() {
    for condition in [
        "false",
        "1 == 2",
        "!true",
        "attributes.plan == 'gold' && attributes.plan == 'silver'",
        "attributes.plan == 'gold' && attributes.plan != 'gold'",
        "attributes.age > 10 && attributes.age < 5",
        "attributes.age > 10 && attributes.age <= 10",
        "attributes.vip && !attributes.vip",
        "has(attributes.x) && !has(attributes.x)",
        "customer.id == 42",
        "queue == 'support'",
        "queue == 'sales' && queue == 'billing'",
        "attributes.plan in []",
    ] {
        assert_code(condition, "rule_never");
    }
    assert!(findings(&["queue == 'support'"])[0].message.contains("no queue `support`"));
}

#[test]
fn what_fails_for_every_chat_is_an_error() {
    for condition in [
        "'gold'",
        "1 + 1",
        "customer.id",
        "queue > 3",
        "1 / 0 == 1",
        "queue && true",
        "attributes",
        "size(attributes)",
    ] {
        let found = codes(&[condition]);
        assert_eq!(found, ["rules[0].if rule_fails"], "{condition}");
    }
}

#[test]
fn what_an_earlier_rule_takes_is_found() {
    let shadowed = ["rules[1].if rule_shadowed"];
    for (earlier, later) in [
        ("true", "attributes.plan == 'gold'"),
        ("attributes.plan == 'gold'", "attributes.plan == 'gold'"),
        ("has(attributes.plan)", "attributes.plan == 'gold'"),
        ("attributes.age > 10", "attributes.age > 20"),
        ("attributes.plan in ['gold', 'silver']", "attributes.plan == 'silver' && attributes.vip"),
        ("attributes.a.matches('x')", "attributes.a.matches('x')"),
        ("1 == 1", "attributes.a.matches('x')"),
    ] {
        assert_eq!(codes(&[earlier, later]), shadowed, "{earlier}, {later}");
    }
    for (earlier, later) in [
        ("attributes.plan == 'gold' && attributes.vip", "attributes.plan == 'gold'"),
        ("attributes.age > 20", "attributes.age > 10"),
        ("attributes.plan == 'gold'", "attributes.plan == 'silver'"),
        ("queue == 'sales'", "attributes.plan == 'gold'"),
    ] {
        assert_eq!(codes(&[earlier, later]), Vec::<String>::new(), "{earlier}, {later}");
    }
    let two =
        ["attributes.vip == true", "attributes.vip == false", "attributes.vip in [true, false]"];
    assert_eq!(codes(&two), ["rules[2].if rule_shadowed"]);
}

#[test]
fn what_could_take_long_or_grow_is_refused() {
    let deep = format!("{}true{}", "(".repeat(17), ")".repeat(17));
    let signs = format!("{}true", "!".repeat(17));
    let wide = vec!["attributes.x == 1"; 60].join(" || ");
    let many = vec!["1==1"; 140].join("||");
    for condition in [
        deep.as_str(),
        &signs,
        &many,
        "attributes.exists(a, attributes.exists(b, a == b))",
        "attributes.exists(a, a + a == 'x')",
        "attributes.a.matches(attributes.b)",
    ] {
        assert_code(condition, "rule_unbounded");
    }
    assert_code("size(attributes.map(a, a)) > 1", "unknown_function");
    assert_code("size(attributes.filter(a, a == 'x')) > 1", "unknown_function");
    assert_code(&wide, "too_long");
    assert_code("attributes.a.matches('(a{1000}){1000}')", "rule_syntax");
}

#[test]
fn as_many_rules_as_are_allowed_are_checked() {
    let conditions: Vec<String> =
        (0..limits::RULES).map(|at| format!("attributes.plan == 'p{at}'")).collect();
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    assert_eq!(codes(&conditions), Vec::<String>::new());
}

#[test]
fn whatever_is_written_harms_nobody() {
    for text in [
        "\0",
        "{",
        "'\\",
        "\"\u{1F600}",
        "`x`",
        "a.?b.?c",
        "[]{}",
        "x{a: 1}",
        "/**/",
        "0x",
        "1e999",
    ] {
        let _ = findings(&[text]);
    }
}
