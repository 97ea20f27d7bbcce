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

/// All bits of the lanes whose bit is set: of the lower four, then of the upper four.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn spread(mask: u8) -> [__m256d; 2] {
    let mask = _mm256_set1_epi64x(i64::from(mask));
    let set = |bits: __m256i| _mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_and_si256(mask, bits), bits));
    [set(_mm256_setr_epi64x(1, 2, 4, 8)), set(_mm256_setr_epi64x(16, 32, 64, 128))]
}

/// The opposite of [`spread`]: the lanes whose highest bit is set.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn gathered([lower, upper]: [__m256i; 2]) -> u8 {
    let bits = |half| _mm256_movemask_pd(_mm256_castsi256_pd(half)) as u8;
    bits(lower) | bits(upper) << 4
}
