//! What `baton up` tells its user once all is ready. Leaves the `ready` line, which is for
//! programs, to the runtime.

use std::path::Path;

use baton_runtime::ready::Addresses;
use baton_runtime::settings::Settings;

use crate::cli::say;

/// Prints the addresses, how to get a token, and what to try next.
pub(super) fn show(addresses: &Addresses, settings: &Settings, sign_in: Option<&str>) {
    let program = std::env::args().next().unwrap_or_else(|| "baton".into());
    for line in text(addresses, settings, &program, sign_in) {
        say(&line);
    }
}

fn text(
    addresses: &Addresses,
    settings: &Settings,
    program: &str,
    sign_in: Option<&str>,
) -> Vec<String> {
    // After the `#`, so that it is sent to nobody: the page takes it.
    let key = sign_in.map(|key| format!("#sign-in={key}")).unwrap_or_default();
    let shown = |address: &Option<String>| address.clone().unwrap_or_default();
    let (public, admin) = (shown(&addresses.public), shown(&addresses.admin));
    let files = file_flags(settings);
    let own = settings.workspace_file.is_some();
    let agent = if own { "AGENT" } else { "agent1" };
    let body = if own { r#"{"text":"hello"}"# } else { r#"{"queue":"billing","text":"hello"}"# };
    let json = "content-type: application/json";
    vec![
        String::new(),
        "Baton is running.".into(),
        format!("  in a browser          {public}/{key}"),
        format!("  customers and agents  {public}/v1"),
        format!("  health and metrics    {admin}/readyz  {admin}/metrics"),
        format!("  NATS                  {}", shown(&addresses.nats)),
        format!("  state                 {}", settings.data_dir.display()),
        String::new(),
        "A token for an agent, and the agents as that agent sees them:".into(),
        format!("  TOKEN=$({program} token{files} --role agent --sub {agent})"),
        format!("  curl -H \"authorization: Bearer $TOKEN\" {public}/v1/agents"),
        "A customer starts a chat:".into(),
        format!("  curl -H '{json}' -d '{body}' {public}/v1/chats"),
        "What does a chat wait for, and why did it go where it went?".into(),
        format!("  {program} why{files} CHAT_ID"),
        "Is the broker set up well? Ask the doctor:".into(),
        format!("  {program} doctor{files}"),
        "Ctrl-C stops everything; the state stays for the next start.".into(),
        String::new(),
    ]
}

/// The flags that other commands need to find the same files.
fn file_flags(settings: &Settings) -> String {
    let flag = |name: &str, value: &Path, default: &Path| {
        if value == default { String::new() } else { format!(" {name} '{}'", value.display()) }
    };
    let (data, secret) = (&settings.data_dir, &settings.token_secret_file);
    flag("--data-dir", data, Path::new(".baton"))
        + &flag("--token-secret-file", secret, &data.join("token-secret"))
}

#[cfg(test)]
mod tests {
    use baton_runtime::settings::{Partial, Process};

    use super::*;

    fn told(layer: Partial) -> String {
        let settings = Settings::resolve(Process::Up, vec![layer]).unwrap();
        let public = Some("http://127.0.0.1:7080".into());
        text(&Addresses { public, ..Addresses::default() }, &settings, "baton", Some("4711"))
            .join("\n")
    }

    #[test]
    fn the_commands_fit_the_settings() {
        let plain = told(Partial::default());
        assert!(plain.contains("$(baton token --role agent --sub agent1)"), "{plain}");
        assert!(plain.contains("http://127.0.0.1:7080/v1/chats"), "{plain}");
        assert!(plain.contains("baton why CHAT_ID"), "{plain}");
        assert!(plain.contains("http://127.0.0.1:7080/#sign-in=4711"), "{plain}");
        let moved = told(Partial { data_dir: Some("/my data".into()), ..Partial::default() });
        assert!(moved.contains("baton doctor --data-dir '/my data'"), "{moved}");
    }
}
