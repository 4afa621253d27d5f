//! What becomes of a router when a step of it panics: what it remembers may be half changed, so
//! all of it is dropped and rebuilt from the journal. A command that was being decided is set
//! aside when it is met again. Leaves to those who answer questions that reading changes nothing.

use super::base::Base;
use super::following;
use super::io::{Alarm, Output};
use super::role::Role;

/// Goes on after a panic; `led`: this router led when the step began.
pub(super) fn recover(base: &mut Base, led: bool) -> Role {
    let set_aside = if let Some((seq, index)) = base.deciding.take() {
        base.alarm(Alarm::Poisonous { seq, index });
        base.poisonous.insert((seq, index))
    } else {
        base.alarm(Alarm::Panicked);
        false
    };
    // Nothing can be set aside for it: the router that tries again waits longer each time.
    if !set_aside {
        base.bar.raise_firmly(base.clock);
    }
    let began = || base.out.iter().any(|output| matches!(output, Output::Led { .. }));
    if led || began() {
        base.out.push(Output::Unled);
    }
    following::restore(base)
}
