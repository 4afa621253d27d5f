//! What unit tests of this package share.

use baton_runtime::secret::TokenSecret;

/// A secret with a known text.
pub(crate) fn secret(text: &str) -> TokenSecret {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    file.write_all(text.as_bytes()).expect("it can be written");
    let mode = std::fs::Permissions::from_mode(0o600);
    file.as_file().set_permissions(mode).expect("it is ours");
    TokenSecret::load(file.path()).expect("it is a secret")
}
