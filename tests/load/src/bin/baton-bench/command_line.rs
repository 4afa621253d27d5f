//! The command line. The hidden commands are the processes of the reference: this binary starts
//! itself again as each of them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Measures start to `offer.new` on an idle Baton, beside a reference on the same broker.
#[derive(Debug, Parser)]
#[command(name = "baton-bench", version, about)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) flags: Flags,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// Starts that are measured, and as many rounds of each reference.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) starts: u32,
    /// Starts in a block; blocks of Baton and of the references take turns.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) block: u32,
    /// Starts before the first that counts.
    #[arg(long, default_value_t = 50)]
    pub(crate) warm_up: u32,
    /// Milliseconds of quiet before each start.
    #[arg(long, default_value_t = 10)]
    pub(crate) pause_ms: u64,
    /// Writes the report to a file too.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The `baton` to measure [default: built from this checkout].
    #[arg(long, value_name = "FILE")]
    pub(crate) baton: Option<PathBuf>,
}

/// A process of the reference.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Takes HTTP and appends.
    #[command(name = "reference-http", hide = true)]
    Http(Part),
    /// Consumes, appends with a fence, and publishes a notice.
    #[command(name = "reference-router", hide = true)]
    Router(Part),
    /// Pushes notices to a socket.
    #[command(name = "reference-socket", hide = true)]
    Socket(Part),
}

/// What a process of the reference has to know.
#[derive(Clone, Debug, Args)]
pub(crate) struct Part {
    /// The broker.
    #[arg(long)]
    pub(crate) nats: String,
    /// Beginning of the names of streams and subjects.
    #[arg(long)]
    pub(crate) prefix: String,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
        assert!(CommandLine::try_parse_from(["baton-bench", "--starts", "0"]).is_err());
    }
}
