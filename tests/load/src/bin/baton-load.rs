//! `baton-load`: reads the command line, loads, reports, and says by its exit code what came of
//! it. Everything that it does is the library's.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use baton_load::command_line::CommandLine;
use baton_load::fresh::Fresh;
use baton_load::machine::{self, Measured};
use baton_load::{Control, Outcome, Scenario, Target, Verdict, progress, report, run};
use clap::Parser as _;

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = tokio::runtime::Runtime::new().context("cannot start the runtime");
    match done.and_then(|runtime| runtime.block_on(Box::pin(load(&line)))) {
        Ok(verdict) => ExitCode::from(verdict.code()),
        Err(error) => {
            let _ = writeln!(io::stderr(), "baton-load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn load(line: &CommandLine) -> anyhow::Result<Verdict> {
    let plan = line.plan()?;
    let folder = line.folder(&plan);
    let ((outcome, broken), facts) = if line.fresh {
        let mut fresh = Fresh::start(plan.baton).await?;
        let (control, target) = (Control::new(), fresh.target());
        let faults = Box::pin(fresh.break_things(&plan.faults, &control));
        let done = with_faults(&plan, target, &control, faults).await?;
        (done, machine::facts(&fresh.measured()).await)
    } else {
        let measured = Measured { nats: line.nats_url.clone(), ..Measured::default() };
        let done = (watched(&plan, line.target()?, &Control::new()).await?, Ok(()));
        (done, machine::facts(&measured).await)
    };
    let files = report::write(&folder, &outcome, &facts)?;
    writeln!(io::stdout(), "{}", report::text(&outcome)).context("cannot print the report")?;
    writeln!(io::stdout(), "report: {}", files.html.display()).context("cannot print")?;
    broken.map(|()| outcome.verdict())
}

/// Runs while things break; that something could not be broken is told after the report.
async fn with_faults(
    plan: &Scenario,
    target: Target,
    control: &Control,
    faults: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<(Outcome, anyhow::Result<()>)> {
    let running = watched(plan, target, control);
    tokio::pin!(running, faults);
    tokio::select! {
        outcome = &mut running => {
            let outcome = outcome?;
            let late = || anyhow::anyhow!("the run was over before the last fault was done");
            let broken = if outcome.stopped_early { Ok(()) } else { Err(late()) };
            Ok((outcome, broken))
        }
        broken = &mut faults => running.await.map(|outcome| (outcome, broken)),
    }
}

/// Runs with its progress shown; Ctrl-C lets the run drain and be audited.
async fn watched(plan: &Scenario, target: Target, control: &Control) -> anyhow::Result<Outcome> {
    // A task of its own: whoever breaks things on this one must not hold up arrivals.
    let running = tokio::spawn(run(plan.clone(), target, control.clone()));
    let shown = progress::show(control, plan.duration_s);
    tokio::pin!(running, shown);
    let (mut is_shown, mut is_stopped) = (true, false);
    loop {
        tokio::select! {
            biased;
            outcome = &mut running => return outcome.context("the run panicked")?,
            () = &mut shown, if is_shown => is_shown = false,
            _ = tokio::signal::ctrl_c(), if !is_stopped => {
                control.mark("stopped by hand");
                control.stop_arrivals();
                is_stopped = true;
            }
        }
    }
}
