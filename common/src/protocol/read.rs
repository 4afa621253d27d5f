//! Reads JSON from outside: bounded nesting first, then the shape, each error with its path.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::limits;
use crate::rejection::Rejection;

/// Decodes a body. Not UTF-8, not JSON, too deep, wrong type, unknown field: `invalid`.
pub fn read<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, Rejection> {
    check_depth(bytes)?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|e| refuse(&e))?;
    json.end().map_err(|e| Rejection::invalid("", format!("not JSON: {e}")))?;
    if let Ok(sent) = serde_json::from_slice(bytes) {
        objects_are_objects(&sent, &value)?;
    }
    Ok(value)
}

/// Decodes parsed JSON.
pub fn read_value<T: DeserializeOwned + Serialize>(value: Value) -> Result<T, Rejection> {
    let sent = value.clone();
    let value: T = serde_path_to_error::deserialize(value).map_err(|e| refuse(&e))?;
    objects_are_objects(&sent, &value)?;
    Ok(value)
}

/// Serde takes an array for an object, by position. The contract does not: what was sent is
/// compared with what it was understood as.
fn objects_are_objects<T: Serialize>(sent: &Value, read: &T) -> Result<(), Rejection> {
    match serde_json::to_value(read) {
        Ok(understood) => same_kinds(sent, &understood, ""),
        Err(_) => Ok(()),
    }
}

fn same_kinds(sent: &Value, understood: &Value, path: &str) -> Result<(), Rejection> {
    match (sent, understood) {
        (Value::Array(_), Value::Object(_)) => {
            Err(Rejection::invalid(path, "an object is expected here, not an array"))
        }
        (Value::Array(sent), Value::Array(understood)) => {
            let mut pairs = sent.iter().zip(understood).enumerate();
            pairs.try_for_each(|(at, (a, b))| same_kinds(a, b, &format!("{path}[{at}]")))
        }
        (Value::Object(sent), Value::Object(understood)) => {
            let dot = if path.is_empty() { "" } else { "." };
            let mut pairs =
                sent.iter().filter_map(|(name, a)| Some((name, a, understood.get(name)?)));
            pairs.try_for_each(|(name, a, b)| same_kinds(a, b, &format!("{path}{dot}{name}")))
        }
        _ => Ok(()),
    }
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

    #[test]
    fn an_array_is_no_object() {
        assert!(read::<Outer>(br#"{"name":"n","inner":{"level":1}}"#).is_ok());
        for (bytes, path) in
            [(&br#"["n",{"level":1}]"#[..], ""), (&br#"{"inner":[1]}"#[..], "inner")]
        {
            let refused = read::<Outer>(bytes).unwrap_err();
            assert_eq!(refused.path.as_deref(), Some(path));
        }
    }

    #[derive(Debug, Deserialize, Serialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        name: Option<String>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize, Serialize)]
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
