//! Points in memory, as the sums read them.

use crate::sum::Stored;

use super::decode::decode as decode_sixteen;
use super::point::Niels8;

/// The neutral point: 1, 1, 0.
pub(crate) static NEUTRAL: Stored = Stored([1, 0, 0, 0, 0, 1, 0, 0], [0; 8]);

/// Decodes all encodings; `invalid` is called with the position of every one that is none.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
pub(crate) fn decode(encodings: &[[u8; 32]], mut invalid: impl FnMut(usize)) -> Vec<Stored> {
    let mut stored = Vec::with_capacity(encodings.len().next_multiple_of(16));
    for (start, chunk) in (0..).step_by(16).zip(encodings.chunks(16)) {
        let mut sixteen = [[[0; 32]; 8]; 2];
        sixteen.as_flattened_mut().iter_mut().zip(chunk).for_each(|(place, encoding)| *place = *encoding);
        let [first, second] = &sixteen;
        let [(first, low), (second, high)] = decode_sixteen([first, second]);
        stored.extend_from_slice(&in_memory(&first.niels()));
        stored.extend_from_slice(&in_memory(&second.niels()));
        let valid = u16::from(low) | u16::from(high) << 8;
        (0..chunk.len()).filter(|lane| valid >> lane & 1 == 0).for_each(|lane| invalid(start + lane));
    }
    stored.truncate(encodings.len());
    stored
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
fn in_memory(points: &Niels8) -> [Stored; 8] {
    let limbs = [points.plus.store(), points.minus.store(), points.t2d.store()];
    let mut stored = [NEUTRAL; 8];
    for (lane, place) in stored.iter_mut().enumerate() {
        let words = place.0.iter_mut().chain(&mut place.1);
        for (word, limb) in words.zip(limbs.as_flattened()) {
            *word = limb.get(lane).copied().unwrap_or(0);
        }
    }
    stored
}
