//! Every setting is documented, and every `BATON_` name that a deployment file or its description
//! uses is one that somebody reads. Leaves the files themselves to `deployment`.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use baton_runtime::settings::{KEYS, OTHER_VARIABLES, environment};

/// Processes in the order of the table's columns.
const PROCESSES: [&str; 3] = ["router", "gateway", "up"];
/// Read by Docker's Compose alone.
const COMPOSE: &str = "BATON_USER";

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn manual() -> String {
    fs::read_to_string(deploy().join("README.md")).unwrap()
}

fn variable(key: &str) -> String {
    format!("BATON_{}", key.to_ascii_uppercase())
}

/// All files below that are text and no Rust.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            // A deployment's own secrets, not ours to read.
            if !entry.ends_with("secrets") {
                found.extend(files(&entry));
            }
        } else if entry.extension().is_none_or(|extension| extension != "rs") {
            let text = fs::read_to_string(&entry).unwrap();
            found.push((entry, text));
        }
    }
    found
}

/// The `BATON_` names of a text.
fn names(text: &str) -> BTreeSet<String> {
    let is_of_a_name = |letter: char| matches!(letter, 'A'..='Z' | '0'..='9' | '_');
    let words = text.split(|letter| !is_of_a_name(letter));
    let named = words.filter(|word| word.strip_prefix("BATON_").is_some_and(|it| !it.is_empty()));
    named.map(str::to_owned).collect()
}

/// The variables that the load balancer reads: `${NAME-default}`.
fn of_the_proxy() -> BTreeSet<String> {
    let text = fs::read_to_string(deploy().join("haproxy/haproxy.cfg")).unwrap();
    let settings = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    settings.flat_map(names).collect()
}

#[test]
fn the_manual_has_every_setting_and_which_process_takes_it() {
    let manual = manual();
    let rows = manual.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let rows: BTreeMap<&str, Vec<&str>> =
        rows.map(|(name, rest)| (name, rest.split('|').map(str::trim).collect())).collect();
    let rows: BTreeMap<_, _> =
        rows.into_iter().filter(|(name, _)| name.starts_with("BATON_")).collect();
    let expected: BTreeSet<String> = KEYS.into_iter().map(variable).collect();
    assert_eq!(rows.keys().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), expected);
    for (column, process) in PROCESSES.into_iter().enumerate() {
        let help = Command::new(env!("CARGO_BIN_EXE_baton")).args([process, "--help"]).output();
        let help = String::from_utf8(help.unwrap().stdout).unwrap();
        for key in KEYS {
            let takes = help.contains(&format!("--{} ", key.replace('_', "-")))
                || help.contains(&format!("--{}[", key.replace('_', "-")));
            let says = rows[&*variable(key)][column + 1] == "•";
            assert_eq!(says, takes, "{process} and {key}");
        }
    }
    for name in OTHER_VARIABLES {
        assert!(manual.contains(&format!("`{name}`")), "{name} is not documented");
    }
}

#[test]
fn every_name_that_a_deployment_uses_is_read_by_somebody() {
    let mut known: BTreeSet<String> = KEYS.into_iter().map(variable).collect();
    known.extend(OTHER_VARIABLES.map(str::to_owned));
    known.extend(of_the_proxy());
    known.insert(COMPOSE.to_owned());
    for (path, text) in files(&deploy()) {
        let unknown: Vec<String> = names(&text).difference(&known).cloned().collect();
        assert!(unknown.is_empty(), "{}: nobody reads {unknown:?}", path.display());
    }
}

#[test]
fn what_the_manual_writes_into_files_is_taken() {
    let proxy = of_the_proxy();
    let manual = manual();
    let lines = manual.lines().map(|line| line.strip_prefix("echo '").unwrap_or(line));
    let lines = lines.map(|line| line.split('\'').next().unwrap());
    let pairs = lines.filter(|line| line.starts_with("BATON_")).filter_map(|it| it.split_once('='));
    let ours = pairs.filter(|(name, _)| !proxy.contains(*name));
    let ours: Vec<(OsString, OsString)> =
        ours.map(|(name, value)| (name.into(), value.into())).collect();
    assert!(ours.len() > 6, "{ours:?}");
    environment(ours.into_iter()).unwrap_or_else(|error| panic!("{error}"));
}
