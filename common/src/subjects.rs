//! Names on the broker: streams, subjects, headers.
//!
//! Broad to narrow, ids last. Ids in a subject are made by Baton or are configured short names;
//! a text from outside (a supervisor's `sub`) enters as its mark only.

use crate::command::Person;
use crate::hash::Mark;
use crate::ids::{ChatId, GatewayId, WorkspaceId};

/// Header of an append with the sequence that must be the last one: the fence.
pub const EXPECTED_LAST_SEQUENCE: &str = "Nats-Expected-Last-Sequence";
/// Header that names the stream a message is meant for.
pub const EXPECTED_STREAM: &str = "Nats-Expected-Stream";

/// Object store bucket of state images.
pub const SNAPSHOTS: &str = "baton-snapshots";

/// Stream of what was asked.
pub fn commands_stream(shard: u16) -> String {
    format!("baton-commands-{shard}")
}

/// Stream of what was decided.
pub fn journal_stream(shard: u16) -> String {
    format!("baton-journal-{shard}")
}

/// Stream of what was said.
pub fn transcripts_stream(shard: u16) -> String {
    format!("baton-transcripts-{shard}")
}

/// Subject of [`commands_stream`].
pub fn commands(shard: u16) -> String {
    format!("baton.commands.{shard}")
}

/// Subject of [`journal_stream`].
pub fn journal(shard: u16) -> String {
    format!("baton.journal.{shard}")
}

/// All subjects of [`transcripts_stream`].
pub fn transcripts(shard: u16) -> String {
    format!("baton.transcripts.{shard}.>")
}

/// Where [`transcripts`] are republished once stored.
pub fn lines(shard: u16) -> String {
    format!("baton.lines.{shard}.>")
}

/// The transcript of a chat.
pub fn chat_transcript(shard: u16, workspace: &WorkspaceId, chat: &ChatId) -> String {
    format!("baton.transcripts.{shard}.chat.{workspace}.{chat}")
}

/// The internal chat of two people; the same whoever is named first.
pub fn dm_transcript(shard: u16, workspace: &WorkspaceId, a: &Person, b: &Person) -> String {
    let (a, b) = dm_pair(a, b);
    format!("baton.transcripts.{shard}.dm.{workspace}.{a}.{b}")
}

/// All internal chats of a person, as two filters (the person comes first or second in a pair).
pub fn dm_transcripts_of(shard: u16, workspace: &WorkspaceId, person: &Person) -> [String; 2] {
    let token = person_token(person);
    let base = format!("baton.transcripts.{shard}.dm.{workspace}");
    [format!("{base}.{token}.*"), format!("{base}.*.{token}")]
}

/// Live lines of all internal chats of a person, as two filters.
pub fn dm_lines_of(shard: u16, workspace: &WorkspaceId, person: &Person) -> [String; 2] {
    let token = person_token(person);
    let base = format!("baton.lines.{shard}.dm.{workspace}");
    [format!("{base}.{token}.*"), format!("{base}.*.{token}")]
}

fn dm_pair(a: &Person, b: &Person) -> (String, String) {
    let (a, b) = (person_token(a), person_token(b));
    if a <= b { (a, b) } else { (b, a) }
}

/// A subject token for an agent or supervisor.
pub fn person_token(person: &Person) -> String {
    match person {
        Person::Agent(id) => format!("a-{id}"),
        Person::Supervisor(id) => format!("s-{}", Mark::of(&["sub", id.as_str()]).id_text()),
        Person::Customer(chat) => format!("c-{chat}"),
    }
}

/// Heartbeats of a shard's leader.
pub fn router_pulse(shard: u16) -> String {
    format!("baton.pulse.router.{shard}")
}

/// Heartbeats of all shards' leaders.
pub const ROUTER_PULSES: &str = "baton.pulse.router.*";

/// Heartbeats of all routers of a shard, for each other.
pub fn router_beat(shard: u16) -> String {
    format!("baton.pulse.standby.{shard}")
}

/// Whoever makes an image of a shard's state listens here, so that nobody else begins one.
pub fn imager(shard: u16) -> String {
    format!("baton.imager.{shard}")
}

/// Heartbeats of gateways.
pub const GATEWAY_PULSE: &str = "baton.pulse.gateway";

/// Notices of a shard's leader for one gateway.
pub fn notice(shard: u16, gateway: &GatewayId) -> String {
    format!("baton.notice.{shard}.{gateway}")
}

/// Notices of every shard for one gateway.
pub fn notices(gateway: &GatewayId) -> String {
    format!("baton.notice.*.{gateway}")
}

/// Typing and read marks of a chat: from gateway to gateway, never stored.
pub fn chat_signals(shard: u16, workspace: &WorkspaceId, chat: &ChatId) -> String {
    format!("baton.signal.{shard}.{workspace}.{chat}")
}

/// Questions to a shard's leader; only the leader listens.
pub fn ask(shard: u16) -> String {
    format!("baton.ask.{shard}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_one_subject_whoever_asks() {
        let ws = WorkspaceId::new("w");
        let (a, s) = (Person::Agent("agent1".into()), Person::Supervisor("x|y z".into()));
        assert_eq!(dm_transcript(0, &ws, &a, &s), dm_transcript(0, &ws, &s, &a));
        assert!(!dm_transcript(0, &ws, &a, &s).contains(' '));
    }
}
