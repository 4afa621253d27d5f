//! What a router says at its start about a broker that could lose what it has acknowledged.
//! Leaves the rest of the examination to `baton doctor`'s own tests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use baton_runtime::testing::NatsServer;

/// A router whose log is read.
struct Router(Child);

impl Router {
    fn start(server: &NatsServer, monitor: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BATON_") {
                command.env_remove(name);
            }
        }
        let url = server.url();
        command.args(["router", "--nats-url", &url, "--admin-listen", "127.0.0.1:0"]);
        command.args(["--shards", "1", "--nats-monitor-url", monitor]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        Self(command.spawn().expect("baton can be started"))
    }

    /// Warnings about the broker, up to the one about its replicas, which comes last.
    fn warnings(&mut self) -> Vec<String> {
        let log = BufReader::new(self.0.stderr.take().expect("it is piped"));
        let lines = log.lines().map(|line| line.expect("logs are text"));
        let mut told = Vec::new();
        for line in lines.filter(|line| line.contains("not set up for production")) {
            let last = line.contains("subject=\"replicas\"");
            told.push(line);
            if last {
                return told;
            }
        }
        panic!("the router ended without a warning of its broker's replicas: {told:?}");
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Answers one request as a monitor port would.
fn monitor(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody asks");
        let mut request = [0; 1_024];
        let read = stream.read(&mut request).expect("it asks something");
        assert!(request[..read].starts_with(b"GET /jsz?config=1 "));
        let length = answer.len();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{answer}")
            .expect("it waits for the answer");
    });
    url
}

#[test]
fn a_broker_that_may_lose_what_it_acknowledged_is_warned_of() {
    let server = NatsServer::start();
    let unsafe_one = monitor(r#"{"config":{"sync_interval":120000000000}}"#);
    let told = Router::start(&server, &unsafe_one).warnings();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("sync_interval: always") && told[0].contains("120s"), "{told:?}");
    assert!(told[1].contains("run a cluster of 3"), "{told:?}");
    // What cannot be asked is said.
    let told = Router::start(&server, "http://127.0.0.1:1").warnings();
    assert!(told[0].contains("unknown") && told[0].contains("http://127.0.0.1:1"), "{told:?}");
    // One server of a cluster is enough to make it unsafe; if none is, nothing is said.
    let safe = || monitor(r#"{"config":{"sync_interval":120000000000,"sync_always":true}}"#);
    let mixed = format!("{},{}", safe(), monitor(r#"{"config":{"sync_interval":1000000000}}"#));
    assert!(Router::start(&server, &mixed).warnings()[0].contains("1s"));
    let told = Router::start(&server, &format!("{},{}", safe(), safe())).warnings();
    assert_eq!(told.len(), 1, "{told:?}");
}
