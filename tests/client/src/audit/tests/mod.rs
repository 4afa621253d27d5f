//! The audit's own tests.

mod laws;
mod script;
