//! Signing in. On a development server: anybody of the configuration, without a password, only for
//! who has the key that `baton up` printed, at the machine itself, where the secret was made for
//! development. Elsewhere: at the operator's sign-in service, or with a token that they hand out.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use baton_common::code::Code;
use baton_common::config::Workspace;
use baton_common::hash::Mark;
use baton_common::ids::{AgentId, WorkspaceId, is_short_name};
use baton_common::limits;
use baton_common::protocol::problem::Problem;
use baton_common::protocol::sign_in::{CodeBody, Person, SignIn, SignInBody, SignedIn};
use baton_common::time::{ApiTime, Span};
use baton_common::words::Role;

use super::call::{Call, ok};
use crate::gateway::Gateway;
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::token::{self, Claims};

/// As long as `baton token` gives.
const LIFE: Duration = Duration::from_hours(12);
/// There is no such person in the configuration, and somebody has to make the first one.
const ADMIN: &str = "admin";

/// How people of the staff sign in here.
#[utoipa::path(
    get,
    path = "/v1/sign-in",
    params(("workspace" = Option<String>, Query, description = "`default` unless given")),
    responses(
        (status = 200, body = SignIn),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ways(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    gateway.limit_call(call.peer.ip())?;
    let query = call.query(&["workspace"])?;
    if !is_at_home(&gateway, &call) {
        return Ok(ok(match &gateway.oidc {
            Some(service) => service.way().await?,
            None => SignIn::Token,
        }));
    }
    let workspace = named(query.text("workspace"))?;
    let config = gateway.link.config(&workspace).await;
    Ok(ok(SignIn::Demo { people: people(config.as_deref()) }))
}

/// A token for one of them.
#[utoipa::path(
    post,
    path = "/v1/sign-in",
    request_body = SignInBody,
    responses(
        (status = 200, body = SignedIn),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_in(
    State(gateway): State<Gateway>,
    call: Call,
) -> Result<Response, Refusal> {
    gateway.limit_call(call.peer.ip())?;
    if !is_at_home(&gateway, &call) {
        let detail = "this server hands out no tokens: ask its operator for one";
        return Err(Refusal::new(Code::Forbidden, detail));
    }
    let body: SignInBody = call.json().await?;
    body.check()?;
    let workspace = body.workspace.unwrap_or_else(|| WorkspaceId::new("default"));
    let config = match body.role {
        // Somebody has to make the first configuration.
        Role::Admin => None,
        _ => Some(gateway.link.known_config(&workspace).await?),
    };
    if !is_known(config.as_deref(), body.role, &body.sub) {
        return Err(Refusal::new(Code::NotFound, "the configuration names nobody like that"));
    }
    let until = token::wall_clock() + Span::from_seconds(LIFE.as_secs_f64());
    let claims = Claims::of_person(body.role, &body.sub, &workspace, until);
    Ok(ok(signed(&gateway, &claims)))
}

/// A token for who comes back from the sign-in service.
#[utoipa::path(
    post,
    path = "/v1/sign-in/code",
    request_body = CodeBody,
    responses(
        (status = 200, body = SignedIn),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn code(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    gateway.limit_call(call.peer.ip())?;
    let Some(service) = &gateway.oidc else {
        return Err(Refusal::new(Code::NotFound, "there is no sign-in service here"));
    };
    let body: CodeBody = call.json().await?;
    body.check()?;
    let claims = service.redeem(&body, token::wall_clock()).await?;
    Ok(ok(signed(&gateway, &claims)))
}

fn signed(gateway: &Gateway, claims: &Claims) -> SignedIn {
    let token = token::sign(&gateway.secret, claims);
    SignedIn { token, expires_at: ApiTime(claims.exp.timestamp()) }
}

/// Whether it is somebody who was told the key, at this machine, of a server for development. The
/// key is what counts: all the rest can be said by whoever forwards strangers' calls.
fn is_at_home(gateway: &Gateway, call: &Call) -> bool {
    let headers = &call.parts.headers;
    let given = call.bearer().ok().flatten().unwrap_or_default();
    // Marks are compared, so that the time it takes tells nothing of the key.
    let is_told = token::sign_in_key(&gateway.secret)
        .is_some_and(|key| Mark::of(&[&key]) == Mark::of(&[given]));
    is_told
        && call.peer.ip().to_canonical().is_loopback()
        && asks_for_loopback(headers)
        && !matches!(Origin::of(headers), Origin::Other(_))
}

/// Asked for by a name that only this machine has, and by no proxy: a page elsewhere whose name
/// was made to point here says its own name, and a proxy speaks for strangers.
fn asks_for_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => host.split(':').next(),
    };
    let proxied =
        ["forwarded", "x-forwarded-for", "via"].iter().any(|by| headers.contains_key(*by));
    matches!(name, Some("localhost" | "127.0.0.1" | "::1")) && !proxied
}

/// A workspace by its name.
pub(super) fn named(name: Option<&str>) -> Result<WorkspaceId, Refusal> {
    let name = name.unwrap_or("default");
    if is_short_name(name) {
        return Ok(WorkspaceId::new(name));
    }
    Err(Refusal::invalid("workspace", "a workspace is 1 to 32 of a-z, 0-9, _, -"))
}

fn people(config: Option<&Workspace>) -> Vec<Person> {
    let person = |role, sub: &str, name: Option<&str>| Person {
        sub: sub.to_owned(),
        name: name.unwrap_or(sub).to_owned(),
        role,
    };
    let agents = config.into_iter().flat_map(|config| &config.agents);
    let agents = agents.map(|(id, row)| person(Role::Agent, id.as_str(), row.name.as_deref()));
    let leads = config.into_iter().flat_map(|config| &config.supervisors);
    let leads = leads.map(|(id, row)| person(Role::Supervisor, id, row.name.as_deref()));
    let admin = person(Role::Admin, ADMIN, Some("Administrator"));
    agents
        .take(limits::SIGN_IN_PEOPLE)
        .chain(leads.take(limits::SIGN_IN_PEOPLE))
        .chain([admin])
        .collect()
}

fn is_known(config: Option<&Workspace>, role: Role, sub: &str) -> bool {
    match role {
        Role::Agent => config.is_some_and(|c| c.agents.contains_key(&AgentId::new(sub))),
        Role::Supervisor => config.is_some_and(|c| c.supervisors.contains_key(sub)),
        Role::Admin => sub == ADMIN,
        Role::Customer => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(host: &'static str, more: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        for name in more {
            headers.insert(*name, "x".parse().unwrap());
        }
        asks_for_loopback(&headers)
    }

    #[test]
    fn s15_only_who_is_at_the_machine_is_signed_in_without_a_password() {
        assert!(at("localhost:7080", &[]) && at("127.0.0.1", &[]) && at("[::1]:7080", &[]));
        for host in ["shop.example", "localhost.shop.example", "127.0.0.1.nip.io:7080", ""] {
            assert!(!at(host, &[]), "{host}");
        }
        assert!(!at("localhost", &["x-forwarded-for"]) && !at("localhost", &["via"]));
    }

    #[test]
    fn only_people_of_the_configuration_are_signed_in() {
        let config: Workspace = serde_json::from_value(serde_json::json!({
            "queues": {}, "agents": {"anna": {"name": "Anna"}}, "supervisors": {"lead": {}},
        }))
        .unwrap();
        let names: Vec<_> = people(Some(&config)).into_iter().map(|p| (p.role, p.name)).collect();
        let all =
            [(Role::Agent, "Anna"), (Role::Supervisor, "lead"), (Role::Admin, "Administrator")];
        assert_eq!(names, all.map(|(role, name)| (role, name.to_owned())));
        assert!(is_known(Some(&config), Role::Agent, "anna"));
        assert!(!is_known(Some(&config), Role::Supervisor, "anna"));
        assert!(
            !is_known(Some(&config), Role::Customer, "cus_1")
                && !is_known(None, Role::Agent, "anna")
        );
        assert!(is_known(None, Role::Admin, "admin") && !is_known(None, Role::Admin, "root"));
    }
}
