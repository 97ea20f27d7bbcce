//! Seeded numbers, and arithmetic of 256-bit numbers byte by byte.
#![allow(dead_code, reason = "not every test needs all of them")]

use curve25519_dalek::traits::{Identity, VartimeMultiscalarMul};
use curve25519_dalek::{RistrettoPoint, Scalar};
use plebiscite_simd::Lanes;
use sha2::{Digest, Sha512};

/// p = 2^255 − 19.
pub const PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    prime[0] = 0xed;
    prime[31] = 0x7f;
    prime
};

/// All sorts of lanes that the processor has.
pub fn lanes() -> Vec<Lanes> {
    let available = Lanes::available();
    if available.is_empty() {
        eprintln!("no lanes here, or they are turned off: nothing to compare");
    }
    available
}

/// The identity.
pub fn identity() -> RistrettoPoint {
    RistrettoPoint::identity()
}

/// By dalek.
pub fn sum(scalars: &[Scalar], points: &[RistrettoPoint]) -> RistrettoPoint {
    RistrettoPoint::vartime_multiscalar_mul(scalars, points)
}

/// Numbers from a name: the same in every run.
pub struct Numbers {
    name: &'static str,
    counter: u64,
}

impl Numbers {
    pub fn new(name: &'static str) -> Self {
        Self { name, counter: 0 }
    }

    pub fn wide(&mut self) -> [u8; 64] {
        self.counter += 1;
        Sha512::new().chain_update(self.name).chain_update(self.counter.to_be_bytes()).finalize().into()
    }

    pub fn bytes(&mut self) -> [u8; 32] {
        *self.wide().first_chunk().unwrap()
    }

    pub fn scalar(&mut self) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&self.wide())
    }

    /// Below 2^128.
    pub fn weight(&mut self) -> Scalar {
        Scalar::from(u128::from_le_bytes(*self.wide().first_chunk().unwrap()))
    }

    pub fn point(&mut self) -> [u8; 32] {
        RistrettoPoint::mul_base(&self.scalar()).compress().to_bytes()
    }

    /// Many points: multiples of one.
    pub fn points(&mut self, count: usize) -> Vec<[u8; 32]> {
        let step = RistrettoPoint::mul_base(&self.scalar());
        let first = RistrettoPoint::mul_base(&self.scalar());
        let all: Vec<RistrettoPoint> =
            std::iter::successors(Some(first), |point| Some(point + step)).take(count).collect();
        RistrettoPoint::double_and_compress_batch(&all).iter().map(|point| point.to_bytes()).collect()
    }
}

/// A number of 256 bits modulo the group's order.
pub fn modulo_order(number: &[u8; 32]) -> Scalar {
    let mut wide = [0; 64];
    wide[..32].copy_from_slice(number);
    Scalar::from_bytes_mod_order_wide(&wide)
}

/// A small number.
pub fn small(n: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    bytes
}

/// `a + n` modulo 2^256.
pub fn plus(a: &[u8; 32], n: u64) -> [u8; 32] {
    let mut carry = 0u16;
    let mut out = [0; 32];
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(small(n))) {
        carry += u16::from(*a) + u16::from(b);
        *out = carry as u8;
        carry >>= 8;
    }
    out
}

/// `a − b` modulo 2^256.
pub fn difference(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let mut borrow = 0i16;
    let mut out = [0; 32];
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        borrow += i16::from(*a) - i16::from(*b);
        *out = borrow as u8;
        borrow >>= 8;
    }
    out
}

/// `a − n` modulo 2^256.
pub fn minus(a: &[u8; 32], n: u64) -> [u8; 32] {
    difference(a, &small(n))
}
