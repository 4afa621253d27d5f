//! `baton tour`: drives a running Baton through its public API as two customers and three agents
//! would, prints what happens, and fails on the first difference from the contract. Written from
//! the contract alone; leaves everything inside Baton to Baton.

mod contract;
mod differs;
mod http;
mod lines;
mod metrics;
mod people;
mod place;
mod scenes;
mod shape;
mod socket;
mod stage;
mod timeline;
mod workspace;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use baton_runtime::settings::Settings;

use differs::Checked;
use place::Place;
use stage::Stage;
use timeline::Timeline;

/// Ends a tour that hangs all the same: it takes about ten seconds.
const WHOLE_LIMIT: Duration = Duration::from_mins(3);

/// Plays the tour on the Baton at these addresses, or at those in the data folder.
pub(crate) async fn run(
    settings: Settings,
    public: Option<String>,
    admin: Option<String>,
) -> anyhow::Result<ExitCode> {
    let place = Place::find(&settings, public, admin)?;
    let timeline = Timeline::begin();
    match tokio::time::timeout(WHOLE_LIMIT, play(&timeline, &place)).await {
        Ok(Ok(())) => {
            timeline.scene("Everything went as the contract says.");
            Ok(ExitCode::SUCCESS)
        }
        Ok(Err(differs)) => bail!("the tour stopped {}: {differs}", timeline.place()),
        Err(_) => bail!("the tour stopped {}: it took too long", timeline.place()),
    }
}

async fn play(timeline: &Timeline, place: &Place) -> Checked<()> {
    timeline.scene("Opening");
    let mut stage = Stage::set(timeline, place).await?;
    let mut dana = scenes::start::play(&mut stage).await?;
    scenes::hand_over::play(&mut stage, &mut dana).await?;
    scenes::to_queue::play(&mut stage, &mut dana).await?;
    scenes::consult::play(&mut stage, &mut dana).await?;
    let emil = scenes::no_answer::play(&mut stage).await?;
    scenes::ending::play(&mut stage, dana, emil).await?;
    scenes::waits::play(&stage).await?;
    stage.clear().await
}
