//! A text in one language or in several, and what is filled in.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::time::Span;

/// One text for everybody, or one a language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// For everybody.
    One(String),
    /// By language tag, as in `attributes.language`.
    ByLanguage(IndexMap<String, String>),
}

impl Text {
    /// The text for a language: that tag, else it without its last parts (`de` of `de-AT`), else
    /// English, else the first there is. Case and the sign between parts do not matter.
    pub fn in_language(&self, language: Option<&str>) -> &str {
        match self {
            Self::One(text) => text,
            Self::ByLanguage(texts) => language
                .and_then(|tag| shortened(tag).find_map(|tag| find(texts, &tag)))
                .or_else(|| find(texts, "en"))
                .or_else(|| texts.values().next().map(String::as_str))
                .unwrap_or_default(),
        }
    }
}

/// A tag as it is compared, then without its last part, and so on.
fn shortened(tag: &str) -> impl Iterator<Item = String> {
    std::iter::successors(Some(plain(tag)), |tag| Some(tag.rsplit_once('-')?.0.to_owned()))
}

fn plain(tag: &str) -> String {
    tag.trim().replace('_', "-").to_ascii_lowercase()
}

fn find<'a>(texts: &'a IndexMap<String, String>, tag: &str) -> Option<&'a str> {
    texts.iter().find(|(key, _)| plain(key) == tag).map(|(_, text)| text.as_str())
}

/// A text with `{name}` replaced by its value. Other words in braces stay as they are, and what
/// was filled in is not looked at again.
pub fn fill_in(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let named = values.iter().find_map(|(name, value)| {
            let after = from.strip_prefix('{')?.strip_prefix(name)?.strip_prefix('}')?;
            Some((*value, after))
        });
        let (filled, after) = named.unwrap_or_else(|| from.split_at(1));
        out.push_str(filled);
        rest = after;
    }
    out + rest
}

/// A wait as people say it, in signs that every language knows: `40 s`, `3 min`, `1 h 20 min`;
/// rounded up, so that nobody is promised too little. Unknown is a dash.
pub fn wait(wait: Option<Span>) -> String {
    let Some(wait) = wait else { return "–".to_owned() };
    match wait.0.div_ceil(1_000) {
        seconds @ 0..=59 => format!("{} s", seconds.div_ceil(10).max(1) * 10),
        seconds => match seconds.div_ceil(60) {
            minutes @ 0..=59 => format!("{minutes} min"),
            minutes if minutes % 60 == 0 => format!("{} h", minutes / 60),
            minutes => format!("{} h {} min", minutes / 60, minutes % 60),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_falls_back_step_by_step() {
        let text: Text = serde_json::from_str(r#"{"fi":"Hei","de":"Hallo","en":"Hello"}"#).unwrap();
        assert_eq!(text.in_language(Some("de-AT")), "Hallo");
        assert_eq!(text.in_language(Some("DE_at")), "Hallo");
        assert_eq!(text.in_language(Some("fr")), "Hello");
        assert_eq!(text.in_language(None), "Hello");
        assert_eq!(Text::One("Hi".into()).in_language(Some("fr")), "Hi");
        let text: Text =
            serde_json::from_str(r#"{"zh-Hant":"您好","pt":"Olá","de":"Hallo"}"#).unwrap();
        assert_eq!(text.in_language(Some("zh-Hant-TW")), "您好");
        assert_eq!(text.in_language(Some("zh")), "您好");
        assert_eq!(text.in_language(Some("pt-BR")), "Olá");
    }

    #[test]
    fn the_first_there_is_is_the_first_that_was_written() {
        let text: Text = serde_json::from_str(r#"{"sv":"Hej","de":"Hallo"}"#).unwrap();
        assert_eq!(text.in_language(Some("fr")), "Hej");
        assert_eq!(serde_json::to_string(&text).unwrap(), r#"{"sv":"Hej","de":"Hallo"}"#);
    }

    #[test]
    fn only_known_names_are_filled_in_and_only_once() {
        let values = [("position", "3"), ("ewt", "{position}")];
        let filled = fill_in("Number {position}, {ewt}, {name}, {posi{position}", &values);
        assert_eq!(filled, "Number 3, {position}, {name}, {posi3");
        assert_eq!(fill_in("}{", &values), "}{");
    }

    #[test]
    fn a_wait_is_rounded_up_to_what_people_say() {
        let said = |ms| wait(Some(Span(ms)));
        assert_eq!([said(0), said(10_001), said(50_001)], ["10 s", "20 s", "60 s"]);
        assert_eq!([said(59_001), said(60_001), said(3_599_000)], ["1 min", "2 min", "1 h"]);
        assert_eq!([said(3_600_000), said(3_600_001), wait(None)], ["1 h", "1 h 1 min", "–"]);
    }
}
