//! The roles on the way to leading: restoring, folding, following. A follower claims when the
//! leader is silent, gone or handed over, and in its turn; a wrong guess costs a claim, never
//! correctness. Leaves the claim to `claiming` and whose turn it is to `council`.

use baton_common::hash::fnv1a32;
use baton_common::limits;
use baton_common::notice::{RouterBeat, RouterPulse, Witness};
use baton_common::time::Span;

use super::base::Base;
use super::io::{Alarm, Clock, Input, Output, Restored, Stored};
use super::memory::{FoldError, Memory};
use super::role::Role;
use super::witness::Marks;
use super::{claiming, resting};

/// While the others are not known, claims are spread over so many steps ...
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
    /// Since when nobody listens to questions: the leader's process is gone.
    nobody: Option<Clock>,
    /// Since when enough others follow.
    superfluous: Option<Clock>,
    /// Another router's frame is where this one's claim was to be: it was not folded yet.
    beaten: bool,
}

/// Drops everything and asks for the newest image.
pub(crate) fn restore(base: &mut Base) -> Role {
    base.memory = Memory::default();
    base.shorter = false;
    base.marks = Marks::default();
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
    // Whoever follows can lead at once: the index is kept along with the state.
    base.memory.state.keep_index();
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
        Input::JournalEnd { from, last } => match end(base, from, last) {
            End::Reached => folded_to(base, until.min(last), false),
            End::Doubtful => Role::Folding { until },
            End::Shorter => rewound(base),
        },
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
    let mut following =
        if fresh { Following::after_news(base.clock) } else { Following::new(base.clock) };
    following.probe(base);
    Role::Following(following)
}

/// What the journal's end says of what was remembered when following began.
enum End {
    Reached,
    Doubtful,
    Shorter,
}

/// A server that is cut off from the others may say that the journal is shorter, and an answer may
/// be late: only the second one in succession counts.
fn end(base: &mut Base, from: u64, last: u64) -> End {
    let shorter = from <= base.memory.seq + 1 && last + 1 < from;
    match (shorter, std::mem::replace(&mut base.shorter, shorter)) {
        (false, _) => End::Reached,
        (true, true) => End::Shorter,
        (true, false) => {
            base.out.push(Output::Follow { from: base.memory.seq + 1 });
            End::Doubtful
        }
    }
}

pub(crate) fn rewound(base: &mut Base) -> Role {
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
        Ok(()) => {
            base.broken.take_if(|broken| *broken <= frame.seq);
            base.marks.take(frame.seq, &base.memory);
            Folded::Next
        }
        // The journal was rewound and has grown again, unless what it holds now is broken too.
        Err(FoldError::Chain(seq)) if base.broken.replace(seq) != Some(seq) => {
            Folded::Other(Box::new(rewound(base)))
        }
        Err(error) => Folded::Other(Box::new(halt(base, error.to_string()))),
    }
}

impl Following {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            heard: clock,
            trusted_until: Clock::default(),
            probed: None,
            nobody: None,
            superfluous: None,
            beaten: false,
        }
    }

    /// Somebody else's claim was faster.
    pub(crate) fn beaten(clock: Clock) -> Self {
        Self { beaten: true, ..Self::after_news(clock) }
    }

    /// Somebody leads, or may lead and could not be heard.
    pub(crate) fn after_news(clock: Clock) -> Self {
        Self { trusted_until: clock.after(limits::ROUTER_PROBE), ..Self::new(clock) }
    }

    pub(crate) fn step(mut self, base: &mut Base, input: Input) -> Role {
        if base.gap > limits::ROUTER_SILENCE {
            // This router slept: it heard nothing, whoever spoke.
            self = Self { beaten: self.beaten, ..Self::after_news(base.clock) };
        }
        match input {
            Input::Frame(frame) => match fold(base, &frame) {
                Folded::Next => {
                    self.beaten = false;
                    self.hear(base.clock);
                }
                Folded::Old => {}
                Folded::Other(role) => return *role,
            },
            Input::JournalEnd { from, last } => {
                if let End::Shorter = end(base, from, last) {
                    return rewound(base);
                }
            }
            Input::RouterPulse(pulse) if is_news(base, &pulse) => self.hear(base.clock),
            Input::RouterBeat(RouterBeat { witness: Some(told), .. }) if differs(base, &told) => {
                return restore(base);
            }
            Input::NobodyLeads if base.clock >= self.trusted_until => {
                self.nobody.get_or_insert(base.clock);
            }
            Input::Attached => {
                base.out.push(Output::Follow { from: base.memory.seq + 1 });
                // Nothing could be heard meanwhile.
                self = Self { beaten: self.beaten, ..Self::after_news(base.clock) };
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
            return claiming::claim(base);
        }
        if self.is_superfluous(base) {
            return resting::rest(base);
        }
        if base.clock >= self.probe_at() {
            self.probe(base);
        }
        Role::Following(self)
    }

    fn hear(&mut self, clock: Clock) {
        let Self { probed, superfluous, beaten, .. } = *self;
        *self = Self { probed, superfluous, beaten, ..Self::after_news(clock) };
    }

    /// Whether enough others have followed for long, and somebody leads them.
    fn is_superfluous(&mut self, base: &Base) -> bool {
        if !base.council.may_rest() || !self.hears(base) {
            self.superfluous = None;
            return false;
        }
        let since = *self.superfluous.get_or_insert(base.clock);
        base.clock.since(since) >= limits::REST_AFTER
    }

    fn probe(&mut self, base: &mut Base) {
        self.probed = Some(base.clock);
        base.out.push(Output::Probe);
    }

    fn probe_at(&self) -> Clock {
        let silent = self.heard.after(limits::ROUTER_PROBE);
        self.probed.map_or(silent, |probed| silent.max(probed.after(limits::ROUTER_PULSE)))
    }

    fn claim_at(&self, base: &Base) -> Clock {
        let turn = turn(base);
        let leader = base.memory.leader.as_ref();
        if leader.is_none() && !self.beaten {
            let at = match &base.memory.heir {
                Some(heir) if *heir == base.router => self.heard,
                Some(_) => self.heard.after(limits::HEIR_TIME).after(turn),
                None => self.heard.after(turn),
            };
            return at.max(base.bar.over_resigned(self.heard));
        }
        let silent = match self.nobody {
            // Nobody leads under this router's own name while it follows.
            _ if leader == Some(&base.router) && !self.beaten => self.heard,
            Some(nobody) => nobody,
            None => self.heard.after(limits::ROUTER_SILENCE),
        };
        let alone = base.council.is_left_alone();
        let bar = if alone { base.bar.over_alone() } else { base.bar.over(self.heard) };
        silent.after(turn).max(bar)
    }
}

/// Whether the leader remembers another state than this router, which is then to rebuild its own:
/// once in a term, for it may be the leader who is wrong.
fn differs(base: &mut Base, told: &Witness) -> bool {
    if !base.marks.differ(told) || base.differed == Some(base.memory.epoch) {
        return false;
    }
    base.differed = Some(base.memory.epoch);
    base.alarm(Alarm::Differs { seq: told.seq });
    true
}

fn is_news(base: &Base, pulse: &RouterPulse) -> bool {
    pulse.router != base.router && pulse.position.epoch >= base.memory.epoch
}

/// How long those who come before this router are given.
fn turn(base: &Base) -> Span {
    if base.council.is_known(base.clock) {
        let before = base.council.turn(base.memory.leader.as_ref());
        return Span(before * limits::CLAIM_STEP.0);
    }
    stagger(base)
}

/// Differs between routers and changes with each term, so that no router is always the last.
fn stagger(base: &Base) -> Span {
    let name = format!("{}-{}-{}", base.router, base.of.shard, base.memory.epoch);
    Span(u64::from(fnv1a32(name.as_bytes()) % STAGGER_STEPS) * STAGGER_MS)
}
