//! What every scene needs: the running Baton, the three agents, the timeline. Leaves customers to
//! the scenes that bring them.

use serde_json::{Value, json};

use super::contract::PUBLISHED;
use super::differs::{Checked, Differs, holds, same};
use super::http::Http;
use super::people::Agent;
use super::place::Place;
use super::timeline::Timeline;
use super::workspace::{self, ALICE, BEN, CHLOE, Role};
use crate::cli;

/// A workspace with three agents who are logged in.
pub(super) struct Stage<'a> {
    /// The printer.
    pub(super) timeline: &'a Timeline,
    /// The workspace's name.
    pub(super) workspace: String,
    /// Calls without a token.
    pub(super) http: Http,
    /// Calls to the admin address.
    pub(super) admin: Http,
    /// The first agent.
    pub(super) alice: Agent,
    /// The second agent.
    pub(super) ben: Agent,
    /// The third agent.
    pub(super) chloe: Agent,
}

impl<'a> Stage<'a> {
    /// Publishes the workspace and brings the agents.
    pub(super) async fn set(timeline: &'a Timeline, place: &Place) -> Checked<Self> {
        let workspace = workspace::fresh_name();
        timeline.tell("Baton", &format!("runs at {}", place.public));
        let http = Http::new(&place.public)?;
        timeline.step("an admin publishes the tour's workspace");
        let admin = token(place, &workspace, cli::Role::Admin, "tour")?;
        let body = workspace::configuration(&workspace);
        let published = http.with_token(&admin).put("/v1/config", &body).await?;
        let published = published.ok(200, &PUBLISHED)?;
        same(&published, "/findings", json!([]))?;
        let said = format!("publishes {workspace}: queues billing, sales, support_fr");
        timeline.tell("Admin", &said);
        let mut agents = Vec::new();
        for role in [ALICE, BEN, CHLOE] {
            agents.push(log_in(timeline, &http, place, &workspace, role).await?);
        }
        let [alice, ben, chloe] = <[Agent; 3]>::try_from(agents)
            .map_err(|_| Differs::new("three agents", "there are others"))?;
        let admin = Http::new(&place.admin)?;
        Ok(Self { timeline, workspace, http, admin, alice, ben, chloe })
    }

    /// Begins a turn for the agents.
    pub(super) fn turn(&mut self) -> Checked<()> {
        for agent in [&mut self.alice, &mut self.ben, &mut self.chloe] {
            agent.socket.turn()?;
        }
        Ok(())
    }

    /// Logs everybody out and closes their connections.
    pub(super) async fn clear(mut self) -> Checked<()> {
        self.timeline.step("the agents log out");
        for agent in [&mut self.alice, &mut self.ben, &mut self.chloe] {
            let row = agent.status("logged_out", None).await?;
            same(&row, "/activity", "idle")?;
            same(&row, "/capacity/used", 0)?;
        }
        for agent in [self.alice, self.ben, self.chloe] {
            agent.socket.close().await;
        }
        Ok(())
    }
}

async fn log_in(
    timeline: &Timeline,
    http: &Http,
    place: &Place,
    workspace: &str,
    role: Role,
) -> Checked<Agent> {
    timeline.step(&format!("{} logs in", role.who));
    // The configuration that was just published is in force when it is answered.
    let token = token(place, workspace, cli::Role::Agent, role.id)?;
    let agent = Agent::connect(http, workspace, role, &token).await?;
    timeline.tell(role.who, &format!("logs in as {}: not_ready (login)", role.name));
    Ok(agent)
}

fn token(place: &Place, workspace: &str, role: cli::Role, sub: &str) -> Checked<String> {
    let signed = place.token(workspace, role, sub);
    signed.map_err(|error| Differs::new("a token", format!("it cannot be signed: {error:#}")))
}

/// The beginning of a start's body.
pub(super) fn start_body(workspace: &str, queue: &str, role: Role, text: &str) -> Value {
    json!({
        "workspace": workspace,
        "queue": queue,
        "customer": {"name": role.name, "email": format!("{}@example.org", role.who)},
        "attributes": {"language": "fr", "plan": "gold"},
        "text": text,
    })
}

/// Demands that the customer and the attributes of a start are in the agents' copy of the chat.
pub(super) fn knows_customer(chat: &Value, role: Role) -> Checked<()> {
    same(chat, "/customer/name", role.name)?;
    same(chat, "/attributes/plan", "gold")?;
    holds(chat["customer"]["email"].is_string(), "the customer's e-mail", chat)
}
