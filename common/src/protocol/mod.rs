//! The client protocol: bodies of HTTP calls, socket frames, answers and events, as serde types.
//!
//! Shapes and bounds are here; who may do what, and how a state becomes these shapes, is the
//! gateway's. Unknown fields of requests are refused; `null` and absent mean the same.

pub mod bounds;
pub mod chat;
pub mod command;
pub mod config;
pub mod decode;
pub mod dm;
pub mod event;
pub mod history;
pub mod message;
pub mod offer;
pub mod page;
pub mod problem;
pub mod quote;
pub mod read;
pub mod reply;
pub mod rows;
#[cfg(feature = "openapi")]
mod schema;
pub mod sign_in;
pub mod start;
pub mod statistics;
pub mod why;
pub mod widget;
