//! Keeps the server running: starts it again when it dies, with growing pauses, and gives up when
//! it keeps dying. Warns when its disk fills. Leaves one run to `process`.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::config::Plan;
use super::process::Server;
use crate::data_dir::{LEAST_FREE_BYTES, free_bytes};

/// First pause before starting again; doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Deaths in a row after which there is no point in another start.
const MOST_DEATHS: u32 = 6;
/// A run of this length ends the row.
const STEADY: Duration = Duration::from_mins(1);
/// How often the room on the disk is looked at.
const ROOM_EVERY: Duration = Duration::from_secs(5);

/// Runs until `stop`; tells `failure` when it gives up.
pub(super) async fn run(
    plan: Plan,
    first: Server,
    stop: CancellationToken,
    failure: watch::Sender<Option<String>>,
) {
    let mut server = first;
    let mut deaths = 0;
    loop {
        let started = Instant::now();
        let Some(how) = watch_over(&plan, &mut server, &stop).await else {
            server.stop().await;
            return;
        };
        deaths = if started.elapsed() >= STEADY { 1 } else { deaths + 1 };
        tracing::warn!(how, deaths, log = %plan.log.display(), "the broker died");
        match start_again(&plan, &mut deaths, how, &stop).await {
            Again::Running(next) => server = next,
            Again::Stopped => return,
            Again::Hopeless(reason) => {
                failure.send_replace(Some(reason));
                return;
            }
        }
    }
}

/// What came of starting again.
enum Again {
    Running(Server),
    Stopped,
    Hopeless(String),
}

async fn start_again(
    plan: &Plan,
    deaths: &mut u32,
    mut how: String,
    stop: &CancellationToken,
) -> Again {
    while *deaths < MOST_DEATHS {
        let attempt = async {
            sleep(pause(*deaths)).await;
            Server::start(plan).await
        };
        let started = tokio::select! {
            biased;
            () = stop.cancelled() => return Again::Stopped,
            started = attempt => started,
        };
        match started {
            Ok(server) => return Again::Running(server),
            Err(error) => how = error.to_string(),
        }
        *deaths += 1;
        tracing::warn!(how, deaths, "the broker does not start again");
    }
    let log = plan.log.display();
    Again::Hopeless(format!("the broker died {deaths} times in a row, see {log}: {how}"))
}

/// Returns how the server ended, or nothing when it is to be stopped.
async fn watch_over(plan: &Plan, server: &mut Server, stop: &CancellationToken) -> Option<String> {
    let mut room = interval(ROOM_EVERY);
    room.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut full = false;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return None,
            how = server.ended() => return Some(how),
            _ = room.tick() => full = look_at_room(plan, full),
        }
    }
}

/// Warns once when the disk is about to be full, and once when it no longer is.
fn look_at_room(plan: &Plan, was_full: bool) -> bool {
    let Ok(free) = free_bytes(&plan.data) else {
        return was_full;
    };
    let full = free < LEAST_FREE_BYTES;
    let free_mib = free / 1024 / 1024;
    if full && !was_full {
        tracing::error!(free_mib, "the broker's disk is full: free some space, then start again");
    } else if was_full && !full {
        tracing::warn!(free_mib, "the broker's disk has room; start again if writes still fail");
    }
    full
}

fn pause(deaths: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << deaths.min(16)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        assert!(pause(1) < pause(2));
        assert_eq!(pause(30), LONGEST_PAUSE);
    }

    #[tokio::test]
    async fn a_broker_that_never_starts_ends_in_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let plan = Plan::new(folder.path(), "false".into(), any).unwrap();
        let mut deaths = MOST_DEATHS - 1;
        let stop = CancellationToken::new();
        let again = start_again(&plan, &mut deaths, "it died".into(), &stop).await;
        let Again::Hopeless(reason) = again else { panic!("it cannot run") };
        assert!(reason.contains("6 times") && !reason.contains('\n'), "{reason}");
        let mut deaths = 0;
        stop.cancel();
        let again = start_again(&plan, &mut deaths, "it died".into(), &stop).await;
        assert!(matches!(again, Again::Stopped));
    }
}
