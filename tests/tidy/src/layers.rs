//! Who may use whom: our packages among each other, and what the pure ones must never reach.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

use crate::Violation;
use crate::rules::{Layer, Rules};
use crate::tree::{Package, Tree};

/// Dependencies among our packages that break the layers, of every kind, tests included.
pub fn direction(tree: &Tree, rules: &Rules) -> Vec<Violation> {
    let packages = tree.packages();
    let own: BTreeMap<&str, &str> =
        packages.iter().map(|package| (package.name.as_str(), package.folder.as_str())).collect();
    let workspace = tree.workspace();
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| !is_test(&package.folder, rules)) {
        let path = format!("{}/Cargo.toml", package.folder);
        let Some(layer) = rules.layers.iter().find(|layer| layer.package == package.name) else {
            let say = format!("give {} a layer in tests/tidy/rules.toml", package.name);
            found.push(Violation::new(&path, 1, say));
            continue;
        };
        let mut uses = dependencies(package, &workspace);
        // A package that uses itself only switches its own features on for its tests.
        uses.remove(&package.name);
        for used in uses {
            let line = line_of(tree, &path, &used);
            match own.get(used.as_str()) {
                Some(folder) if is_test(folder, rules) => {
                    let say = format!("uses {used}, which is for tests alone");
                    found.push(Violation::new(&path, line, say));
                }
                Some(_) if !layer.may_use.contains(&used) => {
                    let say = format!("{} must not use {used}: see rules.toml", package.name);
                    found.push(Violation::new(&path, line, say));
                }
                _ => {}
            }
        }
    }
    found
}

/// Outside packages that a layer reaches, directly or through others, although it never may. Asks
/// `cargo tree` for what is built into the package, so what only its tests use does not count.
pub fn reach(root: &Path, tree: &Tree, layers: &[Layer]) -> Result<Vec<Violation>> {
    let packages = tree.packages();
    let mut found = Vec::new();
    for layer in layers.iter().filter(|layer| !layer.never.is_empty()) {
        let package = packages.iter().find(|package| package.name == layer.package);
        let package = package.with_context(|| format!("{} is no package", layer.package))?;
        let listing = cargo_tree(root, &layer.package)?;
        found.extend(reached(layer, &format!("{}/Cargo.toml", package.folder), &listing));
    }
    Ok(found)
}

fn cargo_tree(root: &Path, package: &str) -> Result<String> {
    let listing = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", package, "--edges", "normal,build"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(root)
        .output()
        .context("cargo cannot be started")?;
    let complaint = String::from_utf8_lossy(&listing.stderr);
    ensure!(listing.status.success(), "cargo tree -p {package} failed: {complaint}");
    String::from_utf8(listing.stdout).context("cargo tree does not print UTF-8")
}

/// The forbidden names among the lines `name version …` of `cargo tree`.
fn reached(layer: &Layer, path: &str, listing: &str) -> Vec<Violation> {
    let names: BTreeSet<&str> =
        listing.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let hits = layer.never.iter().filter(|never| names.contains(never.as_str()));
    let say =
        |hit: &String| format!("reaches {hit}: see `cargo tree -p {} -i {hit}`", layer.package);
    hits.map(|hit| Violation::new(path, 1, say(hit))).collect()
}

fn is_test(folder: &str, rules: &Rules) -> bool {
    folder.starts_with(&format!("{}/", rules.tests.folder))
}

/// Names of all packages that `package` depends on, for whatever purpose or platform.
fn dependencies(package: &Package, workspace: &Table) -> BTreeSet<String> {
    let shared = workspace.get("workspace").and_then(|table| table.get("dependencies"));
    let platforms = package.manifest.get("target").and_then(Value::as_table);
    let mut tables = sections(&package.manifest);
    for platform in platforms.into_iter().flat_map(Table::values) {
        tables.extend(platform.as_table().map(sections).unwrap_or_default());
    }
    let entries = tables.into_iter().flatten();
    entries.map(|(key, entry)| real_name(key, entry, shared)).collect()
}

fn sections(table: &Table) -> Vec<&Table> {
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()).collect()
}

/// The package behind a key, which `package = "…"` here or in the workspace may rename.
fn real_name(key: &str, entry: &Value, shared: Option<&Value>) -> String {
    let shared = shared.and_then(|shared| shared.get(key));
    let renamed = |entry: &Value| Some(entry.get("package")?.as_str()?.to_owned());
    renamed(entry).or_else(|| shared.and_then(renamed)).unwrap_or_else(|| key.to_owned())
}

fn line_of(tree: &Tree, path: &str, name: &str) -> usize {
    let text = tree.text(path).unwrap_or_default();
    let at = text.lines().position(|line| {
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    });
    at.map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::house;

    fn check(folder: &str, manifest: &str) -> Vec<String> {
        let path = format!("{folder}/Cargo.toml");
        let tree = Tree::sample(&[
            ("Cargo.toml", "[workspace.dependencies]\nalias = { package = \"baton-router\" }\n"),
            ("r/Cargo.toml", "[package]\nname = \"baton-router\"\n"),
            ("tests/client/Cargo.toml", "[package]\nname = \"baton-client\"\n"),
            (&path, manifest),
        ]);
        direction(&tree, house()).into_iter().map(|found| found.to_string()).collect()
    }

    fn gateway(section: &str, dependency: &str) -> Vec<String> {
        let name = "[package]\nname = \"baton-gateway\"\n";
        check("g", &format!("{name}[{section}]\n{dependency}\n"))
    }

    #[test]
    fn a_gateway_that_uses_the_router_is_found() {
        let say = ["g/Cargo.toml:4: baton-gateway must not use baton-router: see rules.toml"];
        assert_eq!(gateway("dependencies", "baton-router.workspace = true"), say);
        assert_eq!(gateway("dev-dependencies", "baton-router = { path = \"../r\" }"), say);
        assert_eq!(gateway("target.'cfg(unix)'.dependencies", "baton-router = \"1\""), say);
        assert_eq!(gateway("dependencies", "alias.workspace = true").len(), 1);
        assert_eq!(gateway("dependencies", "x = { package = \"baton-router\" }").len(), 1);
    }

    #[test]
    fn a_package_may_use_itself_in_its_tests() {
        let own = "baton-gateway = { path = \".\", features = [\"x\"] }";
        assert_eq!(gateway("dev-dependencies", own), Vec::<String>::new());
    }

    #[test]
    fn what_is_for_tests_alone_stays_there() {
        assert_eq!(gateway("dependencies", "baton-client.workspace = true").len(), 1);
        let load = "[package]\nname = \"load\"\n[dependencies]\nbaton-client = \"1\"\n";
        assert_eq!(check("tests/load", load), Vec::<String>::new());
    }

    #[test]
    fn a_package_without_a_layer_is_found() {
        let found = check("n", "[package]\nname = \"new\"\n");
        assert_eq!(found, ["n/Cargo.toml:1: give new a layer in tests/tidy/rules.toml"]);
    }

    #[test]
    fn what_a_pure_package_reaches_is_found() {
        let core = house().layers.iter().find(|layer| layer.package == "baton-core");
        let core = core.expect("the core has a layer");
        let clean = "baton-core v0.1.0 (here)\nserde v1.0.1\ntokio-util v0.7.1\n";
        assert_eq!(reached(core, "x", clean), []);
        assert_eq!(reached(core, "x", &format!("{clean}tokio v1.54.0 (*)\n")).len(), 1);
    }
}
