//! Reads JSON from outside: bounded nesting first, then the shape, each error with its path.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::limits;
use crate::rejection::Rejection;

/// Decodes a body. Not UTF-8, not JSON, too deep, wrong type, unknown field: `invalid`.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Rejection> {
    check_depth(bytes)?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|e| refuse(&e))?;
    json.end().map_err(|e| Rejection::invalid("", format!("not JSON: {e}")))?;
    Ok(value)
}

/// Decodes parsed JSON.
pub fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, Rejection> {
    serde_path_to_error::deserialize(value).map_err(|e| refuse(&e))
}

/// Refuses JSON that nests deeper than [`limits::JSON_DEPTH`], without parsing it.
pub fn check_depth(bytes: &[u8]) -> Result<(), Rejection> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limits::JSON_DEPTH {
            let detail = format!("JSON nests at most {} deep", limits::JSON_DEPTH);
            return Err(Rejection::invalid("", detail));
        }
    }
    Ok(())
}

fn refuse<E: std::error::Error>(error: &serde_path_to_error::Error<E>) -> Rejection {
    let detail = error.inner().to_string();
    let path = error.path().to_string();
    // Where the JSON itself is broken, the last step of the path is not known.
    let mut path = path.trim_end_matches(['?', '.']).to_owned();
    // The path of an unknown or missing field ends at the object that it was looked for in.
    for start in ["unknown field `", "missing field `"] {
        let name = detail.strip_prefix(start).and_then(|rest| rest.split('`').next());
        if let Some(name) = name
            && path != name
            && !path.ends_with(&format!(".{name}"))
        {
            let dot = if path.is_empty() { "" } else { "." };
            path = format!("{path}{dot}{name}");
        }
    }
    Rejection::invalid(path, detail)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        name: Option<String>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        level: u8,
    }

    fn path(json: &str) -> String {
        read::<Outer>(json.as_bytes()).unwrap_err().path.unwrap().to_string()
    }

    #[test]
    fn errors_name_the_field() {
        assert_eq!(path(r#"{"name":1}"#), "name");
        assert_eq!(path(r#"{"inner":{"level":"x"}}"#), "inner.level");
        assert_eq!(path(r#"{"inner":{"level":1,"more":2}}"#), "inner.more");
        assert_eq!(path(r#"{"more":2}"#), "more");
        assert_eq!(path(r#"{"inner":{}}"#), "inner.level");
        assert_eq!(path("{"), "");
        assert_eq!(path("{} {}"), "");
    }

    #[test]
    fn parsed_values_are_read_alike() {
        let value = serde_json::json!({"inner": {"level": 300}});
        assert_eq!(read_value::<Outer>(value).unwrap_err().path.as_deref(), Some("inner.level"));
        let value = serde_json::json!({"inner": {"level": 3, "x": 1}});
        assert_eq!(read_value::<Outer>(value).unwrap_err().path.as_deref(), Some("inner.x"));
        assert!(read_value::<Outer>(serde_json::json!({"name": null})).is_ok());
    }

    #[test]
    fn depth_is_bounded_and_strings_do_not_count() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(check_depth(deep(16).as_bytes()).is_ok());
        assert!(check_depth(deep(17).as_bytes()).is_err());
        assert!(check_depth(format!("[\"{}\\\"[[\"]", deep(40)).as_bytes()).is_ok());
    }
}
