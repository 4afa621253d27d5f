//! The server's configuration, written anew at each start. Leaves everything unsaid to the
//! server's defaults; never a WebSocket port.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use super::BrokerError;

/// The configuration in the data folder.
const CONFIG_FILE: &str = "nats-server.conf";
/// Log size at which the server starts a new file, keeping one old.
const LOG_BYTES: u64 = 16 * 1024 * 1024;

/// All that is needed to start the server, again and again at the same address.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) binary: PathBuf,
    pub(super) listen: SocketAddr,
    pub(super) config: PathBuf,
    pub(super) log: PathBuf,
    pub(super) data: PathBuf,
}

impl Plan {
    /// Chooses ports and writes the configuration. Port 0 takes a free one.
    pub(super) fn new(
        data: &Path,
        binary: PathBuf,
        listen: SocketAddr,
    ) -> Result<Self, BrokerError> {
        let plan = Self {
            binary,
            listen: free(listen)?,
            config: data.join(CONFIG_FILE),
            log: data.join("nats-server.log"),
            data: data.to_owned(),
        };
        let monitor = free(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0))?;
        let written = fs::create_dir_all(data.join("nats"))
            .and_then(|()| fs::write(&plan.config, plan.text(monitor)));
        written.map_err(|source| BrokerError::Folder { path: data.to_owned(), source })?;
        Ok(plan)
    }

    fn text(&self, monitor: SocketAddr) -> String {
        let quoted = |path: &Path| format!("\"{}\"", path.display());
        format!(
            "# Written by `baton up` at each start; changes are lost.\n\
             server_name: baton-up\nlisten: \"{}\"\nhttp: \"{monitor}\"\n\
             pid_file: {}\nlog_file: {}\nlogfile_size_limit: {LOG_BYTES}\n\
             logfile_max_num: 2\njetstream {{ store_dir: {} }}\n",
            self.listen,
            quoted(&pid_file(&self.data)),
            quoted(&self.log),
            quoted(&self.data.join("nats")),
        )
    }
}

/// Where the server leaves its process id.
pub(super) fn pid_file(data: &Path) -> PathBuf {
    data.join("nats-server.pid")
}

/// The configuration of the server over a data folder.
pub(super) fn config_file(data: &Path) -> PathBuf {
    data.join(CONFIG_FILE)
}

/// Address and monitor URL of the server over a data folder, where one was started.
pub(crate) fn monitor_of(data: &Path) -> Option<(SocketAddr, String)> {
    let text = fs::read_to_string(config_file(data)).ok()?;
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim().trim_matches('"').to_owned())
    };
    Some((value("listen:")?.parse().ok()?, format!("http://{}", value("http:")?)))
}

/// Checks that an address can be listened on, and what port 0 becomes.
fn free(address: SocketAddr) -> Result<SocketAddr, BrokerError> {
    let bound = TcpListener::bind(address).and_then(|listener| listener.local_addr());
    bound.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => BrokerError::PortTaken(address),
        _ => BrokerError::BadAddress { address, source },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_monitor_is_found_again_in_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let plan = Plan::new(folder.path(), "/bin/nats-server".into(), any).unwrap();
        let (listen, monitor) = monitor_of(folder.path()).unwrap();
        assert_eq!(listen, plan.listen);
        assert!(listen.port() != 0 && monitor.starts_with("http://127.0.0.1:"));
        let text = fs::read_to_string(&plan.config).unwrap();
        assert!(!text.contains("websocket"));
    }

    #[test]
    fn a_folder_without_a_server_has_no_monitor() {
        assert_eq!(monitor_of(Path::new("/nowhere")), None);
    }
}
