//! The index alone, and beside it what it replaces: a look at everybody there is, and a walk along
//! a line up to the first who fits. Each of their answers is compared with the index's. Leaves
//! printing to `main`.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use baton_common::time::{Span, Timestamp};
use baton_core::measure::{Market, Plain, Waiting};

use crate::desk::{Desk, RELAXED_S, Size};
use crate::times::{Lots, Times};

/// In so many of ten steps an entry grows so old that its queue asks for less.
const RELAXED: u32 = 3;
/// One in so many steps has somebody give up.
const ABANDONED: u32 = 20;
/// Comparisons with a scan: how many at most and for how long.
const SCANS: (usize, Duration) = (1_000, Duration::from_millis(400));
/// Whoever is looked for at random is looked for so often.
const TRIES: u32 = 16;

/// What one size took.
pub(crate) struct Row {
    pub(crate) overload: Load,
    pub(crate) underload: Load,
    /// Bytes of a waiting entry and of an agent, and of what does not grow with either.
    pub(crate) bytes: (usize, usize, usize),
}

/// One kind of load.
#[derive(Default)]
pub(crate) struct Load {
    /// The right entry for an agent who got free, or the right agent for an entry that came: from
    /// the moment this is known to the index until both are taken.
    pub(crate) decisions: Times,
    /// The same with all that happens between two decisions.
    pub(crate) steps: Times,
    pub(crate) scan: Times,
    pub(crate) list: Times,
}

struct Floor {
    market: Market,
    plain: Plain,
    lots: Lots,
    line: Vec<Waiting>,
    /// By number, the place in `line`.
    places: Vec<u32>,
    now: Timestamp,
}

/// All of one size.
pub(crate) fn row(size: Size, steps: u32) -> Row {
    let mut floor = Floor::new(size);
    for agent in 0..size.agents {
        floor.market.set_free(agent, false, floor.now);
    }
    for _ in 0..size.waiting {
        floor.come();
    }
    let [entries, agents, apart] = floor.market.bytes();
    let bytes = (entries / size.waiting.max(1) as usize, agents / size.agents as usize, apart);
    let mut overload = floor.overload(size, steps);
    floor.scan_entries(size, &mut overload);
    for waiting in std::mem::take(&mut floor.line) {
        floor.market.gone(waiting.number);
    }
    let underload = floor.underload(size, steps);
    Row { overload, underload, bytes }
}

impl Floor {
    /// The rules of a workspace, and nobody there.
    fn new(size: Size) -> Self {
        let mut desk = Desk::new(size);
        for kind in 0..size.signatures {
            let start = desk.start_of(kind).1;
            desk.take(&start);
        }
        let market = Market::of(&desk.state, &desk.workspace).expect("it has a configuration");
        let (plain, now) = (market.plain(), desk.now);
        Self { market, plain, lots: Lots(7), line: Vec::new(), places: Vec::new(), now }
    }

    fn newcomer(&mut self) -> Waiting {
        let number = self.places.len();
        self.places.push(u32::MAX);
        self.now = self.now + Span(u64::from(number.is_multiple_of(20)));
        let kinds = u32::try_from(self.market.kinds()).expect("it is a size");
        let kind = self.lots.below(kinds);
        Waiting { since: self.now, number: number as u64, kind, age: Span::ZERO }
    }

    fn come(&mut self) {
        let new = self.newcomer();
        self.market.wait(&new);
        self.stand(new);
    }

    fn stand(&mut self, new: Waiting) {
        self.places[index(new.number)] = u32::try_from(self.line.len()).expect("it is a size");
        self.line.push(new);
    }

    fn step_out(&mut self, number: u64) {
        let place = std::mem::replace(&mut self.places[index(number)], u32::MAX);
        self.line.swap_remove(place as usize);
        if let Some(moved) = self.line.get(place as usize) {
            self.places[index(moved.number)] = place;
        }
    }

    fn someone(&mut self) -> usize {
        self.lots.below(u32::try_from(self.line.len()).expect("it is a size")) as usize
    }

    /// Somebody whose queue asks for less from now on.
    fn older(&mut self) -> Option<Waiting> {
        let at = (0..TRIES).find_map(|_| {
            let at = self.someone();
            let one = &self.line[at];
            (one.age == Span::ZERO && self.market.ages(one.kind)).then_some(at)
        })?;
        self.line[at].age = Span::seconds(RELAXED_S.into());
        Some(self.line[at])
    }

    /// A step: now and then entries grow older or give up; an agent gets free and takes the first
    /// entry; another one comes, finds nobody and stands.
    fn overload(&mut self, size: Size, steps: u32) -> Load {
        let mut load = Load::default();
        for step in 0..steps {
            let agent = self.lots.below(size.agents);
            let older = (step % 10 < RELAXED).then(|| self.older()).flatten();
            let gone = (step.is_multiple_of(ABANDONED)).then(|| self.someone());
            let gone = gone.map(|at| self.line[at].number);
            let new = self.newcomer();
            let (market, now) = (&mut self.market, self.now);
            let begin = Instant::now();
            if let Some(older) = older {
                market.wait(&older);
            }
            if let Some(number) = gone {
                market.gone(number);
            }
            let freed = Instant::now();
            market.set_free(agent, true, now);
            let taken = market.entry_for(agent, now);
            if let Some(number) = taken {
                market.gone(number);
                market.set_free(agent, false, now);
            }
            let decided = Instant::now();
            if taken.is_none() {
                market.set_free(agent, false, now);
            }
            market.wait(&new);
            let nobody = market.agent_for(new.number, now);
            let end = Instant::now();
            assert_eq!(nobody, None, "all agents have work");
            load.steps.add(end - begin);
            if taken.is_some() {
                load.decisions.add(decided - freed);
            }
            taken.into_iter().chain(gone).for_each(|number| self.step_out(number));
            self.stand(new);
            if gone.is_some() || taken.is_none() {
                self.refill(size);
            }
        }
        load
    }

    /// As many wait as before.
    fn refill(&mut self, size: Size) {
        while self.line.len() < size.waiting as usize {
            self.come();
        }
        while self.line.len() > size.waiting as usize {
            let at = self.someone();
            let number = self.line[at].number;
            self.market.gone(number);
            self.step_out(number);
        }
    }

    /// A step: somebody comes and takes an agent, and one who has had work for long gets free.
    fn underload(&mut self, size: Size, steps: u32) -> Load {
        let mut load = Load::default();
        let mut idle = vec![Some(self.now); size.agents as usize];
        for agent in 0..size.agents {
            self.market.set_free(agent, true, self.now);
        }
        let mut busy = VecDeque::new();
        for _ in 0..steps {
            let new = self.newcomer();
            let free = (busy.len() > size.agents as usize / 2).then(|| busy.pop_front()).flatten();
            let (market, now) = (&mut self.market, self.now);
            let begin = Instant::now();
            if let Some(agent) = free {
                market.set_free(agent, true, now);
                assert_eq!(market.entry_for(agent, now), None, "nobody waits");
            }
            let came = Instant::now();
            market.wait(&new);
            let found = market.agent_for(new.number, now);
            if let Some(agent) = found {
                market.gone(new.number);
                market.set_free(agent, false, now);
            }
            let end = Instant::now();
            if found.is_none() {
                market.gone(new.number);
            }
            load.steps.add(end - begin);
            if let Some(agent) = found {
                load.decisions.add(end - came);
                busy.push_back(agent);
                idle[agent as usize] = None;
            }
            if let Some(agent) = free {
                idle[agent as usize] = (found != free).then_some(now);
            }
        }
        self.scan_agents(&idle, &mut load);
        load
    }

    /// The same questions about entries without an index.
    fn scan_entries(&mut self, size: Size, load: &mut Load) {
        let mut line = self.line.clone();
        line.sort_unstable_by_key(|one| (one.since, one.number));
        let begin = Instant::now();
        while load.scan.len() < SCANS.0 && begin.elapsed() < SCANS.1 {
            let agent = self.lots.below(size.agents);
            self.market.set_free(agent, true, self.now);
            let found = self.market.entry_for(agent, self.now);
            self.market.set_free(agent, false, self.now);
            let scanned = load.scan.measure(|| self.plain.entry_for(agent, &self.line));
            let walked = load.list.measure(|| self.plain.first_for(agent, &line));
            assert_eq!((found, found), (scanned, walked), "agent {agent}");
        }
    }

    /// The same questions about agents without an index.
    fn scan_agents(&mut self, idle: &[Option<Timestamp>], load: &mut Load) {
        let mut line: Vec<_> = (0_u32..).zip(idle).filter(|(_, idle)| idle.is_some()).collect();
        line.sort_unstable_by_key(|(agent, idle)| (**idle, *agent));
        let line: Vec<u32> = line.into_iter().map(|(agent, _)| agent).collect();
        let begin = Instant::now();
        while load.scan.len() < SCANS.0 && begin.elapsed() < SCANS.1 {
            let new = self.newcomer();
            self.market.wait(&new);
            let found = self.market.agent_for(new.number, self.now);
            self.market.gone(new.number);
            let scanned = load.scan.measure(|| self.plain.agent_for(&new, idle));
            let walked = load.list.measure(|| self.plain.first_agent_for(&new, &line));
            assert_eq!((found, found), (scanned, walked), "chat {}", new.number);
        }
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("it is a place in memory")
}
