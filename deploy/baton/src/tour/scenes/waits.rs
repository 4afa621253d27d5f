//! What the metrics say about the tour: each wait, offer and transfer counted once.

use tokio::time::{Duration, Instant, sleep};

use super::super::differs::Checked;
use super::super::metrics::Samples;
use super::super::socket::LIMIT;
use super::super::stage::Stage;

/// Between two looks at the metrics.
const AGAIN: Duration = Duration::from_millis(100);

/// Name, labels, count.
type Count = (&'static str, &'static [(&'static str, &'static str)], u32);

/// Everything that the tour did, as the contract counts it.
const COUNTS: &[Count] = &[
    ("chats_total", &[("queue", "billing"), ("origin", "new")], 2),
    ("chats_total", &[("queue", "support_fr"), ("origin", "transfer")], 1),
    ("chats_total", &[("queue", "sales"), ("origin", "new")], 1),
    ("chats_total", &[], 4),
    ("wait_seconds_count", &[("queue", "billing"), ("outcome", "accepted")], 1),
    ("wait_seconds_count", &[("queue", "billing"), ("outcome", "abandoned")], 1),
    ("wait_seconds_count", &[("queue", "support_fr"), ("outcome", "accepted")], 1),
    ("wait_seconds_count", &[("queue", "sales"), ("outcome", "accepted")], 1),
    ("wait_seconds_count", &[], 4),
    ("customer_wait_seconds_count", &[("outcome", "accepted")], 2),
    ("customer_wait_seconds_count", &[("outcome", "abandoned")], 1),
    // Alice's offer and Ben's invitation, which counts for the chat's queue.
    ("offers_total", &[("queue", "billing"), ("outcome", "accepted")], 2),
    ("offers_total", &[("queue", "support_fr"), ("outcome", "accepted")], 1),
    ("offers_total", &[("queue", "support_fr"), ("outcome", "revoked")], 1),
    ("offers_total", &[("queue", "sales"), ("outcome", "declined")], 1),
    ("offers_total", &[("queue", "sales"), ("outcome", "expired")], 1),
    ("offers_total", &[("queue", "sales"), ("outcome", "accepted")], 1),
    ("abandoned_total", &[("queue", "billing"), ("phase", "new")], 1),
    ("transfers_total", &[("kind", "agent"), ("result", "completed")], 1),
    ("transfers_total", &[("kind", "agent"), ("result", "cancelled")], 1),
    ("transfers_total", &[("kind", "queue"), ("result", "completed")], 1),
    ("queue_waiting", &[], 0),
    ("unattended_chats", &[], 0),
];

/// Waits whose length is known to be at least that of an expired offer.
const SALES_WAIT: &[(&str, &str)] = &[("queue", "sales"), ("outcome", "accepted")];

/// Plays it.
pub(in super::super) async fn play(stage: &Stage<'_>) -> Checked<()> {
    stage.timeline.scene("Waits, from the metrics");
    stage.timeline.step("the metrics are compared with what happened");
    let samples = settled(stage).await?;
    print(stage, &samples);
    Ok(())
}

/// Looks until the counts are right; the last difference if they never are.
async fn settled(stage: &Stage<'_>) -> Checked<Samples> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let exposition = stage.admin.get("/metrics").await?.text()?;
        let samples = Samples::of_workspace(&exposition, &stage.workspace);
        match compare(&samples) {
            Ok(()) => return Ok(samples),
            Err(differs) if Instant::now() >= deadline => {
                let place = format!("{}/metrics (the router's)", stage.admin.base());
                return Err(differs.within(&place));
            }
            Err(_) => sleep(AGAIN).await,
        }
    }
}

fn compare(samples: &Samples) -> Checked<()> {
    for (name, labels, count) in COUNTS {
        samples.demand(name, labels, *count)?;
    }
    samples.demand_at_least("wait_seconds_sum", SALES_WAIT, 1.5)
}

fn print(stage: &Stage<'_>, samples: &Samples) {
    stage.timeline.note("queue       outcome     count   mean wait");
    for (queue, outcome) in [
        ("billing", "accepted"),
        ("billing", "abandoned"),
        ("support_fr", "accepted"),
        ("sales", "accepted"),
    ] {
        let labels = [("queue", queue), ("outcome", outcome)];
        let count = samples.sum("wait_seconds_count", &labels);
        let mean = samples.sum("wait_seconds_sum", &labels) / count;
        stage.timeline.note(&format!("{queue:10}  {outcome:10}  {count:5}   {mean:7.3} s"));
    }
}
