//! Scalars as signed digits of a window's width, eight scalars at a time.

use std::arch::x86_64::{
    __m512i, _mm_cvtsi64_si128, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpgt_epi64_mask,
    _mm512_mask_sub_epi64, _mm512_maskz_set1_epi64, _mm512_or_si512, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_sll_epi64, _mm512_srl_epi64,
};

use crate::digits::Digits;
use crate::limbs::words;

use super::registers::{load, store_i16};

/// The same digits as [`Digits::of`].
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn digits(scalars: &[[u8; 32]], width: u32) -> Digits {
    let mut digits = Digits::room(scalars.len(), width);
    let rows = digits.rows_mut();
    for eight in scalars.chunks(8) {
        let mut bits = [[0; 8]; 6];
        for (lane, scalar) in eight.iter().enumerate() {
            for (word, row) in words(scalar).into_iter().zip(&mut bits) {
                if let Some(place) = row.get_mut(lane) {
                    *place = word;
                }
            }
        }
        let mut carry = _mm512_setzero_si512();
        for (row, start) in rows.iter_mut().zip((0..).step_by(width as usize)) {
            let digit;
            (digit, carry) = next_digit(&bits, start, width, carry);
            row.extend_from_slice(&store_i16(digit));
        }
    }
    rows.iter_mut().for_each(|row| row.truncate(scalars.len()));
    digits
}

/// The digit that begins at bit `start`, and what it carries into the next.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn next_digit(bits: &[[u64; 8]; 6], start: usize, width: u32, carry: __m512i) -> (__m512i, __m512i) {
    let (word, shift) = (start / 64, (start % 64) as i64);
    let at = |word: usize| match bits.get(word) {
        Some(row) => load(row),
        None => _mm512_setzero_si512(),
    };
    // A shift by 64 gives zero.
    let low = _mm512_srl_epi64(at(word), _mm_cvtsi64_si128(shift));
    let high = _mm512_sll_epi64(at(word + 1), _mm_cvtsi64_si128(64 - shift));
    let mask = _mm512_set1_epi64((1 << width) - 1);
    let digit = _mm512_add_epi64(_mm512_and_si512(_mm512_or_si512(low, high), mask), carry);
    let over = _mm512_cmpgt_epi64_mask(digit, _mm512_set1_epi64(1 << (width - 1)));
    let digit = _mm512_mask_sub_epi64(digit, over, digit, _mm512_set1_epi64(1 << width));
    (digit, _mm512_maskz_set1_epi64(over, 1))
}
