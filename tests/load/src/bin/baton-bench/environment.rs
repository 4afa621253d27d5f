//! What this process needs before it measures: the program that is measured, found or built, and
//! room for many sockets. It starts itself once more with the first in its environment, because
//! that is where the processes of a stage look for it.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use baton_load::machine;

/// Names the program to the processes of a stage.
const PROGRAM: &str = "BATON_PROGRAM";
const LOG: &str = "BATON_LOG";
/// Logging costs time that is not Baton's at work.
const QUIET: &str = "warn";

/// Returns in a process whose environment names the program; its path.
pub(crate) fn prepare(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(program) = std::env::var_os(PROGRAM) {
        return Ok(program.into());
    }
    let program = binary(given)?;
    let own = std::env::current_exe().context("cannot find this binary")?;
    let mut again = Command::new(own);
    again.args(std::env::args_os().skip(1)).env(PROGRAM, &program);
    again.env(LOG, std::env::var_os(LOG).unwrap_or_else(|| OsString::from(QUIET)));
    bail!("cannot start this binary again: {}", again.exec())
}

/// Raises this process's limit of open files as far as it may, and says if that is too little.
pub(crate) fn open_files(needed: u64) -> anyhow::Result<()> {
    let limit = machine::raise_descriptor_limit().context("cannot read the limits")?;
    ensure!(
        limit >= needed,
        "this takes {needed} open files and {limit} are allowed: raise the limit (ulimit -n)"
    );
    Ok(())
}

/// The `baton` to measure: the given one, else it is built beside this binary.
fn binary(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(given) = given {
        ensure!(given.is_file(), "there is no {}: check --baton", given.display());
        return Ok(given.to_owned());
    }
    let own = std::env::current_exe().context("cannot find this binary")?;
    let folder = own.parent().context("this binary lies in no folder")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--locked", "--package", "baton"]);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    let built = build.status().context("cannot run cargo; name a binary with --baton")?;
    ensure!(built.success(), "baton cannot be built; name a binary with --baton");
    Ok(folder.join("baton"))
}
