//! A thread's processor time.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds that this thread has computed so far.
fn now() -> i64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Microseconds that this thread needs for it.
pub fn spent<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = now();
    let done = work();
    // Less than 2^53 nanoseconds.
    ((now() - start) as f64 / 1_000.0, done)
}
