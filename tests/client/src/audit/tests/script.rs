//! Small hand-made journals and what clients saw of them. What they prove is `laws`'.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::audit::{Message, Shard, Stored};
use crate::ledger::{
    Answered, CommandFact, Ledger, StartFact, Who, frame_key, start_key, text_digest,
};

/// A journal and transcripts in the making.
#[derive(Clone)]
pub(super) struct Script {
    /// Without `previous` and mostly without a cursor, which [`Script::stored`] fills in.
    pub(super) frames: Vec<Value>,
    pub(super) lines: Vec<(&'static str, Value)>,
}

pub(super) fn pack(config: &Value) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(config.to_string().as_bytes()).unwrap();
    STANDARD_NO_PAD.encode(encoder.finish().unwrap())
}

/// Anna carries so much; Ben may be invited beyond the little that he carries, or not.
pub(super) fn policy(invite_over_capacity: bool) -> Value {
    published(&json!({"queues": {"q": {"weight": 500}},
        "policies": {"invite_over_capacity": invite_over_capacity},
        "agents": {"anna": {"capacity": 1_000}, "ben": {"capacity": 100}}}))
}

pub(super) fn config(anna_carries: u64) -> Value {
    published(&json!({"queues": {"q": {"weight": 500}},
        "agents": {"anna": {"capacity": anna_carries}, "ben": {}}}))
}

fn published(config: &Value) -> Value {
    json!({"type": "config_published", "workspace": "w", "version": 1, "by": "root",
        "config": pack(config)})
}

pub(super) fn frame(at: i64, events: &[Value]) -> Value {
    let events: Vec<Value> = events.iter().map(|e| json!({"at": at, "e": e})).collect();
    json!({"v": 1, "epoch": 1, "effects_through": 0, "outcomes": [], "events": events})
}

pub(super) fn with_outcome(mut frame: Value, n: u64, key: &str, result: &Value) -> Value {
    frame["outcomes"] = json!([{"frame": {"gateway": "g", "n": n}, "index": 0, "at": 0,
        "key": {"id": key, "body": key}, "workspace": "w", "result": result}]);
    frame["commands_through"] = json!({"seq": n, "index": 1, "whole": true});
    frame
}

pub(super) fn entry(chat: &str, entry: &str, routed_at: i64) -> Value {
    json!({"type": "entry_added", "chat": chat, "entry": entry, "queue": "q", "origin": "new",
        "priority": 0, "weight": 500, "routed_at": routed_at})
}

pub(super) fn started(chat: &str) -> Value {
    json!({"type": "chat_started", "workspace": "w", "chat": chat, "customer": "cus",
        "grace_until": 0})
}

pub(super) fn offer(chat: &str, offer: &str, entry: &str, agent: &str) -> Value {
    json!({"type": "offer_made", "chat": chat, "offer": offer, "agent": agent,
        "of": {"entry": entry}, "weight": 500, "expires_at": 0})
}

pub(super) fn settled(chat: &str, offer: &str, outcome: &str) -> Value {
    json!({"type": "offer_settled", "chat": chat, "offer": offer, "outcome": outcome})
}

pub(super) fn joined(chat: &str, agent: &str) -> Value {
    json!({"type": "agent_joined", "chat": chat, "agent": agent, "weight": 500})
}

pub(super) fn served(chat: &str, entry: &str, agent: &str) -> Value {
    json!({"type": "entry_settled", "chat": chat, "entry": entry, "outcome": "served",
        "agent": agent})
}

pub(super) fn over(departures: &Value) -> Value {
    json!({"type": "chat_over", "chat": "c1", "reason": "resolved", "departures": departures,
        "forget_at": 0})
}

pub(super) fn present(agent: &str) -> Value {
    json!({"type": "connected", "workspace": "w", "person": {"agent": agent}, "gateway": "g",
        "connection": agent})
}

pub(super) fn line(n: u32, sender: &str, role: &str, kind: &str, text: &str) -> Value {
    json!({"type": "line", "message_id": format!("m{n}"),
        "from": {"id": sender, "role": role, "name": ""}, "kind": kind, "text": text,
        "visibility": "all", "client_id": format!("i{n}")})
}

pub(super) fn system(n: u32, change: &str) -> Value {
    let mut line = line(n, "system", "system", "system", change);
    line["event"] = json!({"change": change});
    line["seals"] = json!(change == "ended");
    line
}

pub(super) fn key_of(id: &str) -> String {
    frame_key("w", "agent", "anna", "client", id).to_string()
}

/// One chat: started, offered, accepted, talked in, left.
pub(super) fn sound() -> Script {
    let done = json!({"Ok": {}});
    let start = start_key("w", "key").to_string();
    let frames = vec![
        frame(1, &[json!({"type": "journal_opened", "shards": 1, "shard": 0}), elected(1)]),
        frame(2, &[config(1_000)]),
        frame(3, &[present("anna"), present("ben")]),
        with_outcome(
            frame(
                1_000,
                &[started("c1"), entry("c1", "e1", 1_000), offer("c1", "o1", "e1", "anna")],
            ),
            1,
            &start,
            &done,
        ),
        with_outcome(
            frame(
                3_000,
                &[
                    settled("c1", "o1", "accepted"),
                    joined("c1", "anna"),
                    served("c1", "e1", "anna"),
                ],
            ),
            2,
            &key_of("1"),
            &done,
        ),
        with_outcome(frame(9_000, &[over(&json!([{"agent": "anna"}]))]), 3, &key_of("2"), &done),
    ];
    let lines = vec![
        ("c1", line(1, "cus", "customer", "text", "hello")),
        ("c1", system(2, "connected")),
        ("c1", line(3, "anna", "agent", "text", "hi")),
        ("c1", system(4, "left")),
        ("c1", system(5, "ended")),
    ];
    Script { frames, lines }
}

pub(super) fn elected(epoch: u64) -> Value {
    json!({"type": "leader_elected", "epoch": epoch, "router": "r", "nonce": "0"})
}

impl Script {
    pub(super) fn stored(&self) -> Stored {
        let mut previous = "0".repeat(64);
        let mut cursor = json!({"seq": 0, "index": 0, "whole": true});
        let journal = (1..).zip(&self.frames).map(|(seq, frame)| {
            let mut frame = frame.clone();
            frame["previous"] = json!(previous);
            cursor = frame.get("commands_through").unwrap_or(&cursor).clone();
            frame["commands_through"] = cursor.clone();
            let payload = frame.to_string().into_bytes();
            previous = Sha256::digest(&payload).iter().map(|byte| format!("{byte:02x}")).collect();
            Message { seq, subject: "baton.journal.0".into(), payload: payload.into() }
        });
        let journal = journal.collect();
        let transcripts = (1..).zip(&self.lines).map(|(seq, (chat, line))| Message {
            seq,
            subject: format!("baton.transcripts.0.chat.w.{chat}").into(),
            payload: line.to_string().into_bytes().into(),
        });
        Stored { shards: vec![Shard { shard: 0, journal, transcripts: transcripts.collect() }] }
    }

    pub(super) fn events(&mut self, frame: usize) -> &mut Vec<Value> {
        self.frames[frame]["events"].as_array_mut().unwrap()
    }

    pub(super) fn push(&mut self, frame: usize, event: &Value) {
        let at = self.events(frame)[0]["at"].clone();
        self.events(frame).push(json!({"at": at, "e": event}));
    }
}

/// A start that was answered so.
pub(super) fn start(key: &str, chat: &str, status: u16) -> StartFact {
    StartFact {
        workspace: "w".into(),
        key: start_key("w", key),
        chat: Some(chat.into()),
        status,
        code: None,
        opening: None,
    }
}

/// What the clients of the sound run saw.
pub(super) fn seen() -> Ledger {
    let ledger = Ledger::new();
    ledger.start(StartFact { opening: Some(text_digest("hello")), ..start("key", "c1", 201) });
    let customer = ledger.witness(Who::Customer { workspace: "w".into(), chat: "c1".into() });
    let anna = ledger.witness(Who::Agent { workspace: "w".into(), id: "anna".into() });
    for (seq, (chat, line)) in (1..).zip(sound().lines) {
        customer.line(chat, &message(seq, &line));
        if seq > 1 {
            anna.line(chat, &message(seq, &line));
        }
    }
    anna.command(command("offer.accept", "1", "o1", Answered::Done));
    anna.command(command("chat.leave", "2", "c1", Answered::Done));
    anna.sent("c1", "hi", &message(3, &sound().lines[2].1));
    ledger
}

pub(super) fn message(seq: u32, line: &Value) -> Value {
    let mut message = line.clone();
    message["seq"] = json!(seq);
    message
}

pub(super) fn command(kind: &str, id: &str, about: &str, answer: Answered) -> CommandFact {
    let key = frame_key("w", "agent", "anna", "client", id);
    CommandFact { kind: kind.into(), key, about: about.into(), answer }
}
