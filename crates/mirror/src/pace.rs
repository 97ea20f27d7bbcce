//! How slow a source may be: whoever gives every file just before its request is given up must not hold a pull for ever.
//!
//! A request has a deadline of its own (`plebiscite_verifier::source::Limits`); this bounds all requests of one pull
//! together, by what they brought. It counts the time that is spent on waiting, and not what judging takes.

use std::cell::Cell;
use std::time::{Duration, Instant};

use plebiscite_board::reader::{Fetch, FetchError};

/// The slowest that a source may be.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// For anything at all.
    pub grace: Duration,
    /// For each file, however small.
    pub file: Duration,
    /// Bytes for each further second.
    pub rate: u64,
}

impl Default for Pace {
    /// A line of 128 kilobits a second, with half a second until a file begins.
    fn default() -> Self {
        Self { grace: Duration::from_secs(120), file: Duration::from_millis(500), rate: 16 * 1024 }
    }
}

impl Pace {
    fn allowed(&self, files: u32, bytes: u64) -> Duration {
        let rate = self.rate.max(1);
        let by_bytes =
            Duration::from_secs(bytes / rate) + Duration::from_secs_f64((bytes % rate) as f64 / rate as f64);
        self.grace.saturating_add(self.file.saturating_mul(files)).saturating_add(by_bytes)
    }
}

/// A source that is left once it is slower than its pace.
#[derive(Debug)]
pub struct Paced<F> {
    source: F,
    pace: Pace,
    files: Cell<u32>,
    bytes: Cell<u64>,
    spent: Cell<Duration>,
}

impl<F: Fetch> Paced<F> {
    /// A source, of which nothing was asked yet.
    pub const fn new(source: F, pace: Pace) -> Self {
        Self { source, pace, files: Cell::new(0), bytes: Cell::new(0), spent: Cell::new(Duration::ZERO) }
    }
}

impl<F: Fetch> Fetch for Paced<F> {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        let begun = Instant::now();
        let found = self.source.fetch(path);
        self.spent.set(self.spent.get().saturating_add(begun.elapsed()));
        self.files.set(self.files.get().saturating_add(1));
        let bytes = found.as_ref().map_or(0, Vec::len) as u64;
        self.bytes.set(self.bytes.get().saturating_add(bytes));
        let (files, bytes, spent) = (self.files.get(), self.bytes.get(), self.spent.get());
        if spent <= self.pace.allowed(files, bytes) {
            return found;
        }
        let reason = format!(
            "the source is too slow: {bytes} bytes in {files} files took {} seconds",
            spent.as_secs()
        );
        Err(FetchError::Source { path: path.to_owned(), reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Slow(Duration);

    impl Fetch for Slow {
        fn fetch(&self, _: &str) -> Result<Vec<u8>, FetchError> {
            std::thread::sleep(self.0);
            Ok(vec![7; 1_000])
        }
    }

    #[test]
    fn a_source_that_keeps_its_pace_is_asked_on_and_one_that_trickles_is_left() {
        let pace =
            Pace { grace: Duration::from_millis(200), file: Duration::from_millis(1), rate: 1_000_000 };
        let quick = Paced::new(Slow(Duration::ZERO), pace);
        assert!((0..500).all(|_| quick.fetch("tile/0/000").is_ok()));
        let slow = Paced::new(Slow(Duration::from_millis(60)), pace);
        let left = (0..50).position(|_| slow.fetch("tile/0/000").is_err()).unwrap();
        assert!((1..=3).contains(&left), "{left}");
    }

    #[test]
    fn what_a_source_brings_is_time_that_it_may_take() {
        let pace = Pace { grace: Duration::from_secs(1), file: Duration::from_millis(500), rate: 1_000 };
        assert_eq!(pace.allowed(0, 0), Duration::from_secs(1));
        assert_eq!(pace.allowed(4, 2_500), Duration::from_millis(1_000 + 2_000 + 2_500));
        assert_eq!(Pace { rate: 0, ..pace }.allowed(0, 5), Duration::from_secs(6));
    }
}
