//! `baton-bench`: how fast Baton is on this machine, idle, at its limit, and when parts of it are
//! lost. Each measurement is a command with a folder of its own; load of every kind is left to
//! `baton-load`.

mod agents;
mod command_line;
mod doubled;
mod environment;
mod failover;
mod gateways;
mod latency;
mod spread;
mod steady;
mod system;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use command_line::{Command, CommandLine, Common};

/// Sockets of the largest measurement, both ends of each in the worst place.
const OPEN_FILES: u64 = 8_192;

fn main() -> ExitCode {
    match run(&CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "baton-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command_line: &CommandLine) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let done = match &command_line.command {
        Command::Http(part) => runtime.block_on(latency::reference::http::run(part)),
        Command::Router(part) => runtime.block_on(latency::reference::router::run(part)),
        Command::Socket(part) => runtime.block_on(latency::reference::socket::run(part)),
        command => {
            let common = &command_line.common;
            environment::prepare(common.baton.as_deref())?;
            environment::open_files(OPEN_FILES)?;
            runtime.block_on(bench(common, command)).and_then(|report| show(common, &report))
        }
    };
    // A process of the reference has a thread that reads its standard input for ever.
    runtime.shutdown_background();
    done
}

async fn bench(common: &Common, command: &Command) -> anyhow::Result<String> {
    match command {
        Command::Latency(flags) => latency::run(flags).await,
        Command::Failover(flags) => failover::run(common, flags).await,
        Command::Gateways(flags) => gateways::run(common, flags).await,
        Command::Steady(flags) => steady::run(flags).await,
        Command::Doubled(flags) => doubled::run(flags).await,
        Command::Http(_) | Command::Router(_) | Command::Socket(_) => unreachable!("run above"),
    }
}

fn show(common: &Common, report: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{report}").context("cannot print the report")?;
    match &common.out {
        Some(file) => std::fs::write(file, format!("{report}\n"))
            .with_context(|| format!("cannot write {}", file.display())),
        None => Ok(()),
    }
}
