//! What an event tells people: lines for transcripts, which are stored, and news, which are not.

mod audience;
mod lines;
mod news;
mod overseers;

pub(crate) use lines::lines;
pub(crate) use news::News;
