//! Texts that must not be written anywhere.

use crate::Violation;
use crate::rules::Word;
use crate::tree::{Tree, has_extension};

/// The one file that has to name them.
const RULES: &str = "tests/tidy/rules.toml";

/// Places where a forbidden text stands.
pub fn forbidden(tree: &Tree, words: &[Word]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| *path != RULES) {
        let here = |word: &&Word| word.only.as_ref().is_none_or(|only| has_extension(path, only));
        for word in words.iter().filter(here) {
            let lines = text.lines().enumerate().filter(|(_, line)| stands_in(line, &word.text));
            let say = format!("holds `{}`: {}", word.text, word.why);
            found.extend(lines.map(|(index, _)| Violation::new(path, index + 1, &say)));
        }
    }
    found
}

/// Whether `line` holds `word`, and not as the tail of a longer word.
fn stands_in(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::house;

    #[test]
    fn each_forbidden_word_is_found() {
        for word in &house().words {
            let path = word.only.as_ref().map_or("a.txt".to_owned(), |only| format!("a.{only}"));
            let text = format!("fine\n    {}\n", word.text);
            let found = forbidden(&Tree::sample(&[(&path, &text)]), &house().words);
            assert_eq!(found.len(), 1, "{}", word.text);
            assert_eq!(found[0].line, 2);
        }
    }

    #[test]
    fn longer_words_and_other_files_are_left_alone() {
        let word = Word { text: "bad(".into(), only: Some("rs".into()), why: String::new() };
        let tree = Tree::sample(&[("a.rs", "forbad(1)"), ("a.md", "bad(1)")]);
        assert_eq!(forbidden(&tree, &[word]), []);
    }
}
