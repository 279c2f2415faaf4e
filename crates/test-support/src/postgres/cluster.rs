//! A PostgreSQL server: one of our own, or a running one that was named.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::binaries::{Binaries, INSTRUCTIONS};
use super::interactive::Interactive;
#[cfg(unix)]
use super::supervisor::Supervisor;
use super::url::Server;
use super::{assert_allowed, client, database::expect, random, variable};

/// Fast rather than safe: nothing here outlives the process. A killed server loses nothing by it, only a machine that
/// loses its power would.
const SETTINGS: &str = "\
fsync = off
full_page_writes = off
shared_buffers = 32MB
max_connections = 100
jit = off
listen_addresses = '127.0.0.1'
";

/// A server. Listens on loopback, at a port nobody knows, and asks for a password; its socket lies in a folder of its own.
#[derive(Debug)]
pub struct Cluster {
    binaries: Binaries,
    server: Server,
    /// Sessions in the database `postgres` that wait for the next statement.
    kept: Mutex<Vec<Interactive>>,
    /// `None`: somebody else's.
    #[cfg(unix)]
    own: Option<Mutex<Supervisor>>,
}

impl Cluster {
    /// The one that all tests of this process share: what `DEMO_TEST_POSTGRES` names, else one of our own, ended when
    /// the process ends, however it ends.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| match variable("DEMO_TEST_POSTGRES") {
            Some(url) => Self::named(&url).unwrap_or_else(|why| panic!("{why}")),
            None => Self::start(),
        })
    }

    /// A new one, for a harness that kills servers; gone when dropped.
    #[track_caller]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// With lines of `postgresql.conf`.
    #[track_caller]
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_in("C", settings)
    }

    /// In another locale, such as `en_US.UTF-8`.
    #[track_caller]
    pub fn start_in(locale: &str, settings: &[(&str, &str)]) -> Self {
        assert_allowed();
        Self::try_start(locale, settings).unwrap_or_else(|why| panic!("{why}"))
    }

    /// As [`Cluster::start_in`].
    ///
    /// # Errors
    /// When there is no PostgreSQL on this machine, or it does not start.
    #[cfg(unix)]
    pub fn try_start(locale: &str, settings: &[(&str, &str)]) -> Result<Self, String> {
        let binaries = Binaries::find()?;
        let programs = binaries.server().ok_or(INSTRUCTIONS)?;
        let password = format!("{:016x}{:016x}", random(), random());
        let mut own = Supervisor::start(programs, locale);
        own.initdb(&password)?;
        let socket = format!("unix_socket_directories = '{}'\n", own.folder().display());
        let given =
            settings.iter().map(|(name, value)| format!("{name} = '{}'\n", value.replace('\'', "''")));
        own.configure(&format!("{SETTINGS}{socket}{}", given.collect::<String>()));
        let port = begin_at_a_free_port(&mut own)?;
        Ok(Self {
            binaries,
            server: Server::local(port, password),
            kept: Mutex::default(),
            own: Some(Mutex::new(own)),
        })
    }

    /// As [`Cluster::start_in`].
    ///
    /// # Errors
    /// Always.
    #[cfg(not(unix))]
    pub fn try_start(_locale: &str, _settings: &[(&str, &str)]) -> Result<Self, String> {
        Err("on this system no server is started: name a running one in DEMO_TEST_POSTGRES".to_owned())
    }

    /// A running server.
    ///
    /// # Errors
    /// When the URL has another form, which is not shown: the password may be in it.
    pub fn named(url: &str) -> Result<Self, String> {
        let server = Server::parse(url)
            .ok_or("DEMO_TEST_POSTGRES is not of the form postgres://user:password@host/database")?;
        Ok(Self {
            binaries: Binaries::find()?,
            server,
            kept: Mutex::default(),
            #[cfg(unix)]
            own: None,
        })
    }

    /// For its superuser.
    pub fn url(&self, database: &str) -> String {
        self.server.url(database)
    }

    /// For its superuser and the database `postgres`, as `DEMO_TEST_POSTGRES` takes it.
    pub fn maintenance_url(&self) -> String {
        self.server.url(&self.server.database)
    }

    /// What `psql` prints for these statements in the database `postgres`. Fails the test at the first error.
    #[track_caller]
    pub fn psql(&self, sql: &str) -> String {
        expect(self.try_psql(sql))
    }

    /// As [`Cluster::psql`]; `Err` is what psql said on stderr.
    ///
    /// # Errors
    /// When a statement fails, or the server is away.
    pub fn try_psql(&self, sql: &str) -> Result<String, String> {
        client::psql(&self.binaries, &self.maintenance_url(), sql)
    }

    /// As [`Cluster::psql`], in another database.
    #[track_caller]
    pub fn psql_in(&self, database: &str, sql: &str) -> String {
        expect(client::psql(&self.binaries, &self.url(database), sql))
    }

    /// A `psql` that stays open.
    #[track_caller]
    pub fn client_in(&self, database: &str) -> Interactive {
        Interactive::start(&self.binaries, &self.url(database))
    }

    /// As [`Cluster::try_psql`], for a statement that can be run again, on a session that is kept: a `psql` for each costs
    /// more than the statement.
    pub(super) fn maintain(&self, sql: &str) -> Result<String, String> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = kept().pop();
        let mut session =
            waiting.unwrap_or_else(|| Interactive::start(&self.binaries, &self.maintenance_url()));
        match session.try_send(sql) {
            Some(printed) => {
                kept().push(session);
                Ok(printed)
            }
            // It ended at an error, which another one tells.
            None => self.try_psql(sql),
        }
    }

    /// The process ids of the sessions that call themselves so.
    #[track_caller]
    pub fn backend_pids(&self, application_name: &str) -> Vec<u32> {
        let name = application_name.replace('\'', "''");
        let sql = format!("SELECT pid FROM pg_stat_activity WHERE application_name = '{name}' ORDER BY pid");
        self.psql(&sql).lines().map(|pid| pid.parse().expect("a process id")).collect()
    }

    /// Waits until it takes connections again, after one of its processes was killed.
    #[track_caller]
    pub fn wait_until_ready(&self) {
        let mut said = String::new();
        for _ in 0..600 {
            match self.try_psql("SELECT 1") {
                Ok(_) => return,
                Err(error) => said = error,
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the server does not come back: {said}");
    }

    pub(super) fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    pub(super) fn server(&self) -> &Server {
        &self.server
    }
}

/// What only the owner of a server can do. All of these panic on a server that was named.
#[cfg(unix)]
impl Cluster {
    /// The folder of its socket.
    pub fn socket_folder(&self) -> std::path::PathBuf {
        self.own().folder().to_owned()
    }

    /// What it wrote to its log since it was started.
    pub fn log(&self) -> String {
        self.own().log()
    }

    /// Its main process; `None` when it is stopped.
    pub fn postmaster_pid(&self) -> Option<u32> {
        let path = self.own().folder().join("data/postmaster.pid");
        std::fs::read_to_string(path).ok()?.lines().next()?.parse().ok()
    }

    /// Sends a signal, such as `KILL`, to one of its processes; whether it was there.
    pub fn kill(&self, signal: &str, pid: u32) -> bool {
        self.own().kill(signal, pid)
    }

    /// Stops it at once, as a crash would.
    pub fn stop_immediate(&self) {
        self.own().end();
    }

    /// Starts it again, at the same port, stopping it at once if it runs. Waits until it takes connections.
    #[track_caller]
    pub fn restart(&self) {
        let mut own = self.own();
        own.end();
        let mut said = String::new();
        for _ in 0..100 {
            match own.begin() {
                Ok(_) => return,
                // Processes of a killed server are still about to end.
                Err(log) => said = log,
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("the server does not start again:\n{said}");
    }

    fn own(&self) -> MutexGuard<'_, Supervisor> {
        let own = self.own.as_ref().expect("a server of our own, by Cluster::start");
        own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The port is free when chosen; another program may be faster.
#[cfg(unix)]
fn begin_at_a_free_port(own: &mut Supervisor) -> Result<u16, String> {
    let mut said = String::new();
    for _ in 0..20 {
        let port = free_port();
        own.configure(&format!("port = {port}\n"));
        match own.begin() {
            Ok(_) => return Ok(port),
            Err(log) if log.contains("could not bind") => said = log,
            Err(log) => return Err(format!("the server does not start:\n{log}")),
        }
    }
    Err(format!("of 20 ports none was free:\n{said}"))
}

#[cfg(unix)]
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("loopback");
    listener.local_addr().expect("bound").port()
}
