//! The token secret: read from a file that nobody else may read, made once for development, and
//! never printed (S28). Leaves signing and checking of tokens to the gateway and to `baton token`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

/// Random bytes of a made secret: as many as the HMAC's output.
const SECRET_BYTES: usize = 32;
/// How a made secret begins: it is good for development, and told from one that was chosen.
const DEVELOPMENT: &str = "development-only-";
/// Shorter keys can be guessed from any one token; they work, with a warning.
const SHORT_SECRET: usize = 32;
/// No key is this long: the path names something else.
const MAX_SECRET: u64 = 64 * 1024;

/// The HS256 key. Printing it shows `[REDACTED]`; its memory is wiped when dropped.
#[derive(Clone, Debug)]
pub struct TokenSecret(SecretString);

/// Why there is no usable secret. Every message says what to do; none holds the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// No such file.
    #[error(
        "no token secret at {0}: start `baton up` once to make one, or name a file with \
         --token-secret-file"
    )]
    Missing(PathBuf),
    /// The file is there and cannot be used.
    #[error("cannot use the token secret {path}: {problem}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
}

/// A secret made for development would protect a door that others can reach.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the token secret was made by `baton up` for development, and {0} can be reached from other \
     machines: write 32 random bytes to a file of your own (`openssl rand -hex 32`) and name it \
     with --token-secret-file, listen on 127.0.0.1, or accept the risk with \
     --allow-development-secret"
)]
pub struct ExposedSecret(SocketAddr);

impl TokenSecret {
    /// Reads the trimmed text of a file that only its owner may read.
    pub fn load(path: &Path) -> Result<Self, SecretError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SecretError::Missing(path.into()),
            _ => unusable(path, error.to_string()),
        })?;
        let metadata = file.metadata().map_err(|error| unusable(path, error.to_string()))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let problem = format!("others may read it (mode {mode:04o}): run `chmod 600` on it");
            return Err(unusable(path, problem));
        }
        if !metadata.is_file() || metadata.len() > MAX_SECRET {
            return Err(unusable(path, "it is no file with a key: name another".into()));
        }
        let text = io::read_to_string(file).map_err(|error| unusable(path, error.to_string()))?;
        Self::of_text(path, &text)
    }

    /// Like [`Self::load`], but makes a secret first if there is none (mode 0600).
    pub fn load_or_make(path: &Path) -> Result<Self, SecretError> {
        match Self::load(path) {
            Err(SecretError::Missing(_)) => {}
            loaded => return loaded,
        }
        make(path).map_err(|error| {
            unusable(path, format!("it cannot be made: {error}; check the folder's permissions"))
        })?;
        Self::load(path)
    }

    /// Whether `baton up` made it, for development.
    pub fn is_for_development(&self) -> bool {
        self.0.expose_secret().starts_with(DEVELOPMENT)
    }

    /// Refuses a secret that was made for development where others than this machine can reach
    /// `listen`, unless that is allowed (S15).
    pub fn check_use(&self, listen: SocketAddr, allowed: bool) -> Result<(), ExposedSecret> {
        if !self.is_for_development() || listen.ip().is_loopback() {
            return Ok(());
        }
        if allowed {
            tracing::warn!(%listen, "a secret made for development is used where others reach it");
            return Ok(());
        }
        Err(ExposedSecret(listen))
    }

    /// The key as bytes, for the signing library alone.
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

    fn of_text(path: &Path, text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        if text.is_empty() {
            let problem = "it is empty: delete it to have one made, or write 32 random bytes";
            return Err(unusable(path, problem.into()));
        }
        if text.len() < SHORT_SECRET {
            tracing::warn!(
                path = %path.display(),
                "the token secret is short and can be guessed; use 32 random characters or more"
            );
        }
        Ok(Self(text.to_owned().into()))
    }
}

/// Writes beside the target and links it there, so that the target is whole or absent and an
/// existing one is kept.
fn make(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let text = URL_SAFE_NO_PAD.encode(rand::random::<[u8; SECRET_BYTES]>());
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = writeln!(file, "{DEVELOPMENT}{text}").and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn unusable(path: &Path, problem: String) -> SecretError {
    SecretError::Unusable { path: path.into(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &tempfile::TempDir, text: &str, mode: u32) -> PathBuf {
        let path = folder.path().join("token-secret");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn the_text_is_trimmed() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, "  abcdefghijklmnopqrstuvwxyz012345 \n", 0o600);
        let secret = TokenSecret::load(&path).unwrap();
        assert_eq!(secret.expose(), b"abcdefghijklmnopqrstuvwxyz012345");
    }

    #[test]
    fn s28_the_secret_is_redacted_when_printed() {
        let folder = tempfile::tempdir().unwrap();
        let secret = TokenSecret::load(&file(&folder, "canary-canary-canary", 0o600)).unwrap();
        assert!(!format!("{secret:?}").contains("canary"));
    }

    #[test]
    fn s28_a_secret_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = TokenSecret::load(&file(&folder, "canary", 0o644)).unwrap_err().to_string();
        assert!(error.contains("0644") && error.contains("chmod 600"), "{error}");
        assert!(!error.contains("canary"));
    }

    #[test]
    fn s15_a_secret_for_development_stays_on_this_machine() {
        let folder = tempfile::tempdir().unwrap();
        let made = TokenSecret::load_or_make(&folder.path().join("made")).unwrap();
        let everybody: SocketAddr = "0.0.0.0:7080".parse().unwrap();
        let error = made.check_use(everybody, false).unwrap_err().to_string();
        for part in ["0.0.0.0:7080", "--token-secret-file", "--allow-development-secret"] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(made.check_use(everybody, true), Ok(()));
        for here in ["127.0.0.1:7080", "[::1]:7080"] {
            assert_eq!(made.check_use(here.parse().unwrap(), false), Ok(()));
        }
        let own = file(&folder, "abcdefghijklmnopqrstuvwxyz012345", 0o600);
        assert_eq!(TokenSecret::load(&own).unwrap().check_use(everybody, false), Ok(()));
    }

    #[test]
    fn an_empty_or_missing_secret_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let error = TokenSecret::load(&folder.path().join("none")).unwrap_err().to_string();
        assert!(error.contains("baton up"), "{error}");
        let error = TokenSecret::load(&file(&folder, " \n", 0o600)).unwrap_err().to_string();
        assert!(error.contains("empty"), "{error}");
    }

    #[test]
    fn a_secret_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/token-secret");
        let first = TokenSecret::load_or_make(&path).unwrap();
        let second = TokenSecret::load_or_make(&path).unwrap();
        assert_eq!(first.expose(), second.expose());
        let random = first.expose().strip_prefix(DEVELOPMENT.as_bytes()).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(random).unwrap().len(), SECRET_BYTES);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
