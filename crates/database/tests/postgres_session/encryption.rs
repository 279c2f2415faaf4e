//! Encrypted connections to a server with a certificate of an authority that nobody knows.
#![cfg(unix)]

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use insta::assert_snapshot;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use test_support::postgres::Cluster;

use crate::{open, refusal};

/// A server that speaks TLS, under the name `localhost` and no other.
struct Encrypted {
    cluster: Cluster,
    folder: tempfile::TempDir,
}

impl Encrypted {
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Encrypted> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    fn start() -> Self {
        let cluster = Cluster::start();
        let folder = tempfile::tempdir().expect("a folder");
        let authority = authority("demo");
        write(&folder.path().join("authority.pem"), &authority.pem());
        write(&folder.path().join("other.pem"), &self::authority("other").pem());
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &authority).expect("signed");
        let home = cluster.socket_folder();
        let server = |name: &str, text: &str| {
            let path = home.join(name);
            write(&path, text);
            give_to_owner_of(&home, &path);
            path.display().to_string()
        };
        cluster.psql(&format!(
            "ALTER SYSTEM SET ssl_cert_file = '{}'",
            server("server.pem", &certificate.pem())
        ));
        cluster.psql(&format!(
            "ALTER SYSTEM SET ssl_key_file = '{}'",
            server("server.key", &key.serialize_pem())
        ));
        cluster.psql("ALTER SYSTEM SET ssl = on");
        cluster
            .psql(&format!("ALTER SYSTEM SET ssl_ca_file = '{}'", server("authority.pem", &authority.pem())));
        cluster.psql("CREATE ROLE me LOGIN PASSWORD 'hunter2'; CREATE ROLE holder LOGIN");
        let holder_key = KeyPair::generate().expect("a key");
        let mut holder = CertificateParams::default();
        holder.distinguished_name.push(rcgen::DnType::CommonName, "holder");
        let holder = holder.signed_by(&holder_key, &authority).expect("signed");
        write(&folder.path().join("holder.pem"), &holder.pem());
        write(&folder.path().join("holder.key"), &holder_key.serialize_pem());
        // Without encryption only the superuser is let in.
        let hba = PathBuf::from(cluster.psql("SHOW hba_file").trim());
        write(
            &hba,
            "host all postgres all scram-sha-256\nhostssl all me all scram-sha-256\nhostssl all holder all cert\nlocal all all trust\n",
        );
        cluster.restart();
        Self { cluster, folder }
    }

    /// For the role that needs encryption.
    fn url(&self, host: &str, query: &str) -> String {
        let url = self.cluster.url("postgres");
        let port = url.rsplit_once(':').expect("a port").1.split('/').next().expect("a port").to_owned();
        format!("postgres://me:hunter2@{host}:{port}/postgres?{query}")
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    #[track_caller]
    fn refusal(&self, host: &str, query: &str) -> String {
        let url = self.cluster.url("postgres");
        let port = url.rsplit_once(':').expect("a port").1.split('/').next().expect("a port").to_owned();
        refusal(
            &self.url(host, query),
            &[(&port, "PORT"), (&self.folder.path().display().to_string(), "FOLDER")],
        )
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("signed")
}

fn write(path: &Path, text: &str) {
    let mut file = File::create(path).expect("a file");
    file.write_all(text.as_bytes()).expect("written");
}

/// The server reads its key only if the key is its own.
fn give_to_owner_of(folder: &Path, path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("set");
    let owner = std::fs::metadata(folder).expect("there");
    if owner.uid() != std::fs::metadata(path).expect("there").uid() {
        std::os::unix::fs::chown(path, Some(owner.uid()), Some(owner.gid())).expect("given");
    }
}

/// Whether the session that calls itself so is encrypted.
fn is_encrypted(server: &Encrypted, url: &str, name: &str) -> bool {
    let _session = open(&format!("{url}&application_name={name}")).expect("a session");
    let sql = format!(
        "SELECT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE application_name = '{name}'"
    );
    server.cluster.psql(&sql).trim() == "t"
}

#[test]
fn postgres_verify_full_connects_to_the_host_that_the_certificate_names() {
    let server = Encrypted::shared();
    let roots = format!("sslmode=verify-full&sslrootcert={}", server.file("authority.pem"));
    assert!(is_encrypted(server, &server.url("localhost", &roots), "full"));
    assert_snapshot!(server.refusal("127.0.0.1", &roots), @"
    no secure connection to `postgres://me@127.0.0.1:PORT/postgres`: the server's certificate is for another host name
    help: connect under the name that the certificate holds; `sslmode=verify-ca` does not compare the name
    ");
    let weaker = format!("sslmode=verify-ca&sslrootcert={}", server.file("authority.pem"));
    assert!(is_encrypted(server, &server.url("127.0.0.1", &weaker), "ca"));
}

#[test]
fn postgres_with_an_authority_that_is_not_trusted_is_refused() {
    let server = Encrypted::shared();
    for mode in ["verify-full", "verify-ca", "require"] {
        let other = format!("sslmode={mode}&sslrootcert={}", server.file("other.pem"));
        let told = server.refusal("localhost", &other);
        assert!(told.contains("no authority that is trusted here"), "{mode}: {told}");
    }
    let other = format!("sslmode=verify-full&sslrootcert={}", server.file("other.pem"));
    assert_snapshot!(server.refusal("localhost", &other), @"
    no secure connection to `postgres://me@localhost:PORT/postgres`: no authority that is trusted here has signed the server's certificate
    help: name the authority's certificate with `sslrootcert=FILE` in the URL or with PGSSLROOTCERT
    ");
    let none = format!("sslmode=verify-full&sslrootcert={}", server.file("missing.pem"));
    assert_snapshot!(server.refusal("localhost", &none), @"
    no secure connection to `postgres://me@localhost:PORT/postgres`: no certificate can be read from `FOLDER/missing.pem`
    help: the file has to exist, to be readable, and to hold it in PEM form (`-----BEGIN`), without a passphrase
    ");
}

#[test]
fn postgres_require_encrypts_with_whomever() {
    let server = Encrypted::shared();
    assert!(is_encrypted(server, &server.url("127.0.0.1", "sslmode=require"), "require"));
    assert!(is_encrypted(server, &server.url("127.0.0.1", "sslmode=prefer"), "prefer"));
}

#[test]
fn postgres_on_this_machine_is_encrypted_only_where_the_server_insists() {
    let server = Encrypted::shared();
    assert!(is_encrypted(server, &server.url("127.0.0.1", ""), "insists"));
    let superuser = format!("{}?", server.cluster.url("postgres"));
    assert!(!is_encrypted(server, &superuser, "plain"));
    assert!(is_encrypted(server, &format!("{superuser}&sslmode=prefer"), "preferred"));
    assert_snapshot!(server.refusal("127.0.0.1", "sslmode=disable"), @r#"
    the server of `postgres://me@127.0.0.1:PORT/postgres` does not admit the role `me`: no pg_hba.conf entry for host "127.0.0.1", user "me", database "postgres", no encryption
    help: check the role's name, that it may log in, and the rules of the server's pg_hba.conf: they count the host, the database and the encryption
    "#);
}

#[test]
fn postgres_knows_a_role_by_its_certificate() {
    let server = Encrypted::shared();
    let url = server.url("127.0.0.1", "sslmode=require").replace("me:hunter2@", "holder@");
    let files = format!("&sslcert={}&sslkey={}", server.file("holder.pem"), server.file("holder.key"));
    assert!(is_encrypted(server, &format!("{url}{files}"), "certified"));
    assert!(open(&url).is_err(), "without a certificate");
}

#[test]
fn postgres_without_encryption_is_refused_where_it_is_asked_for() {
    let url = Cluster::shared().url("postgres");
    let port = url.rsplit_once(':').expect("a port").1.split('/').next().expect("a port").to_owned();
    let told = refusal(&format!("{url}?sslmode=require"), &[(&port, "PORT")]);
    assert_snapshot!(told, @"
    no secure connection to `postgres://postgres@127.0.0.1:PORT/postgres`: the server offers none
    help: turn on `ssl` at the server; a weaker `sslmode` in the URL or PGSSLMODE goes without, and gives up the protection
    ");
}
