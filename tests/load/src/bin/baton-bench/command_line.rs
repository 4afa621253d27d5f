//! The command line. The hidden commands are the processes of the reference: this binary starts
//! itself again as each of them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Measures Baton on this machine: real processes, a broker of their own, nothing left behind.
#[derive(Debug, Parser)]
#[command(name = "baton-bench", version, about)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every measurement takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Writes the report to a file too.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) out: Option<PathBuf>,
    /// The `baton` to measure [default: built from this checkout].
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) baton: Option<PathBuf>,
    /// Writes what the processes logged to a file; BATON_LOG says what they log.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) logs: Option<PathBuf>,
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start to `offer.new` on an idle Baton, beside a reference on the same broker.
    Latency(Latency),
    /// From the loss of the leading router to the next assignment.
    Failover(Failover),
    /// From the loss of a gateway to each client's welcome at another.
    Gateways(Gateways),
    /// The highest steady rate of chats, and what bounds it.
    Steady(Steady),
    /// A negative control: some accepts are doubled under load, and the audit must find them.
    Doubled(Doubled),
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

/// `latency`.
#[derive(Debug, Args)]
pub(crate) struct Latency {
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
    /// 1: `baton up`. 3: a cluster of three servers that sync always, a router and a gateway.
    #[arg(long, value_enum, default_value_t = Replicas::One)]
    pub(crate) replicas: Replicas,
}

/// `failover`.
#[derive(Debug, Args)]
pub(crate) struct Failover {
    /// How the leader is lost.
    #[arg(long, value_enum)]
    pub(crate) kind: Kind,
    /// How often.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// Milliseconds between two starts.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) every_ms: u64,
    /// Routers, the leading one included.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(2..=5))]
    pub(crate) routers: u8,
    /// Milliseconds of quiet operation before each loss, a random part of 200 ms added.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) settle_ms: u64,
    /// Servers of the broker, and replicas of its streams.
    #[arg(long, value_enum, default_value_t = Replicas::One)]
    pub(crate) replicas: Replicas,
}

/// `gateways`.
#[derive(Debug, Args)]
pub(crate) struct Gateways {
    /// People who are connected, agents included.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) clients: usize,
    /// Agents among them.
    #[arg(long, default_value_t = 100)]
    pub(crate) agents: usize,
    /// Gateways, the lost one included.
    #[arg(
        long = "gateways", default_value_t = 3,
        value_parser = clap::value_parser!(u8).range(2..=9),
    )]
    pub(crate) count: u8,
    /// Lines a second, by all together.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) lines_per_s: u32,
    /// Stops the gateway in order (SIGTERM) instead of killing it.
    #[arg(long)]
    pub(crate) drain: bool,
}

/// `steady`.
#[derive(Debug, Args)]
pub(crate) struct Steady {
    /// Servers of the broker, and replicas of its streams.
    #[arg(long, value_enum, default_value_t = Replicas::One)]
    pub(crate) replicas: Replicas,
    /// Gateways.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(crate) gateways: u8,
    /// Chats a second of the first step; it doubles while it is met, then is closed in on.
    #[arg(long, default_value_t = 50.0)]
    pub(crate) from: f64,
    /// Seconds of a step.
    #[arg(long, default_value_t = 15.0)]
    pub(crate) step_s: f64,
    /// Start to `offer.new` that a step must not exceed at the 99th percentile, in milliseconds.
    #[arg(long, default_value_t = 50.0)]
    pub(crate) p99_ms: f64,
    /// Steps after the doubling ended.
    #[arg(long, default_value_t = 4)]
    pub(crate) halvings: u32,
    /// Seconds of the whole run; the search ends before its end if need be.
    #[arg(long, default_value_t = 330.0)]
    pub(crate) limit_s: f64,
}

/// `doubled`.
#[derive(Debug, Args)]
pub(crate) struct Doubled {
    /// One accept in so many is doubled, by chance.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) one_in: u32,
    /// Of the chance.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Chats in all.
    #[arg(long, default_value_t = 12_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) accepts: u32,
    /// Chats a second.
    #[arg(long, default_value_t = 100.0)]
    pub(crate) rate: f64,
}

/// Servers of the broker and replicas of its streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Replicas {
    /// One server.
    #[value(name = "1")]
    One,
    /// A cluster of three that syncs to the disk before it acknowledges.
    #[value(name = "3")]
    Three,
}

/// How a leader is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// SIGKILL.
    Kill,
    /// SIGSTOP; it goes on once another leads.
    Freeze,
    /// SIGTERM.
    Planned,
}

/// What a process of the reference has to know.
#[derive(Clone, Debug, Args)]
pub(crate) struct Part {
    /// The servers of the broker, separated by commas.
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
        assert!(CommandLine::try_parse_from(["baton-bench", "latency", "--starts", "0"]).is_err());
        assert!(CommandLine::try_parse_from(["baton-bench"]).is_err());
    }
}
