//! SHA-256 of bytes that come piece by piece: what is long is hashed in a second thread, beside the work on the bytes.
//!
//! Buffers go there and come back, nothing is copied; a handful of them is all that is ever in use. The rule to keep in
//! mind: the first mebibyte is hashed where it comes, so that a short file pays for no thread.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest as _, Sha256};

use super::Digest;

/// How many bytes are best handed over together.
pub const BLOCK: usize = 256 * 1024;
/// So many bytes are hashed before a second thread is worth its start.
const ALONE: u64 = 1024 * 1024;
/// So many blocks wait for the second thread, beside the one that it has in hand.
const WAITING: usize = 2;
/// A buffer of more than this is not lent, so that a long value does not stay in memory several times.
const LENT: usize = 4 * BLOCK;

/// A digest of a stream.
pub struct StreamDigest {
    side: Side,
    /// How many bytes were hashed in this thread.
    here: u64,
}

enum Side {
    Here(Sha256),
    Beside(Worker),
}

struct Worker {
    /// Buffers with the place where what is to be hashed begins.
    blocks: SyncSender<(Vec<u8>, usize)>,
    /// Emptied buffers.
    emptied: Receiver<Vec<u8>>,
    thread: JoinHandle<Sha256>,
}

impl Default for StreamDigest {
    fn default() -> Self {
        Self::new()
    }
}

impl StreamDigest {
    /// Of nothing so far.
    pub fn new() -> Self {
        Self { side: Side::Here(Sha256::new()), here: 0 }
    }

    /// Goes on with `bytes`; for few of them, or where the buffer is needed further.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.side {
            Side::Here(sha) => {
                sha.update(bytes);
                self.here += bytes.len() as u64;
            }
            Side::Beside(worker) => {
                for piece in bytes.chunks(BLOCK) {
                    let mut block = worker.empty_buffer();
                    block.extend_from_slice(piece);
                    worker.send(block, 0);
                }
            }
        }
    }

    /// Goes on with the bytes of `block` from `start` on, and leaves an empty buffer in its place.
    pub fn hand_over(&mut self, block: &mut Vec<u8>, start: usize) {
        match &mut self.side {
            Side::Beside(worker) if block.capacity() <= LENT => {
                let emptied = worker.empty_buffer();
                worker.send(std::mem::replace(block, emptied), start);
            }
            _ => {
                self.update(block.get(start..).unwrap_or_default());
                block.clear();
                self.move_over();
            }
        }
    }

    /// The digest of everything so far.
    pub fn finish(self) -> Digest {
        let sha = match self.side {
            Side::Here(sha) => sha,
            Side::Beside(worker) => worker.join(),
        };
        Digest(sha.finalize().into())
    }

    /// Begins the second thread once it pays; all stays here where there is none to be had.
    fn move_over(&mut self) {
        let Side::Here(sha) = &self.side else { return };
        if self.here < ALONE {
            return;
        }
        match Worker::start(sha.clone()) {
            Some(worker) => self.side = Side::Beside(worker),
            // Asked again after the next mebibyte.
            None => self.here = 0,
        }
    }
}

impl Worker {
    /// A thread that goes on from `sha`; `None` where it would only take turns with this one.
    fn start(sha: Sha256) -> Option<Self> {
        if thread::available_parallelism().map_or(1, NonZero::get) < 2 {
            return None;
        }
        let (blocks, coming) = sync_channel(WAITING);
        let (back, emptied) = channel();
        let thread =
            thread::Builder::new().name("sha256".to_owned()).spawn(|| run(sha, coming, back)).ok()?;
        Some(Self { blocks, emptied, thread })
    }

    fn empty_buffer(&self) -> Vec<u8> {
        self.emptied.try_recv().unwrap_or_default()
    }

    /// Waits while too many blocks are under way.
    fn send(&self, block: Vec<u8>, start: usize) {
        // It fails only where the thread has panicked, which `join` passes on.
        let _ = self.blocks.send((block, start));
    }

    fn join(self) -> Sha256 {
        drop(self.blocks);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the thread owns its ends of the channels")]
fn run(mut sha: Sha256, coming: Receiver<(Vec<u8>, usize)>, back: Sender<Vec<u8>>) -> Sha256 {
    for (mut block, start) in coming {
        sha.update(block.get(start..).unwrap_or_default());
        block.clear();
        let _ = back.send(block);
    }
    sha
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_digest_is_the_same_from_whatever_pieces_and_thread(
            sizes in proptest::collection::vec((0usize..700_000, any::<bool>(), any::<u8>()), 0..12),
        ) {
            let (mut stream, mut all, mut block) = (StreamDigest::new(), Vec::new(), Vec::new());
            for (size, lent, byte) in sizes {
                let piece: Vec<u8> = (byte..=255).chain(0..=250).cycle().take(size).collect();
                all.extend_from_slice(&piece);
                if lent {
                    prop_assert!(block.is_empty());
                    block.extend_from_slice(b"before");
                    block.extend_from_slice(&piece);
                    stream.hand_over(&mut block, b"before".len());
                } else {
                    stream.update(&piece);
                }
            }
            prop_assert_eq!(stream.finish(), Digest::of(&all));
        }
    }

    #[test]
    fn a_stream_can_be_given_up_on_the_way() {
        let mut stream = StreamDigest::new();
        for _ in 0..40 {
            stream.hand_over(&mut vec![7; BLOCK], 0);
        }
        drop(stream);
    }
}
