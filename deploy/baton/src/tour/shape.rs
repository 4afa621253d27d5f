//! Shapes of JSON as data, and whether a value has one. Members that a shape does not name are
//! ignored, as the contract tells clients to. Leaves the contract's shapes to `contract`.

use serde_json::Value;

use super::differs::{Checked, Differs, short};

/// What a value has to be.
#[derive(Debug)]
pub(super) enum Kind {
    /// Any text.
    Text,
    /// An id with this prefix.
    Id(&'static str),
    /// RFC 3339 UTC with milliseconds.
    Time,
    /// A whole number, not negative.
    Whole,
    /// A number, not negative.
    Number,
    /// True or false.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An object with these members.
    Object(&'static [Member]),
    /// An object with exactly one of these members.
    OneMember(&'static [Member]),
    /// An object with any members.
    AnyObject,
    /// A list of such values.
    List(&'static Self),
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member {
    name: &'static str,
    kind: Kind,
    presence: Presence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Always,
    Maybe,
    Never,
}

/// A member that is always there.
pub(super) const fn must(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, presence: Presence::Always }
}

/// A member that may be missing or `null`.
pub(super) const fn may(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, presence: Presence::Maybe }
}

/// A member that this reader must not see.
pub(super) const fn never(name: &'static str) -> Member {
    Member { name, kind: Kind::Text, presence: Presence::Never }
}

/// Demands that a value has a shape; `path` names the value in the difference.
pub(super) fn check(value: &Value, kind: &Kind, path: &str) -> Checked<()> {
    let fits = match kind {
        Kind::Text => value.is_string(),
        Kind::Id(prefix) => value
            .as_str()
            .is_some_and(|id| id.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty())),
        Kind::Time => value.as_str().is_some_and(is_time),
        Kind::Whole => value.is_u64(),
        Kind::Number => value.as_f64().is_some_and(|number| number >= 0.0),
        Kind::Flag => value.is_boolean(),
        Kind::Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Kind::AnyObject => value.is_object(),
        Kind::Object(members) => return members_fit(value, members, path),
        Kind::OneMember(members) => return one_member_fits(value, members, path),
        Kind::List(item) => return items_fit(value, item, path),
    };
    if fits { Ok(()) } else { Err(unfit(value, &describe(kind), path)) }
}

fn members_fit(value: &Value, members: &[Member], path: &str) -> Checked<()> {
    if !value.is_object() {
        return Err(unfit(value, "an object", path));
    }
    for member in members {
        let (found, path) = (&value[member.name], format!("{path}.{}", member.name));
        match (found.is_null(), member.presence) {
            (true, Presence::Always) => {
                return Err(Differs::new(
                    format!("{path} to be there"),
                    format!("it is missing in {}", short(value)),
                ));
            }
            (false, Presence::Never) => return Err(unfit(found, "nothing", &path)),
            (true, _) => {}
            (false, _) => check(found, &member.kind, &path)?,
        }
    }
    Ok(())
}

fn one_member_fits(value: &Value, members: &[Member], path: &str) -> Checked<()> {
    let is_there = |member: &&Member| !value[member.name].is_null();
    let there: Vec<&Member> = members.iter().filter(is_there).collect();
    if let [member] = there[..] {
        let path = format!("{path}.{}", member.name);
        return check(&value[member.name], &member.kind, &path);
    }
    let names: Vec<&str> = members.iter().map(|member| member.name).collect();
    let expected = format!("an object with one of {}", names.join(", "));
    Err(unfit(value, &expected, path))
}

fn items_fit(value: &Value, item: &Kind, path: &str) -> Checked<()> {
    let items = value.as_array().ok_or_else(|| unfit(value, "a list", path))?;
    for (at, found) in items.iter().enumerate() {
        check(found, item, &format!("{path}[{at}]"))?;
    }
    Ok(())
}

fn unfit(value: &Value, expected: &str, path: &str) -> Differs {
    Differs::new(format!("{path} to be {expected}"), format!("it is {}", short(value)))
}

fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".into(),
        Kind::Id(prefix) => format!("an id that begins with {prefix}"),
        Kind::Time => "a time as 2026-01-05T09:00:00.000Z".into(),
        Kind::Whole => "a whole number".into(),
        Kind::Number => "a number".into(),
        Kind::Flag => "true or false".into(),
        Kind::Word(words) => format!("one of {}", words.join(", ")),
        Kind::Object(_) | Kind::OneMember(_) | Kind::AnyObject => "an object".into(),
        Kind::List(_) => "a list".into(),
    }
}

fn is_time(text: &str) -> bool {
    let form = "0000-00-00T00:00:00.000Z";
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(found, wanted)| match wanted {
            b'0' => found.is_ascii_digit(),
            mark => found == mark,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PERSON: Kind = Kind::Object(&[
        must("id", Kind::Id("cus_")),
        must("at", Kind::Time),
        may("age", Kind::Whole),
        never("secret"),
    ]);

    const CHOICE: Kind = Kind::OneMember(&[must("agent", Kind::Text), must("queue", Kind::Text)]);

    fn verdict(value: &Value) -> Option<String> {
        check(value, &PERSON, "person").err().map(|differs| differs.to_string())
    }

    #[test]
    fn what_fits_passes_with_more_members_than_named() {
        let at = "2026-01-05T09:00:00.000Z";
        assert_eq!(verdict(&json!({"id": "cus_1", "at": at, "new": [1]})), None);
        assert_eq!(verdict(&json!({"id": "cus_1", "at": at, "age": null})), None);
    }

    #[test]
    fn each_misfit_names_its_member() {
        let at = "2026-01-05T09:00:00.000Z";
        let cases = [
            (json!({"at": at}), "person.id"),
            (json!({"id": "cus_", "at": at}), "person.id"),
            (json!({"id": "cus_1", "at": "2026-01-05T09:00:00Z"}), "person.at"),
            (json!({"id": "cus_1", "at": at, "age": -1}), "person.age"),
            (json!({"id": "cus_1", "at": at, "secret": "x"}), "person.secret"),
            (json!([]), "person to be an object"),
        ];
        for (value, named) in cases {
            let differs = verdict(&value).unwrap_or_default();
            assert!(differs.contains(named), "{value}: {differs}");
        }
    }

    #[test]
    fn lists_and_choices_are_looked_into() {
        let list = Kind::List(&Kind::Word(&["a", "b"]));
        assert!(check(&json!(["a", "b"]), &list, "list").is_ok());
        let differs = check(&json!(["a", "c"]), &list, "list").unwrap_err().to_string();
        assert!(differs.contains("list[1] to be one of a, b"), "{differs}");
        assert!(check(&json!({"agent": "x"}), &CHOICE, "to").is_ok());
        assert!(check(&json!({"agent": "x", "queue": "y"}), &CHOICE, "to").is_err());
    }
}
