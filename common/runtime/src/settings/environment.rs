//! Settings from `BATON_*` variables. Leaves other variables alone and warns of `BATON_` names
//! that mean nothing, since a misspelt setting would silently be a default.

use std::ffi::OsString;

use super::{KEYS, Partial, SettingsError};

/// `BATON_` variables that are not settings of a process but are read elsewhere.
pub const OTHER_VARIABLES: [&str; 4] =
    ["BATON_CONFIG", "BATON_LOG", "BATON_LOG_FORMAT", "BATON_NATS_SERVER"];

/// Reads settings from the given variables; the second value are warnings for the log.
pub fn environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<(Partial, Vec<String>), SettingsError> {
    let mut partial = Partial::default();
    let mut warnings = Vec::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with("BATON_")) else {
            continue;
        };
        if OTHER_VARIABLES.contains(&name) {
            continue;
        }
        let key = name["BATON_".len()..].to_ascii_lowercase();
        if !partial.set(&key, &value.to_string_lossy(), name)? {
            warnings.push(format!("{name} is not a setting and is ignored; known: {}", known()));
        }
    }
    warnings.sort();
    Ok((partial, warnings))
}

fn known() -> String {
    KEYS.map(|key| format!("BATON_{}", key.to_ascii_uppercase())).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<(Partial, Vec<String>), SettingsError> {
        environment(pairs.iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn variables_become_settings() {
        let (partial, warnings) =
            read(&[("BATON_ADMIN_LISTEN", "127.0.0.1:0"), ("BATON_LOG", "info"), ("HOME", "/")])
                .unwrap();
        assert_eq!(partial.admin_listen, Some("127.0.0.1:0".parse().unwrap()));
        assert!(warnings.is_empty());
    }

    #[test]
    fn an_unknown_variable_is_warned_of_by_name() {
        let (partial, warnings) = read(&[("BATON_LISTN", "127.0.0.1:1")]).unwrap();
        assert_eq!(partial, Partial::default());
        assert!(warnings[0].starts_with("BATON_LISTN is not a setting"), "{warnings:?}");
        assert!(warnings[0].contains("BATON_LISTEN"));
    }

    #[test]
    fn a_bad_value_is_an_error_naming_the_variable() {
        let error = read(&[("BATON_SHARDS", "many")]).unwrap_err().to_string();
        assert!(error.starts_with("BATON_SHARDS is `many`"), "{error}");
    }
}
