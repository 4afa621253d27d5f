//! `baton config check FILE`: reads a workspace's configuration and prints what is wrong with it.
//! Leaves the rules to `baton-common`, which the gateway applies too.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use baton_common::config::Workspace;
use baton_common::config::check::{Finding, Severity, check, is_ok};

use crate::cli::say;

/// Prints each finding on a line; fails with status 1 on an error.
pub(crate) fn run(file: &Path) -> anyhow::Result<ExitCode> {
    let findings = check(&read(file)?);
    for finding in &findings {
        say(&line(finding));
    }
    if !is_ok(&findings) {
        return Ok(ExitCode::FAILURE);
    }
    say(&format!("{} is a good configuration", file.display()));
    Ok(ExitCode::SUCCESS)
}

/// Reads a configuration; unknown keys and wrong types are refused.
pub(crate) fn read(file: &Path) -> anyhow::Result<Workspace> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read {}; check the path", file.display()))?;
    let json = file.extension().is_some_and(|extension| extension == "json");
    let parsed = if json {
        serde_json::from_str(&text).map_err(|error| anyhow!("{error}"))
    } else {
        parse(&text)
    };
    parsed.with_context(|| format!("{} is no configuration", file.display()))
}

/// Parses TOML; the error is one line that names place and key.
pub(crate) fn parse(text: &str) -> anyhow::Result<Workspace> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let before = error.span().map_or("", |span| &text[..span.start]);
        let line = before.matches('\n').count() + 1;
        anyhow!("line {line}: {}", error.message().replace('\n', ", "))
    })
}

/// A finding on one line.
pub(crate) fn line(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    format!("{severity}: {}: {} ({})", finding.path, finding.message, finding.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("workspace.toml");
        fs::write(&file, text).unwrap();
        (folder, file)
    }

    #[test]
    fn the_demo_is_good_without_any_finding() {
        let demo = parse(crate::up::DEMO_WORKSPACE).unwrap();
        assert_eq!(check(&demo), []);
        assert_eq!((demo.queues.len(), demo.agents.len(), demo.supervisors.len()), (3, 8, 1));
    }

    #[test]
    fn an_unknown_key_is_refused_with_line_and_name() {
        let (_folder, file) = written("[queues.sales]\ncolour = \"red\"\n");
        let error = format!("{:#}", read(&file).unwrap_err());
        assert!(error.contains("line 2") && error.contains("colour"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[test]
    fn an_error_finding_fails() {
        let (_folder, file) = written("default_queue = \"none\"\n[queues.sales]\n[agents.a]\n");
        let findings = check(&read(&file).unwrap());
        assert!(!is_ok(&findings));
        assert!(line(&findings[0]).starts_with("error: default_queue: "), "{findings:?}");
        assert_eq!(run(&file).unwrap(), ExitCode::FAILURE);
    }
}
