//! Opening hours of a workspace: which are open, and when the next of them turn. What is decided
//! here is recorded, so that replay asks no calendar; calendars are `baton_common`'s.

use std::collections::BTreeSet;

use baton_common::config::Workspace as Config;
use baton_common::config::hours::{Calendar, zone};
use baton_common::event::Event;
use baton_common::ids::WorkspaceId;
use smol_str::SmolStr;

use super::Draft;
use crate::state::State;

/// The hours of a new configuration hold from its first moment on.
pub(super) fn published(draft: &mut Draft<'_>, workspace: &WorkspaceId, config: &Config) {
    let before = draft.state.workspace(workspace);
    let had_hours = before.is_some_and(|space| !space.closed_hours.is_empty());
    if draft.state.schema >= State::HOURS && (had_hours || used(config).next().is_some()) {
        turn(draft, workspace, config);
    }
}

/// It is time to look at them.
pub(crate) fn due(draft: &mut Draft<'_>, workspace: &WorkspaceId) {
    let state = draft.state;
    let nothing = Config::default();
    let config = state.config(workspace).map_or(&nothing, |config| config);
    turn(draft, workspace, config);
}

fn turn(draft: &mut Draft<'_>, workspace: &WorkspaceId, config: &Config) {
    let zone = zone(config.time_zone.as_deref());
    let names: BTreeSet<&str> = used(config).collect();
    let mut closed = Vec::new();
    let mut next_at = None;
    for name in names {
        let calendar = Calendar::of(&config.hours[name], zone.clone());
        if !calendar.is_open(draft.now) {
            closed.push(SmolStr::new(name));
        }
        next_at = next_at.into_iter().chain(calendar.next_turn(draft.now)).min();
    }
    draft.push(Event::HoursTurned { workspace: workspace.clone(), closed, next_at });
}

/// Names of hours that queues have.
fn used(config: &Config) -> impl Iterator<Item = &str> {
    let names = config.queues.values().filter_map(|queue| queue.hours.as_deref());
    names.filter(|name| config.hours.contains_key(*name))
}
