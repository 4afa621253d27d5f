//! What is wrong with a model, before anything of it is run. What is wrong with the configuration
//! that it leads to is left to the engine, which refuses it.

use anyhow::ensure;

use super::{Agents, Class, Expected, Model, Told, What, float};
use crate::shape::Shape;

/// Refuses a model that cannot be run, or that would prove nothing.
pub(super) fn check(model: &Model) -> anyhow::Result<()> {
    ensure!(!model.classes.is_empty(), "give at least one [[class]]: somebody must come");
    ensure!(!model.agents.is_empty(), "give at least one [[agents]]: somebody must answer");
    ensure!(model.unit_s >= 1.0, "unit_s must be 1 or more: the engine counts milliseconds");
    let run = &model.run;
    let sound = run.batch > 0 && run.least >= 5 && run.most >= run.least;
    ensure!(sound, "run: batch begins at 1, least at 5, most at least");
    for class in &model.classes {
        check_class(class)?;
    }
    for agents in &model.agents {
        check_agents(agents)?;
    }
    for expected in &model.expected {
        check_expected(model, expected)?;
    }
    let impatient = model.classes.iter().all(|class| class.patience.is_some());
    ensure!(
        impatient || model.load() < 1.0,
        "the load is {:.3}: below 1, or with patience in every class, or the line never ends",
        model.load()
    );
    run.twin.map_or(Ok(()), |servers| check_twin(model, servers))?;
    model.told.map_or(Ok(()), |told| check_told(model, &told))
}

fn check_class(class: &Class) -> anyhow::Result<()> {
    let name = &class.name;
    ensure!(class.rate > 0.0 && class.rate.is_finite(), "class {name}: rate must be above 0");
    let between = Shape { mean: 1.0, scv: class.arrivals_scv };
    let sound = between.is_sound() && class.handle.is_sound();
    ensure!(
        sound && class.patience.is_none_or(|patience| patience.is_sound()),
        "class {name}: arrivals_scv, handle and patience need a mean above 0 and an scv of 0 or \
         more"
    );
    Ok(())
}

fn check_agents(agents: &Agents) -> anyhow::Result<()> {
    let name = &agents.name;
    ensure!(agents.count > 0 && agents.slots > 0, "agents {name}: count and slots begin at 1");
    ensure!(agents.speed > 0.0, "agents {name}: speed must be above 0");
    let given = agents.rates.len() as u64;
    ensure!(
        agents.rates.is_empty() || given == agents.slots,
        "agents {name}: rates has {given} entries: give one for each of {} slots, or none",
        agents.slots
    );
    ensure!(agents.rates.iter().all(|rate| *rate > 0.0), "agents {name}: rates must be above 0");
    Ok(())
}

fn check_expected(model: &Model, expected: &Expected) -> anyhow::Result<()> {
    let what = expected.what;
    if let Some(class) = &expected.class {
        let known = model.classes.iter().any(|known| known.name == *class);
        ensure!(known, "{what:?} is expected of class {class}, which is not in the model");
    }
    if let Some(agents) = &expected.agents {
        let known = model.agents.iter().any(|known| known.name == *agents);
        ensure!(known, "{what:?} is expected of agents {agents}, who are not in the model");
    }
    let timed = matches!(what, What::Within | What::ServedWithin);
    ensure!(
        timed == expected.time.is_some(),
        "{what:?}: `time` goes with within and served_within"
    );
    let by_class = what != What::Busy;
    ensure!(by_class || expected.class.is_none(), "busy is of agents, not of a class");
    ensure!(!by_class || expected.agents.is_none(), "{what:?} is of a class, not of agents");
    Ok(())
}

/// Of somebody who left it must be known when an agent would have come.
fn check_told(model: &Model, told: &Told) -> anyhow::Result<()> {
    ensure!(model.expected.is_empty(), "told: what theory expects belongs into another model");
    ensure!(told.arrivals >= 1_000, "told: arrivals begin at 1,000");
    let patient = model.classes.iter().all(|class| class.patience.is_none());
    ensure!(
        patient || model.classes.len() == 1,
        "told: with several classes nobody knows what wait those who leave would have had: leave \
         out patience"
    );
    Ok(())
}

/// A control must have a mean that is known exactly, and must be another system than the one that
/// is measured: a line that is its own control would measure its reference by construction.
fn check_twin(model: &Model, servers: u64) -> anyhow::Result<()> {
    ensure!(
        model.classes.len() > 1 || servers != model.slots(),
        "twin: {servers} servers are this very model: give the line another number of them"
    );
    ensure!(
        float(servers) > model.rate(),
        "twin: {servers} servers are too few for {} customers in a unit of time",
        model.rate()
    );
    let is_plain = |class: &Class| {
        let poisson = Shape { mean: 1.0, scv: class.arrivals_scv }.is_exponential();
        poisson && class.handle == Shape::default()
    };
    ensure!(
        model.classes.iter().all(is_plain),
        "twin: needs Poisson arrivals and exponential handling of mean 1: the plain line's mean \
         is known for those alone"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "name = 'm'\nabout = 'a'\n[run]\nmost = 400\n[[class]]\nname = 'a'\n\
        rate = 0.5\n[[agents]]\n";

    fn refusal(from: &str, to: &str) -> String {
        let text = SOUND.replace(from, to);
        assert_ne!(text, SOUND, "{from} is not in the sound model");
        format!("{:#}", Model::parse(&text).expect_err(to))
    }

    #[test]
    fn a_sound_model_is_measured_for_what_nobody_expects() {
        let model = Model::parse(SOUND).unwrap();
        assert_eq!(model.expected.len(), 2);
        assert!((model.load() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn each_slip_is_named() {
        assert!(refusal("rate = 0.5", "rate = 1.5").contains("the load is 1.500"));
        assert!(refusal("rate = 0.5", "rate = -1").contains("rate must be above 0"));
        assert!(refusal("[[agents]]", "[[agents]]\nrates = [1, 2]").contains("has 2 entries"));
        assert!(refusal("[[agents]]", "[[agents]]\nspped = 1").contains("spped"));
        assert!(refusal("most = 400", "twin = 1").contains("this very model"));
        assert!(refusal("most = 400", "least = 1").contains("least at 5"));
        let busy = "[[expect]]\nwhat = 'busy'\nagents = 'x'\n[[agents]]";
        assert!(refusal("[[agents]]", busy).contains("agents x"));
        let within = "[[expect]]\nwhat = 'within'\n[[agents]]";
        assert!(refusal("[[agents]]", within).contains("`time` goes with"));
        assert!(refusal("[run]", "[told]\narrivals = 9\n[run]").contains("begin at 1,000"));
        let impatient = "[told]\n[[class]]\nname = 'b'\nrate = 0.1\npatience = {}\n[[class]]";
        assert!(refusal("[[class]]", impatient).contains("leave out patience"));
    }
}
