//! The house rules, checked: one module a topic, each a pure function from the tree to violations.
//!
//! The rules themselves are data in `rules.toml`. Formatting and lints are left to rustfmt and
//! clippy, licences and sources to cargo-deny.

pub mod layers;
pub mod lengths;
pub mod links;
pub mod lints;
pub mod modules;
pub mod places;
pub mod rules;
pub mod source;
pub mod tree;
pub mod words;

use std::fmt;

/// One breach of a rule: where it is and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Path from the root of the checkout.
    pub path: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl Violation {
    /// A violation at `path:line`.
    pub fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// All violations as one text, sorted, a line each.
pub fn report(mut violations: Vec<Violation>) -> String {
    violations.sort();
    violations.dedup();
    let lines: Vec<_> = violations.iter().map(Violation::to_string).collect();
    lines.join("\n")
}
