//! Each law against hand-made journals: a sound one, and for each law at least one that breaks it
//! and nothing else.

use serde_json::{Value, json};

use super::script::{
    Script, command, config, elected, entry, frame, joined, key_of, line, message, offer, over,
    policy, seen, settled, sound, start, started, system, with_outcome,
};
use crate::audit::{Options, Report, Series, check};
use crate::ledger::{Answered, CommandFact, Ledger, StartFact, Who, frame_key, text_digest};

const SETTLED: Options = Options { settled: true };
const RUNNING: Options = Options { settled: false };

fn audit(script: &Script, ledger: &Ledger, opts: Options) -> Report {
    check(&ledger.facts(), &script.stored(), &opts)
}

/// Demands that this law is broken and no other one.
fn breaks(law: &str, report: &Report) {
    let broken = report.checks.iter().filter(|check| check.broken > 0).map(|check| check.name);
    assert_eq!(broken.collect::<Vec<_>>(), [law], "{report}");
    assert!(!report.is_clean() && report.violations.iter().all(|v| v.check == law));
}

#[test]
fn a_sound_run_is_clean_and_every_law_is_held_against_it() {
    let report = audit(&sound(), &seen(), SETTLED);
    assert!(report.is_clean(), "{report}");
    let idle: Vec<_> = report.checks.iter().filter(|check| check.looked_at == 0).collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn the_totals_are_those_of_the_definitions() {
    let totals = audit(&sound(), &seen(), SETTLED).totals;
    let number = |name: &str, labels: &[(&str, &str)]| {
        let mut all = vec![("workspace", "w")];
        all.extend(labels);
        *totals.0.get(&Series::new(name, &all)).unwrap_or(&f64::NAN)
    };
    let queue = ("queue", "q");
    let accepted = [queue, ("outcome", "accepted")];
    for (name, labels, expected) in [
        ("baton_chats_total", &[queue, ("origin", "new")][..], 1.0),
        ("baton_wait_seconds_sum", &accepted, 2.0),
        ("baton_customer_wait_seconds_count", &accepted, 1.0),
        ("baton_offers_total", &accepted, 1.0),
        ("baton_accept_seconds_sum", &[], 2.0),
        ("baton_time_to_offer_seconds_count", &[], 1.0),
        ("baton_handle_seconds_sum", &[queue], 6.0),
        ("baton_wait_seconds_bucket", &[queue, accepted[1], ("le", "1")], 0.0),
        ("baton_wait_seconds_bucket", &[queue, accepted[1], ("le", "2")], 1.0),
    ] {
        let found = number(name, labels);
        assert!((found - expected).abs() < 1e-9, "{name}{labels:?}: {found}, not {expected}");
    }
}

#[test]
fn accepted_chats_kept() {
    let ledger = seen();
    ledger.start(start("another", "c9", 202));
    breaks("accepted_chats_kept", &audit(&sound(), &ledger, SETTLED));
    // While it runs a stored start may be undecided.
    assert!(audit(&sound(), &ledger, RUNNING).is_clean());
}

#[test]
fn owner() {
    let mut dropped = sound();
    dropped.events(5).clear();
    let left = json!({"type": "agent_left", "chat": "c1", "agent": "anna", "how": "left"});
    let at = |e: &Value| json!({"at": 9_000, "e": e});
    dropped.events(5).extend([at(&left), at(&over(&json!([])))]);
    breaks("owner", &audit(&dropped, &seen(), SETTLED));

    let mut nowhere = sound();
    nowhere.frames.push(frame(9_001, &[started("c2")]));
    breaks("owner", &audit(&nowhere, &seen(), RUNNING));

    let mut lost = sound();
    lost.frames.truncate(5);
    lost.lines.truncate(3);
    let gone = json!({"type": "disconnected", "workspace": "w", "person": {"agent": "anna"},
        "gateway": "g", "connection": "anna"});
    lost.frames.push(frame(9_001, &[gone]));
    breaks("owner", &audit(&lost, &Ledger::new(), RUNNING));

    let mut open = sound();
    open.frames.truncate(5);
    open.lines.truncate(3);
    breaks("owner", &audit(&open, &Ledger::new(), SETTLED));
    assert!(audit(&open, &Ledger::new(), RUNNING).is_clean());
}

#[test]
fn one_owner_per_offer() {
    let law = "one_owner_per_offer";
    let mut twice = sound();
    twice.push(3, &offer("c1", "o2", "e1", "ben"));
    breaks(law, &audit(&twice, &seen(), SETTLED));

    let mut again = sound();
    again.push(4, &settled("c1", "o1", "accepted"));
    breaks(law, &audit(&again, &seen(), SETTLED));

    let mut uninvited = sound();
    uninvited.push(4, &joined("c1", "ben"));
    let departures = json!([{"agent": "anna"}, {"agent": "ben"}]);
    uninvited.events(5)[0]["e"] = over(&departures);
    uninvited.lines.insert(4, ("c1", system(7, "left")));
    uninvited.lines.insert(4, ("c1", system(6, "connected")));
    breaks(law, &audit(&uninvited, &Ledger::new(), SETTLED));

    // Ben was told that he has it; the journal's outcome of his command is not his acceptance.
    let mut told = sound();
    let key = frame_key("w", "agent", "ben", "client", "1");
    told.frames.push(with_outcome(frame(9_001, &[]), 4, &key.to_string(), &json!({"Ok": {}})));
    let ledger = seen();
    let ben = ledger.witness(Who::Agent { workspace: "w".into(), id: "ben".into() });
    let fact = command("offer.accept", "1", "o1", Answered::Done);
    ben.command(CommandFact { key, ..fact });
    breaks(law, &audit(&told, &ledger, SETTLED));
}

#[test]
fn an_offer_that_was_seen_was_made() {
    let ledger = seen();
    let anna = ledger.witness(Who::Agent { workspace: "w".into(), id: "anna".into() });
    let offer = |id: &str| json!({"offer": {"offer_id": id, "chat": {"chat_id": "c1"}}});
    anna.told(&offer("o1"));
    assert!(audit(&sound(), &ledger, SETTLED).is_clean());
    anna.told(&offer("o2"));
    breaks("one_owner_per_offer", &audit(&sound(), &ledger, SETTLED));

    // What is another's must not be seen either.
    let ledger = seen();
    let ben = ledger.witness(Who::Agent { workspace: "w".into(), id: "ben".into() });
    ben.told(&offer("o1"));
    breaks("one_owner_per_offer", &audit(&sound(), &ledger, SETTLED));
}

#[test]
fn capacity() {
    let mut small = sound();
    small.events(1)[0]["e"] = config(499);
    breaks("capacity", &audit(&small, &seen(), SETTLED));

    let mut light = sound();
    light.events(3)[1]["e"]["weight"] = json!(100);
    light.events(3)[2]["e"]["weight"] = json!(100);
    light.events(4)[1]["e"]["weight"] = json!(100);
    breaks("capacity", &audit(&light, &seen(), SETTLED));

    // An invitation may be more than they can carry where the policy says so.
    for (over, law) in [(true, None), (false, Some("capacity"))] {
        let mut invited = sound();
        invited.events(1)[0]["e"] = policy(over);
        let invite = json!({"type": "invite_made", "chat": "c1", "invite": "i1",
            "to": {"agent": "ben"}, "by": "anna", "state": "pending"});
        invited.push(4, &invite);
        let mut asked = offer("c1", "o2", "e1", "ben");
        asked["of"] = json!({"invite": "i1"});
        invited.push(4, &asked);
        let report = audit(&invited, &Ledger::new(), SETTLED);
        match law {
            Some(law) => breaks(law, &report),
            None => assert!(report.is_clean(), "{report}"),
        }
    }
}

#[test]
fn lines() {
    let law = "lines";
    let other = |change: &dyn Fn(&mut Script)| {
        let mut script = sound();
        change(&mut script);
        audit(&script, &seen(), SETTLED)
    };
    breaks(law, &other(&|script| script.lines[2].1["text"] = json!("bye")));
    breaks(law, &other(&|script| script.lines[0].1["text"] = json!("hullo")));
    breaks(law, &other(&|script| drop(script.lines.remove(1))));
    breaks(law, &other(&|script| script.lines[4].1["seals"] = json!(false)));
    breaks(law, &other(&|script| script.lines[2].1["visibility"] = json!("agents")));
    breaks(law, &other(&|script| script.lines.swap(2, 4)));
    // A repeat takes no number.
    let repeat = other(&|script| script.lines.insert(1, script.lines[0].clone()));
    assert!(repeat.is_clean(), "{repeat}");

    let nobody = |script: &Script| audit(script, &Ledger::new(), SETTLED);
    let mut untold = sound();
    untold.lines.remove(1);
    breaks(law, &nobody(&untold));

    let ledger = seen();
    let dreamer = ledger.witness(Who::Customer { workspace: "w".into(), chat: "c1".into() });
    for (seq, (_, line)) in (1..).zip(sound().lines) {
        dreamer.line("c1", &message(seq, &line));
    }
    let postscript = line(6, "cus", "customer", "text", "wait");
    dreamer.line("c1", &message(6, &postscript));
    breaks(law, &audit(&sound(), &ledger, SETTLED));
    let mut after_the_end = sound();
    after_the_end.lines.push(("c1", postscript));
    breaks(law, &audit(&after_the_end, &ledger, SETTLED));

    let ledger = Ledger::new();
    ledger.start(StartFact { opening: Some(text_digest("hullo")), ..start("key", "c1", 201) });
    breaks(law, &audit(&sound(), &ledger, SETTLED));

    let ledger = seen();
    let late = ledger.witness(Who::Customer { workspace: "w".into(), chat: "c1".into() });
    late.line("c1", &message(2, &sound().lines[1].1));
    breaks(law, &audit(&sound(), &ledger, SETTLED));
    late.left_out("c1");
    assert!(audit(&sound(), &ledger, SETTLED).is_clean(), "gaps that are known prove nothing");
}

#[test]
fn effect_once() {
    let law = "effect_once";
    let done = json!({"Ok": {}});
    let again = |n, result: &Value| {
        let mut script = sound();
        script.frames.push(with_outcome(frame(9_001, &[]), n, &key_of("2"), result));
        audit(&script, &seen(), SETTLED)
    };
    breaks(law, &again(4, &done));
    let mut skipped = sound();
    skipped.frames[5]["outcomes"][0]["index"] = json!(1);
    breaks(law, &audit(&skipped, &seen(), SETTLED));
    let mut twice = sound();
    twice.frames[5]["outcomes"][0]["frame"]["n"] = json!(1);
    breaks(law, &audit(&twice, &seen(), SETTLED));

    let mut refused = sound();
    refused.frames[5]["outcomes"][0]["result"] = json!({"Err": {"code": "conflict"}});
    breaks(law, &audit(&refused, &seen(), SETTLED));

    let ledger = seen();
    let anna = ledger.witness(Who::Agent { workspace: "w".into(), id: "anna".into() });
    anna.command(command("agent.status", "3", "", Answered::Refused("forbidden".into())));
    anna.command(command("chat.leave", "4", "c1", Answered::Unknown));
    assert!(audit(&sound(), &ledger, SETTLED).is_clean(), "a gateway may refuse by itself");
    anna.command(command("agent.status", "5", "", Answered::Done));
    breaks(law, &audit(&sound(), &ledger, SETTLED));
}

/// A second chat that is younger than the first, and both wait.
fn two_wait() -> Script {
    let mut script = sound();
    script.frames.truncate(4);
    script.lines.clear();
    script.events(3).truncate(2);
    script.frames.push(frame(2_000, &[started("c2"), entry("c2", "e2", 2_000)]));
    script
}

#[test]
fn order() {
    let nobody = Ledger::new();
    let mut passed_over = two_wait();
    passed_over.push(4, &offer("c2", "o2", "e2", "anna"));
    breaks("order", &audit(&passed_over, &nobody, RUNNING));

    let mut in_turn = two_wait();
    in_turn.push(4, &offer("c1", "o1", "e1", "anna"));
    in_turn.push(4, &offer("c2", "o2", "e2", "ben"));
    assert!(audit(&in_turn, &nobody, RUNNING).is_clean());

    let mut declined = two_wait();
    declined.push(4, &offer("c1", "o1", "e1", "anna"));
    declined.push(4, &settled("c1", "o1", "declined"));
    declined.push(4, &offer("c2", "o2", "e2", "anna"));
    let report = audit(&declined, &nobody, RUNNING);
    assert!(report.is_clean(), "{report}");

    let mut another_class = passed_over;
    another_class.events(4)[1]["e"]["priority"] = json!(1);
    assert!(audit(&another_class, &nobody, RUNNING).is_clean());
}

#[test]
fn chain() {
    let (law, nobody) = ("chain", Ledger::new());
    let mut stored = sound().stored();
    stored.shards[0].journal[4].seq += 1;
    breaks(law, &check(&nobody.facts(), &stored, &RUNNING));

    let mut altered = sound().stored();
    let payload = String::from_utf8(altered.shards[0].journal[2].payload.to_vec()).unwrap();
    let payload = payload.replace("\"effects_through\":0", "\"effects_through\":1");
    altered.shards[0].journal[2].payload = payload.into_bytes().into();
    breaks(law, &check(&nobody.facts(), &altered, &RUNNING));

    // A newer leader was elected; then the deposed one writes.
    let mut deposed = sound();
    let mut election = frame(8_000, &[elected(2)]);
    election["epoch"] = json!(2);
    deposed.frames.insert(5, election);
    breaks(law, &audit(&deposed, &nobody, RUNNING));
    deposed.frames[6]["epoch"] = json!(2);
    assert!(audit(&deposed, &nobody, RUNNING).is_clean());

    let mut unelected = sound();
    unelected.frames[5]["epoch"] = json!(2);
    breaks(law, &audit(&unelected, &nobody, RUNNING));

    let mut rewound = sound();
    rewound.frames[5]["commands_through"] = json!({"seq": 1, "index": 0, "whole": true});
    breaks(law, &audit(&rewound, &nobody, RUNNING));
    let rewinding = json!({"type": "commands_rewound", "first": 1});
    rewound.push(5, &rewinding);
    assert!(audit(&rewound, &nobody, RUNNING).is_clean());

    let mut garbled = sound();
    garbled.frames.push(json!({}));
    let mut stored = garbled.stored();
    stored.shards[0].journal[6].payload = "{}".into();
    breaks(law, &check(&nobody.facts(), &stored, &RUNNING));
}

#[test]
fn supervisors_own_nothing_and_leave_with_the_chat() {
    let joined = |mode: &str, was: Value| {
        json!({"type": "supervisor_joined", "chat": "c1", "supervisor": "lead", "mode": mode,
            "was": was})
    };
    let left = |mode: &str| {
        json!({"type": "supervisor_left", "chat": "c1", "supervisor": "lead", "mode": mode,
            "how": "left"})
    };
    let mut overseen = sound();
    overseen.push(3, &joined("monitor", Value::Null));
    overseen.push(3, &joined("coach", json!("monitor")));
    let stays = overseen.clone();
    overseen.push(3, &left("coach"));
    assert!(audit(&overseen, &seen(), SETTLED).is_clean());
    breaks("owner", &audit(&stays, &seen(), SETTLED));
    let mut seen_by_all = sound();
    seen_by_all.push(3, &joined("barge", Value::Null));
    seen_by_all.push(3, &left("barge"));
    breaks("lines", &audit(&seen_by_all, &seen(), SETTLED));
    let mut twice = sound();
    twice.push(3, &left("barge"));
    breaks("owner", &audit(&twice, &seen(), SETTLED));
    let mut after = sound();
    after.push(5, &joined("coach", Value::Null));
    breaks("owner", &audit(&after, &seen(), SETTLED));
}

#[test]
fn time() {
    let mut script = sound();
    script.events(5)[0]["at"] = json!(2_999);
    breaks("time", &audit(&script, &seen(), SETTLED));
}

fn idled(why: &Value) -> Value {
    json!({"type": "queue_idled", "workspace": "w", "queue": "q", "why": why})
}

#[test]
fn conservation() {
    for (why, faults) in [("fault", 8.0), ("rule", f64::NAN)] {
        let mut script = sound();
        script.push(3, &idled(&json!(why)));
        script.push(5, &idled(&Value::Null));
        let report = audit(&script, &seen(), SETTLED);
        if why == "fault" {
            breaks("conservation", &report);
        } else {
            assert!(report.is_clean(), "{report}");
        }
        for (name, expected) in [
            ("baton_idle_while_waiting_seconds_total", 8.0),
            ("baton_idle_by_fault_seconds_total", faults),
        ] {
            let series = Series::new(name, &[("workspace", "w"), ("queue", "q")]);
            let found = report.totals.0.get(&series).copied().unwrap_or(f64::NAN);
            let same = (found - expected).abs() < 1e-9 || (found.is_nan() && expected.is_nan());
            assert!(same, "{name}: {found}, not {expected}");
        }
    }
}

#[test]
fn work_is_the_time_of_ready_agents_with_chats() {
    let mut script = sound();
    for (at, status) in [(2, "ready"), (4, "not_ready")] {
        let changed =
            json!({"type": "agent_changed", "workspace": "w", "agent": "anna", "status": status});
        script.push(at, &changed);
    }
    // Ready again a second before the chat ends.
    let ready =
        json!({"type": "agent_changed", "workspace": "w", "agent": "anna", "status": "ready"});
    script.frames.insert(5, frame(8_000, &[ready]));
    script.frames[5]["commands_through"] = json!({"seq": 2, "index": 1, "whole": true});
    let report = audit(&script, &seen(), SETTLED);
    assert!(report.is_clean(), "{report}");
    let series = Series::new("baton_agent_work_seconds_total", &[("workspace", "w")]);
    assert_eq!(report.totals.0.get(&series), Some(&1.0));
}
