//! `baton why`: asks a running Baton why a chat went where it went and what it waits for, or why
//! an agent gets nothing, and prints a sentence first, then a table. Leaves the reasons to the
//! router and who may ask to the gateway.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use baton_common::protocol::why::{AgentWhy, Because, Candidate, ChatWhy, Decision, Reason};
use baton_common::words::{OfferOutcome, Selection};
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::Settings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cli::{Grant, Role, WhyFlags, say};
use crate::{calls, token};

/// Longer than any question to a router takes.
const CALL_LIMIT: Duration = Duration::from_secs(15);
/// Seconds for which the token is good: one call.
const TOKEN_S: u32 = 60;
/// Whom the token names.
const SUB: &str = "baton-why";

/// Asks and prints.
pub(crate) async fn run(settings: Settings, flags: WhyFlags) -> anyhow::Result<ExitCode> {
    let text = match (&flags.chat, &flags.agent) {
        (Some(chat), _) => of_chat(&ask(&settings, &flags, "chats", chat).await?),
        (None, Some(agent)) => of_agent(&ask(&settings, &flags, "agents", agent).await?),
        (None, None) => bail!("name a chat, or an agent with --agent"),
    };
    say(text.trim_end());
    Ok(ExitCode::SUCCESS)
}

/// The answer of the gateway about a chat or an agent.
async fn ask<T: DeserializeOwned>(
    settings: &Settings,
    flags: &WhyFlags,
    what: &str,
    id: &str,
) -> anyhow::Result<T> {
    let base = match &flags.public {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => known(settings)?,
    };
    let secret = TokenSecret::load(&settings.token_secret_file)?;
    let (workspace, sub) = (flags.workspace.clone(), SUB.to_owned());
    let grant = Grant { role: Role::Supervisor, sub, workspace, ttl_s: TOKEN_S };
    let client = calls::client(CALL_LIMIT);
    let client = client.context("cannot make an HTTP client")?;
    let mut url = reqwest::Url::parse(&base)
        .with_context(|| format!("{base} is no address: write it as http://127.0.0.1:7080"))?;
    match url.path_segments_mut() {
        Ok(mut path) => drop(path.extend(["v1", what, id, "why"])),
        Err(()) => bail!("{base} is no address: write it as http://127.0.0.1:7080"),
    }
    let request = client.get(url).bearer_auth(token::sign(&secret, &grant)?);
    let reply = request.send().await.with_context(|| {
        format!("no gateway answers at {base}: start it, or name another with --public")
    })?;
    let status = reply.status();
    let text = reply.text().await.context("the answer broke off: ask again")?;
    if !status.is_success() {
        let problem: Value = serde_json::from_str(&text).unwrap_or_default();
        let detail = problem["detail"].as_str().unwrap_or(&text);
        bail!("the gateway refused: {detail} ({status})");
    }
    serde_json::from_str(&text).context("the gateway is of another release: its answer is unknown")
}

/// The public address of the `baton up` in the data folder.
fn known(settings: &Settings) -> anyhow::Result<String> {
    let file = settings.data_dir.join("ready.json");
    let text = std::fs::read_to_string(&file).with_context(|| {
        format!(
            "no running Baton is known, {} cannot be read; start `baton up`, name its folder with \
             --data-dir, or give --public",
            file.display()
        )
    })?;
    let ready: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))?;
    let public = ready["public"].as_str().context("ready.json has no public address")?;
    Ok(public.to_owned())
}

fn of_chat(why: &ChatWhy) -> String {
    let mut text = String::new();
    match &why.waiting {
        Some(waiting) => {
            let since = &name(&waiting.since);
            line(&mut text, &format!("{} {}", why.chat_id, waiting.text));
            line(&mut text, &format!("in {} since {since}", waiting.queue));
            if let Some(at) = &waiting.others_at {
                line(&mut text, &format!("others may be asked from {} on", name(at)));
            }
            table(&mut text, &waiting.candidates, waiting.more);
        }
        None => line(&mut text, &format!("{} {}", why.chat_id, went(&why.decisions))),
    }
    for decision in &why.decisions {
        let policy =
            decision.policy.map_or_else(String::new, |by: Selection| format!(", {}", name(&by)));
        let outcome = decision.outcome.map_or_else(|| "open".to_owned(), |how| name(&how));
        let at = name(&decision.at);
        line(&mut text, "");
        line(
            &mut text,
            &format!(
                "{at} {} of {} to {} ({outcome}{policy}): {}",
                decision.offer_id, decision.queue, decision.chosen, decision.text
            ),
        );
        table(&mut text, &decision.candidates, decision.more);
    }
    text
}

/// Where a chat went that waits for nothing.
fn went(decisions: &[Decision]) -> String {
    let taken = |decision: &&Decision| decision.outcome == Some(OfferOutcome::Accepted);
    let by = |decision: &Decision| format!("{}: {}", decision.chosen, decision.text);
    match (decisions.iter().rfind(taken), decisions.last()) {
        (Some(taken), Some(last)) if taken.offer_id == last.offer_id => {
            format!("went to {}", by(taken))
        }
        (Some(taken), _) => {
            format!("went to {}; it waits no more, later offers were not taken", by(taken))
        }
        (None, Some(last)) => {
            format!("waits no more, nobody took it; last it was offered to {}", by(last))
        }
        (None, None) => "waits no more, it was offered to nobody".to_owned(),
    }
}

fn of_agent(why: &AgentWhy) -> String {
    let mut text = String::new();
    line(&mut text, &why.text);
    let rows = why.queues.iter().map(|queue| {
        let waiting = queue.waiting.to_string();
        [queue.queue.to_string(), waiting, named(queue.because.reason), queue.text.clone()]
    });
    columns(&mut text, ["queue", "waiting", "reason", "why"], rows.collect());
    more(&mut text, why.more, "queues");
    text
}

fn table(text: &mut String, candidates: &[Candidate], left: Option<u32>) {
    let rows = candidates.iter().map(|candidate| {
        let Candidate { agent, because } = candidate;
        [agent.to_string(), named(because.reason), detail(because)]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        columns(text, ["agent", "reason", "detail"], rows);
    }
    more(text, left, "agents");
}

fn detail(because: &Because) -> String {
    match (&because.skill, because.level) {
        (Some(skill), Some(level)) => format!("{skill} {}", level.0),
        _ => because.detail.as_ref().map_or_else(String::new, ToString::to_string),
    }
}

fn more(text: &mut String, left: Option<u32>, what: &str) {
    if let Some(left) = left {
        line(text, &format!("  and {left} more {what}"));
    }
}

/// Rows below their heads, each column as wide as it has to be.
fn columns<const N: usize>(text: &mut String, heads: [&str; N], rows: Vec<[String; N]>) {
    let mut all = vec![heads.map(str::to_owned)];
    all.extend(rows);
    let width = |at: usize| all.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    for row in &all {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        let cells: Vec<String> = cells.collect();
        line(text, format!("  {}", cells.join("  ")).trim_end());
    }
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn named(reason: Reason) -> String {
    name(&reason)
}

/// A word of the contract as it is written.
fn name(word: &impl Serialize) -> String {
    let word = serde_json::to_value(word).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_chat_is_explained_by_a_sentence_and_a_table() {
        let why = json!({"chat_id": "cht_8",
            "waiting": {"queue": "sales", "since": "2026-01-05T09:00:00.000Z",
                "text": "waits for an agent with french; none is logged in",
                "candidates": [{"agent": "agent10", "reason": "offline", "detail": "logged_out"},
                    {"agent": "agent2", "reason": "skill", "skill": "french", "level": 5}],
                "more": 3},
            "decisions": [{"at": "2026-01-05T09:00:00.000Z", "offer_id": "off_4",
                "entry_id": "ent_4", "queue": "sales", "chosen": "agent1",
                "policy": "longest_idle", "outcome": "declined", "text": "longest idle of 2",
                "candidates": [{"agent": "agent3", "reason": "later"}]}]});
        let text = of_chat(&serde_json::from_value(why).unwrap());
        let expected = "\
cht_8 waits for an agent with french; none is logged in
in sales since 2026-01-05T09:00:00.000Z
  agent    reason   detail
  agent10  offline  logged_out
  agent2   skill    french 5
  and 3 more agents

2026-01-05T09:00:00.000Z off_4 of sales to agent1 (declined, longest_idle): longest idle of 2
  agent   reason  detail
  agent3  later
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_chat_that_waits_no_more_went_to_whoever_took_it() {
        let offer = |id: &str, agent: &str, outcome: &str| {
            json!({"at": "2026-01-05T09:00:00.000Z", "offer_id": id, "entry_id": "ent_1",
                "queue": "sales", "chosen": agent, "outcome": outcome, "text": "longest idle of 2",
                "candidates": []})
        };
        let first = |decisions: Vec<Value>| {
            let why = json!({"chat_id": "cht_8", "decisions": decisions});
            let text = of_chat(&serde_json::from_value(why).unwrap());
            text.lines().next().unwrap().to_owned()
        };
        let (taken, gone) = (offer("off_1", "a1", "accepted"), offer("off_2", "a2", "revoked"));
        assert_eq!(first(vec![]), "cht_8 waits no more, it was offered to nobody");
        assert_eq!(first(vec![taken.clone()]), "cht_8 went to a1: longest idle of 2");
        assert_eq!(
            first(vec![taken, gone.clone()]),
            "cht_8 went to a1: longest idle of 2; it waits no more, later offers were not taken"
        );
        assert_eq!(
            first(vec![gone]),
            "cht_8 waits no more, nobody took it; last it was offered to a2: longest idle of 2"
        );
    }

    #[test]
    fn an_agent_is_explained_by_a_sentence_and_its_queues() {
        let why = json!({"agent": "agent1", "text": "agent1 is not ready (lunch)", "queues": [
            {"queue": "sales", "waiting": 12, "reason": "not_ready", "detail": "lunch",
                "text": "is not ready (lunch)"}]});
        let text = of_agent(&serde_json::from_value(why).unwrap());
        let expected = "\
agent1 is not ready (lunch)
  queue  waiting  reason     why
  sales  12       not_ready  is not ready (lunch)
";
        assert_eq!(text, expected);
    }
}
