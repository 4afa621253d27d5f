//! A folder is a room: what may lie at the top level of the checkout.

use crate::Violation;
use crate::rules::Top;
use crate::tree::Tree;

/// Folders and files at the top level that do not belong there, and folders that are missing.
pub fn top_level(tree: &Tree, top: &Top) -> Vec<Violation> {
    let mut found = Vec::new();
    for path in tree.paths().filter(|path| !path.starts_with('.')) {
        let (allowed, place) = match path.split_once('/') {
            Some((folder, _)) => (top.folders.contains(folder), "one of the top-level folders"),
            None => (top.files.contains(path), "a folder, or make it a dot-file"),
        };
        if !allowed {
            found.push(Violation::new(
                path,
                1,
                format!("does not belong here: move it to {place}"),
            ));
        }
    }
    for name in top.folders.iter().chain(&top.files).filter(|name| !tree.holds(name)) {
        found.push(Violation::new(name, 1, "is missing: every checkout has it"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::house;

    #[test]
    fn strangers_and_gaps_are_found() {
        let top = &house().top;
        let mut files: Vec<_> = top.files.iter().map(|name| (name.clone(), "")).collect();
        files.extend(top.folders.iter().map(|name| (format!("{name}/x"), "")));
        files.push((".config/x".to_owned(), ""));
        let mut files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        assert_eq!(top_level(&Tree::sample(&files), top), []);

        files.retain(|(path, _)| *path != "README.md");
        files.extend([("notes.txt", ""), ("scripts/x.sh", "")]);
        let found = top_level(&Tree::sample(&files), top);
        let paths: Vec<_> = found.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(paths, ["notes.txt", "scripts/x.sh", "README.md"]);
    }
}
