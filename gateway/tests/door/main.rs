//! The door under attack and in use: a real gateway on a real broker, with a leader that is
//! played by the test. Security lines carry their number in the name.
#![allow(clippy::unwrap_used, reason = "what a helper cannot do fails the test that uses it")]

mod calls;
mod drain;
mod frames;
mod handshake;
mod house;
mod issuer;
mod leader;
mod losses;
mod offers;
mod oidc;
mod overload;
mod pages;
mod privacy;
mod proxied;
mod talk;
