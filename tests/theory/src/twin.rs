//! A control: the same customers in one plain line before some servers, first come first served,
//! everybody patient. Its mean wait is known exactly, so what chance did to it in a batch tells
//! what chance did to the engine's in the same batch. It shares nothing with the engine.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::formulas::erlang_c;

/// The plain line.
#[derive(Debug)]
pub(crate) struct Twin {
    /// When each server is free; bits of positive numbers are in the numbers' order.
    free: BinaryHeap<Reverse<u64>>,
    mean: f64,
}

impl Twin {
    /// So many servers for so many customers in a unit of time.
    pub(crate) fn new(servers: u64, rate: f64) -> Self {
        let free = (0..servers).map(|_| Reverse(0.0_f64.to_bits())).collect();
        Self { free, mean: erlang_c(servers, rate).wait }
    }

    /// How much longer than on average this customer waits.
    pub(crate) fn excess(&mut self, arrival: f64, work: f64) -> f64 {
        let Reverse(free) = self.free.pop().expect("a model has at least one slot");
        let begin = f64::from_bits(free).max(arrival);
        self.free.push(Reverse((begin + work).to_bits()));
        begin - arrival - self.mean
    }
}
