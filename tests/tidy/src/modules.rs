//! Dead files: Rust files that no target reaches through `mod`, scripts that nothing names.

use std::collections::{BTreeMap, BTreeSet};

use toml::Table;

use crate::Violation;
use crate::source::{Reference, Source, Target};
use crate::tree::{Package, Tree, has_extension};

/// Rust files that belong to no target of any package.
pub fn dead_rust(tree: &Tree) -> Vec<Violation> {
    let reached = reached(tree);
    let dead = tree.rust().filter(|(path, _)| !reached.contains_key(*path));
    let say = "no target reaches this file through `mod`: declare it or delete it";
    dead.map(|(path, _)| Violation::new(path, 1, say)).collect()
}

/// Rust files that only tests reach.
pub fn only_tests(tree: &Tree) -> BTreeSet<String> {
    reached(tree).into_iter().filter(|(_, tests)| *tests).map(|(path, _)| path).collect()
}

/// Files of the folder for scripts that no other file names. Prose does not count as a use.
pub fn dead_scripts(tree: &Tree, folder: &str) -> Vec<Violation> {
    let prefix = format!("{folder}/");
    let scripts = tree.paths().filter(|path| path.starts_with(&prefix));
    let dead = scripts.filter(|script| !is_named(tree, script, &prefix));
    dead.map(|path| Violation::new(path, 1, "nothing uses this file: use it or delete it"))
        .collect()
}

fn is_named(tree: &Tree, script: &str, prefix: &str) -> bool {
    let name = script.rsplit('/').next().unwrap_or(script);
    // A data file may be found by its stem, as `wheels/NAME.txt` is.
    let stem = name.split('.').next().unwrap_or(name);
    tree.texts().any(|(path, text)| {
        let by_script = path.starts_with(prefix) && contains_word(text, stem);
        let by_other = contains_word(text, name) && !has_extension(path, "md");
        path != script && (by_script || by_other)
    })
}

fn contains_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

/// Every file that a target reaches, and whether only tests reach it.
fn reached(tree: &Tree) -> BTreeMap<String, bool> {
    let mut reached = BTreeMap::new();
    let mut open = Vec::new();
    for package in tree.packages() {
        open.extend(targets(tree, &package).into_iter().map(|path| (path, true, false)));
    }
    while let Some((path, is_root, tests)) = open.pop() {
        let Some(text) = tree.text(&path) else {
            continue;
        };
        // Seen before; go on only if that was from tests alone and this is not.
        if reached.get(&path).is_some_and(|only_tests| !only_tests || tests) {
            continue;
        }
        reached.insert(path.clone(), tests);
        // A file that does not parse is reported by the check of functions.
        let Ok(source) = Source::parse(&path, text) else {
            continue;
        };
        for reference in source.references() {
            let tests = tests || reference.only_tests;
            let named = candidates(&path, is_root, &reference);
            // A file named by its path looks for its modules beside itself, as a root does.
            let beside = matches!(reference.target, Target::Path(_));
            open.extend(named.into_iter().map(|file| (file, beside, tests)));
        }
    }
    reached
}

/// The files that cargo builds targets from: by name of folder, or as the manifest says.
fn targets(tree: &Tree, package: &Package) -> Vec<String> {
    let folder = format!("{}/", package.folder);
    let inside = tree.rust().filter_map(|(path, _)| path.strip_prefix(&folder));
    let mut found: Vec<_> =
        inside.filter(|path| is_target(path)).map(|path| format!("{folder}{path}")).collect();
    let named = declared(&package.manifest);
    found.extend(named.into_iter().map(|path| normal(&format!("{folder}{path}"))));
    found
}

fn is_target(path: &str) -> bool {
    let parts: Vec<_> = path.split('/').collect();
    match parts[..] {
        [file] => file == "build.rs",
        ["src", file] => matches!(file, "lib.rs" | "main.rs"),
        ["src", "bin", ref rest @ ..] | ["tests" | "benches" | "examples", ref rest @ ..] => {
            matches!(rest, [_] | [_, "main.rs"])
        }
        _ => false,
    }
}

/// Paths that the manifest gives to targets.
fn declared(manifest: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["lib", "bin", "test", "bench", "example"] {
        let targets = match manifest.get(kind) {
            Some(toml::Value::Array(many)) => many.iter().collect(),
            Some(one) => vec![one],
            None => vec![],
        };
        let paths = targets.into_iter().filter_map(|target| target.get("path")?.as_str());
        found.extend(paths.map(str::to_owned));
    }
    found
}

/// Where the file that `reference` names may lie.
fn candidates(path: &str, is_root: bool, reference: &Reference) -> Vec<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.trim_end_matches(".rs");
    let owns_folder = is_root || stem == "mod";
    let mut home = if owns_folder { folder.to_owned() } else { format!("{folder}/{stem}") };
    for module in &reference.inside {
        home = format!("{home}/{module}");
    }
    match &reference.target {
        Target::Module(name) => vec![format!("{home}/{name}.rs"), format!("{home}/{name}/mod.rs")],
        Target::Path(path) if reference.inside.is_empty() => {
            vec![normal(&format!("{folder}/{path}"))]
        }
        Target::Path(path) => vec![normal(&format!("{home}/{path}"))],
    }
}

/// The path without `.` and `..`.
pub(crate) fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: (&str, &str) = ("a/Cargo.toml", "[package]\nname = \"a\"\n");

    fn dead(files: &[(&str, &str)]) -> Vec<String> {
        let tree = Tree::sample(&[&[MANIFEST], files].concat());
        dead_rust(&tree).into_iter().map(|violation| violation.path).collect()
    }

    #[test]
    fn an_undeclared_file_is_dead() {
        assert_eq!(dead(&[("a/src/lib.rs", "mod b;"), ("a/src/c.rs", "")]), ["a/src/c.rs"]);
    }

    #[test]
    fn declared_files_live_in_every_form() {
        let files = [
            ("a/src/lib.rs", "mod b; mod c; mod d { mod e; } #[path = \"odd.rs\"] mod f;"),
            ("a/src/b.rs", "mod g;"),
            ("a/src/b/g.rs", "include!(\"h.rs\");"),
            ("a/src/b/h.rs", ""),
            ("a/src/c/mod.rs", "mod i;"),
            ("a/src/c/i.rs", ""),
            ("a/src/d/e.rs", ""),
            ("a/src/odd.rs", ""),
            ("a/src/bin/tool.rs", ""),
            ("a/tests/all/main.rs", "mod part;"),
            ("a/tests/all/part.rs", ""),
            ("a/build.rs", ""),
        ];
        assert_eq!(dead(&files), Vec::<String>::new());
    }

    #[test]
    fn a_module_of_a_dead_file_is_dead() {
        let files = [("a/src/lib.rs", ""), ("a/src/b.rs", "mod c;"), ("a/src/b/c.rs", "")];
        assert_eq!(dead(&files), ["a/src/b.rs", "a/src/b/c.rs"]);
    }

    #[test]
    fn a_declared_target_lives() {
        let manifest = "[package]\nname = \"b\"\n[[bin]]\nname = \"x\"\npath = \"odd/x.rs\"\n";
        assert_eq!(dead(&[("b/Cargo.toml", manifest), ("b/odd/x.rs", "")]), Vec::<String>::new());
    }

    #[test]
    fn test_modules_are_told_apart() {
        let tree = Tree::sample(&[
            MANIFEST,
            ("a/src/lib.rs", "#[cfg(test)] mod t; #[cfg(all(test, unix))] mod u; mod v;"),
            ("a/src/t.rs", "mod w;"),
            ("a/src/t/w.rs", ""),
            ("a/src/u.rs", ""),
            ("a/src/v.rs", ""),
        ]);
        let expected = ["a/src/t.rs", "a/src/t/w.rs", "a/src/u.rs"];
        assert_eq!(only_tests(&tree), expected.map(str::to_owned).into());
    }

    #[test]
    fn an_unnamed_script_is_dead() {
        let tree = Tree::sample(&[
            ("Makefile", "up:\n\tdeploy/tools/setup\n"),
            ("README.md", "Try deploy/tools/lonely."),
            ("deploy/tools/setup", "fetch broker\n"),
            ("deploy/tools/data/broker.txt", ""),
            ("deploy/tools/lonely", "lonely"),
        ]);
        let found = dead_scripts(&tree, "deploy/tools");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "deploy/tools/lonely");
    }
}
