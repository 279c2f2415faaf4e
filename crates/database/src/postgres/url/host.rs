//! The servers that a URL names, and how they are shown.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;

use model::text::Shown;

use super::parameters::Parameters;
use crate::UrlError;

/// PostgreSQL's own port.
pub(crate) const PORT: u16 = 5432;
/// The folders of sockets that servers are built with.
pub(crate) const SOCKET_FOLDERS: [&str; 3] = ["/var/run/postgresql", "/run/postgresql", "/tmp"];

/// One server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// A name, an address, or the folder of a socket.
    pub(crate) name: String,
    /// Where the name leads, where that is said.
    pub(crate) address: Option<IpAddr>,
    /// Its port.
    pub(crate) port: u16,
}

impl Host {
    /// Whether it is the folder of a socket.
    pub(crate) fn is_socket(&self) -> bool {
        self.address.is_none() && self.name.starts_with('/')
    }

    /// Whether the connection stays on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        if self.is_socket() || (self.address.is_none() && self.name.eq_ignore_ascii_case("localhost")) {
            return true;
        }
        let address = self.address.or_else(|| self.name.parse().ok());
        address.is_some_and(|address| address.to_canonical().is_loopback())
    }

    /// `host`, `[::1]` or `/folder`, safe to show.
    pub(crate) fn shown(&self) -> String {
        if self.name.contains(':') {
            format!("[{}]", Shown(&self.name))
        } else {
            Shown(&self.name).to_string()
        }
    }
}

/// The servers, in the order in which they are tried.
///
/// # Errors
/// A port or an address is none, or the lists have other lengths.
pub(super) fn hosts(parameters: &Parameters) -> Result<Vec<Host>, UrlError> {
    let list = |name: &str| -> Vec<String> {
        parameters
            .get(name)
            .map(|text| text.split(',').map(|one| one.trim().to_owned()).collect())
            .unwrap_or_default()
    };
    let (names, addresses) = (list("host"), list("hostaddr"));
    let ports =
        parameters.read("port", "a number from 1 to 65535 (an IPv6 address stands in brackets)", |text| {
            let port = |one: &str| match one.trim() {
                "" => Some(PORT),
                one => one.parse::<u16>().ok().filter(|port| *port > 0),
            };
            text.split(',').map(port).collect::<Option<Vec<_>>>()
        })?;
    let addresses: Vec<Option<IpAddr>> = parameters
        .read("hostaddr", "an IP address", |_| {
            addresses
                .iter()
                .map(|one| if one.is_empty() { Some(None) } else { one.parse().ok().map(Some) })
                .collect()
        })?
        .unwrap_or_default();
    let ports = ports.unwrap_or_else(|| vec![PORT]);
    let count = names.len().max(addresses.len()).max(1);
    let fits = |length: usize| length == 0 || length == count;
    if !fits(names.len()) || !fits(addresses.len()) || !(fits(ports.len()) || ports.len() == 1) {
        return Err(UrlError::PostgresForm(
            "the lists of hosts, addresses and ports have not the same length",
        ));
    }
    let host = |at: usize| {
        let port = ports.get(at).or(ports.first()).copied().unwrap_or(PORT);
        let address = addresses.get(at).copied().flatten();
        let name = match names.get(at).filter(|name| !name.is_empty()) {
            Some(name) => name.clone(),
            None => address.map_or_else(|| default_host(port), |address| address.to_string()),
        };
        Host { name, address, port }
    };
    Ok((0..count).map(host).collect())
}

/// The socket of a server on this machine; where there is none, TCP.
fn default_host(port: u16) -> String {
    let is_there = |folder: &&str| cfg!(unix) && Path::new(folder).join(format!(".s.PGSQL.{port}")).exists();
    SOCKET_FOLDERS.into_iter().find(is_there).unwrap_or("localhost").to_owned()
}

/// `postgres://user@host:port/database`, which can be read again.
pub(super) fn place(user: &str, hosts: &[Host], database: &str) -> String {
    let mut out = format!("postgres://{}@", encoded(user));
    if let [host] = hosts
        && host.is_socket()
    {
        let _ = write!(out, "/{}?host={}", encoded(database), encoded(&host.name).replace("%2F", "/"));
        if host.port != PORT {
            let _ = write!(out, "&port={}", host.port);
        }
        return out;
    }
    for (at, host) in hosts.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let name = if host.name.contains(':') { host.shown() } else { encoded(&host.name) };
        let _ = write!(out, "{comma}{name}:{}", host.port);
    }
    let _ = write!(out, "/{}", encoded(database));
    out
}

/// Percent signs for what would end the part of a URL, and for what steers a terminal.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || "-._~".contains(c) || (!c.is_ascii() && !model::text::is_escaped(c)) {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
