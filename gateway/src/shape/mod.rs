//! From views and lines to what clients see: pure joins and cuts, no I/O.

pub(crate) mod chat;
pub(crate) mod line;
pub(crate) mod offer;
pub(crate) mod rows;
#[cfg(test)]
pub(crate) mod samples;

use baton_common::protocol::chat::Ewt;
use baton_common::view;

/// Expected wait in seconds.
pub(crate) fn ewt(ewt: view::Ewt) -> Ewt {
    Ewt { p50_s: ewt.p50.as_seconds(), p90_s: ewt.p90.as_seconds() }
}
