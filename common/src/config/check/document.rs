//! The document's own parts: names and their number, the default queue, origins, the time zone.

use jiff::tz::TimeZoneDatabase;

use super::Report;
use crate::config::Workspace;
use crate::ids::is_short_name;
use crate::limits;

pub(super) fn check(config: &Workspace, report: &mut Report) {
    names(config, report);
    counts(config, report);
    default_queue(config, report);
    origins(config, report);
    time_zone(config, report);
}

fn names(config: &Workspace, report: &mut Report) {
    let mut id = |path: &str, id: &str| {
        if !is_short_name(id) {
            let text = format!("`{id}` is no id: use 1 to 32 of a-z, 0-9, _ and -");
            report.error(format!("{path}.{id}"), "bad_name", text);
        }
    };
    config.skills.keys().for_each(|key| id("skills", key.as_str()));
    config.queues.keys().for_each(|key| id("queues", key.as_str()));
    config.agents.keys().for_each(|key| id("agents", key.as_str()));
    let skills = config.skills.iter().map(|(id, row)| ("skills", id.as_str(), &row.name));
    let queues = config.queues.iter().map(|(id, row)| ("queues", id.as_str(), &row.name));
    let agents = config.agents.iter().map(|(id, row)| ("agents", id.as_str(), &row.name));
    let leads = config.supervisors.iter().map(|(id, row)| ("supervisors", id.as_str(), &row.name));
    for (part, id, name) in skills.chain(queues).chain(agents).chain(leads) {
        if name.as_ref().is_some_and(|name| name.chars().count() > limits::NAME_CHARS) {
            let text = format!("a name has at most {} characters: shorten it", limits::NAME_CHARS);
            report.error(format!("{part}.{id}.name"), "too_long", text);
        }
    }
}

fn counts(config: &Workspace, report: &mut Report) {
    for (what, count, most) in [
        ("queues", config.queues.len(), limits::QUEUES),
        ("agents", config.agents.len(), limits::AGENTS),
        ("rules", config.rules.len(), limits::RULES),
    ] {
        if count > most {
            let text = format!("{count} {what}, at most {most} are served: split the workspace");
            report.error(what, "too_many", text);
        }
    }
    if config.queues.is_empty() {
        let text = "no queue is configured, so no chat can start: add one";
        report.warning("queues", "no_queues", text);
    }
}

fn default_queue(config: &Workspace, report: &mut Report) {
    let Some(id) = &config.default_queue else {
        return;
    };
    match config.queues.get(id) {
        None => {
            let text = format!("there is no queue `{id}`: add it to queues or name another");
            report.error("default_queue", "unknown_queue", text);
        }
        Some(queue) if queue.closed && queue.overflow.is_none() => {
            let text = format!(
                "`{id}` is closed and has no overflow, so every chat that names no queue is \
                 refused: name an open queue or give it an overflow"
            );
            report.warning("default_queue", "default_closed", text);
        }
        Some(_) => {}
    }
}

fn origins(config: &Workspace, report: &mut Report) {
    for (at, origin) in config.origins.iter().enumerate() {
        let bare = origin.starts_with("http://") || origin.starts_with("https://");
        if !bare || origin.ends_with('/') || origin.matches('/').count() != 2 {
            let text =
                format!("`{origin}` is no origin: write scheme://host[:port] without a path");
            report.error(format!("origins[{at}]"), "bad_origin", text);
        }
    }
}

fn time_zone(config: &Workspace, report: &mut Report) {
    if let Some(name) = &config.time_zone
        && TimeZoneDatabase::bundled().get(name).is_err()
    {
        let text = format!("there is no time zone `{name}`: write one as Europe/Berlin or UTC");
        report.error("time_zone", "unknown_time_zone", text);
    }
}
