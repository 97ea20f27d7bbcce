//! Scalars as signed digits of a window's width, eight scalars at a time.

use std::arch::x86_64::{
    __m512i, _mm_cvtsi64_si128, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpgt_epi64_mask,
    _mm512_mask_sub_epi64, _mm512_maskz_set1_epi64, _mm512_or_si512, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_sll_epi64, _mm512_srl_epi64,
};

use crate::decode::words;
use crate::lanes::{load, store_i16};

/// Digits of many scalars, window by window: `scalar = Σ digit_w·2^(width·w)`, where `−2^(width−1) < digit ≤ 2^(width−1)`.
pub(crate) struct Digits {
    /// One row a window, each as long as there are scalars.
    rows: Vec<Vec<i16>>,
}

/// So many windows of this width hold 256 bits and a carry.
pub(crate) const fn windows(width: u32) -> u32 {
    257_u32.div_ceil(width)
}

impl Digits {
    /// Of any numbers of 32 bytes, little-endian; widths are from 1 to 15.
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    pub(crate) fn of(scalars: &[[u8; 32]], width: u32) -> Self {
        let mut rows: Vec<Vec<i16>> =
            (0..windows(width)).map(|_| Vec::with_capacity(scalars.len().next_multiple_of(8))).collect();
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
        Self { rows }
    }

    /// The rows, from the lowest window up.
    pub(crate) fn rows(&self) -> &[Vec<i16>] {
        &self.rows
    }
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

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::ifma::Ifma;

    /// `Σ digit·2^(width·w)` as 320 bits in two's complement.
    fn joined(digits: &[i16], width: u32) -> [u8; 40] {
        let mut bytes = [0u8; 40];
        let mut carry = 0i64;
        // Bit by bit: the digits' own carries go upward with their sign.
        let mut total = vec![0i64; 320];
        for (window, digit) in digits.iter().enumerate() {
            if let Some(place) = total.get_mut(window * width as usize) {
                *place += i64::from(*digit);
            }
        }
        for (bit, value) in total.iter().enumerate() {
            carry += value;
            bytes[bit / 8] |= ((carry & 1) as u8) << (bit % 8);
            carry >>= 1;
        }
        bytes
    }

    #[test]
    fn digits_are_the_scalar_again_and_stay_within_their_width() {
        if Ifma::detect().is_none() {
            eprintln!("no AVX-512 IFMA here: nothing to compare");
            return;
        }
        let mut scalars: Vec<[u8; 32]> =
            vec![[0; 32], [0xff; 32], [0x80; 32], [0x7f; 32], [1; 32], [0x55; 32]];
        scalars.extend((0..256).map(|bit: usize| {
            let mut one = [0; 32];
            one[bit / 8] = 1 << (bit % 8);
            one
        }));
        scalars.extend((0..500u32).map(|n| -> [u8; 32] { Sha256::digest(n.to_be_bytes()).into() }));
        for width in 4..=14 {
            // SAFETY: the processor has been asked.
            let digits = unsafe { Digits::of(&scalars, width) };
            assert_eq!(digits.rows().len(), windows(width) as usize);
            for (place, scalar) in scalars.iter().enumerate() {
                let own: Vec<i16> = digits.rows().iter().map(|row| row[place]).collect();
                let half = 1i16 << (width - 1);
                assert!(own.iter().all(|digit| -half < *digit && *digit <= half));
                let joined = joined(&own, width);
                assert_eq!((&joined[..32], &joined[32..]), (&scalar[..], &[0u8; 8][..]), "width {width}");
            }
        }
    }
}
