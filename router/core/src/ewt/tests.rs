//! The estimator against the best that is published, in the models of the reference: a queue of
//! its own in virtual time, one that knows when the turn of those who left would have come.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "times and numbers of a run stay far below 2^52"
)]

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use baton_common::ids::EntryId;
use baton_common::quantity::Priority;
use baton_common::time::{Span, Timestamp};

use super::learned::Learned;
use super::line::{Rival, Scene};
use crate::state::LineKey;

/// A mean service time, in milliseconds: rounding does not matter.
const SERVICE: f64 = 1_000_000.0;

/// A model of the reference: its name there, and how it is driven.
struct Model {
    name: &'static str,
    servers: u32,
    /// Arrivals and leavings in a mean service time.
    arrivals: f64,
    leaving: f64,
    regular: bool,
}

const MODELS: [Model; 5] = [
    model("M/M/100 rho=0.9", 100, 90.0, 0.0, false),
    model("M/M/100 rho=0.98", 100, 98.0, 0.0, false),
    model("D/M/100 rho=0.95", 100, 95.0, 0.0, true),
    model("M/M/100+M rho=1.4 theta=1", 100, 140.0, 1.0, false),
    model("M/M/10+M rho=1.4 theta=1", 10, 14.0, 1.0, false),
];

const fn model(
    name: &'static str,
    servers: u32,
    arrivals: f64,
    leaving: f64,
    regular: bool,
) -> Model {
    Model { name, servers, arrivals, leaving, regular }
}

/// Arrivals before anything is measured, and in all.
const WARM: u64 = 20_000;
const ARRIVALS: u64 = 220_000;

/// Splitmix: numbers that look random, the same on every machine.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.uniform()).ln()
    }
}

/// What is to come, in order of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Coming {
    Free { held: u64 },
    Start { number: u64, waited: u64 },
    Leave { number: u64, waited: u64 },
}

#[derive(Default)]
struct Sums {
    delayed: f64,
    ours: f64,
    best: f64,
    within_p50: f64,
    within_p90: f64,
}

/// First come, first served: a customer starts when the first server is free, unless they leave.
struct World {
    learned: Learned,
    /// The numbers of those who wait.
    line: BTreeSet<u64>,
    coming: BinaryHeap<Reverse<(i64, Coming)>>,
    free: BinaryHeap<Reverse<i64>>,
}

impl World {
    fn new(servers: u32) -> Self {
        Self {
            learned: Learned::default(),
            line: BTreeSet::new(),
            coming: BinaryHeap::new(),
            free: (0..servers).map(|_| Reverse(0)).collect(),
        }
    }

    /// All that happens up to a time.
    fn run_to(&mut self, now: i64) {
        while let Some(Reverse((at, coming))) = self.coming.peek().copied() {
            if at > now {
                return;
            }
            self.coming.pop();
            let at = Timestamp(at);
            match coming {
                Coming::Free { held } => {
                    self.learned.held(Span(held));
                    if self.line.is_empty() {
                        self.learned.probes.idle(at);
                    }
                }
                Coming::Start { number, waited } => {
                    self.line.remove(&number);
                    self.learned.stayed(Span(waited), false);
                    self.learned.probes.served(at, &id(number), key(number), &[]);
                }
                Coming::Leave { number, waited } => {
                    self.line.remove(&number);
                    self.learned.stayed(Span(waited), true);
                    self.learned.probes.gone(&id(number), key(number));
                }
            }
        }
    }

    /// Whoever has waited so long is told again.
    fn tell_anew(&mut self, now: i64, servers: f64) {
        let due: Vec<EntryId> = self.learned.probes.due(Timestamp(now)).cloned().collect();
        for entry in due {
            let number: u64 = entry.as_str()[4..].parse().unwrap();
            let ahead = self.line.range(..number).count() as f64;
            if let Some((_, promise)) = predict(&self.learned, now, ahead, servers) {
                self.learned.probes.told(&entry, &[], promise);
            }
        }
    }

    /// One comes; returns the time they wait if they do not leave.
    fn come(&mut self, now: i64, number: u64, service: f64, patience: Option<f64>) -> i64 {
        self.learned.arrived(Timestamp(now), Priority(0));
        let Reverse(first) = *self.free.peek().unwrap();
        let wait = (first - now).max(0);
        if let Some(patience) = patience.filter(|patience| *patience < wait as f64) {
            let waited = patience as u64;
            let leave = Coming::Leave { number, waited };
            self.coming.push(Reverse((now + waited as i64, leave)));
        } else {
            self.free.pop();
            let held = service.round() as u64;
            let start = Coming::Start { number, waited: wait as u64 };
            self.coming.push(Reverse((now + wait, start)));
            self.coming.push(Reverse((now + wait + held as i64, Coming::Free { held })));
            self.free.push(Reverse(now + wait + held as i64));
        }
        wait
    }
}

fn id(number: u64) -> EntryId {
    EntryId::new(format!("ent_{number}"))
}

fn key(number: u64) -> LineKey {
    LineKey { in_time: true, priority: Reverse(Priority(0)), due: Timestamp(0), number }
}

fn run(model: &Model) -> (Sums, Learned) {
    let mut dice = Dice(7);
    let mut world = World::new(model.servers);
    let mut sums = Sums::default();
    let mut clock = 1_000.0;
    let gap = SERVICE / model.arrivals;
    let servers = f64::from(model.servers);
    for number in 1..=ARRIVALS {
        clock += if model.regular { gap } else { dice.exponential(gap) };
        let now = clock.round() as i64;
        world.run_to(now);
        let service = dice.exponential(SERVICE);
        let patience = (model.leaving > 0.0).then(|| dice.exponential(SERVICE / model.leaving));
        world.tell_anew(now, servers);
        let ahead = world.line.len() as u64;
        let told = predict(&world.learned, now, ahead as f64, servers);
        let wait = world.come(now, number, service, patience);
        if wait == 0 {
            continue;
        }
        world.line.insert(number);
        let Some((mean, promise)) = told else { continue };
        if world.learned.probes.wants(&id(number), Timestamp(now)) {
            world.learned.probes.told(&id(number), &[], promise);
        }
        if number > WARM {
            let rate = |i: u64| (servers + i as f64 * model.leaving) / SERVICE;
            let best: f64 = (0..=ahead).map(|i| 1.0 / rate(i)).sum();
            let wait_f = wait as f64;
            sums.delayed += 1.0;
            sums.ours += (wait_f - mean).powi(2) / SERVICE / SERVICE;
            sums.best += (wait_f - best).powi(2) / SERVICE / SERVICE;
            sums.within_p50 += f64::from(u8::from(wait as u64 <= promise.p50.0));
            sums.within_p90 += f64::from(u8::from(wait as u64 <= promise.p90.0));
        }
    }
    (sums, world.learned)
}

fn predict(
    learned: &Learned,
    now: i64,
    ahead: f64,
    servers: f64,
) -> Option<(f64, super::probe::Promise)> {
    let rival = Rival { ahead, ..Rival::of(learned, 250.0) };
    let scene = Scene {
        own: learned,
        rivals: vec![rival],
        room: servers * 250.0,
        priority: Priority(0),
        now: Timestamp(now),
    };
    let prediction = scene.predict()?;
    Some((prediction.moments.mean, prediction.promise(Timestamp(now))))
}

#[test]
fn predictions_are_as_good_as_the_best_that_is_published() {
    for model in &MODELS {
        let (sums, learned) = run(model);
        let all = sums.delayed;
        let (ours, best) = (sums.ours / all, sums.best / all);
        let (p50, p90) = (sums.within_p50 / all, sums.within_p90 / all);
        let (own50, own90) = learned.probes.first().coverage().unwrap();
        let figures = format!(
            "{}: squared error {ours:.6}, of the best {best:.6}; within p50 {p50:.3}, p90 \
             {p90:.3}; by the engine's own measure {own50:.3}, {own90:.3}",
            model.name,
        );
        assert!(ours <= 1.10 * best, "{figures}");
        assert!((p50 - 0.5).abs() <= 0.03 && (p90 - 0.9).abs() <= 0.02, "{figures}");
        assert!((own50 - p50).abs() <= 0.05 && (own90 - p90).abs() <= 0.03, "{figures}");
    }
}

/// Whoever leaves was told too little more often than others: without them the measure flatters.
#[test]
fn those_who_left_are_judged_by_the_turn_they_did_not_wait_for() {
    let (sums, learned) = run(&MODELS[4]);
    let (_, own) = learned.probes.first().coverage().unwrap();
    assert!((own - sums.within_p90 / sums.delayed).abs() < 0.03, "{own}");
    let (_, later) = learned.probes.later().coverage().unwrap();
    assert!((later - 0.9).abs() < 0.04, "told at ages: {later}");
}
