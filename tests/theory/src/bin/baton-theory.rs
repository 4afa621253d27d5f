//! `baton-theory`: reads the command line, runs models, prints and writes the table, and says by
//! its exit code what came of it.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Context as _;
use baton_theory::command_line::CommandLine;
use baton_theory::{Model, Trial, table, try_model};
use clap::Parser as _;

/// Some figure is not what theory says.
const OFF: u8 = 99;

fn main() -> ExitCode {
    match theory(&CommandLine::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(OFF),
        Err(error) => {
            let _ = writeln!(io::stderr(), "baton-theory: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything is as theory says.
fn theory(line: &CommandLine) -> anyhow::Result<bool> {
    let models = line.read()?;
    writeln!(io::stdout(), "{}", table::heading()).context("cannot print")?;
    let tried = try_all(models, line.jobs)?;
    if let Some(file) = &line.out {
        let page = table::markdown(&tried);
        std::fs::write(file, page)
            .with_context(|| format!("cannot write {}: give another --out", file.display()))?;
        writeln!(io::stdout(), "table: {}", file.display()).context("cannot print")?;
    }
    let missed: usize = tried.iter().map(|(model, trial)| trial.missed(model)).sum();
    let say = match missed {
        0 => "every figure is as theory says".to_owned(),
        _ => format!("{missed} figures are not as theory says, or not known well enough"),
    };
    writeln!(io::stdout(), "{say}").context("cannot print")?;
    Ok(missed == 0)
}

/// Several at a time, each printed as it is done; returned in their order.
fn try_all(models: Vec<Model>, jobs: Option<usize>) -> anyhow::Result<Vec<(Model, Trial)>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((at, model)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, models.get(at)?)))
        {
            let trial = try_model(model, |_| {}).with_context(|| model.name.clone());
            if let Ok(trial) = &trial {
                let _ = write!(io::stdout(), "{}", table::text(model, trial));
            }
            done.lock().expect("nobody panics while holding it").push((at, trial));
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.unwrap_or(cores).clamp(1, models.len()) {
            scope.spawn(work);
        }
    });
    let mut done = done.into_inner().expect("nobody panics while holding it");
    done.sort_by_key(|(at, _)| *at);
    let trials = done.into_iter().map(|(_, trial)| trial).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(models.into_iter().zip(trials).collect())
}
