//! How a process tells that it serves: the `ready {json}` line on standard output and, on
//! request, the same object in a file. Leaves deciding when to the process.

use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

use serde::Serialize;

/// The addresses that a process has, as URLs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Public HTTP and socket address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<String>,
    /// Health, readiness and metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin: Option<String>,
    /// The broker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nats: Option<String>,
}

impl Addresses {
    /// The object as one line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("three strings are always JSON")
    }
}

/// `http://…` of an address.
pub fn http(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Prints the `ready` line.
pub fn announce(addresses: &Addresses) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "ready {}", addresses.to_json())?;
    out.flush()
}

/// Writes the object to a file in one step: readers see the old one or the new one.
pub fn write_file(addresses: &Addresses, path: &Path) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = fs::File::create(&draft)?;
    writeln!(file, "{}", addresses.to_json())?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_there_is_is_told() {
        let addresses = Addresses {
            admin: Some(http("127.0.0.1:7082".parse().unwrap())),
            nats: Some("nats://127.0.0.1:7422".into()),
            ..Addresses::default()
        };
        let json = r#"{"admin":"http://127.0.0.1:7082","nats":"nats://127.0.0.1:7422"}"#;
        assert_eq!(addresses.to_json(), json);
    }

    #[test]
    fn the_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ready.json");
        for public in ["http://a", "http://b"] {
            let addresses = Addresses { public: Some(public.into()), ..Addresses::default() };
            write_file(&addresses, &path).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap().trim(), addresses.to_json());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
