//! The journal protocol, tested in a world whose broker is in memory.

mod commands;
mod election;
mod handover;
mod layout;
mod routers;
mod schema;
mod time;
mod world;
