//! The roles that do not lead: restoring, folding, following, claiming. A follower claims after
//! silence only; a wrong guess costs a claim, never correctness. Leaves leading to `leading`.

use baton_common::event::{Event, TimedEvent};
use baton_common::hash::{Mark, fnv1a32};
use baton_common::limits;
use baton_common::notice::RouterPulse;
use baton_common::time::Span;

use super::append::{Flight, Settled};
use super::base::Base;
use super::draft::{Draft, Seal};
use super::io::{Alarm, Clock, Input, Output, Restored, Stored};
use super::leading::Leading;
use super::role::Role;

/// Nobody is asked whether they lead before a leader was silent for so long.
const PROBE_AFTER: Span = Span(2 * limits::ROUTER_PULSE.0);
/// Followers claim one after the other: they are spread over so many steps ...
const STAGGER_STEPS: u32 = 4;
/// ... of this length.
const STAGGER_MS: u64 = 40;

/// Follows the journal hot.
#[derive(Debug)]
pub(crate) struct Following {
    /// When the leader was heard of last.
    pub(crate) heard: Clock,
    /// Until then "nobody listens" means nothing: a leader that was just elected, or just
    /// connected again, pulses before it listens to questions.
    trusted_until: Clock,
    probed: Option<Clock>,
    /// Nobody listens to questions: the leader's process is gone.
    nobody: bool,
}

/// Has appended a claim and does not know yet what became of it.
#[derive(Debug)]
pub(crate) struct Claiming {
    flight: Flight,
}

/// Drops everything and asks for the newest image.
pub(crate) fn restore(base: &mut Base) -> Role {
    base.memory = super::memory::Memory::default();
    base.out.push(Output::Restore);
    Role::Restoring
}

/// The journal cannot be followed: an operator must act.
pub(crate) fn halt(base: &mut Base, problem: String) -> Role {
    base.out.push(Output::Unfollow);
    base.alarm(Alarm::Halted { problem: problem.clone() });
    Role::Halted { problem }
}

/// Restoring: an image was found, or none.
pub(crate) fn restored(base: &mut Base, restored: Restored) -> Role {
    base.heard_time(restored.at);
    base.memory = restored.image.unwrap_or_default();
    base.imaged = base.memory.seq;
    let next = base.memory.seq + 1;
    if restored.last >= next && restored.first > next {
        let first = restored.first;
        let say = format!("the journal begins at {first} and no image reaches it: restore one");
        return halt(base, say);
    }
    base.out.push(Output::Follow { from: next });
    folded_to(base, restored.last, false)
}

/// Folding: on to following once the end that was known at the start is reached.
pub(crate) fn folding(base: &mut Base, until: u64, input: Input) -> Role {
    match input {
        Input::Frame(frame) => match fold(base, &frame) {
            Folded::Next | Folded::Old => {
                let fresh = frame.at + limits::ROUTER_SILENCE >= base.broker_time();
                folded_to(base, until, fresh)
            }
            Folded::Other(role) => *role,
        },
        Input::JournalEnd { from, last } if ends_before(base, from, last) => rewound(base),
        Input::JournalEnd { last, .. } => folded_to(base, until.min(last), false),
        Input::Attached => {
            base.out.push(Output::Follow { from: base.memory.seq + 1 });
            Role::Folding { until }
        }
        _ => Role::Folding { until },
    }
}

/// `fresh`: the newest frame was appended just now, so somebody leads.
fn folded_to(base: &mut Base, until: u64, fresh: bool) -> Role {
    if base.memory.seq < until {
        return Role::Folding { until };
    }
    if base.memory.seq > base.imaged {
        base.imaged = base.memory.seq;
        base.out.push(Output::Snapshot(Box::new(base.memory.clone())));
    }
    let mut following =
        if fresh { Following::after_news(base.clock) } else { Following::new(base.clock) };
    following.probe(base);
    Role::Following(following)
}

/// Whether the journal is shorter than what was remembered when following began.
fn ends_before(base: &Base, from: u64, last: u64) -> bool {
    from <= base.memory.seq + 1 && last + 1 < from
}

fn rewound(base: &mut Base) -> Role {
    base.alarm(Alarm::JournalRewound { seq: base.memory.seq });
    restore(base)
}

enum Folded {
    Next,
    Old,
    Other(Box<Role>),
}

fn fold(base: &mut Base, frame: &Stored) -> Folded {
    let have = base.memory.seq;
    if frame.seq <= have {
        let same = frame.seq < have
            || baton_common::hash::Digest::of(&frame.payload) == base.memory.digest;
        return if same { Folded::Old } else { Folded::Other(Box::new(rewound(base))) };
    }
    if frame.seq > have + 1 {
        return Folded::Other(Box::new(restore(base)));
    }
    match base.memory.fold(base.of, &frame.payload) {
        Ok(()) => Folded::Next,
        Err(error) => Folded::Other(Box::new(halt(base, error.to_string()))),
    }
}

impl Following {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { heard: clock, trusted_until: Clock::default(), probed: None, nobody: false }
    }

    /// Somebody leads, or may lead and could not be heard.
    fn after_news(clock: Clock) -> Self {
        Self { trusted_until: clock.after(PROBE_AFTER), ..Self::new(clock) }
    }

    pub(crate) fn step(mut self, base: &mut Base, input: Input) -> Role {
        match input {
            Input::Frame(frame) => match fold(base, &frame) {
                Folded::Next => self.hear(base.clock),
                Folded::Old => {}
                Folded::Other(role) => return *role,
            },
            Input::JournalEnd { from, last } if ends_before(base, from, last) => {
                return rewound(base);
            }
            Input::RouterPulse(pulse) if is_news(base, &pulse) => self.hear(base.clock),
            Input::NobodyLeads if base.clock >= self.trusted_until => self.nobody = true,
            Input::Broker { at, .. } => base.heard_time(at),
            Input::Attached => {
                base.out.push(Output::Follow { from: base.memory.seq + 1 });
                // Nothing could be heard meanwhile.
                self = Self::after_news(base.clock);
            }
            _ => {}
        }
        self.act(base)
    }

    /// When a claim or a probe is due.
    pub(crate) fn deadline(&self, base: &Base) -> Option<Clock> {
        base.attached.then(|| self.claim_at(base).min(self.probe_at()))
    }

    /// Whether a leader is there, as far as this router knows.
    pub(crate) fn hears(&self, base: &Base) -> bool {
        base.memory.leader.is_some() && base.clock.since(self.heard) <= limits::ROUTER_SILENCE
    }

    fn act(mut self, base: &mut Base) -> Role {
        if !base.attached {
            return Role::Following(self);
        }
        if base.clock >= self.claim_at(base) {
            return Role::Claiming(claim(base));
        }
        if base.clock >= self.probe_at() {
            self.probe(base);
        }
        Role::Following(self)
    }

    fn hear(&mut self, clock: Clock) {
        *self = Self { probed: self.probed, ..Self::after_news(clock) };
    }

    fn probe(&mut self, base: &mut Base) {
        self.probed = Some(base.clock);
        base.out.push(Output::Probe);
    }

    fn probe_at(&self) -> Clock {
        let silent = self.heard.after(PROBE_AFTER);
        self.probed.map_or(silent, |probed| silent.max(probed.after(limits::ROUTER_PULSE)))
    }

    fn claim_at(&self, base: &Base) -> Clock {
        let leaderless = match &base.memory.leader {
            None => true,
            // Nobody leads under this router's own name while it follows.
            Some(leader) => self.nobody || *leader == base.router,
        };
        let silent = if leaderless { self.heard } else { self.heard.after(limits::ROUTER_SILENCE) };
        silent.after(stagger(base)).max(base.bar.until)
    }
}

fn is_news(base: &Base, pulse: &RouterPulse) -> bool {
    pulse.router != base.router && pulse.position.epoch >= base.memory.epoch
}

/// Differs between routers and changes with each term, so that no router is always the last.
fn stagger(base: &Base) -> Span {
    let name = format!("{}-{}", base.router, base.memory.epoch);
    Span(u64::from(fnv1a32(name.as_bytes()) % STAGGER_STEPS) * STAGGER_MS)
}

fn claim(base: &mut Base) -> Claiming {
    let epoch = base.memory.epoch + 1;
    // Not the time of the claim: commands that were stored while nobody led are older than that,
    // and are to be decided at their own time. The broker's time of this frame tells the claim's.
    let at = match base.memory.seq {
        0 => base.broker_time(),
        _ => base.memory.state.last_event(),
    };
    let mark = [base.router.as_str(), &base.appends().to_string(), &epoch.to_string()];
    let elected =
        Event::LeaderElected { epoch, router: base.router.clone(), nonce: Mark::of(&mark) };
    let opened = Event::JournalOpened { shards: base.of.shards, shard: base.of.shard };
    let events = if base.memory.seq == 0 { vec![opened, elected] } else { vec![elected] };
    let events = events.into_iter().map(|event| TimedEvent { at, event }).collect();
    let mut draft = Draft::default();
    draft.add(&base.memory.cursor, events, None);
    let seal = Seal {
        epoch,
        previous: base.memory.digest,
        effects_through: base.memory.effects.through(base.memory.seq),
    };
    let (payload, events, _nothing_held) = draft.seal(&seal);
    let append = base.append(payload, events);
    base.out.push(Output::Unfollow);
    Claiming { flight: Flight::begin(append, base.clock, true, &mut base.out) }
}

impl Claiming {
    pub(crate) fn step(mut self, base: &mut Base, input: Input) -> Role {
        let settled = match input {
            Input::Appended { seq, attempt, result } => {
                self.flight.answered(base.clock, (seq, attempt), result, &mut base.out)
            }
            Input::Looked { seq, found } => self.flight.looked(base.clock, seq, found),
            Input::Broker { at, .. } => {
                base.heard_time(at);
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
                Leading::begin(base, &self.flight, at)
            }
            // Nothing of the claim was folded: this router follows whoever was faster.
            Settled::Fenced => lose(base),
            Settled::Rewound => rewound(base),
            Settled::Refused(problem) => {
                base.alarm(Alarm::Refused { problem });
                base.bar.raise(base.clock);
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
    Role::Following(Following::after_news(base.clock))
}
