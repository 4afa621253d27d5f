//! Whom proven claims speak of, in Baton's words: an id, a role, a workspace. Pure.

use baton_common::code::Code;
use baton_common::ids::{WorkspaceId, is_short_name};
use baton_common::time::Timestamp;
use baton_common::words::Role;
use baton_runtime::oidc::ClaimNames;
use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::token::Claims;

/// A token's claims for the person; `forbidden` with what is missing, so that an operator can add
/// it there.
pub(super) fn person(
    proven: &Map<String, Value>,
    names: &ClaimNames,
    until: Timestamp,
) -> Result<Claims, Refusal> {
    let sub = text(proven, &names.sub)
        .filter(|sub| is_short_name(sub))
        .ok_or_else(|| lacks(&names.sub, "your id in Baton: 1 to 32 of a-z, 0-9, _, -"))?;
    let role = role(proven.get(&names.role))
        .ok_or_else(|| lacks(&names.role, "your role: agent, supervisor or admin"))?;
    let workspace = match proven.get(&names.workspace) {
        None => Some("default"),
        Some(_) => text(proven, &names.workspace).filter(|name| is_short_name(name)),
    };
    let workspace = workspace.ok_or_else(|| lacks(&names.workspace, "your workspace"))?;
    Ok(Claims::of_person(role, sub, &WorkspaceId::new(workspace), until))
}

fn text<'a>(proven: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    proven.get(name)?.as_str()
}

/// The role itself, or the one of a list that may most.
fn role(value: Option<&Value>) -> Option<Role> {
    let has = |word: &str| match value {
        Some(Value::String(role)) => role == word,
        Some(Value::Array(roles)) => roles.iter().any(|role| role == word),
        _ => false,
    };
    let roles = [("admin", Role::Admin), ("supervisor", Role::Supervisor), ("agent", Role::Agent)];
    roles.into_iter().find_map(|(word, role)| has(word).then_some(role))
}

fn lacks(claim: &str, what: &str) -> Refusal {
    let detail = format!("the sign-in service does not say in `{claim}` {what}");
    Refusal::new(Code::Forbidden, &detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(proven: &Value) -> Result<Claims, Refusal> {
        let names = ClaimNames { sub: "name".into(), ..ClaimNames::default() };
        person(proven.as_object().unwrap(), &names, Timestamp(0))
    }

    #[test]
    fn claims_say_who_somebody_is() {
        let anna = read(&json!({"name": "anna", "role": "agent", "sub": "8f3a"})).unwrap();
        assert_eq!(
            (&*anna.sub, anna.role, anna.workspace.as_str()),
            ("anna", Role::Agent, "default")
        );
        let roles = json!(["staff", "agent", "supervisor"]);
        let lead = json!({"name": "lead", "role": roles, "workspace": "shop"});
        let lead = read(&lead).unwrap();
        assert_eq!((lead.role, lead.workspace.as_str()), (Role::Supervisor, "shop"));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (proven, claim) in [
            (json!({"role": "agent"}), "`name`"),
            (json!({"name": "Anna Weber", "role": "agent"}), "`name`"),
            (json!({"name": "anna"}), "`role`"),
            (json!({"name": "anna", "role": "customer"}), "`role`"),
            (json!({"name": "anna", "role": "agent", "workspace": 7}), "`workspace`"),
        ] {
            let refusal = read(&proven).unwrap_err();
            assert!(format!("{refusal:?}").contains(claim), "{proven}");
        }
    }
}
