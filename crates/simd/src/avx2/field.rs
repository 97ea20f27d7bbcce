//! Four numbers modulo p = 2^255 − 19 at a time, as five limbs of 51 bits that have a sign, limb by limb in one register.
//!
//! AVX2 multiplies integers of 32 bits only, but floating-point numbers of 53. A limb is such a number, always an integer,
//! and a fused multiply-add, which rounds once, gives a product of two of them exactly, in two parts. Its sum with
//! 1.5·2^103, where numbers stand 2^51 apart, is rounded to the nearest, which leaves the *high part*, a multiple of 2^51;
//! the product less that is the *low part*, from −2^50 to 2^50. Both come with a constant added, so that their bits, read
//! as an integer, are their own integer and a known offset: they are added up as integers.
//!
//! A number is *reduced* where its limbs are at most [`REDUCED`] on either side of 0, and `Field4<N>` has limbs at most `N`
//! times as large. Products need `N·M ≤ 3`, which the compiler checks: then every product is below 2^102.

use std::arch::asm;
use std::arch::x86_64::{
    __m256d, __m256i, _mm256_add_epi64, _mm256_add_pd, _mm256_and_pd, _mm256_and_si256, _mm256_blendv_pd,
    _mm256_castpd_si256, _mm256_castsi256_pd, _mm256_cmpeq_epi64, _mm256_fmadd_pd, _mm256_mul_epu32,
    _mm256_or_pd, _mm256_or_si256, _mm256_set1_epi64x, _mm256_set1_pd, _mm256_setzero_pd,
    _mm256_setzero_si256, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_sub_pd, _mm256_xor_pd,
};

use crate::limbs::{Limbs, MASK};

use super::registers::{gathered, load, spread, store};

/// The largest limb of a reduced number, on either side of 0.
const REDUCED: f64 = ((1_u64 << 50) + (1 << 13)) as f64;

/// 2^51, by which limbs differ.
const RADIX: f64 = (1_u64 << 51) as f64;
/// Added to a number below 2^102, it leaves a multiple of 2^51.
const HIGH: f64 = 1.5 * RADIX * RADIX * 2.0;
const _: () = assert!(3.0 * REDUCED * REDUCED < HIGH / 3.0);
/// What a low part comes with.
const LOW: f64 = 1.5 * RADIX * 2.0;
/// Both; 53 bits are enough for it.
const HIGH_AND_LOW: f64 = HIGH + LOW;
/// The bits of 2^52, above an integer below it, are those of their sum.
const INTEGER: f64 = RADIX * 2.0;

/// The limbs of four numbers.
type Limbs4 = [__m256d; 5];

/// Four numbers, whose limbs are at most `N` times as large as reduced ones.
#[derive(Clone, Copy)]
pub(crate) struct Field4<const N: u32>(pub(crate) Limbs4);

/// Four numbers below p, in limbs from 0 to 2^51.
pub(crate) struct Canonical4([__m256i; 5]);

/// What is added to column `k` of a product before it is carried. `products` counts the products of two limbs in columns
/// k − 1, k, k + 4 and k + 5. The high parts of a column go into the next one; those of the upper columns count 19 times.
///
/// It takes off what the parts came with, and adds half of 2^51, so that limbs are rounded to the nearest, and [`POSITIVE`].
const fn offset(products: [u64; 4]) -> i64 {
    let [below, own, upper_below, upper] = products;
    let (high, low) = (HIGH.to_bits(), LOW.to_bits());
    let parts = high.wrapping_mul(below + 19 * upper_below).wrapping_add(low.wrapping_mul(own + 19 * upper));
    ((1 << 50) + (POSITIVE << 51)).wrapping_sub(parts).cast_signed()
}

/// A column has at most five high and five low parts, the upper one 19 times: less than 200 times 2^51 on either side of 0.
/// So many times 2^51 make it positive.
const POSITIVE: u64 = 1 << 9;

/// The low part of a product with [`LOW`], and the high part with [`HIGH`].
#[inline]
#[target_feature(enable = "avx2,fma")]
fn parts(a: __m256d, b: __m256d, high: __m256d) -> (__m256i, __m256i) {
    let upper = _mm256_fmadd_pd(a, b, high);
    let lower = _mm256_fmadd_pd(a, b, _mm256_sub_pd(_mm256_set1_pd(HIGH_AND_LOW), upper));
    (_mm256_castpd_si256(lower), _mm256_castpd_si256(upper))
}

/// Adds the low parts of products to a column's sum, and adds up their high parts, which belong to the next one. The last
/// value is [`HIGH`] for the next column, which the compiler believes to come from this one: otherwise it multiplies all
/// limbs before it adds anything, which takes four times as many registers as there are, and twice as long.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn column<const PRODUCTS: usize>(
    mut sum: __m256i,
    products: [(__m256d, __m256d); PRODUCTS],
    mut high: __m256d,
) -> (__m256i, __m256i, __m256d) {
    let mut next = _mm256_setzero_si256();
    for (a, b) in products {
        let (lower, upper) = parts(a, b, high);
        sum = _mm256_add_epi64(sum, lower);
        next = _mm256_add_epi64(next, upper);
    }
    // SAFETY: it is a comment that names three registers: it changes neither them nor memory.
    unsafe {
        asm!(
            "/* {0} {1} {2} */",
            inout(ymm_reg) sum, inout(ymm_reg) next, inout(ymm_reg) high,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    (sum, next, high)
}

/// `low + 19·high`.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn fold(low: __m256i, high: __m256i) -> __m256i {
    let three = _mm256_add_epi64(high, _mm256_add_epi64(high, high));
    _mm256_add_epi64(_mm256_add_epi64(low, three), _mm256_slli_epi64::<4>(high))
}

/// One carry of all columns at once, from columns with their [`offset`]s.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn carried([z0, z1, z2, z3, z4]: [__m256i; 5]) -> Limbs4 {
    let mask = _mm256_set1_epi64x(MASK as i64);
    let integer = _mm256_castpd_si256(_mm256_set1_pd(INTEGER));
    let carry = |z| _mm256_srli_epi64::<51>(z);
    let limb = |z, carry, offset: f64| {
        let sum = _mm256_or_si256(_mm256_add_epi64(_mm256_and_si256(z, mask), carry), integer);
        _mm256_sub_pd(_mm256_castsi256_pd(sum), _mm256_set1_pd(INTEGER + offset))
    };
    // What was added for rounding, and as many carries as `POSITIVE` makes.
    let offset = (1_u64 << 50) as f64;
    let (first, later) = (offset + 19.0 * POSITIVE as f64, offset + POSITIVE as f64);
    [
        limb(z0, _mm256_mul_epu32(carry(z4), _mm256_set1_epi64x(19)), first),
        limb(z1, carry(z0), later),
        limb(z2, carry(z1), later),
        limb(z3, carry(z2), later),
        limb(z4, carry(z3), later),
    ]
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn product([a0, a1, a2, a3, a4]: &Limbs4, [b0, b1, b2, b3, b4]: &Limbs4) -> Limbs4 {
    let (a0, a1, a2, a3, a4) = (*a0, *a1, *a2, *a3, *a4);
    let (b0, b1, b2, b3, b4) = (*b0, *b1, *b2, *b3, *b4);
    let high = _mm256_set1_pd(HIGH);
    let from = |next, products| _mm256_add_epi64(next, _mm256_set1_epi64x(offset(products)));
    let none = _mm256_setzero_si256();

    let (z0, next, high) = column(from(none, [0, 1, 5, 4]), [(a0, b0)], high);
    let (z1, next, high) = column(from(next, [1, 2, 4, 3]), [(a0, b1), (a1, b0)], high);
    let (z2, next, high) = column(from(next, [2, 3, 3, 2]), [(a0, b2), (a1, b1), (a2, b0)], high);
    let (z3, next, high) = column(from(next, [3, 4, 2, 1]), [(a0, b3), (a1, b2), (a2, b1), (a3, b0)], high);
    let (z4, next, high) =
        column(from(next, [4, 5, 1, 0]), [(a0, b4), (a1, b3), (a2, b2), (a3, b1), (a4, b0)], high);
    let (z5, next, high) = column(next, [(a1, b4), (a2, b3), (a3, b2), (a4, b1)], high);
    let z0 = fold(z0, z5);
    let (z6, next, high) = column(next, [(a2, b4), (a3, b3), (a4, b2)], high);
    let z1 = fold(z1, z6);
    let (z7, next, high) = column(next, [(a3, b4), (a4, b3)], high);
    let z2 = fold(z2, z7);
    let (z8, z9, _) = column(next, [(a4, b4)], high);
    carried([z0, z1, z2, fold(z3, z8), fold(z4, z9)])
}

/// Products of two different limbs stand twice: one of the two is doubled.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn squared([a0, a1, a2, a3, a4]: &Limbs4) -> Limbs4 {
    let (a0, a1, a2, a3, a4) = (*a0, *a1, *a2, *a3, *a4);
    let twice = |a| _mm256_add_pd(a, a);
    let (d0, d1, d2, d3) = (twice(a0), twice(a1), twice(a2), twice(a3));
    let high = _mm256_set1_pd(HIGH);
    let from = |next, products| _mm256_add_epi64(next, _mm256_set1_epi64x(offset(products)));
    let none = _mm256_setzero_si256();

    let (z0, next, high) = column(from(none, [0, 1, 3, 2]), [(a0, a0)], high);
    let (z1, next, high) = column(from(next, [1, 1, 2, 2]), [(d0, a1)], high);
    let (z2, next, high) = column(from(next, [1, 2, 2, 1]), [(d0, a2), (a1, a1)], high);
    let (z3, next, high) = column(from(next, [2, 2, 1, 1]), [(d0, a3), (d1, a2)], high);
    let (z4, next, high) = column(from(next, [2, 3, 1, 0]), [(d0, a4), (d1, a3), (a2, a2)], high);
    let (z5, next, high) = column(next, [(d1, a4), (d2, a3)], high);
    let z0 = fold(z0, z5);
    let (z6, next, high) = column(next, [(d2, a4), (a3, a3)], high);
    let z1 = fold(z1, z6);
    let (z7, next, high) = column(next, [(d3, a4)], high);
    let z2 = fold(z2, z7);
    let (z8, z9, _) = column(next, [(a4, a4)], high);
    carried([z0, z1, z2, fold(z3, z8), fold(z4, z9)])
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn rest_and_carry(z: __m256i) -> (__m256i, __m256i) {
    (_mm256_and_si256(z, _mm256_set1_epi64x(MASK as i64)), _mm256_srli_epi64::<51>(z))
}

/// Limbs below 2^51 as limbs between −2^50 and 2^50, but for what limb 0 takes from the top.
const fn balanced([l0, l1, l2, l3, l4]: Limbs) -> [f64; 5] {
    const fn step(limb: u64, carry: i64) -> (i64, i64) {
        let limb = limb as i64 + carry;
        if limb < 1 << 50 { (limb, 0) } else { (limb - (1 << 51), 1) }
    }
    let (l0, carry) = step(l0, 0);
    let (l1, carry) = step(l1, carry);
    let (l2, carry) = step(l2, carry);
    let (l3, carry) = step(l3, carry);
    let (l4, carry) = step(l4, carry);
    [(l0 + 19 * carry) as f64, l1 as f64, l2 as f64, l3 as f64, l4 as f64]
}

impl Field4<1> {
    /// The same number in every lane, from limbs below 2^51.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn splat(limbs: Limbs) -> Self {
        let [l0, l1, l2, l3, l4] = balanced(limbs);
        let all = |limb| _mm256_set1_pd(limb);
        Self([all(l0), all(l1), all(l2), all(l3), all(l4)])
    }

    /// 0 in every lane.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn zero() -> Self {
        Self([_mm256_setzero_pd(); 5])
    }

    /// From four numbers in limbs below 2^51.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn from_limbs([l0, l1, l2, l3, l4]: [&[u64; 4]; 5]) -> Self {
        let integer = _mm256_set1_pd(INTEGER);
        let limb = |lanes| _mm256_sub_pd(_mm256_or_pd(load(lanes), integer), integer);
        Field4::<2>([limb(l0), limb(l1), limb(l2), limb(l3), limb(l4)]).carried()
    }

    /// From what [`Field4::store`] gave.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn load([l0, l1, l2, l3, l4]: [&[u64; 4]; 5]) -> Self {
        Self([load(l0), load(l1), load(l2), load(l3), load(l4)])
    }

    /// The bits of the limbs, limb by limb.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn store(&self) -> [[u64; 4]; 5] {
        let [z0, z1, z2, z3, z4] = self.0;
        [store(z0), store(z1), store(z2), store(z3), store(z4)]
    }

    /// `self²`.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn square(&self) -> Self {
        Self(squared(&self.0))
    }

    /// The one representation below p.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn canonical(&self) -> Canonical4 {
        let [z0, z1, z2, z3, z4] = self.0;
        // With p added, every limb is above 0, and below 2^52 as the number of bits that stand behind those of 2^52.
        let whole = |z, limb_of_p: u64| {
            let sum = _mm256_add_pd(z, _mm256_set1_pd(INTEGER + limb_of_p as f64));
            _mm256_and_si256(_mm256_castpd_si256(sum), _mm256_set1_epi64x(2 * MASK as i64 + 1))
        };
        let nineteen = _mm256_set1_epi64x(19);
        let add = |z, carry| _mm256_add_epi64(z, carry);
        let (z0, carry) = rest_and_carry(whole(z0, MASK - 18));
        let (z1, carry) = rest_and_carry(add(whole(z1, MASK), carry));
        let (z2, carry) = rest_and_carry(add(whole(z2, MASK), carry));
        let (z3, carry) = rest_and_carry(add(whole(z3, MASK), carry));
        let (z4, carry) = rest_and_carry(add(whole(z4, MASK), carry));
        let z0 = add(z0, _mm256_mul_epu32(carry, nineteen));
        // 1 where the number, now below 2^255 + 2^6, is at least p: then adding 19 carries out of the top.
        let over = |z, carry| _mm256_srli_epi64::<51>(_mm256_add_epi64(z, carry));
        let q = over(z4, over(z3, over(z2, over(z1, over(z0, nineteen)))));
        let (z0, carry) = rest_and_carry(add(z0, _mm256_mul_epu32(q, nineteen)));
        let (z1, carry) = rest_and_carry(add(z1, carry));
        let (z2, carry) = rest_and_carry(add(z2, carry));
        let (z3, carry) = rest_and_carry(add(z3, carry));
        // What carries out of the top is the 2^255 of 19 + p.
        let (z4, _) = rest_and_carry(add(z4, carry));
        Canonical4([z0, z1, z2, z3, z4])
    }

    /// Lanes that are 0 modulo p.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn is_zero(&self) -> u8 {
        self.canonical().is([0; 5])
    }

    /// Lanes whose canonical number is odd, which RFC 9496 calls negative.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn is_negative(&self) -> u8 {
        let Canonical4([z0, ..]) = self.canonical();
        gathered(_mm256_slli_epi64::<63>(z0))
    }

    /// The one of `self` and `−self` that is not negative.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn abs(&self) -> Self {
        self.negated(self.is_negative())
    }
}

impl<const N: u32> Field4<N> {
    /// `self + other`, not carried.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn add<const M: u32, const SUM: u32>(&self, other: &Field4<M>) -> Field4<SUM> {
        const { assert!(N + M <= SUM) };
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let sum = |a, b| _mm256_add_pd(a, b);
        Field4([sum(a0, b0), sum(a1, b1), sum(a2, b2), sum(a3, b3), sum(a4, b4)])
    }

    /// `self − other`, not carried.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn sub<const M: u32, const SUM: u32>(&self, other: &Field4<M>) -> Field4<SUM> {
        const { assert!(N + M <= SUM) };
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let less = |a, b| _mm256_sub_pd(a, b);
        Field4([less(a0, b0), less(a1, b1), less(a2, b2), less(a3, b3), less(a4, b4)])
    }

    /// `self·other`.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn mul<const M: u32>(&self, other: &Field4<M>) -> Field4<1> {
        const { assert!(N * M <= 3) };
        Field4(product(&self.0, &other.0))
    }

    /// The same numbers, reduced: limbs are rounded, and what they are too large by goes into the next ones.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn carried(&self) -> Field4<1> {
        const { assert!(N <= 4) };
        let [z0, z1, z2, z3, z4] = self.0;
        let high = _mm256_set1_pd(HIGH);
        let carry = |z| _mm256_sub_pd(_mm256_add_pd(z, high), high);
        let (c0, c1, c2, c3, c4) = (carry(z0), carry(z1), carry(z2), carry(z3), carry(z4));
        let limb = |z, own, below, factor: f64| {
            _mm256_fmadd_pd(below, _mm256_set1_pd(factor / RADIX), _mm256_sub_pd(z, own))
        };
        Field4([
            limb(z0, c0, c4, 19.0),
            limb(z1, c1, c0, 1.0),
            limb(z2, c2, c1, 1.0),
            limb(z3, c3, c2, 1.0),
            limb(z4, c4, c3, 1.0),
        ])
    }

    /// The negative in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn negated(&self, mask: u8) -> Self {
        let [z0, z1, z2, z3, z4] = self.0;
        let sign = _mm256_and_pd(spread(mask), _mm256_set1_pd(-0.0));
        let turn = |z| _mm256_xor_pd(z, sign);
        Self([turn(z0), turn(z1), turn(z2), turn(z3), turn(z4)])
    }

    /// `other` in the lanes of the mask.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn select(&self, other: &Self, mask: u8) -> Self {
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (self.0, other.0);
        let lanes = spread(mask);
        let pick = |a, b| _mm256_blendv_pd(a, b, lanes);
        Self([pick(a0, b0), pick(a1, b1), pick(a2, b2), pick(a3, b3), pick(a4, b4)])
    }
}

impl Canonical4 {
    /// The limbs, limb by limb.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn store(&self) -> [[u64; 4]; 5] {
        let limb = |z| store(_mm256_castsi256_pd(z));
        let [z0, z1, z2, z3, z4] = self.0;
        [limb(z0), limb(z1), limb(z2), limb(z3), limb(z4)]
    }

    /// Lanes whose number is that constant.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    pub(crate) fn is(&self, [l0, l1, l2, l3, l4]: Limbs) -> u8 {
        let [z0, z1, z2, z3, z4] = self.0;
        let equal = |z, limb: u64| _mm256_cmpeq_epi64(z, _mm256_set1_epi64x(limb as i64));
        let both = |a, b| _mm256_and_si256(a, b);
        let four = both(both(equal(z0, l0), equal(z1, l1)), both(equal(z2, l2), equal(z3, l3)));
        gathered(both(four, equal(z4, l4)))
    }
}

#[cfg(test)]
mod tests;
