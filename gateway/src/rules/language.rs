//! The language of conditions: CEL without what could take long or grow. Compiling says what is
//! wrong with a condition; evaluating says whether it holds for what is known of a chat.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use baton_common::limits;
use cel::extractors::This;
use cel::{Context, Env, ExecutionError, IdedExpr, Value};
use regex::{Regex, RegexBuilder};

use super::facts::Facts;
use super::words::{self, Words};

/// Brackets within brackets; the parser goes deeper for each.
const DEPTH: usize = 16;
/// Bytes of a compiled pattern: compiling takes well under a millisecond, matching is linear.
const PATTERN_BYTES: usize = 64 * 1_024;

/// The standard functions; one for all, since building it takes longer than a condition.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Compiled patterns by their text.
type Patterns = BTreeMap<String, Regex>;

/// A compiled condition.
#[derive(Debug)]
pub(super) struct Condition {
    expression: IdedExpr,
    patterns: Arc<Patterns>,
    pub(super) words: Words,
}

/// What is wrong with a condition: the code of a finding, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Why a condition could not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Failure {
    /// It asks for an attribute that the chat has not.
    Missing,
    /// It compares or calls what does not go together.
    Type,
    /// It is neither true nor false.
    NotBool,
    /// Whatever else: a division by zero, a number that is too large.
    Other,
}

impl Failure {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Type => "type",
            Self::NotBool => "not_bool",
            Self::Other => "other",
        }
    }
}

impl Condition {
    /// Reads a condition. It is bounded: in length, depth and what it may call.
    pub(super) fn compile(text: &str) -> Result<Self, Wrong> {
        bounded(text)?;
        // The parser is not ours; nothing that an administrator writes may end a gateway.
        let parsed = catch_unwind(AssertUnwindSafe(|| LANGUAGE.parser().parse(text)));
        let expression = match parsed {
            Ok(Ok(expression)) => expression,
            Ok(Err(errors)) => return Err(syntax(&errors, text)),
            Err(_) => return Err(Wrong::new("rule_syntax", "this cannot be read: write it anew")),
        };
        let words = words::of(&expression)?;
        let patterns = words.patterns.iter().map(|text| Ok((text.clone(), pattern(text)?)));
        let patterns = Arc::new(patterns.collect::<Result<Patterns, Wrong>>()?);
        Ok(Self { expression, patterns, words })
    }

    /// Whether it holds.
    pub(super) fn holds(&self, facts: &Facts) -> Result<bool, Failure> {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        let patterns = Arc::clone(&self.patterns);
        let matches = move |This(text): This<Arc<String>>, pattern: Arc<String>| match patterns
            .get(pattern.as_str())
        {
            Some(regex) => Ok(regex.is_match(&text)),
            None => Err(ExecutionError::function_error("matches", "no such pattern")),
        };
        context.add_function("matches", matches).map_err(|_| Failure::Other)?;
        for (name, value) in facts.variables() {
            context.add_variable_from_value(name, value.clone());
        }
        let value = catch_unwind(AssertUnwindSafe(|| Value::resolve(&self.expression, &context)));
        match value {
            Ok(Ok(Value::Bool(holds))) => Ok(holds),
            Ok(Ok(_)) => Err(Failure::NotBool),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::Other),
        }
    }
}

fn failure(error: &ExecutionError) -> Failure {
    match error {
        ExecutionError::NoSuchKey(_) => Failure::Missing,
        ExecutionError::NoSuchOverload(_)
        | ExecutionError::UnexpectedType { .. }
        | ExecutionError::UnsupportedTargetType { .. }
        | ExecutionError::NotSupportedAsMethod { .. }
        | ExecutionError::UnsupportedKeyType(_)
        | ExecutionError::UnsupportedBinaryOperator(..)
        | ExecutionError::UnsupportedIndex(..)
        | ExecutionError::InvalidArgumentCount { .. }
        | ExecutionError::MissingArgumentOrTarget
        | ExecutionError::UndeclaredReference(_)
        | ExecutionError::ValuesNotComparable(..) => Failure::Type,
        _ => Failure::Other,
    }
}

/// Refuses what is long or deep before the parser sees it.
fn bounded(text: &str) -> Result<(), Wrong> {
    if text.chars().count() > limits::RULE_CHARS {
        let text = format!("a condition has at most {} characters", limits::RULE_CHARS);
        return Err(Wrong::new("too_long", text));
    }
    let (mut depth, mut deepest) = (0_usize, 0);
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    // Signs before a value nest as brackets do, and so do questions.
    let signs = text.split(|c: char| c != '!' && c != '-').map(str::len).max().unwrap_or(0);
    if deepest > DEPTH || signs > DEPTH || text.matches('?').count() > DEPTH {
        let text = format!("a condition nests at most {DEPTH} deep: split it into several rules");
        return Err(Wrong::new("rule_unbounded", text));
    }
    Ok(())
}

fn pattern(text: &str) -> Result<Regex, Wrong> {
    RegexBuilder::new(text).size_limit(PATTERN_BYTES).build().map_err(|error| {
        let why = error.to_string();
        let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
        let text =
            format!("`{text}` is no pattern for matches, {why}: correct it or write it simpler");
        Wrong::new("rule_syntax", text)
    })
}

fn syntax(errors: &cel::ParseErrors, written: &str) -> Wrong {
    let first = errors.errors.first();
    let said = first.map_or("", |error| error.msg.trim_start_matches("Syntax error: "));
    let place = first.map_or(0, |error| error.pos.1);
    let what = what(said);
    let remedy = if assigns(written) { "write == to compare" } else { "correct it there" };
    Wrong::new(
        "rule_syntax",
        format!("this is no condition, at character {place} {what}: {remedy}"),
    )
}

/// The parser's word in plain ones.
fn what(said: &str) -> String {
    if said.contains("<EOF>") {
        return "it goes on or ends where it must not".to_owned();
    }
    let at =
        ["token recognition error at: ", "at input ", "mismatched input ", "extraneous input "];
    let rest = at.into_iter().find_map(|at| said.split_once(at));
    match rest {
        Some((_, rest)) => {
            let token = rest.split(" expecting ").next().unwrap_or_default();
            format!("{} cannot stand", token.replace('\n', " "))
        }
        None => format!("there is something else: {}", said.replace('\n', " ")),
    }
}

/// Whether a lone `=` stands where `==` was meant.
fn assigns(text: &str) -> bool {
    let bytes = text.as_bytes();
    let lone = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        bytes[at] == b'='
            && bytes.get(at + 1) != Some(&b'=')
            && !before.is_some_and(|b| b"=!<>".contains(b))
    };
    (0..bytes.len()).any(lone)
}

/// A map as the language has it.
pub(super) fn map<'a>(rows: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let rows: HashMap<String, Value> = rows.map(|(name, value)| (name.to_owned(), value)).collect();
    Value::from(rows)
}
