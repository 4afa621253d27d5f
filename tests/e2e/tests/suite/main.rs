//! End-to-end tests: real processes, driven from outside through the public contract. One file a
//! topic; what they share is in the package's library.

mod bad_input;
mod contract;
mod dm;
mod faults;
mod idempotency;
mod lifecycle;
mod metrics;
mod objects;
mod presence;
mod resume;
mod security;
mod transfers;
mod who_gets_what;
