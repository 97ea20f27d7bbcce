//! Encoding of ristretto255, four points at a time (RFC 9496, section 4.3.2).

use crate::limbs::{INVSQRT_A_MINUS_D, SQRT_M1, unparse};

use super::decode::inverse_roots;
use super::field::{Canonical4, Field4};
use super::point::Extended4;
use super::registers::joined;

/// Encodes eight points, four and four.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn encode([lower, upper]: [&Extended4; 2]) -> [[u8; 32]; 8] {
    let (lower, upper) = (Begun::new(lower), Begun::new(upper));
    let [(_, lower_root), (_, upper_root)] = inverse_roots([lower.w, upper.w]);
    let (lower, upper) = (lower.finish(&lower_root).store(), upper.finish(&upper_root).store());
    let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (lower, upper);
    unparse(&[joined([a0, b0]), joined([a1, b1]), joined([a2, b2]), joined([a3, b3]), joined([a4, b4])])
}

/// Four encodings up to the inverse root, which takes most of the time.
struct Begun<'p> {
    point: &'p Extended4,
    u1: Field4<1>,
    u2: Field4<1>,
    /// `u1·u2²`, of which the inverse root is sought: a square, or 0 where the point is the identity.
    w: Field4<1>,
}

impl<'p> Begun<'p> {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn new(point: &'p Extended4) -> Self {
        let Extended4 { x, y, z, .. } = point;
        let (sum, difference): (Field4<2>, Field4<2>) = (z.add(y), z.sub(y));
        let (u1, u2) = (sum.carried().mul(&difference), x.mul(y));
        Self { point, u1, u2, w: u1.mul(&u2.square()) }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn finish(&self, root: &Field4<1>) -> Canonical4 {
        let Extended4 { x, y, z, t } = self.point;
        let (den1, den2) = (root.mul(&self.u1), root.mul(&self.u2));
        let z_inverse = den1.mul(&den2).mul(t);
        // Of the four points with this encoding, the one with x·y not negative and x not negative.
        let rotated = t.mul(&z_inverse).is_negative();
        let i = Field4::splat(SQRT_M1);
        let (x, y) = (x.select(&y.mul(&i), rotated), y.select(&x.mul(&i), rotated));
        let den_inverse = den2.select(&den1.mul(&Field4::splat(INVSQRT_A_MINUS_D)), rotated);
        let y = y.negated(x.mul(&z_inverse).is_negative());
        let difference: Field4<2> = z.sub(&y);
        den_inverse.mul(&difference).abs().canonical()
    }
}
