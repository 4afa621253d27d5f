//! The files of the checkout as git sees them, and the packages among them.
//!
//! Tracked files and new ones that are not ignored count; what is built or fetched does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use toml::Table;

/// All files of the checkout by path; binary files have no text.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, Option<String>>,
}

/// A Cargo package of ours.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its folder, from the root of the checkout.
    pub folder: String,
    /// Its parsed `Cargo.toml`.
    pub manifest: Table,
}

/// The root of this checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("tests/tidy lies two folders deep")
        .to_owned()
}

impl Tree {
    /// Reads the checkout at `root`.
    pub fn load(root: &Path) -> Result<Self> {
        let listing = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("git cannot be started: install it")?;
        let complaint = String::from_utf8_lossy(&listing.stderr);
        ensure!(listing.status.success(), "git ls-files failed: {complaint}");
        let names = String::from_utf8(listing.stdout).context("a file name is not UTF-8")?;
        let mut files = BTreeMap::new();
        for name in names.split_terminator('\0') {
            // A tracked file that was just deleted is listed but not there.
            if let Ok(bytes) = fs::read(root.join(name)) {
                files.insert(name.to_owned(), String::from_utf8(bytes).ok());
            }
        }
        Ok(Self { files })
    }

    /// A tree out of paths and texts, for tests of the checks.
    pub fn sample(files: &[(&str, &str)]) -> Self {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), Some((*text).to_owned()));
        Self { files: files.iter().map(own).collect() }
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// All files that are text, sorted by path.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// All Rust files, sorted by path.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| has_extension(path, "rs"))
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether a file or folder lies at `path`; the empty path is the root.
    pub fn holds(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.keys().any(|file| file.starts_with(&folder))
    }

    /// The workspace's `Cargo.toml`.
    pub fn workspace(&self) -> Table {
        self.text("Cargo.toml").and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// All packages, sorted by folder. A manifest that cannot be read fails cargo itself.
    pub fn packages(&self) -> Vec<Package> {
        self.texts().filter_map(|(path, text)| package(path, text)).collect()
    }
}

/// Whether the file name ends in `.extension`.
pub fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

fn package(path: &str, text: &str) -> Option<Package> {
    let folder = path.strip_suffix("/Cargo.toml")?.to_owned();
    let manifest: Table = text.parse().ok()?;
    let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
    Some(Package { name, folder, manifest })
}
