//! Settings from a TOML file; keys that nobody knows are refused by name. Leaves the workspace's
//! configuration, another file altogether, to `baton-common`.

use std::path::Path;

use super::{KEYS, Partial, SettingsError};

/// Reads a settings file (`--config`).
pub fn read_file(path: &Path) -> Result<Partial, SettingsError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| SettingsError::Unreadable { path: path.into(), source })?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Partial, SettingsError> {
    let malformed = |error: toml::de::Error| SettingsError::Malformed {
        path: path.into(),
        problem: problem(text, &error),
    };
    let table: toml::Table = toml::from_str(text).map_err(malformed)?;
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(SettingsError::UnknownKey {
            path: path.into(),
            key: key.clone(),
            known: KEYS.join(", "),
        });
    }
    toml::from_str(text).map_err(malformed)
}

/// The place and its key on one line; values stay out, one of them may be a password.
fn problem(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = text[..start].matches('\n').count();
    let key = text.lines().nth(line).and_then(|line| line.split_once('=')).map_or("", |at| at.0);
    format!("line {} {}: {}", line + 1, key.trim(), error.message().replace('\n', ", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Partial, SettingsError> {
        parse(Path::new("baton.toml"), text)
    }

    #[test]
    fn a_file_is_a_layer() {
        let partial = read("listen = \"127.0.0.1:9\"\nshards = 2\nnats_url = \"nats://n:4222\"");
        let partial = partial.unwrap();
        assert_eq!(partial.shards, Some(2));
        assert_eq!(partial.nats_url.unwrap().servers().len(), 1);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_name_and_the_known_ones() {
        let error = read("lisen = \"127.0.0.1:9\"").unwrap_err().to_string();
        assert!(
            error.starts_with("baton.toml: unknown key `lisen`; known keys: listen"),
            "{error}"
        );
    }

    #[test]
    fn a_wrong_type_names_file_and_key_on_one_line() {
        let error = read("shards = \"many\"").unwrap_err().to_string();
        assert!(error.starts_with("baton.toml: line 1 shards: invalid type"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[test]
    fn a_missing_file_says_which() {
        let error = read_file(Path::new("/nowhere/baton.toml")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/baton.toml") && error.contains("--config"), "{error}");
    }
}
