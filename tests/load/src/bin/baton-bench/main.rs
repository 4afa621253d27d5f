//! `baton-bench`: how long it takes from a customer's start to the offer at an agent's socket, on
//! an idle system, beside bare processes that do the same hops on the same broker. Leaves load
//! and failures to other binaries.

mod baton;
mod command_line;
mod frames;
mod machine;
mod measure;
mod process;
mod progress;
mod reference;
mod report;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Parser;

use command_line::{Command, CommandLine, Flags};
use process::BatonUp;

fn main() -> ExitCode {
    match run(CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "baton-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command_line: CommandLine) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let done = match command_line.command {
        None => runtime.block_on(bench(&command_line.flags)),
        Some(Command::Http(part)) => runtime.block_on(reference::http::run(&part)),
        Some(Command::Router(part)) => runtime.block_on(reference::router::run(&part)),
        Some(Command::Socket(part)) => runtime.block_on(reference::socket::run(&part)),
    };
    // A process of the reference has a thread that reads its standard input for ever.
    runtime.shutdown_background();
    done
}

async fn bench(flags: &Flags) -> anyhow::Result<()> {
    let binary = process::binary(flags.baton.as_deref()).await?;
    let up = BatonUp::start(&binary).await?;
    let measured = tokio::select! {
        measured = measure::run(&up, flags) => measured,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    let facts = machine::facts(&binary, &up).await;
    let stopped = up.stop().await;
    let report = report::render(&facts, flags, &measured?);
    writeln!(io::stdout(), "{report}").context("cannot print the report")?;
    if let Some(file) = &flags.out {
        std::fs::write(file, format!("{report}\n"))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    match stopped {
        Ok(()) => Ok(()),
        Err(error) => bail!("the figures stand, but Baton did not stop well: {error:#}"),
    }
}
