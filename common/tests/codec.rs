//! Persisted shapes: every kind of command and event has a golden sample that must decode and
//! encode to the same bytes for ever. New kinds add lines; a changed line of an old kind is a
//! broken promise.
#![expect(clippy::disallowed_methods, reason = "the samples are files")]
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::collections::BTreeSet;
use std::path::Path;

use baton_common::command::Command;
use baton_common::event::TimedEvent;
use baton_common::frame::{CommandFrame, Cursor, FrameId, JournalFrame, Packed, VERSION};
use baton_common::hash::Digest;
use baton_common::record::Record;
use baton_common::time::Timestamp;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

fn lines(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// Decodes and encodes each line; the result must be the line.
fn round_trip<T: Serialize + DeserializeOwned>(name: &str) -> Vec<T> {
    let decode = |line: &String| {
        let value: T = serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}: {e}: {line}"));
        assert_eq!(serde_json::to_string(&value).unwrap(), *line, "{name} encodes otherwise");
        value
    };
    lines(name).iter().map(decode).collect()
}

/// The `type` of each line, or of a field of it.
fn kinds(name: &str, field: &str) -> BTreeSet<String> {
    let kind = |line: &String| {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        json[field]["type"].as_str().or(json["type"].as_str()).unwrap().to_owned()
    };
    lines(name).iter().map(kind).collect()
}

/// The kinds that a source file declares, by its variants in snake case.
fn declared(file: &str, name: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    let source = std::fs::read_to_string(path).unwrap();
    let body = source.split(&format!("pub enum {name} {{")).nth(1).unwrap();
    let body = body.split("\n}").next().unwrap();
    let variant = |line: &str| {
        let name: String =
            line.strip_prefix("    ")?.chars().take_while(char::is_ascii_alphanumeric).collect();
        let is_variant = name.chars().next().is_some_and(|c| c.is_ascii_uppercase());
        is_variant.then(|| snake(&name))
    };
    body.lines().filter_map(variant).collect()
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[test]
fn every_event_has_a_golden_sample() {
    round_trip::<TimedEvent>("events.v1.jsonl");
    assert_eq!(kinds("events.v1.jsonl", "e"), declared("event.rs", "Event"));
}

#[test]
fn every_command_has_a_golden_sample() {
    round_trip::<Command>("commands.v1.jsonl");
    assert_eq!(kinds("commands.v1.jsonl", "ask"), declared("command.rs", "CommandBody"));
}

#[test]
fn every_record_has_a_golden_sample() {
    round_trip::<Record>("records.v1.jsonl");
    assert_eq!(kinds("records.v1.jsonl", "none"), declared("record.rs", "Record"));
}

#[test]
fn frames_have_golden_samples() {
    round_trip::<JournalFrame>("journal_frames.v1.jsonl");
    let frames = lines("command_frames.v1.jsonl");
    for line in frames {
        let frame = CommandFrame::decode(line.as_bytes()).unwrap();
        let commands: Vec<Command> =
            frame.commands.iter().map(|c| serde_json::from_str(c.get()).unwrap()).collect();
        assert_eq!(CommandFrame::encode(&frame.id, &commands), line.as_bytes());
    }
}

#[test]
fn a_newer_frame_is_refused_with_its_version() {
    let line = lines("journal_frames.v1.jsonl")[0].replacen("\"v\":1", "\"v\":9", 1);
    let error = JournalFrame::decode(line.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("version 9"), "{error}");
}

fn events() -> Vec<TimedEvent> {
    round_trip("events.v1.jsonl")
}

fn commands() -> Vec<Command> {
    round_trip("commands.v1.jsonl")
}

proptest! {
    #[test]
    fn journal_frames_round_trip(
        picks in prop::collection::vec((0..1_000_usize, any::<i64>()), 0..20),
        seq in any::<u64>(), index in any::<u32>(), whole in any::<bool>(), gateway in "\\PC{0,20}",
        digest in any::<[u8; 32]>(),
    ) {
        let all = events();
        let pick = |(at, time): (usize, i64)| TimedEvent {
            at: Timestamp(time),
            ..all[at % all.len()].clone()
        };
        let frame = JournalFrame {
            v: VERSION,
            epoch: seq,
            previous: Digest(digest),
            commands_through: Cursor {
                seq,
                index,
                whole,
                frame: whole.then(|| FrameId { gateway: gateway.as_str().into(), n: seq }),
            },
            effects_through: seq,
            outcomes: Vec::new(),
            places: vec![index; 3],
            events: picks.into_iter().map(pick).collect(),
        };
        prop_assert_eq!(JournalFrame::decode(&frame.encode()).unwrap(), frame);
    }

    #[test]
    fn command_frames_round_trip(
        picks in prop::collection::vec(0..1_000_usize, 0..20),
        gateway in "\\PC{1,20}", n in any::<u64>(),
    ) {
        let all = commands();
        let chosen: Vec<Command> = picks.iter().map(|at| all[at % all.len()].clone()).collect();
        let id = FrameId { gateway: gateway.as_str().into(), n };
        let frame = CommandFrame::decode(&CommandFrame::encode(&id, &chosen)).unwrap();
        prop_assert_eq!(frame.id, id);
        let back: Vec<Command> =
            frame.commands.iter().map(|c| serde_json::from_str(c.get()).unwrap()).collect();
        prop_assert_eq!(back, chosen);
    }

    #[test]
    fn decoding_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = CommandFrame::decode(&bytes);
        let _ = JournalFrame::decode(&bytes);
    }

    #[test]
    fn packed_documents_round_trip(text in "\\PC{0,300}") {
        prop_assert_eq!(Packed::pack(&text).unpack().unwrap(), text);
    }
}
