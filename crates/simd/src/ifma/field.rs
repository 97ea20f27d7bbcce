//! Eight numbers modulo p = 2^255 − 19 at a time, each as five limbs of 51 bits, limb by limb in one register.
//!
//! A number is *reduced* where limb 0 is below 2^51 + 2^14 and the others below 2^51 + 2^10: every function takes and
//! returns reduced numbers. The multiplier of IFMA reads 52 bits of a limb, so nothing else may enter it; a sum or a
//! difference is carried at once.

use std::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpeq_epi64_mask, _mm512_madd52hi_epu64,
    _mm512_madd52lo_epu64, _mm512_mask_blend_epi64, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_slli_epi64, _mm512_srli_epi64, _mm512_sub_epi64, _mm512_test_epi64_mask,
};

use crate::limbs::{Limbs, MASK};

use super::registers::{load, store};

/// Eight numbers.
#[derive(Clone, Copy)]
pub(crate) struct Field8(pub(crate) [__m512i; 5]);

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn lo(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    _mm512_madd52lo_epu64(sum, a, b)
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn hi(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    _mm512_madd52hi_epu64(sum, a, b)
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn twice(a: __m512i) -> __m512i {
    _mm512_add_epi64(a, a)
}

/// `low + 19·high`.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn fold(low: __m512i, high: __m512i) -> __m512i {
    let three = _mm512_add_epi64(high, twice(high));
    _mm512_add_epi64(_mm512_add_epi64(low, three), _mm512_slli_epi64::<4>(high))
}

/// One carry of all limbs at once: they are below 2^61, and are reduced afterwards.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn carried([z0, z1, z2, z3, z4]: [__m512i; 5]) -> Field8 {
    let mask = _mm512_set1_epi64(MASK as i64);
    let carry = |z| _mm512_srli_epi64::<51>(z);
    let rest = |z| _mm512_and_si512(z, mask);
    Field8([
        lo(rest(z0), carry(z4), _mm512_set1_epi64(19)),
        _mm512_add_epi64(rest(z1), carry(z0)),
        _mm512_add_epi64(rest(z2), carry(z1)),
        _mm512_add_epi64(rest(z3), carry(z2)),
        _mm512_add_epi64(rest(z4), carry(z3)),
    ])
}

/// Folds the upper half of a product (2^255 = 19) and carries.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn folded(low: [__m512i; 5], high: [__m512i; 5]) -> Field8 {
    let ([z0, z1, z2, z3, z4], [z5, z6, z7, z8, z9]) = (low, high);
    carried([fold(z0, z5), fold(z1, z6), fold(z2, z7), fold(z3, z8), fold(z4, z9)])
}

impl Field8 {
    /// The same number in every lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn splat([l0, l1, l2, l3, l4]: Limbs) -> Self {
        let all = |limb: u64| _mm512_set1_epi64(limb as i64);
        Self([all(l0), all(l1), all(l2), all(l3), all(l4)])
    }

    /// 0 in every lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn zero() -> Self {
        Self([_mm512_setzero_si512(); 5])
    }

    /// From eight numbers, limb by limb.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn load([l0, l1, l2, l3, l4]: &[[u64; 8]; 5]) -> Self {
        Self([load(l0), load(l1), load(l2), load(l3), load(l4)])
    }

    /// To eight numbers, limb by limb.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn store(self) -> [[u64; 8]; 5] {
        let [l0, l1, l2, l3, l4] = self.0;
        [store(l0), store(l1), store(l2), store(l3), store(l4)]
    }

    /// `self + other`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn add(&self, other: &Self) -> Self {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let sum = |a, b| _mm512_add_epi64(a, b);
        carried([sum(a0, b0), sum(a1, b1), sum(a2, b2), sum(a3, b3), sum(a4, b4)])
    }

    /// `self − other`, made positive by adding 2p, whose limbs are greater than those of a reduced number.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn sub(&self, other: &Self) -> Self {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let first = _mm512_set1_epi64((2 * (MASK - 18)) as i64);
        let later = _mm512_set1_epi64((2 * MASK) as i64);
        let difference = |a, twice_p, b| _mm512_sub_epi64(_mm512_add_epi64(a, twice_p), b);
        carried([
            difference(a0, first, b0),
            difference(a1, later, b1),
            difference(a2, later, b2),
            difference(a3, later, b3),
            difference(a4, later, b4),
        ])
    }

    /// `−self`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn neg(&self) -> Self {
        Self::zero().sub(self)
    }

    /// `self·other`. A product of two limbs has a low and a high half of 52 bits; the high one stands 52 bits higher, which
    /// is the next limb, twice.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn mul(&self, other: &Self) -> Self {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let zero = _mm512_setzero_si512();

        let h1 = hi(zero, a0, b0);
        let h2 = hi(hi(zero, a0, b1), a1, b0);
        let h3 = hi(hi(hi(zero, a0, b2), a1, b1), a2, b0);
        let h4 = hi(hi(hi(hi(zero, a0, b3), a1, b2), a2, b1), a3, b0);
        let h5 = hi(hi(hi(hi(hi(zero, a0, b4), a1, b3), a2, b2), a3, b1), a4, b0);
        let h6 = hi(hi(hi(hi(zero, a1, b4), a2, b3), a3, b2), a4, b1);
        let h7 = hi(hi(hi(zero, a2, b4), a3, b3), a4, b2);
        let h8 = hi(hi(zero, a3, b4), a4, b3);
        let h9 = hi(zero, a4, b4);

        let z0 = lo(zero, a0, b0);
        let z1 = lo(lo(twice(h1), a0, b1), a1, b0);
        let z2 = lo(lo(lo(twice(h2), a0, b2), a1, b1), a2, b0);
        let z3 = lo(lo(lo(lo(twice(h3), a0, b3), a1, b2), a2, b1), a3, b0);
        let z4 = lo(lo(lo(lo(lo(twice(h4), a0, b4), a1, b3), a2, b2), a3, b1), a4, b0);
        let z5 = lo(lo(lo(lo(twice(h5), a1, b4), a2, b3), a3, b2), a4, b1);
        let z6 = lo(lo(lo(twice(h6), a2, b4), a3, b3), a4, b2);
        let z7 = lo(lo(twice(h7), a3, b4), a4, b3);
        let z8 = lo(twice(h8), a4, b4);
        let z9 = twice(h9);
        folded([z0, z1, z2, z3, z4], [z5, z6, z7, z8, z9])
    }

    /// `self²`: products of two different limbs stand twice.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn square(&self) -> Self {
        let [a0, a1, a2, a3, a4] = self.0;
        let zero = _mm512_setzero_si512();

        // High halves: those of different limbs, doubled, then those of squares.
        let h1 = hi(zero, a0, a0);
        let h2 = twice(hi(zero, a0, a1));
        let h3 = hi(twice(hi(zero, a0, a2)), a1, a1);
        let h4 = twice(hi(hi(zero, a0, a3), a1, a2));
        let h5 = hi(twice(hi(hi(zero, a0, a4), a1, a3)), a2, a2);
        let h6 = twice(hi(hi(zero, a1, a4), a2, a3));
        let h7 = hi(twice(hi(zero, a2, a4)), a3, a3);
        let h8 = twice(hi(zero, a3, a4));
        let h9 = hi(zero, a4, a4);

        // The low halves of different limbs stand twice like the high halves, those of squares once.
        let z0 = lo(zero, a0, a0);
        let z1 = twice(lo(h1, a0, a1));
        let z2 = lo(twice(lo(h2, a0, a2)), a1, a1);
        let z3 = twice(lo(lo(h3, a0, a3), a1, a2));
        let z4 = lo(twice(lo(lo(h4, a0, a4), a1, a3)), a2, a2);
        let z5 = twice(lo(lo(h5, a1, a4), a2, a3));
        let z6 = lo(twice(lo(h6, a2, a4)), a3, a3);
        let z7 = twice(lo(h7, a3, a4));
        let z8 = lo(twice(h8), a4, a4);
        let z9 = twice(h9);
        folded([z0, z1, z2, z3, z4], [z5, z6, z7, z8, z9])
    }

    /// The one representation below p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn canonical(&self) -> Self {
        let once = self.swept();
        // 1 where the number is at least p: then adding 19 carries out of the top.
        let [z0, z1, z2, z3, z4] = once.0;
        let over = |z, carry| _mm512_srli_epi64::<51>(_mm512_add_epi64(z, carry));
        let q = over(z4, over(z3, over(z2, over(z1, over(z0, _mm512_set1_epi64(19))))));
        let Self([z0, z1, z2, z3, z4]) = Self([lo(z0, q, _mm512_set1_epi64(19)), z1, z2, z3, z4]);
        let (z0, carry) = rest_and_carry(z0);
        let (z1, carry) = rest_and_carry(_mm512_add_epi64(z1, carry));
        let (z2, carry) = rest_and_carry(_mm512_add_epi64(z2, carry));
        let (z3, carry) = rest_and_carry(_mm512_add_epi64(z3, carry));
        // What carries out of the top is the 2^255 of 19 + p.
        let (z4, _) = rest_and_carry(_mm512_add_epi64(z4, carry));
        Self([z0, z1, z2, z3, z4])
    }

    /// Carried limb by limb: a number below 2^255 + 2^6, only limb 0 of which may reach 2^51.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn swept(&self) -> Self {
        let [z0, z1, z2, z3, z4] = self.0;
        let (z0, carry) = rest_and_carry(z0);
        let (z1, carry) = rest_and_carry(_mm512_add_epi64(z1, carry));
        let (z2, carry) = rest_and_carry(_mm512_add_epi64(z2, carry));
        let (z3, carry) = rest_and_carry(_mm512_add_epi64(z3, carry));
        let (z4, carry) = rest_and_carry(_mm512_add_epi64(z4, carry));
        Self([lo(z0, carry, _mm512_set1_epi64(19)), z1, z2, z3, z4])
    }

    /// Lanes whose canonical number is that constant. `self` is canonical.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn is(&self, constant: Limbs) -> __mmask8 {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, Self::splat(constant).0);
        let equal = |a, b| _mm512_cmpeq_epi64_mask(a, b);
        equal(a0, b0) & equal(a1, b1) & equal(a2, b2) & equal(a3, b3) & equal(a4, b4)
    }

    /// Lanes that are 0 modulo p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn is_zero(&self) -> __mmask8 {
        self.canonical().is([0; 5])
    }

    /// Lanes whose canonical number is odd, which RFC 9496 calls negative.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn is_negative(&self) -> __mmask8 {
        let [z0, ..] = self.canonical().0;
        _mm512_test_epi64_mask(z0, _mm512_set1_epi64(1))
    }

    /// `other` in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn select(&self, other: &Self, mask: __mmask8) -> Self {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let pick = |a, b| _mm512_mask_blend_epi64(mask, a, b);
        Self([pick(a0, b0), pick(a1, b1), pick(a2, b2), pick(a3, b3), pick(a4, b4)])
    }

    /// The one of `self` and `−self` that is not negative.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn abs(&self) -> Self {
        self.select(&self.neg(), self.is_negative())
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn rest_and_carry(z: __m512i) -> (__m512i, __m512i) {
    (_mm512_and_si512(z, _mm512_set1_epi64(MASK as i64)), _mm512_srli_epi64::<51>(z))
}

#[cfg(test)]
mod tests;
