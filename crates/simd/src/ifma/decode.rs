//! Decoding of ristretto255, eight encodings at a time (RFC 9496, section 4.3.1).

use std::arch::x86_64::__mmask8;

use crate::limbs::{D, MINUS_ONE, MINUS_SQRT_M1, ONE, SQRT_M1, parse};

use super::field::Field8;
use super::point::Affine8;

/// Decodes sixteen encodings: the points, and the lanes that are canonical encodings. Other lanes hold no point.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn decode(encodings: [&[[u8; 32]; 8]; 2]) -> [(Affine8, __mmask8); 2] {
    let [first, second] = encodings;
    let (first, second) = (Begun::new(first), Begun::new(second));
    let [first_power, second_power] = power_p58([first.w7, second.w7]);
    [first.finish(&first_power), second.finish(&second_power)]
}

/// Eight decodings up to the power that takes most of the time.
struct Begun {
    s: Field8,
    u1: Field8,
    u2: Field8,
    v: Field8,
    /// `v·u2²`, of which the inverse root is sought, and its powers.
    w: Field8,
    w3: Field8,
    w7: Field8,
    canonical: __mmask8,
}

impl Begun {
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn new(encodings: &[[u8; 32]; 8]) -> Self {
        let (limbs, canonical) = parse(encodings);
        let s = Field8::load(&limbs);
        let one = Field8::splat(ONE);
        let ss = s.square();
        let (u1, u2) = (one.sub(&ss), one.add(&ss));
        let u2_sqr = u2.square();
        // v = −(D·u1²) − u2²
        let v = Field8::splat(D).mul(&u1.square()).add(&u2_sqr).neg();
        let w = v.mul(&u2_sqr);
        let w3 = w.square().mul(&w);
        let w7 = w3.square().mul(&w);
        Self { s, u1, u2, v, w, w3, w7, canonical }
    }

    /// `power` is `w7^((p−5)/8)`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn finish(&self, power: &Field8) -> (Affine8, __mmask8) {
        let (square, root) = inverse_root(&self.w, &power.mul(&self.w3));
        let den_x = root.mul(&self.u2);
        let den_y = root.mul(&den_x).mul(&self.v);
        let x = self.s.add(&self.s).mul(&den_x).abs();
        let y = self.u1.mul(&den_y);
        let t = x.mul(&y);
        let valid = self.canonical & square & !t.is_negative() & !y.is_zero();
        (Affine8 { x, y, t }, valid)
    }
}

/// The end of SQRT_RATIO_M1(1, w) of RFC 9496, section 4.2, where `r = w³·(w⁷)^((p−5)/8)`: lanes where `w` is a square
/// and not 0, and `|1/√w|` there.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn inverse_root(w: &Field8, r: &Field8) -> (__mmask8, Field8) {
    let check = r.square().mul(w).canonical();
    let flipped = check.is(MINUS_ONE);
    let turned = flipped | check.is(MINUS_SQRT_M1);
    let r = r.select(&r.mul(&Field8::splat(SQRT_M1)), turned);
    (check.is(ONE) | flipped, r.abs())
}

/// Two times eight numbers: their products do not wait for each other.
type Two = [Field8; 2];

/// `z^((p−5)/8)`, where `(p−5)/8 = 2^252 − 3`.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn power_p58(z: Two) -> Two {
    // The exponent of each is 2^n − 1 for the n in its name.
    let z2 = product(squared(z, 1), z);
    let z4 = product(squared(z2, 2), z2);
    let z5 = product(squared(z4, 1), z);
    let z10 = product(squared(z5, 5), z5);
    let z20 = product(squared(z10, 10), z10);
    let z40 = product(squared(z20, 20), z20);
    let z50 = product(squared(z40, 10), z10);
    let z100 = product(squared(z50, 50), z50);
    let z200 = product(squared(z100, 100), z100);
    let z250 = product(squared(z200, 50), z50);
    product(squared(z250, 2), z)
}

/// `z^(2^times)`.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn squared([mut a, mut b]: Two, times: u32) -> Two {
    for _ in 0..times {
        (a, b) = (a.square(), b.square());
    }
    [a, b]
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn product([a, b]: Two, [c, d]: Two) -> Two {
    [a.mul(&c), b.mul(&d)]
}
