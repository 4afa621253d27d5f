//! Metrics of a process: one recorder, rendered together with text that is projected from state.
//! Leaves names and help of the metrics to each binary's own list, and HTTP to `crate::admin`.

mod buckets;
mod exposition;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

pub use buckets::{WAIT_BUCKETS_MS, WAIT_BUCKETS_S};
pub use exposition::{Exposition, Family, Histogram, Kind, Labels, Value};

/// How often the recorder folds what histograms have gathered; it does nothing by itself.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Renders families of its own at each scrape, for instance from a shard's state.
pub type Source = Arc<dyn Fn() -> String + Send + Sync>;

/// Handle to the metrics of this process; clones are the same metrics.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    recorder: PrometheusHandle,
    process: metrics_process::Collector,
    sources: Mutex<BTreeMap<String, Source>>,
}

/// Why there are no metrics.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// Another library has installed a recorder of its own.
    #[error("another metrics recorder is installed in this process; install Baton's first")]
    Taken,
}

/// Installs the recorder, once a process: a later call returns the same metrics, so that router
/// and gateway can live in one process.
pub fn install() -> Result<Metrics, MetricsError> {
    static INSTALLED: OnceLock<Metrics> = OnceLock::new();
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _guard = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(metrics) = INSTALLED.get() {
        return Ok(metrics.clone());
    }
    let recorder = PrometheusBuilder::new();
    let recorder = buckets::set(recorder).install_recorder().map_err(|_| MetricsError::Taken)?;
    let process = metrics_process::Collector::default();
    process.describe();
    let metrics = Metrics(Arc::new(Inner { recorder, process, sources: Mutex::default() }));
    spawn_upkeep(metrics.clone());
    Ok(INSTALLED.get_or_init(|| metrics).clone())
}

impl Metrics {
    /// Adds text that is rendered at each scrape; a source of the same name is replaced. Its
    /// families must be nobody else's: Prometheus refuses a family that appears twice.
    pub fn add_source(&self, name: &str, source: Source) {
        self.sources().insert(name.to_owned(), source);
    }

    /// Takes a source out again, for instance when a shard is led no longer.
    pub fn remove_source(&self, name: &str) {
        self.sources().remove(name);
    }

    /// Everything, in the Prometheus text format 0.0.4.
    pub fn render(&self) -> String {
        self.0.process.collect();
        let mut text = self.0.recorder.render();
        let sources: Vec<Source> = self.sources().values().cloned().collect();
        for source in sources {
            text.push_str(&source());
        }
        text
    }

    fn sources(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Source>> {
        self.0.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Metrics").finish_non_exhaustive()
    }
}

/// A thread and not a task: it outlives any one runtime, as the recorder does.
fn spawn_upkeep(metrics: Metrics) {
    let upkeep = move || {
        loop {
            std::thread::park_timeout(UPKEEP_EVERY);
            metrics.0.recorder.run_upkeep();
        }
    };
    let spawned = std::thread::Builder::new().name("metrics-upkeep".into()).spawn(upkeep);
    if let Err(error) = spawned {
        tracing::warn!(%error, "no metrics upkeep; histograms grow until they are scraped");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installing_twice_gives_the_same_metrics() {
        let first = install().unwrap();
        let second = install().unwrap();
        first.add_source("twice", Arc::new(|| "baton_twice 1\n".into()));
        assert!(second.render().contains("baton_twice 1\n"));
        second.remove_source("twice");
        assert!(!first.render().contains("baton_twice"));
    }

    #[test]
    fn histograms_have_explicit_buckets() {
        let metrics = install().unwrap();
        ::metrics::histogram!("baton_probe_seconds").record(0.2);
        ::metrics::histogram!("baton_decision_seconds").record(0.000_003);
        ::metrics::histogram!("baton_journal_batch_events").record(7.0);
        let text = metrics.render();
        for line in [
            "# TYPE baton_probe_seconds histogram",
            "baton_probe_seconds_bucket{le=\"0.1\"} 0",
            "baton_probe_seconds_bucket{le=\"0.25\"} 1",
            "baton_probe_seconds_bucket{le=\"1800\"} 1",
            "baton_decision_seconds_bucket{le=\"0.000005\"} 1",
            "baton_journal_batch_events_bucket{le=\"10\"} 1",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn the_process_is_measured() {
        let text = install().unwrap().render();
        for name in [
            "process_cpu_seconds_total",
            "process_resident_memory_bytes",
            "process_open_fds",
            "process_max_fds",
            "process_threads",
            "process_start_time_seconds",
        ] {
            let sample = format!("\n{name} ");
            let help = format!("# HELP {name} ");
            assert!(text.contains(&sample) && text.contains(&help), "{name} is missing in\n{text}");
        }
    }
}
