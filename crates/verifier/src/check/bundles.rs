//! Bundles in the log's order, each authenticated: read as they are asked for, or by a thread that is ahead of the judge.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use plebiscite_board::reader::{Fetch, ReadError, Reader};

use super::replay::BUNDLE;

/// Bundles that are read ahead: as many as a run of ballots has, twice.
const AHEAD: usize = 32;

type Read = Result<Vec<Vec<u8>>, ReadError>;

/// Where bundles come from.
pub(super) struct Bundles<'r, F> {
    reader: &'r mut Reader<F>,
    ahead: Option<Ahead>,
}

struct Ahead {
    next: u64,
    coming: Option<Receiver<Read>>,
    thread: Option<JoinHandle<()>>,
}

impl<'r, F: Fetch> Bundles<'r, F> {
    /// Read as they are asked for.
    pub(super) const fn of(reader: &'r mut Reader<F>) -> Self {
        Self { reader, ahead: None }
    }

    /// The next bundle; numbers are asked for in their order.
    pub(super) fn take(&mut self, number: u64) -> Read {
        if let Some(ahead) = self.ahead.as_mut().filter(|ahead| ahead.next == number)
            && let Some(read) = ahead.coming.as_ref().and_then(|coming| coming.recv().ok())
        {
            ahead.next += 1;
            return read;
        }
        self.reader.bundle(number).map(<[_]>::to_vec)
    }

    /// One entry, wherever it stands.
    pub(super) fn entry(&mut self, index: u64) -> Result<Vec<u8>, ReadError> {
        self.reader.entry(index)
    }
}

impl<'r, F: Fetch + Send + Sync + 'static> Bundles<'r, Arc<F>> {
    /// Read by a thread of their own, from the entry `from` to before the entry `to`.
    pub(super) fn ahead(reader: &'r mut Reader<Arc<F>>, source: Arc<F>, from: u64, to: u64) -> Self {
        let (send, coming) = sync_channel(AHEAD);
        let checkpoint = reader.checkpoint().clone();
        let work = move || match Reader::open(source, checkpoint) {
            Ok(mut own) => {
                for number in from / BUNDLE..to.div_ceil(BUNDLE) {
                    let read = own.bundle(number).map(<[_]>::to_vec);
                    let failed = read.is_err();
                    if send.send(read).is_err() || failed {
                        return;
                    }
                }
            }
            Err(error) => drop(send.send(Err(error))),
        };
        // Where no thread can be had, bundles are read as they are asked for.
        let thread = std::thread::Builder::new().name("reading".to_owned()).spawn(work).ok();
        let ahead = thread.is_some().then(|| Ahead { next: from / BUNDLE, coming: Some(coming), thread });
        Self { reader, ahead }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // The thread's next bundle finds nobody who wants it.
        drop(self.coming.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
