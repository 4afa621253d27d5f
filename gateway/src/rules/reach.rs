//! Whether a condition can hold at all: it is tried on every kind of chat that it can tell apart.
//! A chat is told from another by what is compared, so a few values on each side of every
//! constant stand for all. Conditions that do more than compare are not judged.

use std::collections::BTreeMap;

use baton_common::config::Workspace;
use baton_common::ids::QueueId;
use cel::Value;

use super::facts::{Facts, string};
use super::language::{Condition, Failure, map};
use super::named::{Constant, Path};

/// Kinds of chats that one condition is tried on; with more it is not judged.
const WORLDS: usize = 4_096;
/// A text that no condition names.
const OTHER: &str = "~";

/// What came of trying a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It holds for some chats.
    Some,
    /// It holds for every chat.
    All,
    /// It is false for all that it can be told of.
    Never,
    /// It fails for every chat, in this way.
    Fails(Failure),
    /// It cannot be told.
    Unknown,
}

/// What paths are compared with.
type Compared = BTreeMap<Path, Vec<Constant>>;

/// Tries a condition.
pub(super) fn of(config: &Workspace, condition: &Condition) -> Reach {
    let Some(worlds) = worlds(config, &condition.words.paths) else {
        return Reach::Unknown;
    };
    let outcomes: Vec<_> = worlds.iter().map(|facts| condition.holds(facts)).collect();
    if !is_told_by_comparing(condition) {
        // Nothing is judged but whether it is of the right kind at all.
        let is_no_answer = |outcome: &Result<bool, Failure>| {
            matches!(outcome, Err(Failure::NotBool | Failure::Missing))
        };
        let never_answers = outcomes.iter().all(is_no_answer);
        if never_answers && outcomes.contains(&Err(Failure::NotBool)) {
            return Reach::Fails(Failure::NotBool);
        }
        return Reach::Unknown;
    }
    if outcomes.iter().all(|outcome| *outcome == Ok(true)) {
        return Reach::All;
    }
    if outcomes.contains(&Ok(true)) {
        return Reach::Some;
    }
    // What is missing may come; what is of the wrong type everywhere is a slip of the pen.
    let failures = || outcomes.iter().filter_map(|outcome| outcome.err());
    if outcomes.contains(&Ok(false)) {
        return Reach::Never;
    }
    let worst = failures().find(|failure| *failure != Failure::Missing);
    worst.or_else(|| failures().next()).map_or(Reach::Unknown, Reach::Fails)
}

/// Whether one of the earlier conditions holds wherever a later one does, and how much work it was
/// to tell.
pub(super) fn is_hidden(
    config: &Workspace,
    later: &Condition,
    earlier: &[&Condition],
    work: &mut usize,
) -> bool {
    let knows = |path| later.words.paths.contains_key(path);
    // What reads something else depends on that.
    let earlier: Vec<&&Condition> = earlier
        .iter()
        .filter(|earlier| !earlier.words.is_opaque && earlier.words.paths.keys().all(knows))
        .collect();
    if earlier.is_empty() || !is_told_by_comparing(later) {
        return false;
    }
    let mut compared = later.words.paths.clone();
    for (path, constants) in earlier.iter().flat_map(|earlier| &earlier.words.paths) {
        compared.entry(path.clone()).or_default().extend(constants.iter().cloned());
    }
    let Some(worlds) = worlds(config, &compared) else {
        return false;
    };
    *work += worlds.len();
    let mut holds_somewhere = false;
    for facts in worlds.iter().filter(|facts| later.holds(facts) == Ok(true)) {
        holds_somewhere = true;
        *work += earlier.len();
        if !earlier.iter().any(|earlier| earlier.holds(facts) == Ok(true)) {
            return false;
        }
    }
    holds_somewhere
}

/// Whether the kinds of chats that are listed are all that the condition tells apart.
fn is_told_by_comparing(condition: &Condition) -> bool {
    !condition.words.is_opaque || condition.words.is_constant()
}

/// Every kind of chat that can be told apart by comparing; none if they are too many.
fn worlds(config: &Workspace, compared: &Compared) -> Option<Vec<Facts>> {
    let choices: Vec<(&Path, Vec<Option<Value>>)> =
        compared.iter().map(|(path, with)| (path, values(config, path, with))).collect();
    let many = choices.iter().try_fold(1_usize, |all, (_, values)| all.checked_mul(values.len()));
    let many = many.filter(|many| *many <= WORLDS)?;
    Some((0..many).map(|world| facts(&choices, world)).collect())
}

/// The world of a number: its digits choose a value for each path.
fn facts(choices: &[(&Path, Vec<Option<Value>>)], mut world: usize) -> Facts {
    let (mut attributes, mut customer, mut queue) = (Vec::new(), Vec::new(), string(OTHER));
    for (path, values) in choices {
        let value = &values[world % values.len()];
        world /= values.len();
        if let Some(value) = value {
            match path {
                Path::Attribute(name) => attributes.push((name.as_str(), value.clone())),
                Path::Customer(name) => customer.push((name.as_str(), value.clone())),
                Path::Queue => queue = value.clone(),
            }
        }
    }
    Facts::new(map(attributes.into_iter()), map(customer.into_iter()), queue)
}

/// Values of a path, one for each kind; none: it is missing.
fn values(config: &Workspace, path: &Path, with: &[Constant]) -> Vec<Option<Value>> {
    // One that comes after what is named, and one that comes before.
    let mut texts = vec![OTHER.to_owned(), String::new()];
    let mut numbers = Vec::new();
    for constant in with {
        match constant {
            // Itself, and what only begins or ends with it.
            Constant::Text(text) => {
                texts.extend([text.clone(), format!("{text}{OTHER}"), format!("{OTHER}{text}")]);
            }
            Constant::Number(number) => numbers.push(*number),
            // Both are tried in any case.
            Constant::Bool => {}
        }
    }
    texts.sort();
    texts.dedup();
    match path {
        Path::Queue => {
            let exists = |text: &String| config.queues.contains_key(&QueueId::new(text));
            texts.retain(exists);
            // Beside those that are named: another one, and none at all.
            let another = config.queues.keys().find(|id| !texts.iter().any(|t| t == id.as_str()));
            texts.extend(another.map(|id| id.as_str().to_owned()));
            texts.push(String::new());
            texts.iter().map(|text| Some(string(text))).collect()
        }
        Path::Customer(_) => {
            let some = texts.iter().map(|text| Some(string(text)));
            some.chain([None]).collect()
        }
        Path::Attribute(_) => {
            let some = texts.iter().map(|text| string(text));
            let numbers = around(numbers).into_iter().map(Value::Float);
            let flags = [true, false].into_iter().map(Value::Bool);
            some.chain(numbers).chain(flags).map(Some).chain([None]).collect()
        }
    }
}

/// Numbers, those between them, and those beyond.
fn around(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    let (Some(first), Some(last)) = (numbers.first().copied(), numbers.last().copied()) else {
        return vec![0.0];
    };
    let between = numbers.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    let beyond = [first - 1.0, last + 1.0];
    between.chain(beyond).chain(numbers.iter().copied()).collect()
}
