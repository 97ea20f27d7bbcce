//! The floor: what decoding the points and one large multiscalar multiplication alone cost, with dalek.

use std::hint::black_box;

use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::VartimeMultiscalarMul;
use curve25519_dalek::{RistrettoPoint, Scalar};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::time::spent;

/// Points of the multiplication.
const POINTS: usize = 100_000;
/// Points that are decoded.
const DECODED: usize = 5_000;

/// What it is measured with.
pub struct Floor {
    encoded: Vec<CompressedRistretto>,
    points: Vec<RistrettoPoint>,
    long: Vec<Scalar>,
    short: Vec<Scalar>,
}

/// Microseconds a point.
pub struct Costs {
    decompress: f64,
    long: f64,
    short: f64,
}

impl Floor {
    pub fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(3);
        let mut scalar = |bytes: usize| {
            let mut wide = [0; 64];
            if let Some(low) = wide.get_mut(..bytes) {
                rng.fill_bytes(low);
            }
            Scalar::from_bytes_mod_order_wide(&wide)
        };
        let points: Vec<RistrettoPoint> =
            (0..POINTS).map(|_| RistrettoPoint::mul_base(&scalar(64))).collect();
        Self {
            encoded: points.iter().take(DECODED).map(RistrettoPoint::compress).collect(),
            points,
            long: (0..POINTS).map(|_| scalar(64)).collect(),
            short: (0..POINTS).map(|_| scalar(16)).collect(),
        }
    }

    pub fn measure(&self) -> Costs {
        let (decoding, _) = spent(|| {
            self.encoded.iter().filter_map(|point| black_box(point).decompress()).for_each(|point| {
                black_box(point);
            });
        });
        let sum = |scalars: &Vec<Scalar>| {
            spent(|| black_box(RistrettoPoint::vartime_multiscalar_mul(black_box(scalars), &self.points))).0
        };
        Costs {
            decompress: decoding / DECODED as f64,
            long: sum(&self.long) / POINTS as f64,
            short: sum(&self.short) / POINTS as f64,
        }
    }
}

impl Costs {
    /// Of a ballot with so many points whose coefficients are full-width, and so many with 128 bits.
    pub fn of(&self, long: usize, short: usize) -> f64 {
        (long + short) as f64 * self.decompress + long as f64 * self.long + short as f64 * self.short
    }
}
