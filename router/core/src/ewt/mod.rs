//! Expected wait: how long an entry will still wait, as a distribution, and how good such
//! predictions were. This folder computes and learns; it decides nothing and orders nothing.
//!
//! The estimator is the queue-length one for lines that people leave (Ibrahim and Whitt,
//! "Real-time delay estimation in overloaded multiserver queues with abandonments", Management
//! Science 55, 2009, there QL_m): with `n` entries ahead, slots that together complete `μ` chats
//! in a unit of time, and waiting people who each leave at the rate `θ`, the line moves by one at
//! the rates `μ + nθ`, `μ + (n−1)θ`, … `μ`, so the wait is a sum of independent exponential times
//! with the mean `Σ 1/(μ + iθ)`, i = 0..n. Around this core:
//!
//! * `sum`: mean and variance of that sum in constant time, with overtaking by later entries.
//! * `spread`: the quantiles of a gamma distribution with these two moments.
//! * `learned`: how long a chat holds its slot, how soon people leave, how fast chats come: sums
//!   of whole numbers that fade as events come, a part of the state.
//! * `probe`: a sample of entries whose predictions are written down by an event and compared with
//!   what then happened; its coverage and error are exported, and correct what is told next.
//! * `line`: the situation of an entry in numbers, and what is said of it.
//! * `teller`: that situation, read off a state; `hear`: what events teach.
//!
//! Floating point is used only on the way out. The state holds integers, and what was predicted is
//! in the event: folding it again never predicts again, so releases may predict differently.

#![allow(
    clippy::disallowed_methods,
    reason = "floats are bounded here and leave as whole numbers or gauges; none puts in order"
)]

mod hear;
mod learned;
mod line;
mod probe;
mod spread;
mod sum;
mod teller;

#[cfg(test)]
mod tests;

pub(crate) use learned::Learned;
pub(crate) use teller::{Teller, last_place, promises};
