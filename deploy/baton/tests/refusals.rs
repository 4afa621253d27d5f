//! What `baton` says when it cannot do what was asked: one line that names the thing and what to
//! do. Leaves running systems to `up.rs` and to the end-to-end tests.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use baton_runtime::testing::nats_server_binary;
use tempfile::TempDir;

const ANY: &str = "127.0.0.1:0";

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    fn file(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).expect("the folder can be written");
        path
    }

    fn program(&self, script: &str) -> std::path::PathBuf {
        let path = self.file("nats-server", &format!("#!/bin/sh\n{script}\n"));
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&path, mode).expect("the file is ours");
        path
    }

    /// A `baton` in this folder, with nothing of the caller's settings.
    fn baton(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
        command.current_dir(self.0.path()).args(arguments);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BATON_") {
                command.env_remove(name);
            }
        }
        command.env("BATON_NATS_SERVER", nats_server_binary());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.baton(arguments).output().expect("baton can be started")
    }
}

/// The one line on standard error of a command that must fail.
fn refusal(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

fn assert_says(output: &Output, parts: &[&str]) {
    let line = refusal(output);
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing in: {line}");
    }
}

#[test]
fn a_port_in_use_names_address_and_flag() {
    let other = TcpListener::bind(ANY).unwrap();
    let taken = other.local_addr().unwrap().to_string();
    for flag in ["--listen", "--admin-listen", "--nats-listen"] {
        let place = Place::new();
        let mut arguments = vec!["up"];
        for each in ["--listen", "--admin-listen", "--nats-listen"] {
            arguments.extend([each, if each == flag { taken.as_str() } else { ANY }]);
        }
        assert_says(&place.run(&arguments), &[&taken, "in use", flag]);
    }
}

#[test]
fn a_bad_nats_server_is_named_with_what_to_do() {
    let cases = [
        ("echo 'nats-server: v2.9.10'", "v2.9.10 is too old"),
        ("echo hello", "no working nats-server"),
    ];
    for (script, expected) in cases {
        let place = Place::new();
        let program = place.program(script);
        let mut baton =
            place.baton(&["up", "--listen", ANY, "--admin-listen", ANY, "--nats-listen", ANY]);
        let output = baton.env("BATON_NATS_SERVER", &program).output().unwrap();
        assert_says(&output, &[&program.display().to_string(), expected, "make up"]);
    }
}

#[test]
fn a_broker_without_passwords_stays_on_this_machine() {
    let place = Place::new();
    let output =
        place.run(&["up", "--listen", ANY, "--admin-listen", ANY, "--nats-listen", "0.0.0.0:0"]);
    assert_says(&output, &["0.0.0.0:0", "127.0.0.1", "--nats-listen"]);
}

#[test]
fn s15_a_secret_for_development_is_refused_where_others_reach_it() {
    let place = Place::new();
    let here = ["--admin-listen", ANY, "--nats-listen", ANY];
    let output = place.run(&[&["up", "--listen", "0.0.0.0:0"], &here[..]].concat());
    let parts = ["0.0.0.0:0", "for development", "--token-secret-file"];
    assert_says(&output, &parts);
    // The secret that was made is no better for a gateway of its own.
    let gateway = ["gateway", "--listen", "0.0.0.0:0", "--nats-url", "nats://127.0.0.1:1"];
    assert_says(&place.run(&gateway), &parts);
    assert_says(&place.run(&gateway), &["--allow-development-secret"]);
}

#[test]
fn unknown_settings_are_refused() {
    let place = Place::new();
    let file = place.file("baton.toml", "lisen = \"127.0.0.1:1\"\n");
    let output = place.run(&["up", "--config", &file.display().to_string()]);
    assert_says(&output, &["unknown key `lisen`", "known keys: listen"]);
    let output = place
        .baton(&["doctor", "--nats-url", "nats://127.0.0.1:1"])
        .env("BATON_LISTN", "x")
        .output()
        .unwrap();
    assert_says(&output, &["BATON_LISTN is not a setting", "BATON_LISTEN"]);
}

#[test]
fn a_missing_broker_and_a_missing_secret_say_what_to_do() {
    let place = Place::new();
    let output = place.run(&["gateway", "--data-dir", "none"]);
    assert_says(&output, &["none/token-secret", "baton up", "--token-secret-file"]);
    let output = place.run(&["doctor", "--nats-url", "nats://127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("fail  broker") && text.contains("--nats-url"), "{text}");
}

#[test]
fn a_token_is_printed_and_nothing_else() {
    let place = Place::new();
    let secret = place.file("key", "0123456789abcdef0123456789abcdef\n");
    let arguments = ["token", "--role", "agent", "--sub", "agent1", "--token-secret-file", "key"];
    assert_says(&place.run(&arguments), &["key", "chmod 600"]);
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let output = place.run(&arguments);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let token = String::from_utf8(output.stdout).unwrap();
    assert_eq!((token.lines().count(), token.trim_end().split('.').count()), (1, 3), "{token}");
}

#[test]
fn a_configuration_is_checked() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/workspace.toml");
    let place = Place::new();
    let output = place.run(&["config", "check", &demo.display().to_string()]);
    assert!(output.status.success(), "{output:?}");
    place.file("bad.toml", "default_queue = \"none\"\n[queues.sales]\n[agents.a]\n");
    let output = place.run(&["config", "check", "bad.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.starts_with(b"error: default_queue: "), "{output:?}");
    place.file("worse.toml", "[queues.sales]\ncolour = 1\n");
    let output = place.run(&["config", "check", "worse.toml"]);
    assert_says(&output, &["worse.toml", "line 2", "colour"]);
}
