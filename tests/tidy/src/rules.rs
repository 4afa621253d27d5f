//! The rules as typed data, read from `rules.toml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

/// Everything in `rules.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// What may lie at the top level.
    pub top: Top,
    /// Bounds on lines, functions and files.
    pub lengths: Lengths,
    /// Who may use whom.
    #[serde(rename = "layer")]
    pub layers: Vec<Layer>,
    /// The folder of packages that nothing else may use.
    pub tests: Folder,
    /// Packages without clock, randomness, hash order and I/O.
    pub purity: Purity,
    /// The folder of scripts, each of which must be used.
    pub scripts: Folder,
    /// What must not be written.
    #[serde(rename = "word")]
    pub words: Vec<Word>,
}

/// What may lie at the top level, besides dot-files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Top {
    /// Names of folders.
    pub folders: BTreeSet<String>,
    /// Names of files.
    pub files: BTreeSet<String>,
}

/// Bounds, inclusive.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lengths {
    /// Columns of a line.
    pub line: usize,
    /// Extensions of the files whose lines are bounded.
    pub line_extensions: BTreeSet<String>,
    /// Lines of a function, signature and braces included.
    pub function: usize,
    /// Lines of a file, tests inside it not counted.
    pub file: usize,
}

/// One of our packages and what it may use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Name of the package.
    pub package: String,
    /// Our packages that it may use.
    pub may_use: BTreeSet<String>,
    /// Outside packages that it never uses, not even through others.
    #[serde(default)]
    pub never: BTreeSet<String>,
}

/// One folder of the tree.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Path from the root of the checkout.
    pub folder: String,
}

/// Where purity holds and what its clippy settings ban at least.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purity {
    /// Folders of the pure packages.
    pub folders: BTreeSet<String>,
    /// Paths that must be banned there.
    pub must_ban: BTreeSet<String>,
}

/// A text that must not be written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// The text itself.
    pub text: String,
    /// Only in files with this extension.
    pub only: Option<String>,
    /// Why not, and what to do instead.
    pub why: String,
}

/// The rules of this house.
pub fn house() -> &'static Rules {
    static HOUSE: LazyLock<Rules> = LazyLock::new(|| {
        toml::from_str(include_str!("../rules.toml")).expect("rules.toml has the shape of Rules")
    });
    &HOUSE
}
