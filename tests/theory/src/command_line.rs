//! The command line of `baton-theory`, and which models it comes to. Running them is left to
//! `main`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::Parser;

use crate::Model;

/// Runs models of queueing theory over Baton's engine in virtual time and holds what it measures
/// against what theory says.
///
/// A model is a TOML file: who comes, who answers, how long things take, and what is expected;
/// those of tests/theory/models are examples. Exit codes: 0 every figure is within 2 % of its
/// reference and known to 1 %; 99 one is not; 1 a model could not be run.
#[derive(Clone, Debug, Parser)]
#[command(name = "baton-theory", version)]
pub struct CommandLine {
    /// Models, or folders of them.
    #[arg(required = true)]
    pub models: Vec<PathBuf>,
    /// Another seed draws other people.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Batches after which no more are tried, in place of the models'.
    #[arg(long, value_name = "BATCHES")]
    pub most: Option<usize>,
    /// How many models run at the same time (default: one a core).
    #[arg(long)]
    pub jobs: Option<usize>,
    /// Where the table goes, as Markdown.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

impl CommandLine {
    /// The models, read and checked, in the order of their names.
    pub fn read(&self) -> anyhow::Result<Vec<Model>> {
        let mut files = Vec::new();
        for path in &self.models {
            collect(path, &mut files)?;
        }
        ensure!(!files.is_empty(), "there is no model (*.toml): name a file or a folder of them");
        files.iter().map(|file| self.changed(Model::read(file)?)).collect()
    }

    fn changed(&self, mut model: Model) -> anyhow::Result<Model> {
        model.seed = self.seed.unwrap_or(model.seed);
        if let Some(most) = self.most {
            ensure!(most >= 5, "--most must be 5 or more: an interval needs batches");
            model.run.most = most;
            model.run.least = model.run.least.min(most);
        }
        Ok(model)
    }
}

/// A file as it is, a folder's models in order.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let within = || format!("cannot read the folder {}", path.display());
    let entries = fs::read_dir(path).with_context(within)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .with_context(within)?;
    paths.sort();
    for path in paths {
        if path.is_dir() || path.extension().is_some_and(|extension| extension == "toml") {
            collect(&path, files)?;
        }
    }
    Ok(())
}
