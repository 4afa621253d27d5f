//! The lints reach every crate: inherited from the workspace, and repeated where clippy's nearest
//! settings file replaces the root's.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::Violation;
use crate::rules::Purity;
use crate::tree::Tree;

const SETTINGS: &str = ".clippy.toml";

/// Packages that are not members of the workspace or do not inherit its lints.
pub fn inherited(tree: &Tree) -> Vec<Violation> {
    let workspace = tree.workspace();
    let members = strings(workspace.get("workspace").and_then(|table| table.get("members")));
    let mut found = Vec::new();
    for package in tree.packages() {
        let path = format!("{}/Cargo.toml", package.folder);
        let lints = package.manifest.get("lints").and_then(|lints| lints.get("workspace"));
        if lints.and_then(Value::as_bool) != Some(true) {
            found.push(Violation::new(&path, 1, "add `[lints] workspace = true`"));
        }
        if !members.contains(&package.folder) {
            let say = "is no member of the workspace: add its folder to `members`";
            found.push(Violation::new(&path, 1, say));
        }
    }
    found
}

/// The workspace's lints must forbid unsafe code, not merely deny it.
pub fn unsafe_forbidden(tree: &Tree) -> Vec<Violation> {
    let workspace = tree.workspace();
    let rust = workspace.get("workspace").and_then(|table| table.get("lints")?.get("rust"));
    let level = rust.and_then(|lints| lints.get("unsafe_code")).and_then(|lint| match lint {
        Value::Table(table) => table.get("level")?.as_str(),
        other => other.as_str(),
    });
    if level == Some("forbid") {
        return vec![];
    }
    vec![Violation::new("Cargo.toml", 1, "`workspace.lints.rust.unsafe_code` must be \"forbid\"")]
}

/// Nested clippy settings that lack something of the root's, pure packages without their bans, and
/// packages inside a pure package's folder that would fall under bans not meant for them.
pub fn clippy_settings(tree: &Tree, purity: &Purity) -> Vec<Violation> {
    let root = settings(tree, SETTINGS).unwrap_or_default();
    let mut found = Vec::new();
    for path in tree.paths().filter(|path| path.ends_with(&format!("/{SETTINGS}"))) {
        let nested = settings(tree, path).unwrap_or_default();
        let lacks = root.iter().flat_map(|(key, value)| lacking(key, value, nested.get(key)));
        let say = |what: String| format!("lacks {what} of the root's {SETTINGS}: copy it");
        found.extend(lacks.map(|what| Violation::new(path, 1, say(what))));
    }
    for package in tree.packages() {
        let path = format!("{}/{SETTINGS}", package.folder);
        let own = settings(tree, &path);
        let pure = purity.folders.contains(&package.folder);
        let inside =
            purity.folders.iter().any(|pure| package.folder.starts_with(&format!("{pure}/")));
        if pure {
            let banned = own.as_ref().map(banned).unwrap_or_default();
            let missing = purity.must_ban.difference(&banned);
            found.extend(missing.map(|what| Violation::new(&path, 1, format!("must ban {what}"))));
        } else if inside && own.is_none() {
            found.push(Violation::new(&path, 1, "is missing: copy the root's, or purity applies"));
        }
    }
    found
}

fn settings(tree: &Tree, path: &str) -> Option<Table> {
    tree.text(path)?.parse().ok()
}

/// What `nested` lacks of one setting of the root.
fn lacking(key: &str, root: &Value, nested: Option<&Value>) -> Vec<String> {
    match (root, nested) {
        (Value::Array(needed), Some(Value::Array(have))) => {
            let missing = needed.iter().filter(|entry| !have.contains(entry));
            missing.map(|entry| format!("{key}: {}", name(entry))).collect()
        }
        (root, Some(nested)) if root == nested => vec![],
        _ => vec![key.to_owned()],
    }
}

fn banned(settings: &Table) -> BTreeSet<String> {
    let lists = ["disallowed-types", "disallowed-methods"].into_iter();
    let entries = lists.filter_map(|key| settings.get(key)?.as_array()).flatten();
    entries.map(name).collect()
}

fn name(entry: &Value) -> String {
    let path = entry.get("path").unwrap_or(entry);
    path.as_str().map_or_else(|| path.to_string(), str::to_owned)
}

fn strings(list: Option<&Value>) -> BTreeSet<String> {
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INHERITS: &str = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";

    fn messages(found: Vec<Violation>) -> Vec<String> {
        found.into_iter().map(|violation| violation.message).collect()
    }

    #[test]
    fn a_crate_outside_the_lints_is_found() {
        let workspace = ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n");
        let alone = "[package]\nname = \"b\"\n";
        let tree = Tree::sample(&[workspace, ("a/Cargo.toml", INHERITS), ("b/Cargo.toml", alone)]);
        assert_eq!(messages(inherited(&tree)), ["add `[lints] workspace = true`"]);
        let tree = Tree::sample(&[workspace, ("c/Cargo.toml", INHERITS)]);
        assert!(messages(inherited(&tree))[0].starts_with("is no member"));
    }

    #[test]
    fn unsafe_code_that_is_only_denied_is_found() {
        let text = |level| format!("[workspace.lints.rust]\nunsafe_code = \"{level}\"\n");
        let found = |text: &str| unsafe_forbidden(&Tree::sample(&[("Cargo.toml", text)])).len();
        assert_eq!(found(&text("forbid")), 0);
        assert_eq!(found(&text("deny")), 1);
        assert_eq!(found(""), 1);
    }

    #[test]
    fn nested_settings_that_drop_a_ban_are_found() {
        let root = "x = true\nbans = [{ path = \"p\" }, { path = \"q\" }]\n";
        let nested = "bans = [{ path = \"q\" }, { path = \"r\" }]\n";
        let tree = Tree::sample(&[(".clippy.toml", root), ("a/.clippy.toml", nested)]);
        let purity = Purity { folders: BTreeSet::new(), must_ban: BTreeSet::new() };
        let found = messages(clippy_settings(&tree, &purity));
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("lacks bans: p"), "{found:?}");
        assert!(found[1].starts_with("lacks x"), "{found:?}");
    }

    #[test]
    fn impure_settings_are_found() {
        let purity = Purity { folders: ["a".into()].into(), must_ban: ["t".into()].into() };
        let inner = INHERITS.replace("\"a\"", "\"b\"");
        let tree = Tree::sample(&[("a/Cargo.toml", INHERITS), ("a/b/Cargo.toml", &inner)]);
        let found = messages(clippy_settings(&tree, &purity));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], "must ban t");
        assert!(found[1].starts_with("is missing"));
    }
}
