//! The configuration of a shard's streams, and which parts of it are essential. Leaves creating
//! and comparing with what the server has to `ensure`.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::jetstream::object_store;
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, Republish, RetentionPolicy, StorageType,
};
use baton_common::subjects;

/// The server remembers message ids for this long, over the whole stream.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);
/// The shard count is kept with the journal; it is fixed when the first stream is made.
pub(super) const SHARDS_KEY: &str = "baton.shards";

/// The three streams of one shard, journal first: it fixes the shard count.
pub(super) fn wanted(shard: u16, shards: u16, replicas: usize) -> [Config; 3] {
    [
        Config {
            name: subjects::journal_stream(shard),
            description: Some("Baton: what was decided, written by the shard's leader".into()),
            subjects: vec![subjects::journal(shard)],
            deny_delete: true,
            metadata: HashMap::from([(SHARDS_KEY.into(), shards.to_string())]),
            ..common(replicas)
        },
        Config {
            name: subjects::commands_stream(shard),
            description: Some("Baton: what was asked, written by gateways".into()),
            subjects: vec![subjects::commands(shard)],
            ..common(replicas)
        },
        Config {
            name: subjects::transcripts_stream(shard),
            description: Some("Baton: what was said; the only place of personal data".into()),
            subjects: vec![subjects::transcripts(shard)],
            allow_direct: true,
            republish: Some(Republish {
                source: subjects::transcripts(shard),
                destination: subjects::lines(shard),
                headers_only: false,
            }),
            ..common(replicas)
        },
    ]
}

/// The bucket of state images.
pub(super) fn snapshots(replicas: usize) -> object_store::Config {
    object_store::Config {
        bucket: subjects::SNAPSHOTS.into(),
        description: Some("Baton: images of shards' state; the journal can replace them".into()),
        storage: StorageType::File,
        num_replicas: replicas,
        ..object_store::Config::default()
    }
}

/// Unlimited by count, bytes and age; `discard: new`, since `old` would eat unrouted chats;
/// message size as the broker allows.
fn common(replicas: usize) -> Config {
    Config {
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_bytes: -1,
        max_consumers: -1,
        max_message_size: -1,
        duplicate_window: DUPLICATE_WINDOW,
        num_replicas: replicas,
        ..Config::default()
    }
}

/// A setting that differs and must not: its name, what it is, what it should be.
pub(super) type Difference = (&'static str, String, String);

/// The first essential setting in which an existing stream differs. Limits on size and age of
/// the journal are the operator's; so is a limit on its duplicate window.
pub(super) fn difference(wanted: &Config, found: &Config) -> Option<Difference> {
    let settings: [(&'static str, String, String); 8] = [
        ("subjects", format!("{:?}", found.subjects), format!("{:?}", wanted.subjects)),
        ("storage", format!("{:?}", found.storage), format!("{:?}", wanted.storage)),
        ("retention", format!("{:?}", found.retention), format!("{:?}", wanted.retention)),
        ("discard", format!("{:?}", found.discard), format!("{:?}", wanted.discard)),
        ("allow_direct", found.allow_direct.to_string(), wanted.allow_direct.to_string()),
        ("deny_delete", found.deny_delete.to_string(), wanted.deny_delete.to_string()),
        ("republish", republish(found), republish(wanted)),
        ("metadata baton.shards", shards(found), shards(wanted)),
    ];
    settings.into_iter().find(|(_, found, wanted)| found != wanted)
}

fn republish(config: &Config) -> String {
    config.republish.as_ref().map_or_else(
        || "none".into(),
        |republish| format!("{} to {}", republish.source, republish.destination),
    )
}

fn shards(config: &Config) -> String {
    config.metadata.get(SHARDS_KEY).cloned().unwrap_or_else(|| "none".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_is_never_eaten_nor_read_from_followers() {
        let [journal, commands, transcripts] = wanted(3, 8, 3);
        assert_eq!(journal.name, "baton-journal-3");
        assert!(journal.deny_delete && !journal.allow_direct);
        for config in [&journal, &commands, &transcripts] {
            assert_eq!(config.discard, DiscardPolicy::New);
            assert_eq!(config.num_replicas, 3);
            assert!(config.name.len() < 32);
        }
        let republish = transcripts.republish.unwrap();
        assert_eq!(republish.source, "baton.transcripts.3.>");
        assert_eq!(republish.destination, "baton.lines.3.>");
    }

    #[test]
    fn only_essential_settings_count() {
        let [journal, ..] = wanted(0, 1, 1);
        let aged = Config { max_age: Duration::from_secs(9), num_replicas: 3, ..journal.clone() };
        assert_eq!(difference(&journal, &aged), None);
        let eaten = Config { discard: DiscardPolicy::Old, ..journal.clone() };
        let expected = ("discard", "Old".to_owned(), "New".to_owned());
        assert_eq!(difference(&journal, &eaten), Some(expected));
    }
}
