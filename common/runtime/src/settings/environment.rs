//! Settings from `BATON_*` variables. Leaves other variables alone and refuses `BATON_` names that
//! mean nothing, since a misspelt setting would silently be a default.

use std::ffi::OsString;

use super::{KEYS, Partial, SettingsError};

/// `BATON_` variables that are not settings of a process but are read elsewhere.
pub const OTHER_VARIABLES: [&str; 4] =
    ["BATON_CONFIG", "BATON_LOG", "BATON_LOG_FORMAT", "BATON_NATS_SERVER"];

/// Reads settings from the given variables.
pub fn environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Partial, SettingsError> {
    let mut partial = Partial::default();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with("BATON_")) else {
            continue;
        };
        if OTHER_VARIABLES.contains(&name) || is_service_link(name) {
            continue;
        }
        let key = name["BATON_".len()..].to_ascii_lowercase();
        if !partial.set(&key, &value.to_string_lossy(), name)? {
            return Err(SettingsError::UnknownVariable { name: name.to_owned(), known: known() });
        }
    }
    Ok(partial)
}

/// Variables that Kubernetes makes of a service whose name begins with `baton`.
fn is_service_link(name: &str) -> bool {
    ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"].iter().any(|end| name.ends_with(end))
        || name.contains("_SERVICE_PORT_")
        || name.contains("_PORT_")
}

fn known() -> String {
    KEYS.map(|key| format!("BATON_{}", key.to_ascii_uppercase())).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Partial, SettingsError> {
        environment(pairs.iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn variables_become_settings() {
        let partial =
            read(&[("BATON_ADMIN_LISTEN", "127.0.0.1:0"), ("BATON_LOG", "info"), ("HOME", "/")]);
        assert_eq!(partial.unwrap().admin_listen, Some("127.0.0.1:0".parse().unwrap()));
    }

    #[test]
    fn an_unknown_variable_is_refused_by_name() {
        let error = read(&[("BATON_LISTN", "127.0.0.1:1")]).unwrap_err().to_string();
        assert!(error.starts_with("BATON_LISTN is not a setting"), "{error}");
        assert!(error.contains("BATON_LISTEN"));
    }

    #[test]
    fn links_of_a_service_named_baton_are_left_alone() {
        let links = [
            ("BATON_SERVICE_HOST", "10.0.0.1"),
            ("BATON_SERVICE_PORT_HTTP", "80"),
            ("BATON_PORT_80_TCP_ADDR", "10.0.0.1"),
            ("BATON_PORT", "tcp://10.0.0.1:80"),
        ];
        assert_eq!(read(&links).unwrap(), Partial::default());
    }

    #[test]
    fn a_bad_value_is_an_error_naming_the_variable() {
        let error = read(&[("BATON_SHARDS", "many")]).unwrap_err().to_string();
        assert!(error.starts_with("BATON_SHARDS is `many`"), "{error}");
    }
}
