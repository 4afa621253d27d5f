//! Where the running Baton is and with which secret its tokens are signed. Leaves the meaning of
//! flags, environment and file to the settings.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::Settings;
use serde_json::Value;

use crate::cli::{Grant, Role};
use crate::token;

/// Seconds for which the tour's tokens are good: far longer than it takes.
const TOKEN_S: u32 = 900;

/// A running Baton.
pub(super) struct Place {
    /// Its public address.
    pub(super) public: String,
    /// The address with the metrics of its router.
    pub(super) admin: String,
    secret: TokenSecret,
}

impl Place {
    /// From the flags, else from what `baton up` wrote into its data folder.
    pub(super) fn find(
        settings: &Settings,
        public: Option<String>,
        admin: Option<String>,
    ) -> anyhow::Result<Self> {
        let (public, admin) = match (public, admin) {
            (Some(public), Some(admin)) => (public, admin),
            (public, admin) => {
                let ready = read(&settings.data_dir.join("ready.json"))?;
                let named = |key: &str| ready[key].as_str().map(str::to_owned);
                let missing = |key| format!("ready.json has no {key} address: give --{key}");
                let public = public.or_else(|| named("public"));
                let admin = admin.or_else(|| named("admin"));
                (
                    public.with_context(|| missing("public"))?,
                    admin.with_context(|| missing("admin"))?,
                )
            }
        };
        let secret = TokenSecret::load(&settings.token_secret_file)?;
        for url in [&public, &admin] {
            if !url.starts_with("http://") {
                bail!("{url} is no address for the tour: write it as http://127.0.0.1:7080");
            }
        }
        let bare = |url: String| url.trim_end_matches('/').to_owned();
        Ok(Self { public: bare(public), admin: bare(admin), secret })
    }

    /// A token for somebody of a workspace.
    pub(super) fn token(&self, workspace: &str, role: Role, sub: &str) -> anyhow::Result<String> {
        let (workspace, sub) = (workspace.to_owned(), sub.to_owned());
        token::sign(&self.secret, &Grant { role, sub, workspace, ttl_s: TOKEN_S })
    }
}

fn read(file: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(file).with_context(|| {
        format!(
            "no running Baton is known, {} cannot be read; start `baton up`, name its folder with \
             --data-dir, or give --public and --admin",
            file.display()
        )
    })?;
    serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))
}

#[cfg(test)]
mod tests {
    use baton_runtime::settings::{Partial, Process};

    use super::*;

    fn settings(folder: &Path) -> Settings {
        let flags = Partial { data_dir: Some(folder.into()), ..Partial::default() };
        Settings::resolve(Process::Up, vec![flags]).unwrap()
    }

    fn find(folder: &Path, public: Option<&str>) -> anyhow::Result<Place> {
        Place::find(&settings(folder), public.map(str::to_owned), None)
    }

    #[test]
    fn flags_win_over_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        TokenSecret::load_or_make(&folder.path().join("token-secret")).unwrap();
        let ready = r#"{"public":"http://a:1","admin":"http://a:2","nats":"nats://a:3"}"#;
        fs::write(folder.path().join("ready.json"), ready).unwrap();
        let place = find(folder.path(), Some("http://b:1/")).unwrap();
        assert_eq!((&*place.public, &*place.admin), ("http://b:1", "http://a:2"));
        assert!(find(folder.path(), Some("b:1")).is_err());
    }

    #[test]
    fn without_a_baton_it_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let error = find(folder.path(), None).err().unwrap().to_string();
        assert!(error.contains("baton up") && error.contains("--public"), "{error}");
    }
}
