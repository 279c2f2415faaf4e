//! Encrypted connections: whose certificate is asked for, and what it is compared with.
//!
//! libpq's modes with libpq's meaning. The rule to keep in mind: only `verify-full` protects from somebody in between, so
//! anything less is used off this machine only where it was named.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::TryFutureExt as _;
use futures_util::future::MapOk;
use model::text::Shown;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::PostgresError;
use super::session::Gathered;

/// What makes a stream of a connection: encrypted where the mode asks for it, its rows gathered.
#[derive(Clone)]
pub(crate) enum Connector {
    /// Not encrypted.
    Plain(Plain),
    /// Encrypted.
    Encrypted(Encrypted),
}

/// See [`Connector::Plain`].
#[derive(Clone, Copy)]
pub(crate) struct Plain;

/// See [`Connector::Encrypted`].
#[derive(Clone)]
pub(crate) struct Encrypted(MakeRustlsConnect);

/// Encrypts the stream of one connection.
pub(crate) struct Encrypting(<MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect);

type EncryptedStream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;
type EncryptingFuture =
    <<MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect as TlsConnect<Socket>>::Future;

/// libpq's `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted if the server insists.
    Allow,
    /// Encrypted if the server can.
    Prefer,
    /// Encrypted, with whomever.
    Require,
    /// Encrypted, with somebody whom a trusted authority knows.
    VerifyCa,
    /// Encrypted, with the host that was named.
    VerifyFull,
}

impl SslMode {
    /// The names, weakest first.
    pub(crate) const NAMES: [(&'static str, Self); 6] = [
        ("disable", Self::Disable),
        ("allow", Self::Allow),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    /// The mode of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode)
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }
}

/// The files of certificates that a URL may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// `sslrootcert`: the authorities that are trusted. `system` and none are those of the system.
    pub(crate) roots: Option<PathBuf>,
    /// `sslcert` and `sslkey`: who this client is.
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
}

/// What connects to a server in `mode`.
///
/// # Errors
/// A file cannot be read, or no authority is trusted.
pub(crate) fn connector(mode: SslMode, files: &Files, place: &str) -> Result<Connector, PostgresError> {
    if mode == SslMode::Disable {
        return Ok(Connector::Plain(Plain));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = |error: rustls::Error| tls(place, &error.to_string());
    // As libpq: with authorities at hand, `require` asks for one of them.
    let mode = if mode == SslMode::Require && files.roots.is_some() { SslMode::VerifyCa } else { mode };
    let chain = match mode {
        SslMode::VerifyCa | SslMode::VerifyFull => {
            let roots = Arc::new(roots(files.roots.as_deref(), place)?);
            let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
            Some(verifier.map_err(|error| tls(place, &error.to_string()))?)
        }
        _ => None,
    };
    let verifier = Verifier { chain, name: mode == SslMode::VerifyFull, provider: Arc::clone(&provider) };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let config = match &files.identity {
        Some((certificate, key)) => {
            let chain = certificates(certificate, place)?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|_| unreadable(key, "private key", place))?;
            builder.with_client_auth_cert(chain, key).map_err(failed)?
        }
        None => builder.with_no_client_auth(),
    };
    Ok(Connector::Encrypted(Encrypted(MakeRustlsConnect::new(config))))
}

/// What a failed handshake means.
pub(crate) fn handshake_failed(place: &str, error: &(dyn std::error::Error + 'static)) -> PostgresError {
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let Some(error) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return tls(place, &error.to_string());
    };
    let rustls::Error::InvalidCertificate(refused) = error else { return tls(place, &error.to_string()) };
    let (reason, help) = match refused {
        CertificateError::UnknownIssuer => (
            "no authority that is trusted here has signed the server's certificate",
            "name the authority's certificate with `sslrootcert=FILE` in the URL or with PGSSLROOTCERT",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "the server's certificate is for another host name",
            "connect under the name that the certificate holds; `sslmode=verify-ca` does not compare the name",
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("the server's certificate has expired", "renew the certificate, or check this machine's clock")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("the server's certificate is not valid yet", "check this machine's clock")
        }
        _ => return tls(place, &format!("the server's certificate is refused ({refused})")),
    };
    PostgresError::Tls { place: place.to_owned(), reason: reason.to_owned(), help: help.to_owned() }
}

fn tls(place: &str, reason: &str) -> PostgresError {
    let reason = if reason == "server does not support TLS" {
        "the server offers none".to_owned()
    } else {
        Shown(reason).to_string()
    };
    let help = "turn on `ssl` at the server; a weaker `sslmode` in the URL or PGSSLMODE goes without, and gives up the protection";
    PostgresError::Tls { place: place.to_owned(), reason, help: help.to_owned() }
}

/// The authorities of `file`, or those that the system trusts.
fn roots(file: Option<&Path>, place: &str) -> Result<RootCertStore, PostgresError> {
    let mut store = RootCertStore::empty();
    let found = match file {
        Some(file) => certificates(file, place)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let (added, _) = store.add_parsable_certificates(found);
    if added > 0 {
        return Ok(store);
    }
    match file {
        Some(file) => Err(unreadable(file, "certificate", place)),
        None => Err(PostgresError::Tls {
            place: place.to_owned(),
            reason: "this system trusts no authority, so that no certificate can be checked".to_owned(),
            help: "install the system's certificates (`ca-certificates`), or name the authority's with `sslrootcert=FILE`"
                .to_owned(),
        }),
    }
}

fn certificates(file: &Path, place: &str) -> Result<Vec<CertificateDer<'static>>, PostgresError> {
    let found = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    found.ok().filter(|found| !found.is_empty()).ok_or_else(|| unreadable(file, "certificate", place))
}

fn unreadable(file: &Path, what: &str, place: &str) -> PostgresError {
    PostgresError::Tls {
        place: place.to_owned(),
        reason: format!("no {what} can be read from `{}`", Shown(&file.to_string_lossy())),
        help: "the file has to exist, to be readable, and to hold it in PEM form (`-----BEGIN`), without a passphrase"
            .to_owned(),
    }
}

impl MakeTlsConnect<Socket> for Plain {
    type Stream = Gathered<Socket>;
    type TlsConnect = Self;
    type Error = Infallible;

    fn make_tls_connect(&mut self, _: &str) -> Result<Self, Infallible> {
        Ok(*self)
    }
}

impl TlsConnect<Socket> for Plain {
    type Stream = Gathered<Socket>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Stream, Infallible>>;

    fn connect(self, socket: Socket) -> Self::Future {
        ready(Ok(Gathered::new(socket, |_| ChannelBinding::none())))
    }
}

impl MakeTlsConnect<Socket> for Encrypted {
    type Stream = Gathered<EncryptedStream>;
    type TlsConnect = Encrypting;
    type Error = Infallible;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Encrypting, Infallible> {
        MakeTlsConnect::<Socket>::make_tls_connect(&mut self.0, domain).map(Encrypting)
    }
}

impl TlsConnect<Socket> for Encrypting {
    type Stream = Gathered<EncryptedStream>;
    type Error = std::io::Error;
    type Future = MapOk<EncryptingFuture, fn(EncryptedStream) -> Self::Stream>;

    fn connect(self, socket: Socket) -> Self::Future {
        self.0.connect(socket).map_ok(|stream| Gathered::new(stream, TlsStream::channel_binding))
    }
}

/// Checks as much of a certificate as the mode asks for; that the server holds its key is always checked.
#[derive(Debug)]
struct Verifier {
    /// Whether a trusted authority signed it; none asks for no authority.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// Whether it is for the host.
    name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use rustls::Error::InvalidCertificate;
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        let verified = chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            // The name is compared last, so that all else holds.
            Err(InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
