//! The journal protocol, tested in a world whose broker is in memory.

mod commands;
mod election;
mod handover;
mod lag;
mod layout;
mod panics;
mod rewinds;
mod routers;
mod schema;
mod time;
mod witness;
mod world;
