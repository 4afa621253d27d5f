//! Single things that a condition speaks of: what it reads of a chat, and the values that this is
//! held against. Leaves the walk through the whole to `words`.

use cel::IdedExpr;
use cel::common::ast::operators as op;
use cel::common::ast::{Expr, LiteralValue, SelectExpr};

use super::facts::CUSTOMER;
use super::language::Wrong;

/// Something that a chat has or has not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Path {
    /// `attributes.plan`.
    Attribute(String),
    /// `customer.id`.
    Customer(String),
    /// `queue`.
    Queue,
}

/// A value that something is held against.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Text(String),
    Number(f64),
    Bool,
}

/// `attributes.plan`, `attributes["plan"]`, `has(attributes.plan)`, `customer.id`, `queue`.
pub(super) fn path(part: &Expr, own: &[&str]) -> Result<Option<Path>, Wrong> {
    let (of, name) = match part {
        Expr::Ident(name) if name == "queue" && !own.contains(&"queue") => {
            return Ok(Some(Path::Queue));
        }
        Expr::Select(SelectExpr { operand, field, .. }) => (&operand.expr, field.as_str()),
        Expr::Call(call)
            if [op::INDEX, op::OPT_INDEX, op::OPT_SELECT].contains(&&*call.func_name) =>
        {
            match (&call.args[0].expr, &call.args[1].expr) {
                (of, Expr::Literal(LiteralValue::String(name))) => (of, name.inner()),
                _ => return Ok(None),
            }
        }
        Expr::Call(call) if call.func_name == op::IN => {
            match (&call.args[1].expr, &call.args[0].expr) {
                (of @ Expr::Ident(_), Expr::Literal(LiteralValue::String(name))) => {
                    (of, name.inner())
                }
                _ => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    match of {
        Expr::Ident(of) if own.contains(&of.as_str()) => Ok(None),
        Expr::Ident(of) if of == "attributes" => Ok(Some(Path::Attribute(name.to_owned()))),
        Expr::Ident(of) if of == "customer" && CUSTOMER.contains(&name) => {
            Ok(Some(Path::Customer(name.to_owned())))
        }
        Expr::Ident(of) if of == "customer" => {
            let text =
                format!("a customer has id, name and email, no `{name}`: is it attributes.{name}?");
            Err(Wrong::new("unknown_attribute", text))
        }
        Expr::Ident(of) if of == "queue" => {
            let text =
                format!("queue is a text and has no `{name}`: compare it with a queue's id itself");
            Err(Wrong::new("unknown_attribute", text))
        }
        Expr::Select(SelectExpr { operand, field, .. }) if is_attributes(operand) => {
            let text = format!(
                "attributes.{field} is a text, a number, true or false and has no `{name}`: \
                 attributes do not nest"
            );
            Err(Wrong::new("unknown_attribute", text))
        }
        _ => Ok(None),
    }
}

fn is_attributes(part: &IdedExpr) -> bool {
    matches!(&part.expr, Expr::Ident(name) if name == "attributes")
}

/// The constants of an operand.
pub(super) fn collect(part: &IdedExpr, found: &mut Vec<Constant>) {
    match &part.expr {
        Expr::Literal(literal) => found.extend(constant(literal)),
        Expr::List(list) => list.elements.iter().for_each(|element| collect(element, found)),
        Expr::Call(call) if call.func_name == op::NEGATE => {
            let mut negated = Vec::new();
            call.args.iter().for_each(|part| collect(part, &mut negated));
            found.extend(negated.into_iter().map(|constant| match constant {
                Constant::Number(number) => Constant::Number(-number),
                other => other,
            }));
        }
        _ => {}
    }
}

#[allow(clippy::cast_precision_loss, reason = "samples near a constant need no more")]
fn constant(literal: &LiteralValue) -> Option<Constant> {
    match literal {
        LiteralValue::String(text) => Some(Constant::Text(text.inner().to_owned())),
        LiteralValue::Int(number) => Some(Constant::Number(*number.inner() as f64)),
        LiteralValue::UInt(number) => Some(Constant::Number(*number.inner() as f64)),
        LiteralValue::Double(number) => Some(Constant::Number(*number.inner())),
        LiteralValue::Boolean(_) => Some(Constant::Bool),
        LiteralValue::Bytes(_) | LiteralValue::Null => None,
    }
}
