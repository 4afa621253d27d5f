//! Whether a scenario's values make sense together; each complaint is a sentence that says what to
//! change. Its syntax is left to the parser.

use anyhow::{bail, ensure};

use super::{Deed, Fault, Scenario, Thing};

/// A day; the time series has a row for each second.
const LONGEST_S: f64 = 86_400.0;
/// Names that the contract takes for queues.
const NAME_CHARS: usize = 32;
/// The contract's highest priority.
const HIGHEST_PRIORITY: u32 = 9;
/// What one process and its descriptors can carry.
const MOST_AGENTS: usize = 20_000;

/// Checks everything.
pub(super) fn check(scenario: &Scenario) -> anyhow::Result<()> {
    times(scenario)?;
    people(scenario)?;
    queues(scenario)?;
    baton(scenario)?;
    scenario.faults.iter().try_for_each(|fault| one_fault(fault, scenario))
}

fn times(scenario: &Scenario) -> anyhow::Result<()> {
    let (duration, warm_up) = (scenario.duration_s, scenario.warm_up_s);
    ensure!(
        duration > 0.0 && duration <= LONGEST_S,
        "duration_s is {duration}: give more than 0 and at most a day of seconds"
    );
    ensure!(
        (0.0..duration).contains(&warm_up),
        "warm_up_s is {warm_up}: give at least 0 and less than duration_s"
    );
    let drain = scenario.drain_s;
    ensure!((1.0..=LONGEST_S).contains(&drain), "drain_s is {drain}: give 1 to 86400 seconds");
    let rate = scenario.arrivals.per_s;
    ensure!(
        rate > 0.0 && rate <= 100_000.0,
        "arrivals.per_s is {rate}: give more than 0 and at most 100000"
    );
    Ok(())
}

fn people(scenario: &Scenario) -> anyhow::Result<()> {
    let agents = &scenario.agents;
    ensure!(
        (1..=MOST_AGENTS).contains(&agents.count),
        "agents.count is {}: give 1 to {MOST_AGENTS}",
        agents.count
    );
    ensure!((1..=100).contains(&agents.chats), "agents.chats is {}: give 1 to 100", agents.chats);
    for (name, share) in [
        ("agents.declines", agents.declines),
        ("chats.customer_ends", scenario.chats.customer_ends),
        ("transfers.share", scenario.transfers.share),
    ] {
        ensure!((0.0..=1.0).contains(&share), "{name} is {share}: give a share from 0 to 1");
    }
    let transfers = &scenario.transfers;
    ensure!(
        transfers.to_agent + transfers.to_queue + transfers.blind > 0,
        "transfers have no kind: give to_agent, to_queue or blind a weight above 0"
    );
    Ok(())
}

fn queues(scenario: &Scenario) -> anyhow::Result<()> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    for (id, queue) in &scenario.queues {
        let is_name = (1..=NAME_CHARS).contains(&id.len()) && id.chars().all(fits);
        ensure!(is_name, "queues.{id}: a queue's name has 1 to 32 of a-z, 0-9, _ and -");
        let priority = queue.priority;
        ensure!(priority <= HIGHEST_PRIORITY, "queues.{id}.priority is {priority}: give 0 to 9");
        ensure!(
            queue.agents > 0.0 && queue.agents <= 1.0,
            "queues.{id}.agents is {}: give a share of the agents above 0 and at most 1",
            queue.agents
        );
    }
    let shares: u32 = scenario.queues.values().map(|queue| queue.share).sum();
    ensure!(shares > 0, "no queue gets customers: give one a share above 0");
    Ok(())
}

fn baton(scenario: &Scenario) -> anyhow::Result<()> {
    let baton = &scenario.baton;
    ensure!((1..=10).contains(&baton.routers), "baton.routers: give 1 to 10");
    ensure!((1..=10).contains(&baton.gateways), "baton.gateways: give 1 to 10");
    ensure!(matches!(baton.broker, 1 | 3), "baton.broker is {}: give 1 or 3", baton.broker);
    Ok(())
}

fn one_fault(fault: &Fault, scenario: &Scenario) -> anyhow::Result<()> {
    let (at, duration) = (fault.at_s, scenario.duration_s);
    ensure!(
        at >= 0.0 && at < duration,
        "a fault's at_s is {at}: give a second of the run, which is {duration} s long"
    );
    if fault.what == Thing::Leader && fault.deed == Deed::Restart {
        bail!("a fault restarts the leader: a dead one leads no more, restart what = \"router\"");
    }
    if fault.what == Thing::Broker && fault.deed == Deed::Drain {
        bail!("a fault drains the broker: kill and restart it instead");
    }
    if fault.what == Thing::Broker && scenario.baton.broker == 1 {
        let is_possible = matches!(fault.deed, Deed::Kill | Deed::Restart);
        ensure!(is_possible, "a lone broker can be killed and restarted only, not {fault}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "name = \"a\"\nduration_s = 10\narrivals.per_s = 1\nagents.count = 1\n\
        chats.handle_s = 1\nqueues.sales = {}\n";

    fn refusal(more: &str) -> String {
        let text = format!("{SOUND}{more}\n");
        format!("{:#}", Scenario::parse(&text).unwrap_err())
    }

    #[test]
    fn the_least_scenario_is_sound() {
        Scenario::parse(SOUND).unwrap();
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        assert!(refusal("rate = 3").contains("rate"));
        assert!(refusal("agents.capacity = 3").contains("capacity"));
        assert!(
            refusal("[[fault]]\nat_s = 1\ndo = \"explode\"\nwhat = \"leader\"").contains("kill")
        );
    }

    #[test]
    fn values_are_refused_with_what_to_give() {
        for (more, told) in [
            ("warm_up_s = 10", "less than duration_s"),
            ("agents.declines = 1.5", "0 to 1"),
            ("baton.broker = 2", "1 or 3"),
            ("queues.Sales = {}", "a-z"),
            ("queues.x = { priority = 10 }", "0 to 9"),
            ("transfers = { to_agent = 0, to_queue = 0, blind = 0 }", "weight"),
            ("[[fault]]\nat_s = 1\ndo = \"restart\"\nwhat = \"leader\"", "what = \"router\""),
            ("[[fault]]\nat_s = 1\ndo = \"freeze\"\nwhat = \"broker\"", "killed and restarted"),
            ("[[fault]]\nat_s = -1\ndo = \"kill\"\nwhat = \"leader\"", "second of the run"),
        ] {
            assert!(refusal(more).contains(told), "{more}: {}", refusal(more));
        }
    }
}
