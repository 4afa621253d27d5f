//! What a NATS server must be before Baton relies on it. Leaves durability settings, which only
//! the monitor port tells, to `baton doctor`.

use async_nats::ServerInfo;

/// Earlier servers have races in the expected-sequence check that fences the journal.
pub const MINIMUM_VERSION: (u32, u32, u32) = (2, 14, 5);

/// Replicas of each stream on a cluster, unless set.
const CLUSTER_REPLICAS: usize = 3;

/// Why a server is not fit. One line that says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// Too old, or a version that cannot be read.
    #[error("nats-server {0} is too old, Baton needs 2.14.5 or newer: upgrade it")]
    Version(String),
    /// JetStream is off.
    #[error("JetStream is off on the NATS server {0}: start it with -js or a jetstream block")]
    NoJetStream(String),
}

/// Checks a version text such as `2.15.1` or `v2.15.1-beta`.
pub fn check_version(text: &str) -> Result<(), FactError> {
    match parse(text) {
        Some(version) if version >= MINIMUM_VERSION => Ok(()),
        _ => Err(FactError::Version(text.to_owned())),
    }
}

/// Replicas to create streams with: what was set, else 3 on a cluster and 1 on a lone server.
pub fn replicas_for(set: Option<u8>, server: &ServerInfo) -> usize {
    match (set, &server.cluster) {
        (Some(replicas), _) => usize::from(replicas),
        (None, Some(_)) => CLUSTER_REPLICAS,
        (None, None) => 1,
    }
}

pub(super) fn check_server(server: &ServerInfo) -> Result<(), FactError> {
    check_version(&server.version)?;
    if server.jetstream { Ok(()) } else { Err(FactError::NoJetStream(server.server_name.clone())) }
}

/// A pre-release of a version counts as that version.
fn parse(text: &str) -> Option<(u32, u32, u32)> {
    let text = text.trim().trim_start_matches('v');
    let release = text.split(['-', '+']).next()?;
    let mut parts = release.splitn(3, '.').map(str::parse);
    let mut next = || parts.next()?.ok();
    Some((next()?, next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for good in ["2.14.5", "2.14.10", "v2.15.1", "2.15.0-RC.1", "3.0.0"] {
            assert_eq!(check_version(good), Ok(()), "{good}");
        }
        for bad in ["2.14.4", "2.9.10", "1.99.99", "", "nonsense", "2.15"] {
            assert!(check_version(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_unfit_server_is_told_what_to_do() {
        let old = ServerInfo { version: "2.9.10".into(), jetstream: true, ..Default::default() };
        let error = check_server(&old).unwrap_err().to_string();
        assert!(error.contains("2.9.10") && error.contains("2.14.5"), "{error}");
        let plain = ServerInfo { version: "2.15.1".into(), ..Default::default() };
        assert!(check_server(&plain).unwrap_err().to_string().contains("-js"));
    }

    #[test]
    fn replicas_follow_the_broker_unless_set() {
        let lone = ServerInfo::default();
        let clustered = ServerInfo { cluster: Some("c".into()), ..ServerInfo::default() };
        assert_eq!(replicas_for(None, &lone), 1);
        assert_eq!(replicas_for(None, &clustered), 3);
        assert_eq!(replicas_for(Some(5), &lone), 5);
    }
}
