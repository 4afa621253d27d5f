//! What virtual people say: a line carries when it was sent, so that whoever reads it knows how
//! long it took. Saying it is left to the people.

use std::time::{Duration, Instant};

use crate::world::World;

/// About what people write: the line is filled up to some 80 characters.
const SMALL_TALK: &str = "thank you, could you please have another look at my order from last week";
const SIGN: &str = "@";

/// A line sent at a moment.
pub(super) fn line(world: &World, at: Instant) -> String {
    format!("{SIGN}{} {SMALL_TALK}", world.offset_us(at))
}

/// When a line of the run was sent; none for greetings and the like.
pub(super) fn sent_at(world: &World, text: &str) -> Option<Instant> {
    let offset = text.strip_prefix(SIGN)?.split(' ').next()?.parse().ok()?;
    Some(world.began() + Duration::from_micros(offset))
}
