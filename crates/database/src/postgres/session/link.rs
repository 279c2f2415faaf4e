//! The connection itself, on a thread of its own: it talks to the server while the caller's works on what has come.
//!
//! The rule to keep in mind: the thread ends with the connection, and whoever waits for an answer of one that has ended
//! is told so.

use std::future::poll_fn;
use std::io;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, CopyInSink, Error, Socket};

use crate::postgres::copy::{Form, RowsOut};
use crate::postgres::tls::Connector;

/// Why there is no connection.
pub(crate) enum Failure {
    /// The server refuses, or nobody answers.
    Client(Error),
    /// The system gives no thread, or what it needs.
    System(io::Error),
    /// The conversation took longer than this.
    TimedOut(Duration),
}

/// A connection, and the thread that drives it. Fields are dropped in their order: without the client the thread says
/// goodbye to the server, and ends.
pub(crate) struct Link {
    client: Client,
    handle: Handle,
    lost: Lost,
    _thread: Thread,
}

/// What ended the connection, until it is told.
type Lost = Arc<Mutex<Option<Error>>>;

impl Link {
    /// Connects in `timeout`, the whole conversation with the server included: one that listens and says nothing would
    /// otherwise be waited for without end.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) fn open(config: Config, tls: Connector, timeout: Option<Duration>) -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::System)?;
        let handle = runtime.handle().clone();
        let (tell, told) = mpsc::channel();
        let lost = Lost::default();
        let slot = Arc::clone(&lost);
        let thread = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || match tls {
                Connector::Plain(plain) => drive(runtime, &config, plain, timeout, &tell, &slot),
                Connector::Encrypted(tls) => drive(runtime, &config, tls, timeout, &tell, &slot),
            })
            .map_err(Failure::System)?;
        let ended = |_| Failure::System(io::ErrorKind::ConnectionAborted.into());
        let client = told.recv().map_err(ended)??;
        Ok(Self { client, handle, lost, _thread: Thread(Some(thread)) })
    }

    /// Waits for what `ask` asks of the server.
    ///
    /// # Errors
    /// It refuses, or is gone.
    pub(crate) fn wait<T>(&self, ask: impl AsyncFnOnce(&Client) -> Result<T, Error>) -> Result<T, Error> {
        self.handle.block_on(ask(&self.client)).map_err(|error| self.cause(error))
    }

    /// What ended the connection, where `error` says no more than that it has ended.
    pub(crate) fn cause(&self, error: Error) -> Error {
        if !error.is_closed() {
            return error;
        }
        self.lost.lock().ok().and_then(|mut lost| lost.take()).unwrap_or(error)
    }

    /// Begins a statement that copies rows out.
    ///
    /// # Errors
    /// The server refuses, or is gone.
    pub(crate) fn copy_out(&self, sql: &str, form: Form) -> Result<RowsOut, Error> {
        let stream = self.wait(async |client| client.copy_out(sql).await)?;
        Ok(RowsOut::new(&self.handle, stream, form))
    }

    /// Begins a statement that copies rows in.
    ///
    /// # Errors
    /// The server refuses, or is gone.
    pub(crate) fn copy_in(&self, sql: &str) -> Result<CopyInSink<Bytes>, Error> {
        self.wait(async |client| client.copy_in(sql).await)
    }

    /// Asks the server, over a connection of its own, to stop what it does for this one.
    ///
    /// # Errors
    /// It cannot be asked.
    pub(crate) fn cancel(&self, tls: Connector) -> Result<(), Box<dyn std::error::Error>> {
        let cancel = self.client.cancel_token();
        let asked = self.handle.spawn(async move {
            match tls {
                Connector::Plain(plain) => cancel.cancel_query(plain).await,
                Connector::Encrypted(tls) => cancel.cancel_query(tls).await,
            }
        });
        Ok(self.handle.block_on(asked)??)
    }
}

/// A thread that is waited for.
struct Thread(Option<JoinHandle<()>>);

impl Drop for Thread {
    fn drop(&mut self) {
        // One that panicked has said so, and its connection is gone.
        let _ = self.0.take().map(JoinHandle::join);
    }
}

/// Connects, tells of it, and drives the connection to its end.
fn drive(
    runtime: Runtime,
    config: &Config,
    tls: impl MakeTlsConnect<Socket>,
    timeout: Option<Duration>,
    tell: &Sender<Result<Client, Failure>>,
    lost: &Lost,
) {
    let connected = runtime.block_on(async {
        let connecting = config.connect(tls);
        match timeout {
            None => connecting.await.map_err(Failure::Client),
            Some(timeout) => match tokio::time::timeout(timeout, connecting).await {
                Ok(connected) => connected.map_err(Failure::Client),
                Err(_) => Err(Failure::TimedOut(timeout)),
            },
        }
    });
    match connected {
        Ok((client, mut connection)) => {
            let _ = tell.send(Ok(client));
            // Notices end here: what a trigger tells may hold values, and nobody hears it.
            let ended = runtime.block_on(async {
                while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
                    message?;
                }
                Ok(())
            });
            if let (Err(error), Ok(mut lost)) = (ended, lost.lock()) {
                *lost = Some(error);
            }
            // Whoever waits for an answer of it hears that there is none only now.
            drop(connection);
        }
        Err(failure) => drop(tell.send(Err(failure))),
    }
    // A host name that is still looked for is not waited for.
    runtime.shutdown_background();
}
