//! What a condition speaks of: the variables it reads and the values it holds them against, the
//! functions it calls, its patterns. Refuses what is not known or not bounded.

use std::collections::{BTreeMap, BTreeSet};

use cel::IdedExpr;
use cel::common::ast::operators as op;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue};

use super::facts::VARIABLES;
use super::language::Wrong;
use super::named::{Constant, Path, collect, path};

/// Parts of one condition.
const NODES: usize = 400;

/// Functions that conditions may call besides operators.
const FUNCTIONS: [&str; 13] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "uint",
    "double",
    "bool",
    "orValue",
    "hasValue",
    "dyn",
];
/// Calls that say true or false of their operands by comparing them.
const COMPARISONS: [&str; 10] = [
    op::EQUALS,
    op::NOT_EQUALS,
    op::LESS,
    op::LESS_EQUALS,
    op::GREATER,
    op::GREATER_EQUALS,
    op::IN,
    "startsWith",
    "endsWith",
    "contains",
];
const CONNECTIVES: [&str; 3] = [op::LOGICAL_AND, op::LOGICAL_OR, op::LOGICAL_NOT];
const ARITHMETIC: [&str; 6] =
    [op::ADD, op::SUBSTRACT, op::MULTIPLY, op::DIVIDE, op::MODULO, op::NEGATE];
const OTHERS: [&str; 5] =
    [op::CONDITIONAL, op::INDEX, op::OPT_INDEX, op::OPT_SELECT, op::NOT_STRICTLY_FALSE];

/// What a condition speaks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// What it reads, with the values that this is compared with.
    pub(super) paths: BTreeMap<Path, Vec<Constant>>,
    /// Patterns of `matches`.
    pub(super) patterns: BTreeSet<String>,
    /// Whether it does more with what it reads than to compare it.
    pub(super) is_opaque: bool,
    /// Whether it reads `attributes` or `customer` as a whole.
    reads_whole: bool,
}

impl Words {
    /// Whether it is the same for every chat.
    pub(super) fn is_constant(&self) -> bool {
        self.paths.is_empty() && !self.reads_whole
    }

    /// Texts that the queue's name is compared with.
    pub(super) fn queues(&self) -> impl Iterator<Item = &str> {
        let constants = self.paths.get(&Path::Queue).into_iter().flatten();
        constants.filter_map(|constant| match constant {
            Constant::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// Looks through a condition.
pub(super) fn of(expression: &IdedExpr) -> Result<Words, Wrong> {
    let mut walk = Walk { words: Words::default(), own: Vec::new(), nodes: 0 };
    walk.any(expression)?;
    walk.compared(expression);
    Ok(walk.words)
}

struct Walk<'e> {
    words: Words,
    /// Variables of `all` and `exists`.
    own: Vec<&'e str>,
    nodes: usize,
}

impl<'e> Walk<'e> {
    fn any(&mut self, part: &'e IdedExpr) -> Result<(), Wrong> {
        self.nodes += 1;
        if self.nodes > NODES {
            let text = "the condition has too many parts: split it into several rules";
            return Err(Wrong::new("rule_unbounded", text));
        }
        if let Some(path) = path(&part.expr, &self.own)? {
            self.words.paths.entry(path).or_default();
            return Ok(());
        }
        match &part.expr {
            Expr::Literal(_) => Ok(()),
            Expr::Ident(name) => self.ident(name),
            Expr::Select(select) => {
                self.words.is_opaque = true;
                self.any(&select.operand)
            }
            Expr::Call(call) => self.call(call),
            Expr::List(list) => list.elements.iter().try_for_each(|element| self.any(element)),
            Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    self.words.is_opaque = true;
                    self.any(&entry.key).and_then(|()| self.any(&entry.value))
                }
                EntryExpr::StructField(_) => Err(no_types()),
            }),
            Expr::Comprehension(each) => self.each(each),
            Expr::Struct(_) => Err(no_types()),
            Expr::Unspecified => Err(Wrong::new("rule_syntax", "a part of it is empty")),
        }
    }

    fn ident(&mut self, name: &str) -> Result<(), Wrong> {
        if self.own.contains(&name) {
            return Ok(());
        }
        // The whole map: of which key, only the chat tells.
        self.words.is_opaque = true;
        if VARIABLES.contains(&name) {
            self.words.reads_whole = true;
            return Ok(());
        }
        let text = format!(
            "there is no `{name}`, only attributes, customer and queue: write attributes.{name}, \
             or '{name}' if it is a text"
        );
        Err(Wrong::new("unknown_variable", text))
    }

    fn call(&mut self, call: &'e CallExpr) -> Result<(), Wrong> {
        let name = call.func_name.as_str();
        let operator = [&COMPARISONS[..], &CONNECTIVES, &ARITHMETIC, &OTHERS];
        if !operator.iter().any(|group| group.contains(&name)) && !FUNCTIONS.contains(&name) {
            let text = match name {
                "map" | "filter" => "lists are not made here: use exists or all".to_owned(),
                _ => format!(
                    "there is no function `{name}`: use operators, has, exists, all, \
                              size, contains, startsWith, endsWith, matches, int, double, string"
                ),
            };
            return Err(Wrong::new("unknown_function", text));
        }
        let simple = COMPARISONS.contains(&name) || CONNECTIVES.contains(&name);
        let sign_of_number = name == op::NEGATE && matches!(call.args[0].expr, Expr::Literal(_));
        if !simple && !sign_of_number {
            self.words.is_opaque = true;
        }
        if !self.own.is_empty() && name == op::ADD {
            let text = "something is added up within exists or all: only compare there";
            return Err(Wrong::new("rule_unbounded", text));
        }
        if name == "matches" {
            self.pattern(call)?;
        }
        call.target.iter().map(|target| &**target).chain(&call.args).try_for_each(|p| self.any(p))
    }

    /// Patterns are written down, so that they are compiled once and customers bring none.
    fn pattern(&mut self, call: &CallExpr) -> Result<(), Wrong> {
        let Some(Expr::Literal(LiteralValue::String(text))) = call.args.last().map(|it| &it.expr)
        else {
            let text = "the pattern of matches is computed: write it down, as a text in quotes";
            return Err(Wrong::new("rule_unbounded", text));
        };
        self.words.patterns.insert(text.inner().to_owned());
        Ok(())
    }

    fn each(&mut self, each: &'e ComprehensionExpr) -> Result<(), Wrong> {
        if !self.own.is_empty() {
            let text = "exists and all do not stand within each other: split the rule";
            return Err(Wrong::new("rule_unbounded", text));
        }
        if matches!(each.accu_init.expr, Expr::List(_) | Expr::Map(_)) {
            let text = "lists are not made here: use exists or all";
            return Err(Wrong::new("unknown_function", text));
        }
        self.words.is_opaque = true;
        self.any(&each.iter_range)?;
        self.own = vec![each.iter_var.as_str(), each.accu_var.as_str()];
        self.own.extend(each.iter_var2.as_deref());
        let outcome = self.any(step(each));
        self.own.clear();
        outcome
    }

    /// Notes with what each path is compared.
    fn compared(&mut self, part: &'e IdedExpr) {
        let Expr::Call(call) = &part.expr else {
            return;
        };
        let parts = || call.target.iter().map(|target| &**target).chain(&call.args);
        if !COMPARISONS.contains(&call.func_name.as_str()) {
            parts().for_each(|part| self.compared(part));
            return;
        }
        let mut constants = Vec::new();
        parts().for_each(|part| collect(part, &mut constants));
        for part in parts() {
            if let Ok(Some(path)) = path(&part.expr, &[]) {
                let known = self.words.paths.entry(path).or_default();
                known.extend(constants.iter().cloned());
            }
        }
    }
}

/// The part of an `all`, `exists` or `exists_one` that is written down.
fn step(each: &ComprehensionExpr) -> &IdedExpr {
    match &each.loop_step.expr {
        // `exists_one` counts: condition ? count + 1 : count.
        Expr::Call(call) if call.func_name == op::CONDITIONAL => &call.args[0],
        _ => &each.loop_step,
    }
}

fn no_types() -> Wrong {
    Wrong::new(
        "unknown_function",
        "this makes a value of a type, and none is known: use texts, numbers and lists",
    )
}
