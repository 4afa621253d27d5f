//! What the engine takes, at sizes from small to a million waiting chats: `make bench-core`.
//! Prints tables; leaves judging them to the reader.
//!
//! `cargo bench -p baton-core --features measure --bench core -- [PARTS] [--quick]`, or with three
//! numbers: waiting chats, agents and signatures of one size. Parts are `--engine`, `--index` and
//! `--stalls`; all of them unless some are named.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and prints figures to look at"
)]

mod desk;
mod flow;
mod index;
mod stalls;
mod table;
mod times;

use desk::Size;

/// Chats that live and end while a row of the engine is measured.
const CHATS: u32 = 200_000;
/// Steps of a row of the index.
const STEPS: u32 = 500_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_asked = |name: &str| arguments.iter().any(|argument| argument == name);
    let quick = is_asked("--quick");
    let some = ["--engine", "--index", "--stalls"].into_iter().any(is_asked);
    let numbers: Vec<u32> = arguments.iter().filter_map(|text| text.parse().ok()).collect();
    let one = match numbers.as_slice() {
        [waiting, agents, signatures] => Some(size(*waiting, *agents, *signatures)),
        _ => quick.then(|| size(10_000, 1_000, 50)),
    };
    if !some || is_asked("--engine") {
        let sizes = one.map_or_else(engine_sizes, |size| vec![size]);
        table::engine_head();
        for size in sizes {
            let chats = if quick { 2_000 } else { CHATS };
            table::engine_rows(size, "overload", flow::overload(size, chats));
            table::engine_rows(size, "underload", flow::underload(size, chats));
        }
    }
    if !some || is_asked("--index") {
        let sizes = one.map_or_else(index_sizes, |size| vec![size]);
        let mut means = Vec::new();
        table::index_head();
        for size in sizes {
            let row = index::row(size, if quick { 20_000 } else { STEPS });
            means.push((size, row.overload.decisions.mean(), row.overload.steps.mean()));
            table::index_rows(size, row);
        }
        table::growth(&means);
    }
    if !some || is_asked("--stalls") {
        let largest = one.unwrap_or(size(1_000_000, 100_000, 1_000));
        table::stalls(largest, &stalls::all(largest));
    }
}

fn size(waiting: u32, agents: u32, signatures: u32) -> Size {
    Size { waiting, agents, signatures }
}

/// The smallest, the middle and the largest of everything.
fn engine_sizes() -> Vec<Size> {
    vec![
        size(10_000, 100, 50),
        size(10_000, 10_000, 200),
        size(100_000, 10_000, 200),
        size(1_000_000, 10_000, 200),
        size(1_000_000, 100_000, 1_000),
    ]
}

/// Everything with everything; in the end everybody differs from everybody.
fn index_sizes() -> Vec<Size> {
    let mut sizes = Vec::new();
    for agents in [100, 10_000, 100_000] {
        for signatures in [50, 200, 1_000] {
            for waiting in [10_000, 100_000, 1_000_000] {
                sizes.push(size(waiting, agents, signatures));
            }
        }
    }
    sizes.push(size(10_000, 10_000, 10_000));
    sizes.push(size(100_000, 10_000, 100_000));
    sizes
}
