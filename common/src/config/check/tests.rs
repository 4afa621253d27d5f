//! Each check by a configuration that has the fault, and the nearest one that has it not.

use super::*;

fn found(json: &str) -> Vec<Finding> {
    check(&serde_json::from_str(json).unwrap())
}

/// `severity path code` of each finding.
fn codes(json: &str) -> Vec<String> {
    let row = |f: &Finding| format!("{:?} {} {}", f.severity, f.path, f.code);
    found(json).iter().map(row).collect()
}

fn assert_found(json: &str, expected: &[&str]) {
    assert_eq!(codes(json), expected, "{json}");
}

/// A workspace with some parts, and an agent who serves everything.
fn with(parts: &str) -> String {
    format!(r#"{{"queues":{{"a":{{}},"b":{{}}}},"agents":{{"x":{{}}}},{parts}}}"#)
}

/// A workspace with queues and agents.
fn of(queues: &str, agents: &str) -> String {
    format!(r#"{{"queues":{{{queues}}},"agents":{{{agents}}}}}"#)
}

#[test]
fn a_sound_configuration_has_no_findings() {
    let skilled = r#""skills":[{"skill":"x","level":3}]"#;
    let json = of(&format!(r#""a":{{{skilled}}}"#), &format!(r#""b":{{{skilled}}}"#));
    assert_found(&json, &[]);
}

#[test]
fn a_queue_nobody_can_serve_names_the_skill() {
    let queue = r#""a":{"skills":[{"skill":"x","level":4}]}"#;
    let json = of(queue, r#""b":{"skills":[{"skill":"x","level":3}]}"#);
    assert_found(&json, &["Warning queues.a.skills[0] nobody_has_skill"]);
    assert!(found(&json)[0].message.contains("x at level 4 or more"));
}

#[test]
fn skills_that_nobody_has_together_are_named_together() {
    let queue = r#""a":{"skills":[{"skill":"x","level":4},{"skill":"y"}]}"#;
    let agents = r#""b":{"skills":[{"skill":"x","level":4}]},"c":{"skills":[{"skill":"y"}]}"#;
    assert_found(&of(queue, agents), &["Warning queues.a.skills nobody_has_all"]);
    assert!(found(&of(queue, agents))[0].message.contains("x at level 4 and y at level 1"));
}

#[test]
fn a_queue_that_is_served_only_once_relaxed_says_after_how_long() {
    let queue = |level: u8| {
        format!(
            r#""a":{{"skills":[{{"skill":"x","level":9}}],
            "relaxation":[{{"after_s":60,"skill":"x","level":1}},
                {{"after_s":30,"skill":"x","level":{level}}}]}}"#
        )
    };
    let agents = r#""b":{"skills":[{"skill":"x","level":5}]}"#;
    let code = "nobody_before_relaxation";
    assert_found(&of(&queue(6), agents), &[&format!("Warning queues.a.relaxation[0] {code}")]);
    assert_found(&of(&queue(5), agents), &[&format!("Warning queues.a.relaxation[1] {code}")]);
    assert!(found(&of(&queue(5), agents))[0].message.contains("waits 30 s"));
    assert_found(&of(&queue(5), r#""b":{"skills":[{"skill":"x","level":9}]}"#), &[]);
}

#[test]
fn steps_that_lower_nothing_are_found_in_the_order_of_time() {
    let queue = r#""a":{"skills":[{"skill":"x","level":5}],
        "relaxation":[{"after_s":60,"skill":"x"},{"after_s":30,"skill":"x","level":5}]}"#;
    let agents = r#""b":{"skills":[{"skill":"x","level":5}]}"#;
    assert_found(&of(queue, agents), &["Warning queues.a.relaxation[1] raises"]);
}

#[test]
fn weights_that_fit_nobody_are_found_with_what_is_to_be_spared() {
    let agents = r#""b":{"capacity":500},"c":{"capacity":800}"#;
    assert_found(&of(r#""a":{"weight":801}"#, agents), &["Warning queues.a.weight no_room"]);
    let spared = r#""a":{"weight":600,"spare":201}"#;
    assert_found(&of(spared, agents), &["Warning queues.a.spare no_room"]);
    assert_found(&of(r#""a":{"weight":600,"spare":200}"#, agents), &[]);
}

#[test]
fn a_queue_without_agents_and_a_delay_of_all_are_found() {
    let profiles = |row: &str| {
        format!(
            r#"{{"queues":{{"a":{{}},"b":{{}}}},"profiles":{{"p":[{{"queue":"a"}}{row}]}},
            "agents":{{"x":{{"profile":"p"}}}}}}"#
        )
    };
    assert_found(&profiles(""), &["Warning queues.b nobody_serves"]);
    assert_found(&profiles(r#",{"queue":"b","delay_s":5}"#), &["Warning queues.b always_delayed"]);
    assert_found(&profiles(r#",{"queue":"b"}"#), &[]);
}

#[test]
fn overflow_in_a_circle_is_an_error() {
    let json = of(r#""a":{"overflow":"b"},"b":{"overflow":"a"}"#, r#""x":{}"#);
    let cycle = |id| format!("Error queues.{id}.overflow overflow_cycle");
    assert_found(&json, &[&cycle("a"), &cycle("b")]);
    assert_found(&of(r#""a":{"overflow":"a"}"#, r#""x":{}"#), &[&cycle("a")]);
    // The circle is named, not the way to it.
    let later =
        of(r#""a":{"overflow":"b"},"b":{"overflow":"c"},"c":{"overflow":"b"}"#, r#""x":{}"#);
    let found = found(&later);
    assert!(found[0].message.contains("in a circle, b -> c -> b:"), "{found:?}");
}

#[test]
fn a_chain_that_ends_at_a_closed_queue_is_a_dead_end() {
    let chain = |last: &str| {
        of(&format!(r#""a":{{"overflow":"b"}},"b":{{"overflow":"c"}},"c":{{{last}}}"#), r#""x":{}"#)
    };
    let code = "overflow_dead_end";
    let both =
        [format!("Warning queues.a.overflow {code}"), format!("Warning queues.b.overflow {code}")];
    assert_found(&chain(r#""closed":true"#), &[&both[0], &both[1]]);
    assert_found(&chain(""), &[]);
    let missing = of(r#""a":{"policies":{"zero_eligible":"overflow_to"}}"#, r#""x":{}"#);
    assert_found(&missing, &["Error queues.a.overflow overflow_missing"]);
}

#[test]
fn a_long_chain_is_refused() {
    let queue = |at: usize| format!(r#""q{at}":{{"overflow":"q{}"}}"#, at + 1);
    let chain = |length: usize| {
        let queues: Vec<String> = (0..length).map(queue).collect();
        of(&format!(r#"{},"q{length}":{{}}"#, queues.join(",")), r#""x":{}"#)
    };
    assert_found(&chain(limits::OVERFLOW_CHAIN), &[]);
    let long = chain(limits::OVERFLOW_CHAIN + 1);
    assert_found(&long, &["Error queues.q0.overflow overflow_too_long"]);
}

#[test]
fn strict_priority_without_a_bound_starves_those_whom_nobody_serves_first() {
    let queues = |policies: &str| format!(r#""a":{{{policies}}},"vip":{{"priority":5}}"#);
    let starves = "Warning queues.a starves";
    assert_found(&of(&queues(""), r#""x":{}"#), &[starves]);
    assert_found(&of(&queues(r#""policies":{"starvation_s":60}"#), r#""x":{}"#), &[]);
    // Somebody cannot serve the higher class.
    let skilled = r#""a":{},"vip":{"priority":5,"skills":[{"skill":"s"}]}"#;
    assert_found(&of(skilled, r#""x":{"skills":[{"skill":"s"}]}"#), &[starves]);
    assert_found(&of(skilled, r#""x":{"skills":[{"skill":"s"}]},"y":{}"#), &[]);
}

#[test]
fn ranks_starve_as_priorities_do() {
    let with_agents = |agents: &str| {
        format!(
            r#"{{"queues":{{"a":{{}},"b":{{}}}},"agents":{{{agents}}},
            "profiles":{{"p":[{{"queue":"a","rank":1}},{{"queue":"b","rank":2}}],
                "q":[{{"queue":"b","rank":1}},{{"queue":"a","rank":1}}]}}}}"#
        )
    };
    assert_found(&with_agents(r#""x":{"profile":"p"}"#), &["Warning queues.b starves"]);
    assert_found(&with_agents(r#""x":{"profile":"p"},"y":{"profile":"q"}"#), &[]);
    assert_found(&with_agents(r#""x":{"profile":"p"},"y":{}"#), &[]);
}

#[test]
fn what_comes_after_the_longest_wait_never_comes() {
    let json = r#"{"queues":{"a":{"policies":{"max_wait_s":60,"starvation_s":60}}},
        "profiles":{"p":[{"queue":"a","delay_s":90}]},
        "agents":{"x":{"profile":"p"},"y":{}}}"#;
    let expected = [
        "Warning profiles.p[0].delay_s never_reached",
        "Warning queues.a.policies.starvation_s never_reached",
    ];
    assert_found(json, &expected);
}

#[test]
fn thresholds_need_a_bucket_and_times_a_length() {
    let policies = |text: &str| with(&format!(r#""policies":{{{text}}}"#));
    let no_bucket = "Warning policies.service_level_s no_bucket";
    assert_found(&policies(r#""service_level_s":25"#), &[no_bucket]);
    assert!(found(&policies(r#""service_level_s":25"#))[0].message.contains("0.1, 0.25, 0.5, 1,"));
    assert_found(&policies(r#""service_level_s":30"#), &[]);
    assert_found(&policies(r#""offer_s":0"#), &["Error policies.offer_s bad_time"]);
}

#[test]
fn hours_are_times_dates_and_open_at_some_time() {
    let hours = |text: &str| with(&format!(r#""hours":{{"h":{{{text}}}}}"#));
    let row = |from: &str, to: &str| {
        hours(&format!(r#""weekly":[{{"days":["mon"],"from":"{from}","to":"{to}"}}]"#))
    };
    assert_found(&row("08:00", "24:00"), &[]);
    let never = "Warning hours.h never_open";
    for (from, to, path) in [
        ("18:00", "08:00", "hours.h.weekly[0]"),
        ("08:00", "08:00", "hours.h.weekly[0]"),
        ("8:00", "18:00", "hours.h.weekly[0].from"),
        ("08:00", "24:01", "hours.h.weekly[0].to"),
        ("08:60", "18:00", "hours.h.weekly[0].from"),
    ] {
        assert_found(&row(from, to), &[&format!("Error {path} bad_hours"), never]);
    }
    assert_found(&hours(r#""weekly":[]"#), &[never]);
    let only_closed = r#""weekly":[],"exceptions":[{"date":"2026-12-25"}]"#;
    assert_found(&hours(only_closed), &[never]);
    assert_found(
        &hours(r#""weekly":[],"exceptions":[{"date":"2026-02-30","from":"08:00","to":"12:00"}]"#),
        &["Error hours.h.exceptions[0].date bad_date"],
    );
    assert_found(
        &hours(
            r#""weekly":[],"exceptions":[{"date":"2026-12-24","from":"08:00","to":"12:00"},
            {"date":"2026-12-24"}]"#,
        ),
        &["Error hours.h.exceptions[1] duplicate"],
    );
    assert_found(&with(r#""time_zone":"Europe/Berlim""#), &["Error time_zone unknown_time_zone"]);
    let unknown = of(r#""a":{"hours":"office"}"#, r#""x":{}"#);
    assert_found(&unknown, &["Error queues.a.hours unknown_hours"]);
}

#[test]
fn rules_lead_somewhere() {
    let rules = |text: &str| with(&format!(r#""rules":[{{"if":"true",{text}}}]"#));
    assert_found(&rules(r#""queue":"a""#), &[]);
    assert_found(&rules(r#""queue":"none""#), &["Error rules[0].queue unknown_queue"]);
    assert_found(&rules(r#""priority":10"#), &["Error rules[0].priority bad_priority"]);
    let skilled = r#""queue":"a","skills":[{"skill":"s","level":11}]"#;
    let expected =
        ["Error rules[0].skills[0].level bad_level", "Warning rules[0].skills[0] nobody_has_skill"];
    assert_found(&rules(skilled), &expected);
    assert_found(&with(r#""rules":[{"if":"true"}]"#), &["Warning rules[0] without_effect"]);
    let long = "x".repeat(limits::RULE_CHARS + 1);
    let long = with(&format!(r#""rules":[{{"if":"{long}","queue":"a"}}]"#));
    assert_found(&long, &["Error rules[0].if too_long"]);
}

#[test]
fn messages_have_texts_and_only_what_is_filled_in() {
    let messages = |text: &str| of(&format!(r#""a":{{"messages":{{{text}}}}}"#), r#""x":{}"#);
    let waiting = |text: &str| messages(&format!(r#""waiting":{{"every_s":60,"text":"{text}"}}"#));
    assert_found(&waiting("You are {position}, {ewt}. {}"), &[]);
    let unknown = "Warning queues.a.messages.waiting.text unknown_placeholder";
    assert_found(&waiting("You are {place}."), &[unknown]);
    let greeting = "Warning queues.a.messages.greeting unknown_placeholder";
    assert_found(&messages(r#""greeting":"You are {position}.""#), &[greeting]);
    assert_found(&messages(r#""greeting":{}"#), &["Error queues.a.messages.greeting empty_text"]);
}

#[test]
fn duplicates_are_found() {
    let agents = r#""x":{"skills":[{"skill":"s"},{"skill":"s","level":4}]}"#;
    assert_found(&of(r#""a":{}"#, agents), &["Warning agents.x.skills[1] duplicate"]);
    let profile = with(r#""profiles":{"p":[{"queue":"a"},{"queue":"a","rank":2}]}"#);
    assert_found(&profile, &["Error profiles.p[1] duplicate"]);
    assert_found(&with(r#""profiles":{"p":[]}"#), &["Warning profiles.p empty_profile"]);
}

#[test]
fn workspace_policies_are_refused_in_a_queue() {
    let json = of(r#""a":{"policies":{"max_hops":3}}"#, r#""x":{}"#);
    assert_found(&json, &["Error queues.a.policies.max_hops workspace_only"]);
}

#[test]
fn lists_are_bounded() {
    let step = r#"{"after_s":30,"skill":"s"}"#;
    let steps = vec![step; limits::RELAXATIONS + 1].join(",");
    let queue = format!(r#""a":{{"relaxation":[{steps}]}}"#);
    assert_found(&of(&queue, r#""x":{}"#), &["Error queues.a.relaxation too_many"]);
    let row = r#"{"days":["mon"],"from":"08:00","to":"09:00"}"#;
    let rows = vec![row; limits::HOURS_ROWS + 1].join(",");
    let hours = with(&format!(r#""hours":{{"h":{{"weekly":[{rows}]}}}}"#));
    assert_found(&hours, &["Error hours.h too_many"]);
    let skills = vec![r#"{"skill":"s"}"#; limits::SKILLS + 1].join(",");
    let agent = format!(r#""x":{{"skills":[{skills}]}}"#);
    assert_found(&of(r#""a":{}"#, &agent), &["Error agents.x.skills too_many"]);
}

#[test]
fn errors_are_the_errors_of_the_whole_check() {
    let json = with(r#""time_zone":"x","policies":{"service_level_s":25}"#);
    let config: Workspace = serde_json::from_str(&json).unwrap();
    assert_eq!(errors(&config), check(&config)[..1]);
    assert_eq!(check(&config).len(), 2);
}

#[test]
fn the_largest_workspaces_are_checked_in_a_moment() {
    let queue = |at: usize| format!(r#""q{at}":{{"skills":[{{"skill":"s{}"}}]}}"#, at % 500);
    let agent = |at: usize| {
        let (skill, level) = (at % 500, at % 10 + 1);
        format!(r#""a{at}":{{"skills":[{{"skill":"s{skill}","level":{level}}}]}}"#)
    };
    let queues: Vec<String> = (0..limits::QUEUES).map(queue).collect();
    let agents: Vec<String> = (0..limits::AGENTS).map(agent).collect();
    assert_found(&of(&queues.join(","), &agents.join(",")), &[]);
}
