//! Load on a running Baton: virtual customers and agents over the public protocol alone, arriving
//! at planned times, and the audit of what they saw against what is stored. Starting a Baton to
//! load is left to `fresh`, and what a caller breaks meanwhile to the caller.

pub mod arrivals;
mod board;
pub mod command_line;
pub mod control;
pub mod fresh;
pub mod machine;
mod meter;
pub mod outcome;
mod people;
pub mod progress;
pub mod report;
mod run;
pub mod scenario;
mod seen;
mod settle;
pub mod target;
mod workspace;
mod world;

pub use control::{Control, Phase, Progress};
pub use outcome::{Outcome, Verdict};
pub use run::run;
pub use scenario::Scenario;
pub use target::Target;
