//! Routing rules: at the start of a chat the first condition that holds says where it goes, how
//! urgent it is and what it needs. Leaves to the routers what becomes of that.

mod check;
mod facts;
mod language;
mod named;
mod reach;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use baton_common::command::Routed;
use baton_common::config::Workspace;
use baton_common::ids::WorkspaceId;
use baton_common::limits;
use baton_common::protocol::start::StartBody;
use dashmap::{DashMap, DashSet};
use parking_lot::Mutex;

pub use check::check;
use facts::Facts;
use language::{Condition, Failure};

use crate::metrics;

/// Rules of all workspaces that have some, compiled. Bounded as the configurations at hand are.
#[derive(Default)]
pub(crate) struct Rules {
    known: DashMap<WorkspaceId, Arc<Compiled>>,
    /// One compiles at a time, so that a busy workspace's new version is compiled once.
    compiling: Mutex<()>,
    /// Rules that have failed, as their counters are labelled.
    failed: DashSet<(WorkspaceId, usize)>,
}

/// The rules of one version.
struct Compiled {
    version: Option<u64>,
    /// None: written for another release, and not understood by this one.
    conditions: Vec<Option<Condition>>,
}

impl Rules {
    /// What the rules say of a start; none if no rule holds.
    pub(crate) fn route(
        &self,
        workspace: &WorkspaceId,
        config: &Workspace,
        body: &StartBody,
    ) -> Option<Routed> {
        if config.rules.is_empty() {
            return None;
        }
        let compiled = self.compiled(workspace, config);
        let facts = Facts::of(body, config.default_queue.as_ref());
        let at = compiled.first(&facts, |at, failure| self.count(workspace, at, failure))?;
        let rule = &config.rules[at];
        Some(Routed {
            version: config.version.unwrap_or_default(),
            rule: u32::try_from(at).unwrap_or(u32::MAX),
            queue: rule.queue.clone(),
            priority: rule.priority,
            skills: rule.skills.clone(),
        })
    }

    /// Counts a failure; beyond a bound of rules, all others as one.
    fn count(&self, workspace: &WorkspaceId, at: usize, failure: Failure) {
        let rule = (workspace.clone(), at);
        let is_named = self.failed.contains(&rule)
            || (self.failed.len() < limits::LABELLED_RULES && self.failed.insert(rule));
        if is_named {
            metrics::rule_failed(workspace.as_str(), &at.to_string(), failure.as_str());
        } else {
            metrics::rule_failed("other", "other", failure.as_str());
        }
    }

    fn compiled(&self, workspace: &WorkspaceId, config: &Workspace) -> Arc<Compiled> {
        let known = || {
            let known = self.known.get(workspace)?;
            (known.version == config.version).then(|| Arc::clone(&known))
        };
        if let Some(compiled) = known() {
            return compiled;
        }
        let _one_at_a_time = self.compiling.lock();
        known().unwrap_or_else(|| {
            let compiled = Arc::new(Compiled::of(workspace, config));
            self.known.insert(workspace.clone(), Arc::clone(&compiled));
            compiled
        })
    }
}

impl Compiled {
    fn of(workspace: &WorkspaceId, config: &Workspace) -> Self {
        let compile = |(at, text): (usize, &str)| match Condition::compile(text) {
            Ok(condition) => Some(condition),
            Err(wrong) => {
                let code = wrong.code;
                tracing::warn!(%workspace, rule = at, code, "a rule is not understood");
                None
            }
        };
        let texts = config.rules.iter().map(|rule| rule.condition.as_str());
        let conditions = texts.take(limits::RULES).enumerate().map(compile).collect();
        Self { version: config.version, conditions }
    }

    /// The first rule that holds; one that fails is told of and passed over.
    fn first(&self, facts: &Facts, failed: impl Fn(usize, Failure)) -> Option<usize> {
        let holds = |(at, condition): (usize, &Option<Condition>)| {
            let outcome = match condition {
                Some(condition) => condition.holds(facts),
                None => Err(Failure::Other),
            };
            outcome.unwrap_or_else(|failure| {
                failed(at, failure);
                false
            })
        };
        self.conditions.iter().enumerate().position(holds)
    }
}
