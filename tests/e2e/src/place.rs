//! Baton as one process (`baton up`) on a data folder of its own. Separate routers, gateways and
//! brokers are in `stage`.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use baton_client::{Http, SOON, fresh_key};
use tempfile::TempDir;

use crate::metrics::Metrics;
use crate::process::{Process, Ready};
use crate::shop::Shop;
use crate::tokens::Minter;

/// A running `baton up`.
#[derive(Debug)]
pub struct Place {
    /// The process.
    pub process: Process,
    /// Where it serves.
    pub ready: Ready,
    /// Signs tokens that it accepts.
    pub minter: Minter,
    listen: String,
    folder: TempDir,
}

impl Place {
    /// Starts on an empty folder, on free ports, and waits until it is ready.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let secret = write_secret(folder.path());
        let mut process = start(folder.path(), "127.0.0.1:0");
        let ready = process.ready().await;
        let listen = ready.public.trim_start_matches("http://").to_owned();
        Self { process, ready, minter: Minter::new(&secret), listen, folder }
    }

    /// Starts again on the same data and public address; a running one is killed first.
    pub async fn restart(&mut self) {
        self.process.kill();
        self.process = start(self.folder.path(), &self.listen);
        self.ready = self.process.ready().await;
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A caller without a token.
    pub fn http(&self) -> Http {
        Http::new(&self.ready.public)
    }

    /// A caller of the admin port.
    pub fn admin(&self) -> Http {
        Http::new(&self.ready.admin)
    }

    /// A workspace with the usual document, changed by a merge patch.
    pub async fn shop(&self, name: &str, patch: serde_json::Value) -> Shop {
        Shop::open(&self.ready.public, &self.minter, name, patch).await
    }

    /// The metrics as they are now.
    pub async fn metrics(&self) -> Metrics {
        Metrics::of(&self.admin()).await
    }

    /// Waits until a metric's sum is this: what is exported may be a moment old.
    pub async fn counted(&self, name: &str, labels: &[(&str, &str)], expected: f64) {
        let mut found = f64::NAN;
        let look = async || {
            found = self.metrics().await.sum(name, labels);
            ((found - expected).abs() < 1e-9).then_some(())
        };
        let counted = baton_client::until(&format!("{name} {labels:?}"), SOON, look).await;
        counted.unwrap_or_else(|late| panic!("{late}: it is {found}, expected {expected}"));
    }

    /// Everything that its processes printed so far.
    pub fn logs(&self) -> String {
        logs(self.folder.path())
    }
}

/// Writes a random token secret into a folder, as Baton wants it; its text.
pub(crate) fn write_secret(folder: &Path) -> String {
    let secret = format!("secret-{}{}", fresh_key(), fresh_key());
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let file = options.open(folder.join("secret"));
    let written = file.and_then(|mut file| file.write_all(secret.as_bytes()));
    written.expect("the test's folder can be written");
    secret
}

/// What processes printed into a folder.
pub(crate) fn logs(folder: &Path) -> String {
    let files = fs::read_dir(folder).expect("the test's folder can be read").flatten();
    let printed = files.map(|file| file.path()).filter(|path| {
        path.extension().is_some_and(|extension| extension == "out" || extension == "err")
    });
    printed.map(|path| fs::read_to_string(path).expect("logs are UTF-8")).collect()
}

fn start(folder: &Path, listen: &str) -> Process {
    let (data, secret) = (folder.join("data"), folder.join("secret"));
    let text = |path: &Path| path.to_str().expect("temporary paths are UTF-8").to_owned();
    let any = "127.0.0.1:0";
    let (data, secret) = (text(&data), text(&secret));
    let mut args = vec!["up", "--data-dir", &data, "--token-secret-file", &secret];
    args.extend(["--listen", listen, "--admin-listen", any, "--nats-listen", any]);
    Process::start(folder, &args)
}
