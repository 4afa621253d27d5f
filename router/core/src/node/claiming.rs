//! Claiming: the frame that makes this router the leader, until it is known to be in the journal
//! or to be too late. The command stream is looked at meanwhile, so that the leader reads at once.
//! Leaves when to claim to `following`.

use baton_common::event::{self, Event, TimedEvent};
use baton_common::hash::Mark;
use baton_common::time::Span;

use super::append::{Flight, Settled};
use super::base::Base;
use super::draft::{Draft, Seal};
use super::following::{self, Following};
use super::io::{Alarm, Clock, CommandsOpened, Input, Output};
use super::leading::Leading;
use super::role::Role;

/// What was seen of the command stream is used if it was seen this shortly before: later commands
/// must not be taken for none, or timers would overtake them.
const FRESH: Span = Span(100);

/// Has appended a claim and does not know yet what became of it.
#[derive(Debug)]
pub(crate) struct Claiming {
    flight: Flight,
    opened: Option<(Clock, CommandsOpened)>,
}

/// Appends a claim.
pub(crate) fn claim(base: &mut Base) -> Role {
    let epoch = base.memory.epoch + 1;
    // Not the time of the claim: commands that were stored while nobody led are older than that,
    // and are to be decided at their own time. The broker's time of this frame tells the claim's.
    let at = match base.memory.seq {
        0 => base.broker_time(),
        _ => base.memory.state.last_event(),
    };
    let mut draft = Draft::default();
    let events = events(base, epoch).into_iter().map(|event| TimedEvent { at, event });
    draft.add(&base.memory.cursor, events.collect(), None);
    let seal = Seal {
        epoch,
        previous: base.memory.digest,
        effects_through: base.memory.effects.through(base.memory.seq),
    };
    let (payload, events, _nothing_held) = draft.seal(&seal);
    let append = base.append(payload, events);
    base.out.push(Output::Unfollow);
    let flight = Flight::begin(append, base.clock, true, &mut base.out);
    look(base);
    Role::Claiming(Claiming { flight, opened: None })
}

/// A new journal says what it is of, and begins with the newest schema that all routers know.
fn events(base: &Base, epoch: u64) -> Vec<Event> {
    let router = base.router.clone();
    let mark = [router.as_str(), &base.appends().to_string(), &epoch.to_string()];
    let elected = Event::LeaderElected { epoch, nonce: Mark::of(&mark), router };
    if base.memory.seq > 0 {
        return vec![elected];
    }
    let opened = Event::JournalOpened { shards: base.of.shards, shard: base.of.shard };
    let mut events = vec![opened, elected];
    let v = base.council.schema();
    events.extend((v > event::FIRST_SCHEMA).then_some(Event::SchemaRaised { v }));
    events
}

/// Looks at the command stream.
pub(crate) fn look(base: &mut Base) {
    let (cursor, after) = (base.memory.cursor.seq, base.memory.seq);
    base.out.push(Output::OpenCommands { cursor, after });
}

impl Claiming {
    pub(crate) fn step(mut self, base: &mut Base, input: Input) -> Role {
        let settled = match input {
            Input::Appended { seq, attempt, result } => {
                self.flight.answered(base.clock, (seq, attempt), result, &mut base.out)
            }
            Input::Looked { seq, found } => self.flight.looked(base.clock, seq, found),
            Input::CommandsOpened(opened) => {
                self.opened = Some((base.clock, opened));
                Settled::No
            }
            _ => Settled::No,
        };
        match settled {
            Settled::No => {
                self.flight.tick(base.clock, &mut base.out);
                Role::Claiming(self)
            }
            Settled::Committed(at) => {
                let at = at.unwrap_or_else(|| base.broker_time());
                // Without an answer yet, the one that comes will do.
                let seen = self.opened.take();
                let opened = seen.map(|(seen_at, opened)| {
                    (base.clock.since(seen_at) <= FRESH).then_some(opened)
                });
                if let Some(None) = opened {
                    look(base);
                }
                Leading::begin(base, &self.flight, at, opened.flatten())
            }
            // Nothing of the claim was folded: this router follows whoever was faster.
            Settled::Fenced => lose(base),
            Settled::Rewound => following::rewound(base),
            Settled::Refused(problem) => {
                base.alarm(Alarm::Refused { problem });
                base.bar.raise_firmly(base.clock);
                lose(base)
            }
        }
    }

    pub(crate) fn deadline(&self) -> Clock {
        self.flight.deadline()
    }
}

fn lose(base: &mut Base) -> Role {
    base.out.push(Output::Follow { from: base.memory.seq + 1 });
    Role::Following(Following::beaten(base.clock))
}
