//! Waiting for a named condition. What it is, is left to the caller.

use std::time::{Duration, Instant};

use anyhow::bail;

/// Between two looks at something that cannot be waited for.
const LOOK: Duration = Duration::from_millis(50);

/// Looks until there is something; the error names what was looked for.
pub async fn until<T>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> anyhow::Result<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = look().await {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            bail!("{what} did not come true within {within:?}");
        }
        tokio::time::sleep(LOOK).await;
    }
}
