//! `baton-scale`: Baton on many hosts that are one machine's network namespaces, under load, with
//! every part broken once. Exits 0 when nobody, of the load or the probes, was unserved for longer
//! than the bound and the audit is clean. Needs root; leaves the load itself to `baton-load`.

mod broker;
mod faults;
mod health;
mod leaderless;
mod net;
mod people;
mod probe;
mod process;
mod report;
mod site;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use baton_client::Gateways;
use baton_e2e::Minter;
use baton_load::{Control, Outcome, Scenario, Target};
use clap::{Parser, ValueEnum as _};
use serde_json::json;

use crate::broker::Eye;
use crate::faults::{Drill, Fault};
use crate::probe::Probes;
use crate::report::Row;
use crate::site::{GATEWAYS, Part, Programs, ROUTERS, Site};

/// Who comes meanwhile. It is ended after the last fault, long before its own end.
const LOAD: &str = include_str!("load.toml");

/// Breaks a Baton that is spread over hosts, under load, and measures what people notice.
#[derive(Debug, Parser)]
#[command(name = "baton-scale")]
struct Flags {
    /// Only these faults, in this order.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Fault>,
    /// Where the report goes.
    #[arg(long, default_value = "target/scale/report.json")]
    report: PathBuf,
    /// Keep the folder with the processes' logs and streams.
    #[arg(long)]
    keep: bool,
}

/// What a whole run showed.
struct Shown {
    rows: Vec<Row>,
    probed: usize,
    load: Outcome,
}

#[tokio::main]
async fn main() -> ExitCode {
    let flags = Flags::parse();
    let begun = Instant::now();
    match run(&flags).await {
        Ok(holds) => {
            say(&format!("{} s in all", begun.elapsed().as_secs()));
            ExitCode::from(u8::from(!holds))
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "baton-scale: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: &Flags) -> anyhow::Result<bool> {
    let programs = programs()?;
    let mut site = Site::build(programs)?;
    if flags.keep {
        say(&format!("logs and streams stay in {}", site.keep_folder().display()));
    }
    let shown = tokio::select! {
        shown = drive(flags, &mut site) => shown,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    if shown.is_err() {
        say(&format!("logs stay in {}", site.keep_folder().display()));
    }
    judge(flags, &shown?)
}

async fn drive(flags: &Flags, site: &mut Site) -> anyhow::Result<Shown> {
    say("starting three brokers, two routers, three gateways and a proxy, each on a host");
    site.start().await?;
    let control = Control::new();
    let minter = Minter::new(&site.secret);
    let gateways = Gateways::new([site.public()]);
    let probes = Probes::start(&gateways, &minter, control.ledger()).await?;
    let load = baton_load::run(Scenario::parse(LOAD)?, target(site, minter), control.clone());
    let mut load = tokio::spawn(load);
    let all = Fault::value_variants();
    let faults = if flags.only.is_empty() { all } else { &flags.only };
    let drills = async {
        let begun = control.began().await;
        let mut rows = Vec::new();
        for fault in faults {
            say(&format!("{:>4} s  {}", begun.elapsed().as_secs(), fault.name()));
            control.mark(fault.name());
            let mut drill = Drill { site, probes: &probes };
            rows.push(drill.run(*fault).await.with_context(|| fault.name())?);
            report::judge(&mut rows, &control.ledger().waits());
            say(report::table(&rows[rows.len() - 1..]).trim_end());
        }
        say("no more faults: the chats end, then the audit");
        let probed = probes.stop().await?;
        Eye::open(&[0, 1, 2], site).await?.remove_probe().await;
        control.stop_arrivals();
        anyhow::Ok((rows, probed))
    };
    let (mut rows, probed) = tokio::select! {
        done = drills => done?,
        early = &mut load => {
            let why = early.context("the load")?.err();
            return Err(why.unwrap_or_else(|| anyhow::anyhow!("the load ended by itself")));
        }
    };
    let load = load.await.context("the load")?.context("the load")?;
    // Once more: only now is every wait over.
    report::judge(&mut rows, &control.ledger().waits());
    Ok(Shown { rows, probed, load })
}

/// Through the proxy and past it, as far as the load is concerned.
fn target(site: &Site, minter: Minter) -> Target {
    let direct = (0..GATEWAYS).map(|gateway| site.direct(gateway));
    let admins = (0..ROUTERS).map(|router| site.admin(Part::Router(router)));
    Target {
        gateways: Gateways::new([site.public()].into_iter().chain(direct)),
        admins: Gateways::new(admins),
        nats_url: Some(site.broker(0)),
        minter,
        workspace: "load".into(),
        is_own: true,
    }
}

fn judge(flags: &Flags, shown: &Shown) -> anyhow::Result<bool> {
    say(&format!("\n{}", report::table(&shown.rows)));
    say(&report::worst(&shown.rows));
    say(&format!("chats of the probes: {}, all served and ended", shown.probed));
    say(&baton_load::report::text(&shown.load));
    let served = shown.rows.iter().all(Row::holds);
    let clean = shown.load.verdict() == baton_load::Verdict::Met;
    let rest = json!({ "holds": served && clean, "probed": shown.probed, "load": shown.load });
    report::write(&flags.report, &shown.rows, rest)?;
    say(&format!("report: {}", flags.report.display()));
    // Last: who sees only the end of it shall know which.
    let broken: Vec<&Row> = shown.rows.iter().filter(|row| !row.holds()).collect();
    for row in &broken {
        say(&format!("BROKEN {}", report::verdict(row)));
    }
    if !clean {
        say("BROKEN the load: see its thresholds and audit above");
    }
    Ok(served && clean)
}

/// The programs beside this one; `BATON_PROGRAM` and `BATON_NATS_SERVER` name others.
fn programs() -> anyhow::Result<Programs> {
    let own = std::env::current_exe().context("cannot find this program")?;
    let beside = own.with_file_name("baton");
    let baton = std::env::var_os("BATON_PROGRAM").map_or(beside, PathBuf::from);
    ensure!(baton.is_file(), "{} is missing: run `cargo build -p baton`", baton.display());
    let nats = std::env::var_os("BATON_NATS_SERVER").map(PathBuf::from);
    let nats = nats.context("name the broker's program in BATON_NATS_SERVER: see `make`")?;
    ensure!(nats.is_file(), "{} is missing: see BATON_NATS_SERVER", nats.display());
    Ok(Programs { baton, nats })
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
