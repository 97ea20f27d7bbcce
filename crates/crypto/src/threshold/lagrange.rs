//! Lagrange's coefficients at zero: `λ_j = Π_{i≠j} x_i / (x_i − x_j)` (specification §10.6).

use crate::group::Scalar;

/// Why numbers are no set of points to interpolate through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LagrangeError {
    /// There is no number at all.
    #[error("there is nothing to interpolate through")]
    Empty,
    /// A number is 0 modulo the group's order: its value would be the secret itself.
    #[error("number {position} is zero")]
    Zero {
        /// Where it stands, from 0.
        position: usize,
    },
    /// A number stands twice modulo the group's order.
    #[error("number {position} stands there already")]
    Repeated {
        /// Where the second of them stands, from 0.
        position: usize,
    },
}

/// The coefficients for trustees' indices, in the order given. Variable time: public data only.
pub fn at_zero(indices: &[u16]) -> Result<Vec<Scalar>, LagrangeError> {
    let numbers: Vec<Scalar> = indices.iter().map(|index| Scalar::from(*index)).collect();
    at_zero_scalars(&numbers)
}

/// The coefficients for any scalars, in the order given; `0`, and two that are equal modulo the order, are
/// refused before anything is divided. Variable time: public data only.
pub fn at_zero_scalars(numbers: &[Scalar]) -> Result<Vec<Scalar>, LagrangeError> {
    if numbers.is_empty() {
        return Err(LagrangeError::Empty);
    }
    for (position, number) in numbers.iter().enumerate() {
        if *number == Scalar::ZERO {
            return Err(LagrangeError::Zero { position });
        }
        if numbers.iter().take(position).any(|earlier| earlier == number) {
            return Err(LagrangeError::Repeated { position });
        }
    }
    Ok(numbers.iter().map(|own| coefficient(own, numbers)).collect())
}

/// `λ` of one number among distinct numbers other than zero: the denominator is a product of nonzero factors.
fn coefficient(own: &Scalar, numbers: &[Scalar]) -> Scalar {
    let others = numbers.iter().filter(|other| *other != own);
    let (numerator, denominator) =
        others.fold((Scalar::ONE, Scalar::ONE), |(over, under), other| (over * other, under * (other - own)));
    numerator * denominator.invert()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{decode_scalar, scalar_from_wide};

    /// The group's order `l` in 64 little-endian bytes, plus a small number.
    fn order_plus(small: u8) -> [u8; 64] {
        let minus_one = (-Scalar::ONE).to_bytes();
        let mut wide = [0; 64];
        wide[..32].copy_from_slice(&minus_one);
        // The last byte of l − 1 is 0xec, so nothing carries.
        wide[0] += small + 1;
        wide
    }

    #[test]
    fn coefficients_carry_a_polynomial_back_to_zero() {
        let f = |x: u64| Scalar::from(7 + 3 * x + 5 * x * x);
        for indices in [[1u16, 2, 3], [2, 5, 7], [7, 1, 4]] {
            let lambda = at_zero(&indices).unwrap();
            let at_0: Scalar = indices.iter().zip(&lambda).map(|(i, l)| l * f(u64::from(*i))).sum();
            assert_eq!(at_0, Scalar::from(7u8));
        }
    }

    #[test]
    fn zero_duplicates_and_nothing_are_refused_by_name() {
        assert!(at_zero(&[3, 1, 2]).is_ok());
        assert_eq!(at_zero(&[]), Err(LagrangeError::Empty));
        assert_eq!(at_zero(&[3, 0, 2]), Err(LagrangeError::Zero { position: 1 }));
        assert_eq!(at_zero(&[3, 1, 3]), Err(LagrangeError::Repeated { position: 2 }));
    }

    #[test]
    fn the_order_and_one_more_are_zero_and_one_and_no_canonical_scalars() {
        let (l, l_1) = (scalar_from_wide(&order_plus(0)), scalar_from_wide(&order_plus(1)));
        let two = Scalar::from(2u8);
        assert!(at_zero_scalars(&[two, Scalar::ONE]).is_ok());
        assert_eq!(at_zero_scalars(&[two, l]), Err(LagrangeError::Zero { position: 1 }));
        assert_eq!(at_zero_scalars(&[two, Scalar::ONE, l_1]), Err(LagrangeError::Repeated { position: 2 }));
        for small in [0, 1] {
            assert!(decode_scalar(order_plus(small).first_chunk().unwrap()).is_err());
        }
    }
}
