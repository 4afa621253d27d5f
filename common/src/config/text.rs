//! A text in one language or in several.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One text for everybody, or one a language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// For everybody.
    One(String),
    /// By language tag, as in `attributes.language`.
    ByLanguage(BTreeMap<String, String>),
}

impl Text {
    /// The text for a language: that tag, else its first part (`de` of `de-AT`), else English,
    /// else the first there is.
    pub fn in_language(&self, language: Option<&str>) -> &str {
        match self {
            Self::One(text) => text,
            Self::ByLanguage(texts) => language
                .and_then(|tag| {
                    let short = tag.split(['-', '_']).next().unwrap_or(tag);
                    texts.get(tag).or_else(|| texts.get(short))
                })
                .or_else(|| texts.get("en"))
                .or_else(|| texts.values().next())
                .map_or("", String::as_str),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_falls_back_step_by_step() {
        let text: Text = serde_json::from_str(r#"{"de":"Hallo","en":"Hello"}"#).unwrap();
        assert_eq!(text.in_language(Some("de-AT")), "Hallo");
        assert_eq!(text.in_language(Some("fr")), "Hello");
        assert_eq!(text.in_language(None), "Hello");
        assert_eq!(Text::One("Hi".into()).in_language(Some("fr")), "Hi");
    }
}
