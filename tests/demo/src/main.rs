//! `baton-demo`: a Baton with virtual customers and agents who chat, transfer and give up at a
//! human pace, so that every page has something to show. One agent is left for whoever tries it.

mod agent;
mod customer;
mod office;
mod plans;
mod topics;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use rand::RngExt as _;
use tokio::task::JoinSet;

use crate::office::{Office, Own};

/// A Baton with virtual people on it.
#[derive(Debug, Parser)]
#[command(name = "baton-demo")]
struct Flags {
    /// The program that is started; arguments for its `up` come after `--`.
    #[arg(long, default_value = "baton", conflicts_with = "gateway")]
    baton: String,
    /// A development server that runs already, in place of starting one: the address that it
    /// printed for browsers.
    #[arg(long, value_name = "URL")]
    gateway: Option<String>,
    /// Agents that are left for real people; may be repeated.
    #[arg(long, default_value = "agent1")]
    free: Vec<String>,
    /// A customer about every so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 9.0, value_parser = positive)]
    every: f64,
    /// How long everything takes: 0.5 is twice as fast.
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    pace: f64,
    /// For `baton up`.
    #[arg(last = true)]
    up: Vec<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    let (mut own, url) = if let Some(url) = &flags.gateway {
        (None, url.trim_end_matches('/').to_owned())
    } else {
        let (own, url) = Own::start(&flags.baton, &flags.up).await?;
        (Some(own), url)
    };
    let stopped = async {
        match &mut own {
            Some(own) => own.ended().await,
            None => std::future::pending().await,
        }
    };
    let outcome = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => Ok(()),
        () = terminated() => Ok(()),
        () = stopped => Err(anyhow::anyhow!("baton up ended: see what it says above")),
        outcome = play(&flags, &url) => outcome,
    };
    if let Some(own) = own {
        say("\nending Baton; its state stays for the next start");
        own.stop().await;
    }
    outcome
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.001..=1e6).contains(number));
    number.ok_or_else(|| "a number from 0.001 to 1000000 is needed".to_owned())
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

/// Agents log in, then customers come, until somebody stops it.
async fn play(flags: &Flags, url: &str) -> anyhow::Result<()> {
    let office = Arc::new(Office::at(url));
    let agents = office.agents().await?;
    let mut at_work = JoinSet::new();
    for agent in agents.into_iter().filter(|agent| !flags.free.contains(agent)) {
        at_work.spawn(agent::work(Arc::clone(&office), agent, flags.pace));
    }
    say_hello(flags, url, at_work.len());
    let mut customers = JoinSet::new();
    loop {
        let wait = -rand::rng().random_range(f64::EPSILON..1.0f64).ln() * flags.every * flags.pace;
        tokio::select! {
            biased;
            Some(ended) = at_work.join_next() => ended?,
            () = tokio::time::sleep(Duration::from_secs_f64(wait)) => {
                customers.spawn(customer::visit(Arc::clone(&office), flags.pace));
            }
        }
        while customers.try_join_next().is_some() {}
    }
}

fn say_hello(flags: &Flags, url: &str, agents: usize) {
    let free = flags.free.join(", ");
    say(&format!(
        "\n{agents} virtual agents are at work, a customer comes about every {} seconds.\n\n  \
         in a browser    {url}\n  \
         at the desk     pick {free}: nobody plays them\n\nCtrl-C ends it.",
        flags.every
    ));
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
