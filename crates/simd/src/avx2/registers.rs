//! Four lanes of 64 bits in and out of registers.

use std::arch::x86_64::{
    __m256d, __m256i, _mm256_and_si256, _mm256_castsi256_pd, _mm256_cmpeq_epi64, _mm256_loadu_pd,
    _mm256_movemask_pd, _mm256_permute2f128_pd, _mm256_set1_epi64x, _mm256_setr_epi64x, _mm256_storeu_pd,
    _mm256_unpackhi_pd, _mm256_unpacklo_pd,
};

/// Four numbers, as their bits, into a register.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn load(lanes: &[u64; 4]) -> __m256d {
    let place: *const [u64; 4] = lanes;
    // SAFETY: the reference is to 32 readable bytes, and this load asks for no alignment.
    unsafe { _mm256_loadu_pd(place.cast()) }
}

/// A register's four numbers, as their bits.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn store(register: __m256d) -> [u64; 4] {
    let mut lanes = [0; 4];
    let place: *mut [u64; 4] = &mut lanes;
    // SAFETY: the reference is to 32 writable bytes, and this store asks for no alignment.
    unsafe { _mm256_storeu_pd(place.cast(), register) };
    lanes
}

/// Row `i`, lane `j` becomes row `j`, lane `i`.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn transpose([r0, r1, r2, r3]: [__m256d; 4]) -> [__m256d; 4] {
    // Pairs of rows: even and odd lanes.
    let (a0, a1) = (_mm256_unpacklo_pd(r0, r1), _mm256_unpackhi_pd(r0, r1));
    let (b0, b1) = (_mm256_unpacklo_pd(r2, r3), _mm256_unpackhi_pd(r2, r3));
    [
        _mm256_permute2f128_pd::<0x20>(a0, b0),
        _mm256_permute2f128_pd::<0x20>(a1, b1),
        _mm256_permute2f128_pd::<0x31>(a0, b0),
        _mm256_permute2f128_pd::<0x31>(a1, b1),
    ]
}

/// All bits of the lanes whose bit of the lower four is set.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn spread(mask: u8) -> __m256d {
    let bits = _mm256_setr_epi64x(1, 2, 4, 8);
    let own = _mm256_and_si256(_mm256_set1_epi64x(i64::from(mask)), bits);
    _mm256_castsi256_pd(_mm256_cmpeq_epi64(own, bits))
}

/// The opposite of [`spread`]: the lanes whose highest bit is set.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn gathered(register: __m256i) -> u8 {
    _mm256_movemask_pd(_mm256_castsi256_pd(register)) as u8
}

/// The lower and the upper four of eight lanes.
#[inline]
pub(crate) fn halves(lanes: &[u64; 8]) -> [&[u64; 4]; 2] {
    match lanes.as_chunks::<4>().0 {
        [lower, upper] => [lower, upper],
        _ => [&[0; 4]; 2],
    }
}

/// The lower and the upper four of eight numbers, limb by limb.
#[inline]
pub(crate) fn both_halves([l0, l1, l2, l3, l4]: &[[u64; 8]; 5]) -> [[&[u64; 4]; 5]; 2] {
    let ([a0, b0], [a1, b1], [a2, b2], [a3, b3], [a4, b4]) =
        (halves(l0), halves(l1), halves(l2), halves(l3), halves(l4));
    [[a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]]
}

/// Four and four lanes together.
#[inline]
pub(crate) fn joined([[l0, l1, l2, l3], [u0, u1, u2, u3]]: [[u64; 4]; 2]) -> [u64; 8] {
    [l0, l1, l2, l3, u0, u1, u2, u3]
}
