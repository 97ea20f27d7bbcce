//! Whether encrypting takes a time that depends on the choice: Welch's t over interleaved measurements, as dudect does.
//!
//! `cargo bench --bench constant_time -- 100000` measures so many encryptions; without a number, 10,000. It fails where
//! |t| reaches 4.5. A busy machine adds noise to both sides alike, which hides small differences and makes none.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use rand::{Rng, SeedableRng, rngs::StdRng};

mod poll;

use poll::{CHOICES, Poll};

/// Beyond this |t| the two sides differ.
const LIMIT: f64 = 4.5;
/// The slowest tenth is cut off: interrupts, not encryption.
const KEPT: f64 = 0.9;

fn main() -> ExitCode {
    let count = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(10_000);
    let mut even = true;
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let (Some((first, a)), Some((second, b))) = (CHOICES.get(one), CHOICES.get(other)) else { continue };
        let t = welch(&measure([a, b], count));
        println!("encrypt {first} and {second}: t = {t:.2} over {count} encryptions");
        even &= t.abs() < LIMIT;
    }
    if even { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Nanoseconds of encryptions of either choice, in an order that is drawn.
fn measure(choices: [&[u8; 3]; 2], count: usize) -> [Vec<f64>; 2] {
    let poll = Poll::new();
    let mut order = StdRng::seed_from_u64(1);
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..count {
        let side = usize::from(order.next_u32() & 1 == 1);
        // Both are read each time, so that no cache tells them apart.
        let mut bits = [0; 3];
        let [first, second] = choices;
        let chosen = if side == 0 { first } else { second };
        bits.iter_mut().zip(black_box(chosen)).for_each(|(bit, chosen)| *bit = *chosen);
        let start = Instant::now();
        black_box(poll.encrypt(1, black_box(&bits)));
        let time = start.elapsed().as_nanos();
        times.get_mut(side).expect("one of two sides").push(time as f64);
    }
    times
}

/// `(mean − mean') / √(variance/n + variance'/n')`, both sides cropped at one and the same time.
fn welch(times: &[Vec<f64>; 2]) -> f64 {
    let mut all: Vec<f64> = times.concat();
    all.sort_by(f64::total_cmp);
    let crop = all.get((all.len() as f64 * KEPT) as usize).copied().unwrap_or(f64::INFINITY);
    let [(mean, error), (other_mean, other_error)] = times.each_ref().map(|times| {
        let kept: Vec<f64> = times.iter().copied().filter(|time| *time < crop).collect();
        let n = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / n;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n)
    });
    (mean - other_mean) / (error + other_error).sqrt()
}
