//! Decoding of ristretto255, eight encodings at a time (RFC 9496, section 4.3.1).

use crate::limbs::{D, MINUS_ONE, MINUS_SQRT_M1, ONE, SQRT_M1, parse};

use super::field::Field4;
use super::point::Affine4;
use super::registers::both_halves;

/// Four reduced numbers.
type Number = Field4<1>;

/// Decodes eight encodings, four and four: the points, and the lanes that are canonical encodings. Other lanes hold no
/// point.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn decode(encodings: &[[u8; 32]; 8]) -> [(Affine4, u8); 2] {
    let (limbs, canonical) = parse(encodings);
    let [lower, upper] = both_halves(&limbs);
    let (lower, upper) = (Begun::new(lower), Begun::new(upper));
    let [lower_root, upper_root] = inverse_roots([lower.w, upper.w]);
    let ((lower, valid), (upper, other_valid)) = (lower.finish(&lower_root), upper.finish(&upper_root));
    [(lower, canonical & valid), (upper, canonical >> 4 & other_valid)]
}

/// Four decodings up to the inverse root, which takes most of the time.
struct Begun {
    s: Number,
    u1: Number,
    u2: Number,
    v: Number,
    /// `v·u2²`, of which the inverse root is sought.
    w: Number,
}

impl Begun {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn new(limbs: [&[u64; 4]; 5]) -> Self {
        let s = Field4::from_limbs(limbs);
        let one = Field4::splat(ONE);
        let ss = s.square();
        let (u1, u2): (Field4<2>, Field4<2>) = (one.sub(&ss), one.add(&ss));
        let (u1, u2) = (u1.carried(), u2.carried());
        let u2_sqr = u2.square();
        // v = −(D·u1²) − u2²
        let minus_v: Field4<2> = Field4::splat(D).mul(&u1.square()).add(&u2_sqr);
        let v = minus_v.carried().negated(0xf);
        let w = v.mul(&u2_sqr);
        Self { s, u1, u2, v, w }
    }

    /// The lanes are those that hold a point if their encoding is canonical.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn finish(&self, (square, root): &(u8, Number)) -> (Affine4, u8) {
        let den_x = root.mul(&self.u2);
        let den_y = root.mul(&den_x).mul(&self.v);
        let s2: Field4<2> = self.s.add(&self.s);
        let x = s2.mul(&den_x).abs();
        let y = self.u1.mul(&den_y);
        let t = x.mul(&y);
        let valid = square & !t.is_negative() & !y.is_zero();
        (Affine4 { x, y, t }, valid)
    }
}

/// Lanes where the number is a square and not 0, and `|1/√w|` there; 0 of 0.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn inverse_roots([a, b]: Two) -> [(u8, Number); 2] {
    let (a3, b3) = (a.square().mul(&a), b.square().mul(&b));
    let [a_power, b_power] = power_p58([a3.square().mul(&a), b3.square().mul(&b)]);
    [inverse_root(&a, &a_power.mul(&a3)), inverse_root(&b, &b_power.mul(&b3))]
}

/// The end of SQRT_RATIO_M1(1, w) of RFC 9496, section 4.2, where `r = w³·(w⁷)^((p−5)/8)`: lanes where `w` is a square
/// and not 0, and `|1/√w|` there.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn inverse_root(w: &Number, r: &Number) -> (u8, Number) {
    let check = r.square().mul(w).canonical();
    let flipped = check.is(MINUS_ONE);
    let turned = flipped | check.is(MINUS_SQRT_M1);
    let r = r.select(&r.mul(&Field4::splat(SQRT_M1)), turned);
    (check.is(ONE) | flipped, r.abs())
}

/// Two times four numbers: their products do not wait for each other.
pub(crate) type Two = [Number; 2];

/// `z^((p−5)/8)`, where `(p−5)/8 = 2^252 − 3`.
#[inline]
#[target_feature(enable = "avx2,fma")]
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
#[target_feature(enable = "avx2,fma")]
fn squared([mut a, mut b]: Two, times: u32) -> Two {
    for _ in 0..times {
        (a, b) = (a.square(), b.square());
    }
    [a, b]
}

#[target_feature(enable = "avx2,fma")]
fn product([a, b]: Two, [c, d]: Two) -> Two {
    [a.mul(&c), b.mul(&d)]
}
