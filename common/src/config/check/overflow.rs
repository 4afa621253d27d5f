//! Where chats overflow to: chains that end nowhere.

use super::{Report, hours};
use crate::config::{Queue, Workspace};
use crate::ids::QueueId;
use crate::limits;
use crate::words::ZeroEligible;

/// Where a chain of overflows ends.
enum End<'a> {
    /// At this queue, which has no overflow.
    At(&'a QueueId, &'a Queue),
    /// At the queue where it began, or in a circle further on: these, one after the other.
    Circle(Vec<&'a QueueId>),
    /// Beyond what is followed.
    TooFar,
    /// At a queue that does not exist.
    Nowhere,
}

pub(super) fn check(config: &Workspace, report: &mut Report) {
    for (id, queue) in &config.queues {
        let path = format!("queues.{id}.overflow");
        match &queue.overflow {
            Some(to) => chain(config, id, to, &path, report),
            None => {
                if config.queue_policies(id).zero_eligible == ZeroEligible::OverflowTo {
                    let text = "zero_eligible is overflow_to, but the queue has no overflow: name \
                                one or choose another zero_eligible";
                    report.error(path, "overflow_missing", text);
                }
            }
        }
    }
}

fn chain(config: &Workspace, id: &QueueId, to: &QueueId, path: &str, report: &mut Report) {
    if !config.queues.contains_key(to) {
        let text = format!("there is no queue `{to}`: add it to queues or name another");
        report.error(path, "unknown_queue", text);
        return;
    }
    match end(config, id) {
        End::Circle(queues) => {
            let queues: Vec<&str> = queues.iter().map(|queue| queue.as_str()).collect();
            let text = format!(
                "chats would overflow in a circle, {}: take the overflow from one of these queues",
                queues.join(" -> ")
            );
            report.error(path, "overflow_cycle", text);
        }
        End::TooFar => {
            let text = format!(
                "a chain of overflows passes at most {} queues: shorten it",
                limits::OVERFLOW_CHAIN
            );
            report.error(path, "overflow_too_long", text);
        }
        End::At(last, queue) => {
            if let Some(why) = takes_nothing(config, queue) {
                let text = format!(
                    "chats end up at `{last}`, which {why}: end the chain at a queue that is open"
                );
                report.warning(path, "overflow_dead_end", text);
            }
        }
        // Said where that queue is named.
        End::Nowhere => {}
    }
}

/// Why a queue takes no chats at any time.
pub(super) fn takes_nothing(config: &Workspace, queue: &Queue) -> Option<&'static str> {
    let never_opens = || {
        let named = queue.hours.as_ref().and_then(|name| config.hours.get(name));
        named.is_some_and(|named| !hours::opens(named))
    };
    if queue.closed {
        Some("is closed")
    } else if queue.max_length == Some(0) {
        Some("has a max_length of 0")
    } else if never_opens() {
        Some("has hours that never open")
    } else {
        None
    }
}

fn end<'a>(config: &'a Workspace, from: &'a QueueId) -> End<'a> {
    let mut seen = vec![from];
    let mut at = from;
    loop {
        let Some(queue) = config.queues.get(at) else {
            return End::Nowhere;
        };
        let Some(next) = &queue.overflow else {
            return End::At(at, queue);
        };
        if let Some(at) = seen.iter().position(|earlier| *earlier == next) {
            seen.push(next);
            return End::Circle(seen.split_off(at));
        }
        if seen.len() > limits::OVERFLOW_CHAIN {
            return End::TooFar;
        }
        seen.push(next);
        at = next;
    }
}
