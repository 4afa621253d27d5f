//! What waits now: who is nearest to taking it, and how all who could stand. Looks at everybody
//! who has the skills and serves the queue, and at some of the others.

use baton_common::ids::WorkspaceId;
use baton_common::limits::WHY_NAMED;
use baton_common::protocol::why::Candidate;
use baton_common::why::{Bar, Barred};

use super::{Of, barred, because_now, ordered};
use crate::matching::{Bars, Seeks};
use crate::state::{Entry, State};

/// How those stand who have the skills and serve the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) all: u32,
    pub(super) logged_out: u32,
    /// Logged in, but not ready, or about to leave, or without a connection.
    pub(super) not_ready: u32,
    /// Ready, but they declined it.
    pub(super) declined: u32,
    /// Ready, but not for this one for another reason: they are or were in the chat.
    pub(super) barred: u32,
    pub(super) ramp_up: u32,
    pub(super) no_room: u32,
    /// Could take it.
    pub(super) free: u32,
}

impl Tally {
    fn count(&mut self, bar: Bar, has_declined: impl Fn() -> bool) {
        self.all += 1;
        *match bar {
            Bar::LoggedOut => &mut self.logged_out,
            Bar::NotReady(_) | Bar::Leaving | Bar::Offline => &mut self.not_ready,
            Bar::RampUp => &mut self.ramp_up,
            Bar::NoRoom => &mut self.no_room,
            Bar::Later => &mut self.free,
            Bar::Excluded(_) if has_declined() => &mut self.declined,
            Bar::Excluded(_) | Bar::Skill(_) | Bar::Profile => &mut self.barred,
        } += 1;
    }
}

/// What an entry asks of agents.
pub(super) fn seeks(entry: &Entry) -> Seeks<'_> {
    let (queue, skills) = (&entry.queue, entry.skills.as_slice());
    Seeks { queue, skills, weight: entry.weight.0, age: entry.age() }
}

/// How many agents there are whom something is not for, the nearest of them, and how many more.
pub(super) fn nearest(
    state: &State,
    workspace: &WorkspaceId,
    bars: &Bars<'_>,
    of: Option<Of<'_>>,
    but: Option<u32>,
) -> (Tally, Vec<Candidate>, Option<u32>) {
    let mut tally = Tally::default();
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); 8];
    for number in bars.fitting().filter(|number| Some(*number) != but) {
        let bar = bars.of(number);
        tally.count(bars.of_fitting(number), || {
            of.is_some_and(|of| barred(state, of, bars.name(number)) == Barred::Declined)
        });
        let alike = &mut near[nearness(bar)];
        if alike.len() < WHY_NAMED {
            alike.push(number);
        }
    }
    let mut named: Vec<u32> = near.concat();
    named.truncate(WHY_NAMED);
    let fits: std::collections::BTreeSet<u32> = named.iter().copied().collect();
    let left = (0..bars.agents()).filter(|number| Some(*number) != but && !fits.contains(number));
    let room = WHY_NAMED - named.len();
    named.extend(left.take(room));
    let candidate = |number: u32| Candidate {
        agent: bars.name(number).clone(),
        because: because_now(state, workspace, bars, of, number),
    };
    let others = bars.agents() - u32::from(but.is_some());
    let (candidates, more) = ordered(named.into_iter().map(candidate).collect(), others);
    (tally, candidates, more)
}

/// Lower is nearer.
fn nearness(bar: Bar) -> usize {
    match bar {
        Bar::Later => 0,
        Bar::NoRoom => 1,
        Bar::RampUp => 2,
        Bar::Excluded(_) => 3,
        Bar::Leaving => 4,
        Bar::NotReady(_) => 5,
        Bar::Offline => 6,
        Bar::LoggedOut | Bar::Skill(_) | Bar::Profile => 7,
    }
}
