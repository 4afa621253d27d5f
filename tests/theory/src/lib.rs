//! Queueing theory in virtual time: the engine itself, driven by a discrete-event clock, must
//! measure what mathematics says. A model is a file. How a broker, a gateway or a network changes
//! things is left to the load.

mod calendar;
pub mod command_line;
mod desk;
pub mod formulas;
pub mod ledger;
pub mod model;
pub mod potential;
mod shape;
mod shard;
pub mod statistics;
pub mod table;
pub mod told;
pub mod trial;
mod twin;
pub mod watch;
mod world;

pub use model::Model;
pub use trial::{Trial, try_model};
pub use watch::{Moment, Seen};
pub use world::World;
