//! The router's own metrics: names, units, help. Those about chats, queues and agents are the
//! state's; here they are only written, those of all led shards together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use baton_common::time::Span;
use baton_core::node::Totals;
use baton_core::stats::{self, Family, Sample};
use baton_runtime::metrics::{Exposition, Histogram, Kind, Source, Value, WAIT_BUCKETS_MS};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};

/// Under this name the families of led shards are shown.
pub(crate) const SOURCE: &str = "router";

/// Time of one decision.
pub(crate) const DECISION: &str = "baton_decision_seconds";
/// Time until an append is acknowledged.
pub(crate) const APPEND: &str = "baton_journal_append_seconds";
/// Events of a journal frame.
pub(crate) const BATCH: &str = "baton_journal_batch_events";
/// How long the event loop of a shard was busy with one input.
pub(crate) const STALL: &str = "baton_loop_stall_seconds";
const IMAGE_SEQ: &str = "baton_image_seq";
const IMAGE_BEHIND: &str = "baton_image_behind_frames";
const IMAGE_AGE: &str = "baton_image_age_seconds";
const IMAGE_BYTES: &str = "baton_image_bytes";
const IMAGE_BUILD: &str = "baton_image_build_seconds";
const IMAGES_KEPT: &str = "baton_images_kept_total";
const IMAGES_FAILED: &str = "baton_images_failed_total";
const IMAGES_UNFIT: &str = "baton_images_unfit_total";
const LEADER: &str = "baton_shard_leader";
const EPOCH: &str = "baton_shard_epoch";
const READY: &str = "baton_shard_ready";
const LAG: &str = "baton_shard_command_lag";
const FAILOVERS: &str = "baton_failovers_total";
const FENCED: &str = "baton_fenced_appends_total";
const POISONOUS: &str = "baton_poisonous_commands_total";
const UNDECODABLE: &str = "baton_undecodable_commands_total";

/// Tells the recorder what each metric is.
pub(crate) fn describe() {
    let seconds = Unit::Seconds;
    describe_histogram!(DECISION, seconds, "Time of one decision of the engine, in seconds.");
    describe_histogram!(APPEND, seconds, "Time until a journal frame is acknowledged, in seconds.");
    describe_histogram!(BATCH, Unit::Count, "Events in a journal frame.");
    describe_histogram!(STALL, seconds, "Time that a shard's loop was busy with one input.");
    describe_gauge!(IMAGE_SEQ, "Journal frame of the shard's newest image; 0 if there is none.");
    describe_gauge!(IMAGE_BEHIND, "Journal frames beyond the shard's newest image.");
    describe_gauge!(IMAGE_AGE, seconds, "Age of the shard's newest image, when last looked at.");
    describe_gauge!(IMAGE_BYTES, Unit::Bytes, "Size of the shard's newest image.");
    describe_gauge!(IMAGE_BUILD, seconds, "Time that the last image made here took.");
    describe_counter!(IMAGES_KEPT, "Images of the state made here, stored and read back.");
    describe_counter!(IMAGES_FAILED, "Attempts to make an image that failed.");
    describe_counter!(IMAGES_UNFIT, "Images found damaged, of another release or journal.");
    describe_gauge!(LEADER, "1 if this router leads the shard, else 0.");
    describe_gauge!(EPOCH, "Newest term of the shard that this router knows.");
    describe_gauge!(READY, "1 if this router leads, follows or stands by for the shard, else 0.");
    describe_gauge!(LAG, "Commands stored and not decided, as estimated; 0 where none is led.");
    describe_counter!(FAILOVERS, "Take-overs from a leader that had not stepped down.");
    describe_counter!(FENCED, "Appends refused because another router had written.");
    describe_counter!(POISONOUS, "Commands set aside because the engine failed on them.");
    describe_counter!(UNDECODABLE, "Commands that could not be decoded.");
    // Shown from the start, so that a rise from nothing is seen as a rise.
    count(Totals::default(), Totals::default());
    for images in [IMAGES_KEPT, IMAGES_FAILED, IMAGES_UNFIT] {
        counter!(images).increment(0);
    }
}

/// Counts what happened since `before`.
pub(crate) fn count(before: Totals, now: Totals) {
    counter!(FAILOVERS).increment(now.failovers - before.failovers);
    counter!(FENCED).increment(now.fenced - before.fenced);
    counter!(POISONOUS).increment(now.poisonous - before.poisonous);
    counter!(UNDECODABLE).increment(now.undecodable - before.undecodable);
}

/// Whether a shard is led here, and its term.
pub(crate) fn lead(shard: u16, leads: bool, epoch: u64) {
    let shard = shard.to_string();
    gauge!(LEADER, "shard" => shard.clone()).set(f64::from(u8::from(leads)));
    #[expect(clippy::cast_precision_loss, reason = "gauges are floats: exact up to 2^53")]
    gauge!(EPOCH, "shard" => shard).set(epoch as f64);
}

/// Whether the shard is served as far as this router knows.
pub(crate) fn ready(shard: u16, ready: bool) {
    gauge!(READY, "shard" => shard.to_string()).set(f64::from(u8::from(ready)));
}

/// So many commands wait for this leader.
pub(crate) fn lag(shard: u16, commands: u64) {
    #[expect(clippy::cast_precision_loss, reason = "gauges are floats: exact up to 2^53")]
    gauge!(LAG, "shard" => shard.to_string()).set(commands as f64);
}

/// The newest image of a shard as the store lists it.
#[expect(clippy::cast_precision_loss, reason = "gauges are floats: exact up to 2^53")]
pub(crate) fn image_seen(shard: u16, bytes: Option<u64>, seq: u64, age: Span) {
    let shard = shard.to_string();
    gauge!(IMAGE_SEQ, "shard" => shard.clone()).set(seq as f64);
    gauge!(IMAGE_BYTES, "shard" => shard.clone()).set(bytes.unwrap_or_default() as f64);
    gauge!(IMAGE_AGE, "shard" => shard).set(age.0 as f64 / 1_000.0);
}

/// So many journal frames are beyond the newest image.
#[expect(clippy::cast_precision_loss, reason = "gauges are floats: exact up to 2^53")]
pub(crate) fn image_behind(shard: u16, frames: u64) {
    gauge!(IMAGE_BEHIND, "shard" => shard.to_string()).set(frames as f64);
}

/// An image was made here and took so long.
pub(crate) fn image_kept(shard: u16, took: Duration) {
    counter!(IMAGES_KEPT).increment(1);
    gauge!(IMAGE_BUILD, "shard" => shard.to_string()).set(took.as_secs_f64());
}

/// No image could be made.
pub(crate) fn image_failed() {
    counter!(IMAGES_FAILED).increment(1);
}

/// An image was found that cannot be used.
pub(crate) fn image_unfit() {
    counter!(IMAGES_UNFIT).increment(1);
}

/// The families of led shards, as of an acknowledged frame of each; clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exported(Arc<Mutex<BTreeMap<u16, Vec<Family>>>>);

impl Exported {
    pub(crate) fn set(&self, shard: u16, families: Vec<Family>) {
        self.shards().insert(shard, families);
    }

    /// The shard is not led here any more.
    pub(crate) fn clear(&self, shard: u16) {
        self.shards().remove(&shard);
    }

    /// Renders all shards, each family once.
    pub(crate) fn source(&self) -> Source {
        let shards = self.clone();
        Arc::new(move || shards.render())
    }

    fn render(&self) -> String {
        let shards = self.shards();
        let mut by_name = BTreeMap::<&str, Vec<&Family>>::new();
        for family in shards.values().flatten() {
            by_name.entry(family.name).or_default().push(family);
        }
        let mut exposition = Exposition::new();
        for (name, families) in by_name {
            write(&mut exposition, name, &families);
        }
        exposition.finish()
    }

    fn shards(&self) -> MutexGuard<'_, BTreeMap<u16, Vec<Family>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(exposition: &mut Exposition, name: &str, families: &[&Family]) {
    let Some(first) = families.first() else { return };
    let kind = match first.kind {
        stats::Kind::Counter => Kind::Counter,
        stats::Kind::Gauge => Kind::Gauge,
        stats::Kind::Histogram => Kind::Histogram,
    };
    let mut family = exposition.family(name, kind, first.help);
    for Sample { labels, value } in families.iter().flat_map(|family| &family.samples) {
        let labels: Vec<_> = labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match value {
            stats::Value::Count(count) => family.sample(&labels, Value::Count(*count)),
            stats::Value::Number(number) => family.sample(&labels, Value::Number(*number)),
            stats::Value::Spans(spans) => {
                let (counts, sum_ms) = (spans.counts(), spans.sum_ms());
                let bounds_ms = &WAIT_BUCKETS_MS;
                family.histogram(&labels, &Histogram { bounds_ms, counts, sum_ms });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_of_two_shards_is_written_once() {
        let exported = Exported::default();
        for shard in 0..2_u16 {
            let labels = vec![("workspace", format!("w{shard}"))];
            let samples = vec![Sample { labels, value: stats::Value::Count(7) }];
            let kind = stats::Kind::Gauge;
            exported.set(shard, vec![Family { name: "baton_x", help: "X.", kind, samples }]);
        }
        let expected = "# HELP baton_x X.\n# TYPE baton_x gauge\n\
                        baton_x{workspace=\"w0\"} 7\nbaton_x{workspace=\"w1\"} 7\n";
        assert_eq!(exported.source()(), expected);
        exported.clear(0);
        assert!(!exported.source()().contains("w0"));
    }
}
