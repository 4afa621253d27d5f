//! The scenes, in the order in which they are played. Each is a few steps; a step does one thing
//! and looks at everything that the contract says about it.

pub(super) mod consult;
pub(super) mod ending;
pub(super) mod hand_over;
pub(super) mod no_answer;
pub(super) mod start;
pub(super) mod to_queue;
pub(super) mod waits;
