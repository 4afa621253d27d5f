//! Repairs lost continuity with one shard's leader: announces this gateway's connections again,
//! then says `Lost`, so that the sockets' people are asked for; beside that, configurations are
//! read again.

use std::sync::Arc;
use std::time::Duration;

use baton_common::command::{Actor, Command, CommandBody, Presence};
use baton_common::ids::{GatewayId, WorkspaceId};
use baton_common::limits;
use baton_runtime::nats::LinkState;
use futures_util::future::join_all;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep};

use super::lane::Lane;
use super::origins::Origins;
use super::spool::{Pending, Spooled};
use super::{Inner, LinkEvent, Submitted};

/// The leader has the connections within this, or `Lost` is said without.
const ANNOUNCE_WAIT: Duration = Duration::from_secs(2);
/// Losses closer together than this are repaired together.
const SPACING: Duration = Duration::from_millis(500);
/// The workspace of commands that are about a gateway and not about anybody's work.
const NO_WORKSPACE: &str = "-";

/// Repairs one shard's losses until the line stops.
pub(super) async fn run(inner: Arc<Inner>, lane: Arc<Lane>, events: mpsc::Sender<LinkEvent>) {
    let stale = Notify::new();
    let repairs = async {
        loop {
            lane.loss().await;
            if inner.left.is_cancelled() {
                // Announced now, its connections would come back.
                return;
            }
            announce(&inner, &lane).await;
            stale.notify_one();
            Origins::renew(&inner, lane.shard);
            if events.send(LinkEvent::Lost { shard: lane.shard }).await.is_err() {
                return;
            }
            sleep(SPACING).await;
        }
    };
    // Nobody waits for them: there may be thousands.
    let renewals = async {
        loop {
            stale.notified().await;
            while !inner.configs.renew_all(&inner, lane.shard).await {
                sleep(SPACING).await;
            }
        }
    };
    tokio::select! {
        () = inner.shutdown.cancelled() => {}
        () = repairs => {}
        () = renewals => {}
    }
}

async fn announce(inner: &Arc<Inner>, lane: &Lane) {
    let (now, mut pending) = (Instant::now(), Vec::new());
    let make = || {
        let parts = parts(&inner.gateway, (inner.announce)(lane.shard));
        let (spooled, waiting): (Vec<_>, Vec<_>) =
            parts.iter().map(|part| Spooled::new(part, now + ANNOUNCE_WAIT)).unzip();
        pending = waiting;
        spooled
    };
    let taken = lane.spool.push_all(make, now).is_ok();
    let submitted = join_all(pending.into_iter().map(Pending::wait)).await;
    if !taken || !submitted.iter().all(|part| matches!(part, Submitted::Decided(Ok(_)))) {
        // The digests in the pulses will not agree: the leader will call for it again.
        tracing::warn!(shard = lane.shard, "the connections could not be announced");
    }
}

/// The announcement of these connections: parts whose ranges of ids meet, one at least.
fn parts(gateway: &GatewayId, mut all: Vec<Presence>) -> Vec<Command> {
    all.sort_by(|a, b| a.connection.cmp(&b.connection));
    let mut parts = Vec::new();
    let mut after = None;
    loop {
        let rest = all.split_off(all.len().min(limits::ANNOUNCED_CONNECTIONS));
        let connections = std::mem::replace(&mut all, rest);
        // The last part's range is open: what is known there and was not announced is gone.
        let last = connections.last().map(|presence| presence.connection.clone());
        let upto = last.filter(|_| !all.is_empty());
        let ask = CommandBody::Announce {
            gateway: gateway.clone(),
            connections,
            after: std::mem::replace(&mut after, upto.clone()),
            upto,
        };
        parts.push(Command {
            workspace: WorkspaceId::new(NO_WORKSPACE),
            by: Actor::Gateway(gateway.clone()),
            key: None,
            ask,
        });
        if all.is_empty() {
            return parts;
        }
    }
}

/// A connection that was established anew, or a subscription that dropped messages, may have
/// cost notices of every shard.
pub(super) async fn watch_connection(inner: Arc<Inner>, mut state: watch::Receiver<LinkState>) {
    let mut before = *state.borrow_and_update();
    loop {
        tokio::select! {
            () = inner.shutdown.cancelled() => return,
            changed = state.changed() => if changed.is_err() { return },
        }
        let now = *state.borrow_and_update();
        if now.connects > before.connects || now.slow_consumers > before.slow_consumers {
            for lane in &inner.lanes {
                lane.lose("the connection to the broker was interrupted");
            }
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use baton_common::command::Person;

    use super::*;

    fn presences(count: usize) -> Vec<Presence> {
        let one = |i: usize| Presence {
            workspace: "default".into(),
            person: Person::Customer(format!("cht_{i}").as_str().into()),
            connection: format!("con_{:032x}", i.wrapping_mul(0x9e37_79b9)).as_str().into(),
            client: Some(baton_common::hash::Mark::default()),
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn many_connections_are_announced_in_parts_whose_ranges_meet() {
        let parts = parts(&"g1".into(), presences(30_000));
        assert_eq!(parts.len(), 30_000 / limits::ANNOUNCED_CONNECTIONS);
        let (mut next, mut all) = (None, 0);
        for part in &parts {
            let bytes = serde_json::to_vec(part).unwrap().len();
            assert!(bytes < limits::COMMAND_FRAME_BYTES, "{bytes} bytes");
            let CommandBody::Announce { connections, after, upto, .. } = &part.ask else {
                panic!("not an announcement")
            };
            assert_eq!(*after, next);
            let inside = |c: &Presence| {
                after.as_ref().is_none_or(|after| c.connection > *after)
                    && upto.as_ref().is_none_or(|upto| c.connection <= *upto)
            };
            assert!(connections.iter().all(inside));
            all += connections.len();
            next.clone_from(upto);
        }
        assert_eq!((next, all), (None, 30_000));
    }

    #[test]
    fn no_connections_are_announced_too() {
        let parts = parts(&"g1".into(), Vec::new());
        let [Command { ask: CommandBody::Announce { connections, after, upto, .. }, .. }] =
            &parts[..]
        else {
            panic!("one announcement")
        };
        assert_eq!((connections.len(), after, upto), (0, &None, &None));
    }
}
