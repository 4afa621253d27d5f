//! The deployment files against what they deploy: they parse, what they name is there, every
//! setting and flag is one that the processes know, and the programs that read them accept them.
//! Leaves what Prometheus and Grafana read to their own tests, and running all of it to
//! `make scale-test`.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use baton_runtime::settings::{NatsUrl, Partial, TrustedProxies, environment};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The services of the compose file.
fn services() -> BTreeMap<String, Value> {
    let services = yaml("deploy/compose.yml")["services"].clone();
    serde_json::from_value(services).unwrap()
}

/// The variables of a service.
fn variables(service: &Value) -> BTreeMap<String, String> {
    let environment = service["environment"].as_object().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().expect("a variable is quoted").to_owned();
    environment.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// What a process makes of variables; it refuses those that it does not know.
fn settings<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Partial {
    environment(pairs.map(|(name, value)| (OsString::from(name), OsString::from(value))))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Whether a program is at hand: not every machine that builds Baton deploys it.
fn is_at_hand(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let beside = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let found =
        std::env::split_paths(&paths).chain(beside).any(|folder| folder.join(program).is_file());
    if !found {
        let told = writeln!(std::io::stderr().lock(), "{program} is missing: not checked by it");
        told.unwrap();
    }
    found
}

fn assert_accepts(output: &Output) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}{told}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn compose_runs_three_brokers_two_routers_and_three_gateways() {
    let services = services();
    let count = |start: &str| services.keys().filter(|name| name.starts_with(start)).count();
    assert_eq!((count("nats"), count("router"), count("gateway")), (3, 2, 4));
    for name in ["proxy", "prometheus", "grafana"] {
        assert!(services.contains_key(name), "{name}");
    }
    for (name, service) in &services {
        let checks = service["healthcheck"].is_object() || service["image"] == "baton";
        assert!(checks, "{name} has a health check of its own or of the image");
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        assert_eq!(service["read_only"], true, "{name}");
    }
}

#[test]
fn compose_gives_the_processes_settings_that_they_know() {
    for (name, service) in services() {
        let variables = variables(&service);
        if service["image"] != "baton" {
            continue;
        }
        let settings = settings(variables.iter().map(|(name, value)| (&**name, &**value)));
        let brokers = settings.nats_url.as_ref().map_or(0, |url| url.servers().len());
        assert_eq!((brokers, settings.shards), (3, Some(8)), "{name}");
        let command = service["command"][0].as_str().unwrap();
        let port = if command == "router" { 7082 } else { 7081 };
        assert_eq!(settings.admin_listen.unwrap().port(), port, "{name}");
        if command == "gateway" {
            let secret = settings.token_secret_file.unwrap();
            assert_eq!(secret.parent(), Some(Path::new("/run/secrets")), "{name}");
            assert_eq!(service["secrets"][0], secret.file_name().unwrap().to_str().unwrap());
            let proxy = services()["proxy"]["networks"]["baton"]["ipv4_address"].clone();
            let proxy: std::net::IpAddr = proxy.as_str().unwrap().parse().unwrap();
            assert!(settings.trusted_proxies.unwrap().trusts(proxy), "{name}");
        }
    }
}

#[test]
fn compose_builds_the_image_once_and_takes_others_at_one_version() {
    let services = services();
    let builds = |service: &&Value| service["build"].is_object();
    assert_eq!(services.values().filter(builds).count(), 1, "all share what one builds");
    for (name, service) in &services {
        let image = service["image"].as_str().unwrap();
        if image == "baton" {
            let policy = if builds(&service) { "build" } else { "never" };
            assert_eq!(service["pull_policy"], policy, "{name}");
            continue;
        }
        let tag = image.split_once(':').map_or("", |(_, tag)| tag).trim_start_matches('v');
        let version = tag.split('-').next().unwrap();
        let numbers = version.split('.').filter(|part| part.parse::<u32>().is_ok()).count();
        assert_eq!(numbers, 3, "{name} runs {image}, which is another one tomorrow");
    }
}

#[test]
fn compose_gives_the_proxy_an_address_that_nobody_else_gets() {
    let compose = yaml("deploy/compose.yml");
    let network = &compose["networks"]["baton"]["ipam"]["config"][0];
    let within = |field: &str| {
        let networks: TrustedProxies = network[field].as_str().unwrap().parse().unwrap();
        let proxy = &compose["services"]["proxy"]["networks"]["baton"]["ipv4_address"];
        networks.trusts(proxy.as_str().unwrap().parse().unwrap())
    };
    assert!(within("subnet") && !within("ip_range"), "{network}");
}

#[test]
fn compose_lets_the_proxy_and_the_gateways_have_the_files_that_sockets_need() {
    let text = read("deploy/haproxy/haproxy.cfg");
    let limit = text.lines().find_map(|line| line.trim().strip_prefix("fd-hard-limit "));
    let limit: u64 = limit.unwrap().parse().unwrap();
    for (name, service) in services() {
        if name == "proxy" || name.starts_with("gateway") {
            assert_eq!(service["ulimits"]["nofile"], limit, "{name}");
        }
    }
    let unit = read("deploy/systemd/baton-gateway@.service");
    assert!(unit.contains(&format!("LimitNOFILE={limit}\n")));
}

#[test]
fn what_compose_mounts_and_builds_is_there() {
    let compose = yaml("deploy/compose.yml");
    let volumes = compose["volumes"].as_object().unwrap();
    let secrets = compose["secrets"].as_object().unwrap();
    for (name, service) in services() {
        for mount in service["volumes"].as_array().into_iter().flatten() {
            let source = mount.as_str().unwrap().split(':').next().unwrap();
            let there = match source.strip_prefix("./") {
                Some(path) => root().join("deploy").join(path).exists(),
                None => volumes.contains_key(source),
            };
            assert!(there, "{name} mounts {source}, which is not there");
        }
        for secret in service["secrets"].as_array().into_iter().flatten() {
            assert!(secrets.contains_key(secret.as_str().unwrap()), "{name}: {secret}");
        }
        if let Some(build) = service["build"].as_object() {
            let dockerfile = build["dockerfile"].as_str().unwrap();
            assert!(root().join(dockerfile).is_file(), "{name}: {dockerfile}");
        }
    }
}

#[test]
fn compose_is_watched_where_it_listens() {
    for (file, kind, port) in [("routers", "router", 7082), ("gateways", "gateway", 7081)] {
        let targets = yaml(&format!("deploy/compose/targets/{file}.yml"));
        let targets = targets[0]["targets"].as_array().unwrap().clone();
        let expected: Vec<Value> = services()
            .iter()
            .filter(|(name, service)| name.starts_with(kind) && service["profiles"].is_null())
            .map(|(name, _)| format!("{name}:{port}").into())
            .collect();
        assert_eq!(targets, expected);
        assert!(read("deploy/prometheus/prometheus.yml").contains(&format!("targets/{file}.yml")));
    }
}

#[test]
fn every_broker_takes_the_configuration() {
    let fetched = root().join(".tools/nats-server").into_os_string();
    let program = std::env::var_os("BATON_NATS_SERVER").unwrap_or(fetched);
    let store = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for (name, service) in services().iter().filter(|(name, _)| name.starts_with("nats")) {
        let mut variables = variables(service);
        names.push(variables["NATS_NAME"].clone());
        assert!(
            variables.insert("NATS_STORE".into(), store.path().display().to_string()).is_some()
        );
        let mut command = Command::new(&program);
        command.arg("-c").arg(root().join("deploy/nats/nats-server.conf")).arg("-t");
        assert_accepts(&command.envs(&variables).output().unwrap());
        // Without its name it is nobody, and must not start.
        assert!(!command.env_remove("NATS_NAME").output().unwrap().status.success(), "{name}");
    }
    assert_eq!(names, ["nats1", "nats2", "nats3"]);
    let text = read("deploy/nats/nats-server.conf");
    assert!(text.contains("sync_interval: always"), "acknowledged means on the disk");
    let settings = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    assert!(!settings.collect::<String>().contains("websocket"));
}

#[test]
fn the_proxy_takes_its_configuration_and_knows_every_gateway() {
    let text = read("deploy/haproxy/haproxy.cfg");
    for name in services().keys().filter(|name| name.starts_with("gateway")) {
        let variable = format!("BATON_{}", name.to_uppercase().replace("AY", "AY_"));
        let slot = format!(
            "server {name} \"${{{variable}-{name}}}:${{{variable}_PORT-7080}}\" port \
             \"${{{variable}_ADMIN_PORT-7081}}\"\n"
        );
        assert!(text.contains(&slot), "haproxy.cfg has no slot for {name}");
    }
    for (name, _) in variables(&services()["proxy"]) {
        assert!(text.contains(&name), "haproxy.cfg does not read {name}");
    }
    // Believed by gateways that trust the proxy, so nothing of what a client invents may be in it.
    assert!(text.contains("http-request set-header X-Forwarded-For %[src]"));
    // `Retry-After` and bodies as the contract has them: people's clients read both.
    for line in text.lines().filter(|line| line.trim_start().starts_with("http-error")) {
        let body = line.split('\'').nth(1).unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!((&body["code"], &body["status"]), (&"unavailable".into(), &503.into()));
    }
    if is_at_hand("haproxy") {
        let mut command = Command::new("haproxy");
        command.args(["-c", "-f"]).arg(root().join("deploy/haproxy/haproxy.cfg"));
        for gateway in 1..=4 {
            command.env(format!("BATON_GATEWAY_{gateway}"), "127.0.0.1");
        }
        assert_accepts(&command.output().unwrap());
    }
}

#[test]
fn units_start_a_process_that_there_is_with_settings_that_it_knows() {
    for (unit, command) in [("baton-router", "router"), ("baton-gateway@", "gateway")] {
        let text = read(&format!("deploy/systemd/{unit}.service"));
        let values =
            |key: &'static str| text.lines().filter_map(move |line| line.strip_prefix(key));
        let start = values("ExecStart=").next().unwrap();
        assert_eq!(start, format!("/usr/local/bin/baton {command}"));
        let known = Command::new(env!("CARGO_BIN_EXE_baton")).args([command, "--help"]).output();
        assert_accepts(&known.unwrap());
        let examples = text.lines().filter_map(|line| line.strip_prefix('#'));
        let examples = examples.map(str::trim).filter(|line| line.starts_with("BATON_"));
        let given =
            values("Environment=").chain(examples).map(|pair| pair.split_once('=').unwrap());
        settings(given);
        let page = values("Documentation=file:").next().unwrap();
        assert!(read("deploy/README.md").contains(&format!(" deploy/README.md {page}\n")));
        assert_eq!(values("Restart=").next(), Some("always"));
        assert!(values("NoNewPrivileges=").any(|value| value == "yes"));
    }
    let example = "nats://nats1:4222,nats://nats2:4222,nats://nats3:4222";
    assert!(read("deploy/systemd/baton-router.service").contains(example));
    assert_eq!(example.parse::<NatsUrl>().unwrap().servers().len(), 3);
}

#[test]
fn systemd_finds_no_fault_with_the_units() {
    if !is_at_hand("systemd-analyze") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("systemd-analyze");
    command.args(["verify", "--man=no"]);
    for (unit, copy) in [("baton-router", "baton-router"), ("baton-gateway@", "baton-gateway@1")] {
        // It wants to see the program, which is not installed here.
        let text = read(&format!("deploy/systemd/{unit}.service"));
        let text = text.replace("/usr/local/bin/baton", env!("CARGO_BIN_EXE_baton"));
        let path = folder.path().join(format!("{copy}.service"));
        fs::write(&path, text).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    assert_accepts(&output);
    // An unknown key is only a warning to it.
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!told.contains("baton-"), "{told}");
}

#[test]
fn the_image_is_built_with_what_the_workspace_asks_for() {
    let dockerfile = read("deploy/Dockerfile");
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let rust = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
    assert!(dockerfile.contains(&format!("FROM rust:{rust}-")), "not Rust {rust}");
    let copied = dockerfile.lines().filter_map(|line| line.strip_prefix("COPY deploy/"));
    for source in copied.map(|line| line.split(' ').next().unwrap()) {
        assert!(root().join("deploy").join(source).is_file(), "{source}");
    }
    let ignored = read(".dockerignore");
    for folder in manifest["workspace"]["members"].as_array().unwrap() {
        let folder = folder.as_str().unwrap();
        assert!(!ignored.lines().any(|line| folder.starts_with(line) && !line.is_empty()));
    }
    let pinned = read("deploy/tools/wheels/nats-server.txt");
    let version = services()["nats1"]["image"].as_str().unwrap().to_owned();
    let version = version.strip_prefix("nats:").unwrap().split('-').next().unwrap().to_owned();
    assert!(pinned.contains(&format!("=={version} ")), "the broker is not the pinned one");
}

/// What the health check of the image says of a port that answers so.
fn checked(answer: &'static str) -> bool {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = String::new();
        let mut byte = [0];
        while !request.ends_with("\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
            request.push(char::from(byte[0]));
        }
        stream.write_all(answer.as_bytes()).unwrap();
        request
    });
    let mut command = Command::new(root().join("deploy/healthcheck"));
    let healthy = command.arg(port.to_string()).output().unwrap().status.success();
    assert!(server.join().unwrap().starts_with("GET /readyz HTTP/1.1\r\n"));
    healthy
}

#[test]
fn the_health_check_tells_ready_from_not_ready() {
    assert!(checked("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    assert!(!checked("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"));
    assert!(!checked(""));
}
