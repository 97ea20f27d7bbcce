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
    let [first_root, second_root] = inverse_roots([first.w, second.w]);
    [first.finish(&first_root), second.finish(&second_root)]
}

/// Eight decodings up to the inverse root, which takes most of the time.
struct Begun {
    s: Field8,
    u1: Field8,
    u2: Field8,
    v: Field8,
    /// `v·u2²`, of which the inverse root is sought.
    w: Field8,
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
        Self { s, u1, u2, v, w, canonical }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn finish(&self, (square, root): &(__mmask8, Field8)) -> (Affine8, __mmask8) {
        let den_x = root.mul(&self.u2);
        let den_y = root.mul(&den_x).mul(&self.v);
        let x = self.s.add(&self.s).mul(&den_x).abs();
        let y = self.u1.mul(&den_y);
        let t = x.mul(&y);
        let valid = self.canonical & square & !t.is_negative() & !y.is_zero();
        (Affine8 { x, y, t }, valid)
    }
}

/// Lanes where the number is a square and not 0, and `|1/√w|` there; 0 of 0.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn inverse_roots([a, b]: Two) -> [(__mmask8, Field8); 2] {
    let (a3, b3) = (a.square().mul(&a), b.square().mul(&b));
    let [a_power, b_power] = power_p58([a3.square().mul(&a), b3.square().mul(&b)]);
    [inverse_root(&a, &a_power.mul(&a3)), inverse_root(&b, &b_power.mul(&b3))]
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
pub(crate) type Two = [Field8; 2];

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
