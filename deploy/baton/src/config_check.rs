//! `baton config check`: reads workspaces' configurations and prints what is wrong with each.
//! Leaves the rules to `baton-common` and `baton-gateway`, which applies them too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use baton_common::config::Workspace;
use baton_common::config::check::{Finding, Severity};
use baton_gateway::rules::check;

use crate::cli::say;

/// How a configuration is: by the worst that was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    Warned,
    Faulty,
}

/// Prints each finding on a line; fails with status 1 on an error, if strict on a warning too.
/// With one file it stands before every line only where it cannot be read.
pub(crate) fn run(paths: &[PathBuf], strict: bool) -> anyhow::Result<ExitCode> {
    if let [file] = paths
        && !file.is_dir()
    {
        let findings = check(&read(file)?);
        for finding in &findings {
            say(&line(finding));
        }
        say(&format!("{} {}", file.display(), outcome(&findings)));
        return Ok(status(&[grade(&findings)], strict));
    }
    let files = files(paths)?;
    let grades: Vec<Grade> = files.iter().map(|file| graded(file)).collect();
    say(&summary(&grades));
    Ok(status(&grades, strict))
}

/// Checks one file of several, and prints what is found behind its name.
fn graded(file: &Path) -> Grade {
    match read(file) {
        Ok(workspace) => {
            let findings = check(&workspace);
            for finding in &findings {
                say(&format!("{}: {}", file.display(), line(finding)));
            }
            grade(&findings)
        }
        Err(error) => {
            say(&format!("{}: error: {} (shape)", file.display(), error.root_cause()));
            Grade::Faulty
        }
    }
}

fn grade(findings: &[Finding]) -> Grade {
    let has = |severity| findings.iter().any(|finding| finding.severity == severity);
    if has(Severity::Error) {
        Grade::Faulty
    } else if has(Severity::Warning) {
        Grade::Warned
    } else {
        Grade::Good
    }
}

fn status(grades: &[Grade], strict: bool) -> ExitCode {
    let fails = |grade: &Grade| *grade == Grade::Faulty || (strict && *grade == Grade::Warned);
    if grades.iter().any(fails) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What to say of one file at last.
fn outcome(findings: &[Finding]) -> String {
    let count = |severity, word: &str| {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {word}{plural}")
    };
    let warnings = count(Severity::Warning, "warning");
    match grade(findings) {
        Grade::Good => "is a good configuration".to_owned(),
        Grade::Warned => format!("can be published, with {warnings}"),
        Grade::Faulty => {
            let errors = count(Severity::Error, "error");
            format!("cannot be published: {errors}, {warnings}")
        }
    }
}

/// What to say of several files at last.
fn summary(grades: &[Grade]) -> String {
    let count = |which| grades.iter().filter(|grade| **grade == which).count();
    let (warned, faulty) = (count(Grade::Warned), count(Grade::Faulty));
    let good = format!("{} of {} configurations are good", count(Grade::Good), grades.len());
    match (warned, faulty) {
        (0, 0) => good,
        _ => format!("{good}; with warnings alone {warned}, with errors {faulty}"),
    }
}

/// The named files, and those in the named folders by name.
fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = || format!("cannot read the folder {}", path.display());
        let entries = fs::read_dir(path).with_context(unreadable)?;
        let found: Result<Vec<PathBuf>, _> =
            entries.map(|entry| entry.map(|entry| entry.path())).collect();
        let is_one = |file: &PathBuf| {
            file.extension().is_some_and(|kind| kind == "toml" || kind == "json") && file.is_file()
        };
        let mut found: Vec<_> =
            found.with_context(unreadable)?.into_iter().filter(is_one).collect();
        if found.is_empty() {
            bail!("{} has no .toml or .json file; name another folder", path.display());
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
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

    fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("workspace.toml");
        fs::write(&file, text).unwrap();
        (folder, file)
    }

    /// The files of a corpus.
    fn corpus(name: &str) -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/config").join(name);
        files(&[folder]).unwrap()
    }

    /// What is wrong with a file, as `severity code path`.
    fn faults(file: &Path) -> Vec<String> {
        let severity = |found: &Finding| line(found).split(':').next().unwrap().to_owned();
        let fault = |found: &Finding| format!("{} {} {}", severity(found), found.code, found.path);
        match read(file) {
            Ok(workspace) => check(&workspace).iter().map(fault).collect(),
            Err(error) => {
                let place = format!("{:#}", error.root_cause());
                vec![format!("error shape {}", place.split(':').next().unwrap())]
            }
        }
    }

    /// What its first lines say is wrong with a file.
    fn expected(text: &str) -> Vec<String> {
        let comments = text.lines().map_while(|line| line.strip_prefix("# "));
        let is_fault = |line: &&str| line.starts_with("error ") || line.starts_with("warning ");
        comments.take_while(is_fault).map(str::to_owned).collect()
    }

    #[test]
    fn every_broken_configuration_has_its_faults_and_no_others() {
        let files = corpus("broken");
        assert!(files.len() >= 20, "{files:?}");
        let mut other = Vec::new();
        for file in files {
            let expected = expected(&fs::read_to_string(&file).unwrap());
            let found = faults(&file);
            if found != expected || expected.is_empty() {
                other.push((file, expected, found));
            }
        }
        assert!(other.is_empty(), "{other:#?}");
    }

    #[test]
    fn every_finding_says_what_to_do() {
        for file in corpus("broken") {
            for found in read(&file).map(|workspace| check(&workspace)).unwrap_or_default() {
                let (what, remedy) = found.message.rsplit_once(": ").unwrap_or_default();
                assert!(!what.is_empty() && remedy.len() > 8, "{}: {found:?}", file.display());
            }
        }
    }

    #[test]
    fn the_last_line_tells_warnings_from_errors() {
        let of = |text: &str| outcome(&check(&parse(text).unwrap()));
        assert_eq!(of("[queues.sales]\n[agents.a]\n"), "is a good configuration");
        assert_eq!(of("[queues]\n[agents.a]\n"), "can be published, with 1 warning");
        let bad = "default_queue = \"none\"\n[queues.sales]\n[agents.a]\n";
        assert_eq!(of(bad), "cannot be published: 1 error, 0 warnings");
        let several = [Grade::Good, Grade::Warned, Grade::Faulty, Grade::Good];
        let text = "2 of 4 configurations are good; with warnings alone 1, with errors 1";
        assert_eq!(summary(&several), text);
        assert_eq!(summary(&several[..1]), "1 of 1 configurations are good");
    }

    #[test]
    fn no_sound_configuration_has_any_finding() {
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/workspace.toml");
        let mut files = corpus("sound");
        assert!(files.len() >= 5, "{files:?}");
        files.push(demo);
        for file in files {
            assert_eq!(check(&read(&file).unwrap()), [], "{}", file.display());
        }
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
    fn an_error_finding_fails_and_a_warning_if_strict() {
        let (_folder, file) = written("default_queue = \"none\"\n[queues.sales]\n[agents.a]\n");
        let findings = check(&read(&file).unwrap());
        assert!(line(&findings[0]).starts_with("error: default_queue: "), "{findings:?}");
        assert_eq!(run(&[file], false).unwrap(), ExitCode::FAILURE);
        let (_folder, file) = written("[queues]\n[agents.a]\n");
        assert_eq!(run(std::slice::from_ref(&file), false).unwrap(), ExitCode::SUCCESS);
        assert_eq!(run(&[file], true).unwrap(), ExitCode::FAILURE);
    }

    #[test]
    fn a_folder_is_as_good_as_its_worst_file() {
        let (folder, _file) = written("[queues.sales]\n[agents.a]\n");
        let all = || run(&[folder.path().to_owned()], false).unwrap();
        assert_eq!(all(), ExitCode::SUCCESS);
        fs::write(folder.path().join("other.json"), "{").unwrap();
        assert_eq!(all(), ExitCode::FAILURE);
        let empty = tempfile::tempdir().unwrap();
        assert!(run(&[empty.path().to_owned()], false).is_err());
    }
}
