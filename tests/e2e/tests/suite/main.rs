//! End-to-end tests: real processes, driven from outside through the public contract. One file a
//! topic; what they share is in the package's library.

mod audit;
mod bad_input;
mod balancer;
mod config;
mod contract;
mod controls;
mod crew;
mod dm;
mod false_death;
mod faults;
mod gateways;
mod idempotency;
mod lifecycle;
mod metrics;
mod network;
mod objects;
mod overload;
mod oversight;
mod presence;
mod prometheus;
mod queues;
mod quotes;
mod resume;
mod routers;
mod security;
mod transfers;
mod who_gets_what;
mod why;
