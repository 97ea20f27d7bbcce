//! Eight 64-bit lanes in and out of registers.

use std::arch::x86_64::{
    __m512i, _mm_storeu_si128, _mm512_cvtepi64_epi16, _mm512_loadu_si512, _mm512_shuffle_i64x2,
    _mm512_storeu_si512, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

/// Eight numbers into a register.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn load(lanes: &[u64; 8]) -> __m512i {
    let place: *const [u64; 8] = lanes;
    // SAFETY: the reference is to 64 readable bytes, and this load asks for no alignment.
    unsafe { _mm512_loadu_si512(place.cast()) }
}

/// A register's eight numbers.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn store(register: __m512i) -> [u64; 8] {
    let mut lanes = [0; 8];
    let place: *mut [u64; 8] = &mut lanes;
    // SAFETY: the reference is to 64 writable bytes, and this store asks for no alignment.
    unsafe { _mm512_storeu_si512(place.cast(), register) };
    lanes
}

/// Row `i`, lane `j` becomes row `j`, lane `i`.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn transpose(rows: [__m512i; 8]) -> [__m512i; 8] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
    // Pairs of rows: even and odd lanes.
    let (a0, a1) = (_mm512_unpacklo_epi64(r0, r1), _mm512_unpackhi_epi64(r0, r1));
    let (a2, a3) = (_mm512_unpacklo_epi64(r2, r3), _mm512_unpackhi_epi64(r2, r3));
    let (a4, a5) = (_mm512_unpacklo_epi64(r4, r5), _mm512_unpackhi_epi64(r4, r5));
    let (a6, a7) = (_mm512_unpacklo_epi64(r6, r7), _mm512_unpackhi_epi64(r6, r7));
    // Quarters 0 and 2, or 1 and 3, of two pairs.
    let (b0, b2) = (_mm512_shuffle_i64x2::<0x88>(a0, a2), _mm512_shuffle_i64x2::<0xdd>(a0, a2));
    let (b1, b3) = (_mm512_shuffle_i64x2::<0x88>(a1, a3), _mm512_shuffle_i64x2::<0xdd>(a1, a3));
    let (b4, b6) = (_mm512_shuffle_i64x2::<0x88>(a4, a6), _mm512_shuffle_i64x2::<0xdd>(a4, a6));
    let (b5, b7) = (_mm512_shuffle_i64x2::<0x88>(a5, a7), _mm512_shuffle_i64x2::<0xdd>(a5, a7));
    [
        _mm512_shuffle_i64x2::<0x88>(b0, b4),
        _mm512_shuffle_i64x2::<0x88>(b1, b5),
        _mm512_shuffle_i64x2::<0x88>(b2, b6),
        _mm512_shuffle_i64x2::<0x88>(b3, b7),
        _mm512_shuffle_i64x2::<0xdd>(b0, b4),
        _mm512_shuffle_i64x2::<0xdd>(b1, b5),
        _mm512_shuffle_i64x2::<0xdd>(b2, b6),
        _mm512_shuffle_i64x2::<0xdd>(b3, b7),
    ]
}

/// The low 16 bits of every lane.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn store_i16(register: __m512i) -> [i16; 8] {
    let mut lanes = [0; 8];
    let place: *mut [i16; 8] = &mut lanes;
    let narrow = _mm512_cvtepi64_epi16(register);
    // SAFETY: the reference is to 16 writable bytes, and this store asks for no alignment.
    unsafe { _mm_storeu_si128(place.cast(), narrow) };
    lanes
}
