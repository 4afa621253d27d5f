//! The journal protocol, tested in a world whose broker is in memory.

mod commands;
mod election;
mod time;
mod world;
