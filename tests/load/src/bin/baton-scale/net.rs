//! Hosts on one machine: network namespaces at one bridge, each with an address of its own. Names
//! hold this process's id, and a helper removes them also after this process was killed. Leaves
//! what runs on the hosts to `process` and `site`.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail, ensure};

/// Namespaces are called `baton-scale-<process id>-<host>`.
const PREFIX: &str = "baton-scale-";
/// Networks that are tried until one is free on this machine: 10.213.0.0/24 and its neighbours.
const SECOND_OCTET: u8 = 213;
/// Waits for its input to end, then removes what has this run's names: first the processes on the
/// hosts, then the hosts, their cables and the bridge. Nothing without the run's own prefix is
/// touched. Cables are removed by name, since a host that is gone may keep its end for a while.
const REMOVE: &str = r#"read -r _
for host in $(ip netns list | awk '{print $1}' | grep "^$1"); do
  left=50
  while [ "$left" -gt 0 ] && pids=$(ip netns pids "$host") && [ -n "$pids" ]; do
    kill -9 $pids 2>/dev/null
    left=$((left - 1))
    sleep 0.1
  done
  ip netns del "$host"
done
for port in $(ip -br link | awk -F '[@ ]' '{print $1}' | grep "^$2v"); do
  ip link del "$port"
done
ip link del "$2" 2>/dev/null
exit 0"#;

/// The network of one run. Dropped, everything on it is ended and it is removed.
#[derive(Debug)]
pub(crate) struct Net {
    run: u32,
    subnet: u8,
    hosts: BTreeSet<u8>,
    helper: Child,
}

/// A host; its number is the last part of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Host(pub(crate) u8);

impl Net {
    /// Makes the bridge. Fails with what is missing: root, the `ip` program, or namespaces.
    pub(crate) fn new() -> anyhow::Result<Self> {
        ensure!(
            nix::unistd::geteuid().is_root(),
            "network namespaces need root: run `sudo make scale-test`"
        );
        remove_leftovers()?;
        let run = std::process::id();
        let subnet = free_subnet()?;
        let helper = helper(&format!("{PREFIX}{run}-"), &bridge(run))?;
        let net = Self { run, subnet, hosts: BTreeSet::new(), helper };
        let bridge = bridge(run);
        ip(&["link", "add", &bridge, "type", "bridge"]).context(
            "this machine allows no network of our own: containers need the capability NET_ADMIN",
        )?;
        ip(&["addr", "add", &format!("{}/24", net.address(Host(1))), "dev", &bridge])?;
        ip(&["link", "set", &bridge, "up"])?;
        Ok(net)
    }

    /// Adds a host.
    pub(crate) fn add(&mut self, host: Host) -> anyhow::Result<()> {
        let (name, port) = (self.namespace(host), self.port(host));
        let inside = format!("{port}i");
        ip(&["netns", "add", &name]).context("`ip netns` is not possible here")?;
        self.hosts.insert(host.0);
        ip(&["link", "add", &port, "type", "veth", "peer", "name", &inside, "netns", &name])?;
        ip(&["link", "set", &port, "master", &bridge(self.run), "up"])?;
        let address = format!("{}/24", self.address(host));
        ip(&["-n", &name, "addr", "add", &address, "dev", &inside])?;
        ip(&["-n", &name, "link", "set", &inside, "up"])?;
        ip(&["-n", &name, "link", "set", "lo", "up"])
    }

    /// Pulls the host's cable: nothing passes any more, and no connection is told.
    pub(crate) fn cut(&self, host: Host) -> anyhow::Result<()> {
        ip(&["link", "set", &self.port(host), "down"])
    }

    /// Puts the cable back.
    pub(crate) fn join(&self, host: Host) -> anyhow::Result<()> {
        ip(&["link", "set", &self.port(host), "up"])
    }

    /// The host's address.
    pub(crate) fn address(&self, host: Host) -> Ipv4Addr {
        Ipv4Addr::new(10, SECOND_OCTET, self.subnet, host.0)
    }

    /// A command that runs on a host.
    pub(crate) fn command(&self, host: Host, program: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace(host)]).arg(program);
        command.stdin(Stdio::null());
        command
    }

    fn namespace(&self, host: Host) -> String {
        format!("{PREFIX}{}-{}", self.run, host.0)
    }

    /// The end of a host's cable at the bridge; at most 15 characters with its `i` inside.
    fn port(&self, host: Host) -> String {
        format!("{}v{}", bridge(self.run), host.0)
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        // Its input ends, and it removes all that there is.
        drop(self.helper.stdin.take());
        let _ = self.helper.wait();
    }
}

fn bridge(run: u32) -> String {
    format!("bs{run}")
}

/// In a process group of its own, so that a terminal's Ctrl-C does not reach it.
fn helper(prefix: &str, bridge: &str) -> anyhow::Result<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", REMOVE, "baton-scale-remove", prefix, bridge]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    command.spawn().context("cannot start a shell")
}

/// Removes what runs left that ended together with their helper.
fn remove_leftovers() -> anyhow::Result<()> {
    for run in runs_of(&output(&["netns", "list"])?) {
        if !Path::new(&format!("/proc/{run}")).exists() {
            let prefix = format!("{PREFIX}{run}-");
            // Its input ends at once.
            let mut helper = helper(&prefix, &bridge(run))?;
            drop(helper.stdin.take());
            helper.wait().context("a left network cannot be removed")?;
        }
    }
    Ok(())
}

/// The process ids of runs in a list of namespaces.
fn runs_of(list: &str) -> BTreeSet<u32> {
    let names = list.lines().filter_map(|line| line.strip_prefix(PREFIX));
    names.filter_map(|name| name.split_once('-')?.0.parse().ok()).collect()
}

fn free_subnet() -> anyhow::Result<u8> {
    let taken = output(&["-o", "-4", "addr", "show"])?;
    let free = (0..=u8::MAX).find(|third| !taken.contains(&format!(" 10.{SECOND_OCTET}.{third}.")));
    free.context("all networks of 10.213.0.0/16 are taken on this machine")
}

fn ip(args: &[&str]) -> anyhow::Result<()> {
    output(args).map(drop)
}

fn output(args: &[&str]) -> anyhow::Result<String> {
    let done = Command::new("ip").args(args).output();
    let done = done.context("the program `ip` is missing: install iproute2")?;
    if !done.status.success() {
        bail!("ip {}: {}", args.join(" "), String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpStream};
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn only_own_names_are_taken_for_runs() {
        let list = "baton-scale-17-11 (id: 3)\nbaton-scale-17-12\nbaton-scale-x-1\nother\n";
        assert_eq!(runs_of(list), BTreeSet::from([17]));
    }

    fn is_there(net: &str, port: &str) -> [bool; 2] {
        let namespaces = output(&["netns", "list"]).unwrap();
        [namespaces.contains(net), output(&["-br", "link"]).unwrap().contains(port)]
    }

    /// One test, since a process has one network. Where none is allowed there is only the refusal
    /// to see, which says what is missing.
    #[test]
    fn hosts_hear_each_other_until_they_are_cut_off_and_nothing_is_left() {
        let host = Host(11);
        let made = Net::new().and_then(|mut net| net.add(host).map(|()| net));
        let net = match made {
            Ok(net) => net,
            Err(error) => {
                let told = format!("{error:#}");
                let known = ["need root", "NET_ADMIN", "iproute2", "`ip netns` is not possible"];
                assert!(known.iter().any(|missing| told.contains(missing)), "{told}");
                return;
            }
        };
        let mut server = net.command(host, Path::new("python3"));
        let address = SocketAddr::from((net.address(host), 8000));
        let bind = address.ip().to_string();
        server.args(["-m", "http.server", "--bind", &bind, "8000"]);
        let mut server = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let hears = || TcpStream::connect_timeout(&address, Duration::from_millis(300)).is_ok();
        // The kernel passes a cable's coming up on at most once a second: a first try may be lost.
        let comes_to_hear = || {
            let deadline = Instant::now() + Duration::from_secs(20);
            while Instant::now() < deadline {
                if hears() {
                    return true;
                }
                std::thread::yield_now();
            }
            false
        };
        assert!(comes_to_hear(), "the host answers");
        net.cut(host).unwrap();
        assert!(!hears(), "a host that is cut off is silent");
        net.join(host).unwrap();
        assert!(comes_to_hear(), "and answers again");
        let (name, bridge) = (net.namespace(host), bridge(net.run));
        assert_eq!(is_there(&name, &bridge), [true, true]);
        drop(net);
        assert_eq!(is_there(&name, &bridge), [false, false]);
        assert!(!server.wait().unwrap().success(), "what ran on the host was ended");
    }
}
