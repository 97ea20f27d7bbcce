//! Exact-range bases: weights whose subsets add up to exactly the numbers 0 to `R` (§13.1).

/// The weights of `0 … range`: `1, 2, 4, …, 2^(n−2), range − (2^(n−1) − 1)`; none for 0.
pub(super) fn basis(range: u32) -> Vec<u32> {
    let digits = u32::BITS.saturating_sub(range.leading_zeros());
    let Some(last) = digits.checked_sub(1) else { return Vec::new() };
    let powers = (0..last).map(|digit| 1_u32 << digit);
    let below = (1_u32 << last).saturating_sub(1);
    powers.chain([range.saturating_sub(below)]).collect()
}

/// How many weights [`basis`] has.
pub(super) fn width(range: u32) -> usize {
    // At most 32.
    usize::try_from(u32::BITS.saturating_sub(range.leading_zeros())).unwrap_or_default()
}

/// Appends `number`, at most `range`, as bits of the basis. What it does depends on `range` alone.
pub(super) fn write(bits: &mut Vec<u8>, range: u32, number: u32) {
    let weights = basis(range);
    let Some((&greatest, powers)) = weights.split_last() else { return };
    let last = u8::from(number >= greatest);
    let rest = number.wrapping_sub(greatest.wrapping_mul(u32::from(last)));
    bits.extend((0..powers.len()).map(|digit| u8::from(rest >> digit & 1 == 1)));
    bits.push(last);
}

/// The number that bits of the basis of `0 … range` stand for.
pub(super) fn read(bits: &[u8], range: u32) -> u32 {
    basis(range)
        .iter()
        .zip(bits)
        .map(|(weight, bit)| weight.wrapping_mul(u32::from(*bit)))
        .fold(0, u32::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subsets_of_a_basis_add_up_to_exactly_its_range() {
        for range in 0..200_u32 {
            let weights = basis(range);
            assert_eq!(weights.len(), width(range));
            let mut reached = vec![false; usize::try_from(range).unwrap() + 1];
            for subset in 0..1_u32 << weights.len() {
                let bits: Vec<u8> = (0..weights.len()).map(|i| u8::from(subset >> i & 1 == 1)).collect();
                reached[usize::try_from(read(&bits, range)).unwrap()] = true;
            }
            assert!(reached.iter().all(|number| *number), "{range}");
        }
        assert_eq!(basis(10), [1, 2, 4, 3]);
        assert_eq!(basis(u32::MAX).len(), 32);
    }

    #[test]
    fn a_number_is_read_as_it_was_written() {
        for range in (0..150).chain([1_000, u32::MAX]) {
            for number in [0, 1, 2, range / 3, range / 2, range / 2 + 1, range.saturating_sub(1), range] {
                let number = number.min(range);
                let mut bits = Vec::new();
                write(&mut bits, range, number);
                assert_eq!((bits.len(), read(&bits, range)), (width(range), number), "{range}");
            }
        }
    }
}
