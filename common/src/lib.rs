//! The vocabulary that every part of Baton speaks: ids, time, quantities, configuration,
//! commands, events, rejections, the journal's and the broker's shapes, and the client protocol.
//!
//! It leaves all input and output to others: no clock, no randomness, no network, no files.

pub mod answer;
pub mod ask;
pub mod code;
pub mod command;
pub mod config;
pub mod event;
pub mod frame;
pub mod hash;
pub mod ids;
pub mod limits;
pub mod notice;
pub mod protocol;
pub mod quantity;
pub mod record;
pub mod rejection;
pub mod subjects;
pub mod time;
pub mod view;
pub mod why;
pub mod words;
