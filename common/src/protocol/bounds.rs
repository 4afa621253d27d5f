//! The bounds of request fields; what is out of them is `invalid` with the field's path.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::limits;
use crate::quantity::{Priority, SkillLevel};
use crate::rejection::Rejection;

/// Longest id that is looked up at all; Baton's own are shorter.
const ID_CHARS: usize = 64;

/// A line's text.
pub fn text(path: &str, text: &str) -> Result<(), Rejection> {
    length(path, text, 1, limits::TEXT_CHARS)
}

/// A client id, a frame's id, an idempotency key.
pub fn key(path: &str, key: &str) -> Result<(), Rejection> {
    if is_key(key) {
        return Ok(());
    }
    let most = limits::KEY_CHARS;
    Err(Rejection::invalid(path, format!("{path} is 1 to {most} visible ASCII characters")))
}

/// Whether a text is 1–128 visible ASCII characters.
pub fn is_key(key: &str) -> bool {
    (1..=limits::KEY_CHARS).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
}

/// An id that names something which may or may not exist.
pub fn id(path: &str, id: &str) -> Result<(), Rejection> {
    length(path, id, 1, ID_CHARS)
}

/// A name, an e-mail address, a caller's own id.
pub fn name(path: &str, name: Option<&String>) -> Result<(), Rejection> {
    name.map_or(Ok(()), |name| length(path, name, 0, limits::NAME_CHARS))
}

/// A reason or a disposition.
pub fn reason(path: &str, reason: Option<&str>) -> Result<(), Rejection> {
    reason.map_or(Ok(()), |reason| length(path, reason, 0, limits::REASON_CHARS))
}

/// A note.
pub fn note(path: &str, note: Option<&String>) -> Result<(), Rejection> {
    note.map_or(Ok(()), |note| length(path, note, 0, limits::NOTE_CHARS))
}

/// Required skills.
pub fn skills(path: &str, skills: &[SkillLevel]) -> Result<(), Rejection> {
    if skills.len() > limits::SKILLS {
        let most = limits::SKILLS;
        return Err(Rejection::invalid(path, format!("at most {most} skills are taken")));
    }
    for (at, need) in skills.iter().enumerate() {
        id(&format!("{path}[{at}].skill"), need.skill.as_str())?;
        if !need.level.is_valid() {
            let detail = "a level is 1 to 10";
            return Err(Rejection::invalid(format!("{path}[{at}].level"), detail));
        }
    }
    Ok(())
}

/// A priority.
pub fn priority(path: &str, priority: Option<Priority>) -> Result<(), Rejection> {
    if priority.is_none_or(Priority::is_valid) {
        Ok(())
    } else {
        Err(Rejection::invalid(path, "a priority is 0 to 9"))
    }
}

/// Attributes of a customer; `null` stands for removal where `removes`.
pub fn attributes(
    path: &str,
    attributes: &BTreeMap<String, Value>,
    removes: bool,
) -> Result<(), Rejection> {
    if attributes.len() > limits::ATTRIBUTES {
        let most = limits::ATTRIBUTES;
        return Err(Rejection::invalid(path, format!("at most {most} attributes are kept")));
    }
    for (name, value) in attributes {
        let at = format!("{path}.{name}");
        length(&at, name, 1, limits::NAME_CHARS)?;
        let fits = match value {
            Value::String(text) => text.len() <= limits::ATTRIBUTE_BYTES,
            Value::Number(_) | Value::Bool(_) => true,
            Value::Null => removes,
            Value::Array(_) | Value::Object(_) => false,
        };
        if !fits {
            let detail = "an attribute is a string of at most 1 KiB, a number or a boolean";
            return Err(Rejection::invalid(at, detail));
        }
    }
    Ok(())
}

fn length(path: &str, text: &str, least: usize, most: usize) -> Result<(), Rejection> {
    // A character has at most four bytes: most texts need no counting.
    let chars = if text.len() <= most { text.len().min(least) } else { text.chars().count() };
    if chars >= least && chars <= most {
        Ok(())
    } else {
        Err(Rejection::invalid(path, format!("{path} has {least} to {most} characters")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_in_characters() {
        assert!(text("text", &"ü".repeat(limits::TEXT_CHARS)).is_ok());
        assert!(text("text", &"ü".repeat(limits::TEXT_CHARS + 1)).is_err());
        assert_eq!(text("text", "").unwrap_err().path.as_deref(), Some("text"));
    }

    #[test]
    fn keys_are_visible_ascii() {
        assert!(key("id", &"~".repeat(128)).is_ok());
        for bad in ["", "a b", "ü", "a\n", &"x".repeat(129)] {
            assert!(key("id", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn attributes_are_few_small_and_flat() {
        let one = |value| BTreeMap::from([("a".to_owned(), value)]);
        assert!(attributes("attributes", &one(Value::from(1.5)), false).is_ok());
        assert!(attributes("attributes", &one(Value::Null), true).is_ok());
        assert!(attributes("attributes", &one(Value::Null), false).is_err());
        assert!(attributes("attributes", &one(Value::from("x".repeat(1_025))), false).is_err());
        let error = attributes("attributes", &one(Value::from(vec![1])), false).unwrap_err();
        assert_eq!(error.path.as_deref(), Some("attributes.a"));
        let many = (0..33).map(|n| (n.to_string(), Value::from(n))).collect();
        assert!(attributes("attributes", &many, false).is_err());
    }

    #[test]
    fn skills_and_priorities_have_their_range() {
        let need = |level| SkillLevel { skill: "a".into(), level: crate::quantity::Level(level) };
        assert!(skills("skills", &[need(10)]).is_ok());
        let error = skills("skills", &[need(1), need(11)]).unwrap_err();
        assert_eq!(error.path.as_deref(), Some("skills[1].level"));
        assert!(priority("priority", Some(Priority(9))).is_ok());
        assert!(priority("priority", Some(Priority(10))).is_err());
    }
}
