//! Small things stay small: columns of a line, lines of a function, lines of a file; and every Rust
//! file opens with the sentence that says what it is for.

use std::collections::BTreeSet;

use crate::rules::Lengths;
use crate::source::Source;
use crate::tree::{Tree, has_extension};
use crate::{Violation, modules};

/// Lines with too many columns. A line that holds an address of the web is excused.
pub fn lines(tree: &Tree, bounds: &Lengths) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(path, text)| line_counts(path, text, bounds)) {
        for (index, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > bounds.line && !line.contains("://") {
                let message = format!("{columns} columns, {} at most: break it", bounds.line);
                found.push(Violation::new(path, index + 1, message));
            }
        }
    }
    found
}

/// Functions with too many lines, in tests too.
pub fn functions(tree: &Tree, bounds: &Lengths) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let functions = match Source::parse(path, text) {
            Ok(source) => source.functions(),
            Err(violation) => {
                found.push(violation);
                continue;
            }
        };
        for function in functions.into_iter().filter(|one| one.length > bounds.function) {
            let (name, length, most) = (function.name, function.length, bounds.function);
            let message = format!("fn {name} has {length} lines, {most} at most: split it");
            found.push(Violation::new(path, function.line, message));
        }
    }
    found
}

/// Files with too many lines, tests apart.
pub fn files(tree: &Tree, bounds: &Lengths) -> Vec<Violation> {
    let exempt = test_files(tree);
    let mut found = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| !exempt.contains(*path)) {
        let tests = Source::parse(path, text).map_or(0, |source| source.test_lines());
        let length = text.lines().count() - tests;
        if length > bounds.file {
            let most = bounds.file;
            let message = format!("{length} lines without tests, {most} at most: split the file");
            found.push(Violation::new(path, 1, message));
        }
    }
    found
}

/// Rust files that do not open with `//!`.
pub fn openings(tree: &Tree) -> Vec<Violation> {
    let silent = tree.rust().filter(|(_, text)| !text.starts_with("//! "));
    let say = "open with `//! `: what this file is responsible for, and what it leaves to others";
    silent.map(|(path, _)| Violation::new(path, 1, say)).collect()
}

fn line_counts(path: &str, text: &str, bounds: &Lengths) -> bool {
    let script = text.starts_with("#!/") && !path.rsplit('/').next().unwrap_or(path).contains('.');
    script || bounds.line_extensions.iter().any(|extension| has_extension(path, extension))
}

/// Files under a package's `tests/` or `benches/`, and modules that exist only in tests.
fn test_files(tree: &Tree) -> BTreeSet<String> {
    let mut found = modules::only_tests(tree);
    for package in tree.packages() {
        for folder in ["tests", "benches"] {
            let prefix = format!("{}/{folder}/", package.folder);
            // tests/client and the like are packages of their own, not tests of a package.
            found.extend(tree.paths().filter(|path| path.starts_with(&prefix)).map(str::to_owned));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::house;

    const MANIFEST: (&str, &str) = ("a/Cargo.toml", "[package]\nname = \"a\"\n");

    fn bounds() -> &'static Lengths {
        &house().lengths
    }

    fn filler(lines: usize) -> String {
        "    let _ = 1;\n".repeat(lines)
    }

    #[test]
    fn a_long_line_is_found() {
        let long = format!("//! A.\n// {}\n", "x".repeat(98));
        let tree = Tree::sample(&[("a/src/lib.rs", &long), ("notes.md", &long)]);
        let found = lines(&tree, bounds());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].path.as_str(), found[0].line), ("a/src/lib.rs", 2));
    }

    #[test]
    fn columns_are_characters_and_addresses_are_excused() {
        let wide = format!("// {}\n// see https://{}\n", "é".repeat(97), "x".repeat(120));
        assert_eq!(lines(&Tree::sample(&[("a.rs", &wide)]), bounds()), []);
    }

    #[test]
    fn a_long_line_of_a_script_is_found() {
        let script = format!("#!/bin/sh\necho {}\n", "x".repeat(100));
        assert_eq!(lines(&Tree::sample(&[("deploy/tools/go", &script)]), bounds()).len(), 1);
    }

    #[test]
    fn a_long_function_is_found_wherever_it_hides() {
        let fits = format!("fn a() {{\n{}}}\n", filler(68));
        let method = format!("impl A {{\nfn b() {{\n{}}}\n}}\n", filler(69));
        let nested = format!("mod m {{ trait T {{\nfn c() {{\n{}}}\n}} }}\n", filler(69));
        let text = format!("//! A.\n{fits}{method}{nested}");
        let found = functions(&Tree::sample(&[("a.rs", &text)]), bounds());
        let named: Vec<_> = found.iter().map(|one| one.message.split(' ').nth(1)).collect();
        assert_eq!(named, [Some("b"), Some("c")]);
    }

    #[test]
    fn a_file_that_is_not_rust_is_found() {
        let found = functions(&Tree::sample(&[("a.rs", "//! A.\nfn (")]), bounds());
        assert!(found[0].message.contains("not valid Rust"));
    }

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let code = "const A: u8 = 1;\n".repeat(490);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "const B: u8 = 1;\n".repeat(99));
        let excused = format!("{code}{tests}");
        let long = "const A: u8 = 1;\n".repeat(501);
        let tree = Tree::sample(&[
            MANIFEST,
            ("a/src/lib.rs", &excused),
            ("a/src/long.rs", &long),
            ("a/tests/long.rs", &long),
        ]);
        let found = files(&tree, bounds());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "a/src/long.rs");
    }

    #[test]
    fn a_silent_file_is_found() {
        let tree = Tree::sample(&[("a.rs", "// A.\n"), ("b.rs", "//! B.\n")]);
        assert_eq!(openings(&tree).len(), 1);
    }
}
