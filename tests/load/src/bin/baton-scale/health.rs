//! Whether the site is well again: every part would serve, each shard has one leader, the proxy
//! uses every gateway, and every copy of every stream is complete. Leaves mending to the site.

use std::time::Duration;

use anyhow::Context as _;
use baton_client::until;
use baton_e2e::Metrics;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::broker::Eye;
use crate::site::{Part, ROUTERS, SHARDS, Site};

/// After any fault all is well within this; streams that fell behind catch up last.
const WHOLE_LIMIT: Duration = Duration::from_mins(1);
/// A host that was cut off does not answer at all.
const ANSWER_LIMIT: Duration = Duration::from_millis(500);

/// Waits until everything that should run is well.
pub(crate) async fn whole(site: &mut Site) -> anyhow::Result<()> {
    for part in site.running()? {
        serves(site, part, WHOLE_LIMIT).await?;
    }
    let led = async || {
        let leaders = leaders(site).await;
        leaders.iter().all(Option::is_some).then_some(())
    };
    until("a leader for each shard", WHOLE_LIMIT, led).await?;
    let eye = Eye::open(&(0..crate::site::BROKERS).collect::<Vec<_>>(), site).await?;
    let complete = async || eye.is_complete().await.then_some(());
    until("complete copies of all streams", WHOLE_LIMIT, complete).await?;
    let used = async || proxy_uses(site).await.then_some(());
    until("the proxy's use of all gateways", WHOLE_LIMIT, used).await
}

/// Waits until a part would serve.
pub(crate) async fn serves(site: &Site, part: Part, within: Duration) -> anyhow::Result<()> {
    let what = format!("the readiness of {}", part.name());
    until(&what, within, async || is_ready(site, part).await.then_some(())).await
}

/// The router that leads each shard, where exactly one says so.
pub(crate) async fn leaders(site: &Site) -> Vec<Option<usize>> {
    let mut metrics = Vec::new();
    for router in 0..ROUTERS {
        let text = get(&format!("{}/metrics", site.admin(Part::Router(router)))).await;
        metrics.push(text.map(|text| Metrics::parse(&text)).unwrap_or_default());
    }
    let leader = |shard: u16| {
        let shard = shard.to_string();
        let leads = |metrics: &Metrics| metrics.sum("shard_leader", &[("shard", &shard)]) > 0.5;
        let mut found = (0..ROUTERS).filter(|router| leads(&metrics[*router]));
        found.next().filter(|_| found.next().is_none())
    };
    (0..SHARDS).map(leader).collect()
}

/// The router that leads most shards.
pub(crate) async fn leading_router(site: &Site) -> anyhow::Result<usize> {
    let led = async || {
        let leaders: Option<Vec<usize>> = leaders(site).await.into_iter().collect();
        leaders
    };
    let leaders = until("a leader for each shard", WHOLE_LIMIT, led).await?;
    let count = |router: &usize| leaders.iter().filter(|leader| *leader == router).count();
    (0..ROUTERS).max_by_key(count).context("there are routers")
}

async fn is_ready(site: &Site, part: Part) -> bool {
    match part {
        Part::Router(_) | Part::Gateway(_) => {
            get(&format!("{}/readyz", site.admin(part))).await.is_some()
        }
        Part::Broker(index) => Eye::open(&[index], site).await.is_ok(),
        Part::Proxy => states(site).await.is_some(),
    }
}

/// Whether the proxy sends people to exactly the gateways that run.
async fn proxy_uses(site: &mut Site) -> bool {
    let Ok(running) = site.running() else {
        return false;
    };
    let Some(states) = states(site).await else {
        return false;
    };
    let runs = |name: &str| running.iter().any(|part| part.name() == name);
    states.iter().all(|(name, state)| state.starts_with("UP") == runs(name))
}

/// Connections that the proxy has given to a part so far.
pub(crate) async fn served(site: &Site, part: Part) -> Option<u64> {
    let rows = column_of(&stats(site).await?, "stot");
    rows.into_iter().find(|(name, _)| *name == part.name())?.1.parse().ok()
}

/// The gateways and their states as the proxy has them.
async fn states(site: &Site) -> Option<Vec<(String, String)>> {
    Some(column_of(&stats(site).await?, "status"))
}

async fn stats(site: &Site) -> Option<String> {
    let mut socket = UnixStream::connect(site.proxy_socket()).await.ok()?;
    socket.write_all(b"show stat\n").await.ok()?;
    let mut text = String::new();
    socket.read_to_string(&mut text).await.ok()?;
    Some(text)
}

/// A column of the proxy's table for each gateway; the table's first line names the columns.
fn column_of(table: &str, name: &str) -> Vec<(String, String)> {
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = head.iter().position(|head| *head == name).unwrap_or(usize::MAX);
    let rows = lines.map(|line| line.split(',').collect::<Vec<&str>>());
    let servers = rows.filter(|row| row.get(1).is_some_and(|name| name.starts_with("gateway")));
    servers.filter_map(|row| Some((row[1].to_owned(), (*row.get(column)?).to_owned()))).collect()
}

/// The text of a page that answers 200.
async fn get(url: &str) -> Option<String> {
    let client = reqwest::Client::builder().timeout(ANSWER_LIMIT).build().ok()?;
    let response = client.get(url).send().await.ok()?;
    if response.status() != 200 {
        return None;
    }
    response.text().await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxys_table_is_read_by_its_head() {
        let table = "# pxname,svname,qcur,status,x\npublic,FRONTEND,,OPEN,1\n\
            gateways,gateway1,0,UP,1\ngateways,gateway2,0,DOWN 1/2,1\ngateways,BACKEND,0,UP,1\n";
        let states = column_of(table, "status");
        assert_eq!(states[0], ("gateway1".into(), "UP".into()));
        assert_eq!(states[1].1, "DOWN 1/2");
        assert_eq!(states.len(), 2);
        assert_eq!(column_of(table, "x")[1].1, "1");
    }
}
