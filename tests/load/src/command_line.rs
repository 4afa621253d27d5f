//! The command line of `baton-load`, and what it comes to: which scenario on which Baton. Running
//! it is left to `main`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use baton_client::Gateways;
use baton_e2e::Minter;
use clap::Parser;

use crate::Scenario;
use crate::scenario::Overrides;
use crate::target::{Target, fresh_workspace};

/// Loads a Baton with virtual customers and agents, audits what came of it, writes a report.
///
/// Exit codes: 0 everything holds; 99 the audit is clean, but a threshold of the scenario is
/// missed; 1 the audit is violated, or the run could not be made.
#[derive(Clone, Debug, Parser)]
#[command(name = "baton-load", version)]
pub struct CommandLine {
    /// smoke, steady, transfers, failover, or a TOML file.
    pub scenario: String,
    /// Starts a Baton for this run alone, as the scenario's table `baton` says.
    #[arg(long, conflicts_with_all = ["gateways", "nats_url", "admins", "token_secret_file"])]
    pub fresh: bool,
    /// A gateway's public address of a running Baton; may be repeated.
    #[arg(long = "gateway", value_name = "URL", required_unless_present = "fresh")]
    pub gateways: Vec<String>,
    /// Its broker, for the audit.
    #[arg(long, value_name = "URL")]
    pub nats_url: Option<String>,
    /// A router's admin address, for comparing exported statistics; may be repeated.
    #[arg(long = "admin", value_name = "URL")]
    pub admins: Vec<String>,
    /// The file with the secret that its tokens are signed with.
    #[arg(long, value_name = "FILE", required_unless_present = "fresh")]
    pub token_secret_file: Option<PathBuf>,
    /// Customers a second, in place of the scenario's.
    #[arg(long)]
    pub rate: Option<f64>,
    /// Seconds in which customers come, in place of the scenario's.
    #[arg(long, value_name = "SECONDS")]
    pub duration: Option<f64>,
    /// How many agents, in place of the scenario's.
    #[arg(long)]
    pub agents: Option<usize>,
    /// Another seed draws other times.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Where report.json and report.html go (default: a folder of its name in target/load).
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

impl CommandLine {
    /// The scenario as it will be run.
    pub fn plan(&self) -> anyhow::Result<Scenario> {
        let changes = Overrides {
            rate: self.rate,
            duration_s: self.duration,
            agents: self.agents,
            seed: self.seed,
        };
        let plan = Scenario::load(&self.scenario)?.with(&changes)?;
        ensure!(
            self.fresh || plan.faults.is_empty(),
            "{} breaks things, which is done to a Baton of its own only: add --fresh, or take a \
             scenario without [[fault]]",
            plan.name
        );
        Ok(plan)
    }

    /// Where the report goes.
    pub fn folder(&self, plan: &Scenario) -> PathBuf {
        self.out.clone().unwrap_or_else(|| Path::new("target/load").join(&plan.name))
    }

    /// The running Baton that was named.
    pub fn target(&self) -> anyhow::Result<Target> {
        let file = self.token_secret_file.as_deref();
        let file = file.context("give --token-secret-file, or --fresh")?;
        let secret = std::fs::read_to_string(file).with_context(|| {
            format!("cannot read {}: give the file that the gateways use", file.display())
        })?;
        Ok(Target {
            gateways: Gateways::new(self.gateways.clone()),
            admins: Gateways::new(self.admins.clone()),
            nats_url: self.nats_url.clone(),
            minter: Minter::new(secret.trim()),
            workspace: fresh_workspace(),
            is_own: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
        let read = |args: &[&str]| CommandLine::try_parse_from(args);
        assert!(read(&["baton-load", "smoke", "--fresh", "--rate", "3"]).is_ok());
        assert!(read(&["baton-load", "smoke"]).is_err());
        assert!(read(&["baton-load", "smoke", "--fresh", "--gateway", "http://a"]).is_err());
    }

    #[test]
    fn faults_are_for_a_baton_of_its_own() {
        let args = ["baton-load", "smoke", "--gateway", "http://a", "--token-secret-file", "s"];
        let line = CommandLine::try_parse_from(args).unwrap();
        assert!(line.plan().unwrap_err().to_string().contains("add --fresh"));
        assert!(line.target().unwrap_err().to_string().contains("the file that the gateways use"));
    }
}
