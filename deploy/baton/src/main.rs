//! The `baton` command. It reads the command line and hands over; it leaves routing to the
//! router, the protocol to the gateway, and every error to one line here.

mod alone;
mod broker;
mod calls;
mod cli;
mod config_check;
mod data_dir;
mod doctor;
mod parts;
mod token;
mod tour;
mod up;
mod why;

use std::process::ExitCode;

use anyhow::Context;
use baton_runtime::settings::{Process, Settings};
use baton_runtime::telemetry::{self, Verbosity};
use clap::Parser;

use cli::{Cli, Command, ConfigCommand, Source};

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            cli::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    telemetry::init(verbosity(&command))?;
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    // Only a second call can find one installed.
    let _ = provider.install_default();
    match command {
        Command::Up(flags) => {
            let settings = settings(Process::Up, &flags.source, flags.partial())?;
            block_on(up::run(settings))
        }
        Command::Router(flags) => {
            let settings = settings(Process::Router, &flags.source, flags.partial())?;
            block_on(alone::router(settings))
        }
        Command::Gateway(flags) => {
            let settings = settings(Process::Gateway, &flags.source, flags.partial())?;
            block_on(alone::gateway(settings))
        }
        Command::Config(ConfigCommand::Check { paths, strict }) => {
            config_check::run(&paths, strict)
        }
        Command::Token(flags) => {
            let settings = settings(Process::Up, &flags.source, flags.partial())?;
            token::run(&settings, &flags.grant)
        }
        Command::Tour(flags) => {
            let settings = settings(Process::Up, &flags.source, flags.partial())?;
            block_on(tour::run(settings, flags.public, flags.admin))
        }
        Command::Doctor(flags) => {
            let settings = settings(Process::Up, &flags.source, flags.partial())?;
            block_on(doctor::run(settings))
        }
        Command::Why(flags) => {
            let settings = settings(Process::Up, &flags.source, flags.partial())?;
            block_on(why::run(settings, flags))
        }
    }
}

const fn verbosity(command: &Command) -> Verbosity {
    match command {
        Command::Up(_) | Command::Router(_) | Command::Gateway(_) => Verbosity::Server,
        Command::Config(_)
        | Command::Token(_)
        | Command::Tour(_)
        | Command::Doctor(_)
        | Command::Why(_) => Verbosity::Command,
    }
}

fn settings(
    process: Process,
    source: &Source,
    flags: baton_runtime::settings::Partial,
) -> anyhow::Result<Settings> {
    Ok(Settings::load(process, flags, source.config.as_deref())?)
}

fn block_on(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(work)
}
