//! The service where the staff signs in (OpenID Connect), as a file describes it. Leaves talking to
//! it to the gateway.
//!
//! ```toml
//! issuer = "https://login.example"
//! client_id = "baton"
//! client_secret = "…"                # unless the client is a public one
//! scopes = ["openid", "profile"]
//! session_s = 28800
//!
//! [claims]                           # where the ID token says it
//! sub = "preferred_username"
//! role = "baton_role"
//! workspace = "baton_workspace"
//! ```

use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A day of work.
const SESSION_S: u32 = 8 * 60 * 60;
/// Nobody is let go sooner than a page can tell them, nobody later than after a week.
const SESSIONS_S: std::ops::RangeInclusive<u32> = 600..=604_800;

/// How the staff signs in elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// What the service calls itself; its description lies below it.
    pub issuer: String,
    /// What it calls Baton.
    pub client_id: String,
    #[serde(default)]
    client_secret: Option<SecretString>,
    /// What is asked for.
    #[serde(default = "openid")]
    pub scopes: Vec<String>,
    /// How long who has signed in stays so.
    #[serde(default = "a_day")]
    pub session_s: u32,
    /// Where it says who somebody is.
    #[serde(default)]
    pub claims: ClaimNames,
}

/// The names of the claims of an ID token that say who somebody is here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// An agent's or supervisor's id in the configuration.
    pub sub: String,
    /// `agent`, `supervisor` or `admin`, or a list that has one of them.
    pub role: String,
    /// Which workspace; `default` where the claim is absent.
    pub workspace: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self { sub: "sub".into(), role: "role".into(), workspace: "workspace".into() }
    }
}

fn openid() -> Vec<String> {
    vec!["openid".into()]
}

const fn a_day() -> u32 {
    SESSION_S
}

/// Why the file cannot be used. Every message says what to do; none holds the secret.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the description of the sign-in service {path}: {problem}")]
pub struct BadOidc {
    path: PathBuf,
    problem: String,
}

impl Oidc {
    /// Reads a file; one with a secret must be its owner's alone.
    pub fn load(path: &Path) -> Result<Self, BadOidc> {
        let bad = |problem: String| BadOidc { path: path.into(), problem };
        let text = fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        let oidc = Self::parse(&text).map_err(bad)?;
        let mode = fs::metadata(path).map_err(|error| bad(error.to_string()))?.permissions().mode();
        if oidc.client_secret.is_some() && mode & 0o077 != 0 {
            let mode = mode & 0o777;
            return Err(bad(format!(
                "others may read it (mode {mode:04o}): run `chmod 600` on it"
            )));
        }
        Ok(oidc)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let oidc: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text[..start].matches('\n').count();
            // The message may repeat what is wrong, which may be the secret.
            match text.lines().nth(line).unwrap_or_default() {
                secret if secret.contains("secret") => {
                    format!("line {}: the secret must be a text in quotes", line + 1)
                }
                _ => format!("line {}: {}", line + 1, error.message().replace('\n', ", ")),
            }
        })?;
        oidc.check()?;
        Ok(oidc)
    }

    fn check(&self) -> Result<(), String> {
        if !is_safe(&self.issuer) || self.issuer.contains(['?', '#']) {
            return Err("`issuer` must be an https address, as https://login.example".into());
        }
        if self.client_id.is_empty() {
            return Err("`client_id` is what the service calls Baton: it cannot be empty".into());
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return Err("`scopes` must hold \"openid\", or there is no ID token".into());
        }
        if !SESSIONS_S.contains(&self.session_s) {
            let (least, most) = (SESSIONS_S.start(), SESSIONS_S.end());
            return Err(format!("`session_s` must be from {least} to {most}"));
        }
        Ok(())
    }

    /// What proves to the service that it is Baton that asks, if the client is no public one.
    pub fn client_secret(&self) -> Option<&str> {
        self.client_secret.as_ref().map(ExposeSecret::expose_secret)
    }
}

/// Whether what goes to an address can be read by nobody on the way: encrypted, or on this machine.
pub fn is_safe(url: &str) -> bool {
    if let Some(rest) = url.strip_prefix("https://") {
        return !rest.is_empty() && !rest.starts_with('/');
    }
    let Some(rest) = url.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if authority.contains('@') {
        // What is before it is a name to log in with, and not the host.
        return false;
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => authority.split(':').next(),
    };
    let host = host.unwrap_or_default();
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "issuer = \"https://login.example\"\nclient_id = \"baton\"\n";

    #[test]
    fn issuer_and_client_are_enough() {
        let oidc = Oidc::parse(LEAST).unwrap();
        assert_eq!((oidc.session_s, oidc.scopes), (28_800, vec!["openid".to_owned()]));
        assert_eq!(oidc.claims, ClaimNames::default());
    }

    #[test]
    fn what_cannot_work_is_refused_with_advice() {
        for (more, word) in [
            ("scopes = [\"profile\"]", "openid"),
            ("session_s = 5", "session_s"),
            ("colour = \"x\"", "colour"),
        ] {
            let error = Oidc::parse(&format!("{LEAST}{more}")).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
        let plain = LEAST.replace("https", "http");
        assert!(Oidc::parse(&plain).unwrap_err().contains("https"));
    }

    #[test]
    fn s28_a_secret_is_its_owners_and_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oidc.toml");
        fs::write(&path, format!("{LEAST}client_secret = \"hunter2\"\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Oidc::load(&path).unwrap_err().to_string();
        assert!(error.contains("chmod 600") && !error.contains("hunter2"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let oidc = Oidc::load(&path).unwrap();
        assert_eq!(oidc.client_secret(), Some("hunter2"));
        assert!(!format!("{oidc:?}").contains("hunter2"));
        for torn in
            ["client_secret = \"hunter2", "client_secret = 4711", "client_secrets = 'hunter2'"]
        {
            let error = Oidc::parse(&format!("{LEAST}{torn}")).unwrap_err();
            assert!(!error.contains("hunter2") && !error.contains("4711"), "{error}");
        }
    }

    #[test]
    fn only_this_machine_is_reached_without_encryption() {
        assert!(is_safe("https://login.example/realms/x") && is_safe("http://127.0.0.1:9/x"));
        assert!(is_safe("http://[::1]:9") && is_safe("http://localhost"));
        for url in [
            "http://login.example",
            "http://127.0.0.1.nip.io",
            "http://127.0.0.1:9@evil.example/",
            "http://[::1]@evil.example/",
            "https://",
            "ftp://x",
            "",
        ] {
            assert!(!is_safe(url), "{url}");
        }
    }
}
