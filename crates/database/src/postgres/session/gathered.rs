//! What a server sends, with the rows of a COPY that come side by side made one message.
//!
//! Every row comes in a message of its own, and what the driver does for a message costs more than the row does. The rule to
//! keep in mind: what came whole is handed on at once, however little it is, and what is no row of a COPY as it is.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

/// As much is read at once.
const ROOM: usize = 32 * 1024;
/// What a message of COPY data begins with.
const COPY_DATA: u8 = b'd';
/// A message's kind and its length, which counts itself and not the kind.
const HEAD: usize = 5;

/// A stream of which only what is read is changed.
pub(crate) struct Gathered<S> {
    inner: S,
    binding: fn(&S) -> ChannelBinding,
    buffer: Vec<u8>,
    /// What is handed on next.
    ready: Range<usize>,
    /// What has come behind it.
    come: Range<usize>,
    /// How much of a message is still to come that is handed on piece by piece.
    passing: usize,
}

impl<S> Gathered<S> {
    /// What comes through `inner`; `binding` says what its encryption is known by.
    pub(crate) fn new(inner: S, binding: fn(&S) -> ChannelBinding) -> Self {
        Self { inner, binding, buffer: vec![0; ROOM], ready: 0..0, come: 0..0, passing: 0 }
    }

    /// Takes from what has come as much as can be handed on; nothing where a row is not there to its end.
    fn take(&mut self) {
        self.ready = self.come.start..self.come.start;
        if self.passing == 0 {
            self.take_rows();
        }
        if self.ready.is_empty() {
            self.take_others();
        }
    }

    /// Moves rows together: the first one's head is then that of all.
    fn take_rows(&mut self) {
        let first = self.come.start;
        let mut end = first + HEAD;
        while let Some((COPY_DATA, length)) = self.head()
            && length <= self.come.len()
        {
            let row = self.come.start + HEAD..self.come.start + length;
            self.come.start = row.end;
            let size = row.len();
            self.buffer.copy_within(row, end);
            end += size;
        }
        if self.come.start > first
            && let Ok(length) = u32::try_from(end - first - 1)
        {
            self.buffer[first + 1..first + HEAD].copy_from_slice(&length.to_be_bytes());
            self.ready = first..end;
        }
    }

    /// Goes past what is no row, and past a row that there is no room for.
    fn take_others(&mut self) {
        loop {
            let passed = self.passing.min(self.come.len());
            self.passing -= passed;
            self.come.start += passed;
            self.ready.end += passed;
            match self.head() {
                Some((kind, length)) if kind != COPY_DATA || length > ROOM => self.passing = length,
                _ => return,
            }
        }
    }

    /// The kind and the whole length of the message that has begun to come.
    fn head(&self) -> Option<(u8, usize)> {
        let head: &[u8; HEAD] = self.buffer[self.come.clone()].first_chunk()?;
        let [kind, length @ ..] = *head;
        // One that is too short for itself is the driver's to refuse.
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        Some((kind, length.saturating_add(1).max(HEAD)))
    }
}

impl<S: AsyncRead + Unpin> Gathered<S> {
    /// Reads more; false at the end.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        self.buffer.copy_within(self.come.clone(), 0);
        self.come = 0..self.come.len();
        let mut free = ReadBuf::new(&mut self.buffer[self.come.end..]);
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut free))?;
        let count = free.filled().len();
        self.come.end += count;
        Poll::Ready(Ok(count > 0))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.ready.is_empty() {
            self.take();
            if self.ready.is_empty() && !ready!(self.poll_more(cx))? {
                // What broke off is the driver's to judge.
                self.ready = std::mem::take(&mut self.come);
                break;
            }
        }
        let count = self.ready.len().min(into.remaining());
        let start = self.ready.start;
        into.put_slice(&self.buffer[start..start + count]);
        self.ready.start += count;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Gathered<S> {
    fn channel_binding(&self) -> ChannelBinding {
        (self.binding)(&self.inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::task::Waker;

    use proptest::prelude::*;

    use super::*;

    /// Pieces that come one after the other, each only once all before it were read.
    struct Pieces(VecDeque<Vec<u8>>);

    impl AsyncRead for Pieces {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            into: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let Some(mut piece) = self.0.pop_front() else { return Poll::Pending };
            let rest = piece.split_off(piece.len().min(into.remaining()));
            into.put_slice(&piece);
            if !rest.is_empty() {
                self.0.push_front(rest);
            }
            Poll::Ready(Ok(()))
        }
    }

    fn gathered() -> Gathered<Pieces> {
        Gathered::new(Pieces(VecDeque::new()), |_| ChannelBinding::none())
    }

    /// All that can be read without another piece, by so many bytes at a time.
    fn read(stream: &mut Gathered<Pieces>, step: usize) -> Vec<u8> {
        let mut all = Vec::new();
        let mut room = vec![0; step];
        loop {
            let mut into = ReadBuf::new(&mut room);
            match Pin::new(&mut *stream).poll_read(&mut Context::from_waker(Waker::noop()), &mut into) {
                Poll::Ready(Ok(())) if !into.filled().is_empty() => all.extend_from_slice(into.filled()),
                _ => return all,
            }
        }
    }

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).expect("short");
        [&[kind][..], &length.to_be_bytes(), body].concat()
    }

    /// The whole messages, those of COPY data beside each other as one, and how many bytes are left.
    fn messages(mut bytes: &[u8]) -> (Vec<(u8, Vec<u8>)>, usize) {
        let mut messages: Vec<(u8, Vec<u8>)> = Vec::new();
        while let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() {
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize - 4;
            let Some((body, rest)) = rest.split_at_checked(length) else { break };
            match messages.last_mut() {
                Some((COPY_DATA, all)) if head[0] == COPY_DATA => all.extend_from_slice(body),
                _ => messages.push((head[0], body.to_vec())),
            }
            bytes = rest;
        }
        (messages, bytes.len())
    }

    fn any_message() -> impl Strategy<Value = Vec<u8>> {
        let kind = prop_oneof![4 => Just(COPY_DATA), 1 => Just(b'D'), 1 => any::<u8>()];
        let size = prop_oneof![20 => 0_usize..200, 2 => ROOM - 9..ROOM + 9, 1 => 0..3 * ROOM];
        (kind, size, any::<u8>()).prop_map(|(kind, size, first)| {
            let body: Vec<u8> = (first..=255).cycle().take(size).collect();
            message(kind, &body)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_whole_message_is_handed_on_with_all_that_stood_before_it(
            sent in proptest::collection::vec(any_message(), 0..60),
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12),
            step in prop_oneof![1_usize..20, Just(8192)],
        ) {
            let sent = sent.concat();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(sent.len() + 1)).collect();
            cuts.sort_unstable();
            let (mut stream, mut got, mut start) = (gathered(), Vec::new(), 0);
            for end in cuts.into_iter().chain([sent.len()]) {
                stream.inner.0.extend((start < end).then(|| sent[start..end].to_vec()));
                start = end;
                got.extend(read(&mut stream, step));
                prop_assert_eq!(messages(&got).0, messages(&sent[..end]).0);
            }
            prop_assert_eq!(messages(&got).1, 0);
        }

        #[test]
        fn what_breaks_off_or_is_no_message_comes_to_its_last_byte(bytes: Vec<u8>, begins: bool) {
            let sent = if begins { [&message(b'Z', b"I")[..], &bytes].concat() } else { bytes };
            let mut stream = gathered();
            stream.inner.0.push_back(sent.clone());
            // A piece of nothing is the end.
            stream.inner.0.push_back(Vec::new());
            let mut got = read(&mut stream, 100);
            got.extend(read(&mut stream, 100));
            prop_assert!(got.len() <= sent.len());
            prop_assert!(sent.contains(&COPY_DATA) || got == sent, "{:?}", got);
        }
    }

    #[test]
    fn rows_that_came_together_are_one_message() {
        let mut stream = gathered();
        let rows = [message(COPY_DATA, b"ab"), message(COPY_DATA, b""), message(COPY_DATA, b"cde")].concat();
        let end = [message(b'c', b""), message(b'Z', b"I")].concat();
        stream.inner.0.push_back([rows, end.clone()].concat());
        assert_eq!(read(&mut stream, 8192), [message(COPY_DATA, b"abcde"), end].concat());
    }
}
