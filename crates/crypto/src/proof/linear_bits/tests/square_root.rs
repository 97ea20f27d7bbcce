//! Square roots modulo the group's order, for a forger who solves a quadratic equation.

use crate::group::Scalar;

/// A root of `square`, if it has one: `q ≡ 5 (mod 8)`, so `square^((q+3)/8)` is one, or is one after a factor `√−1`.
pub(super) fn square_root(square: &Scalar) -> Option<Scalar> {
    let order_less_one = -Scalar::ONE;
    // (q + 3)/8 = ⌊(q − 1)/8⌋ + 1.
    let candidate = power(square, &shifted(&order_less_one, 3)) * square;
    let minus_one_root = power(&Scalar::from(2u8), &shifted(&order_less_one, 2));
    [candidate, candidate * minus_one_root].into_iter().find(|root| root * root == *square)
}

/// The bits of `number / 2^places`, least significant first.
fn shifted(number: &Scalar, places: usize) -> Vec<bool> {
    number
        .to_bytes()
        .iter()
        .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1))
        .skip(places)
        .collect()
}

fn power(base: &Scalar, exponent: &[bool]) -> Scalar {
    exponent
        .iter()
        .rev()
        .fold(Scalar::ONE, |power, bit| power * power * if *bit { *base } else { Scalar::ONE })
}

#[test]
fn squares_have_roots_and_the_others_have_none() {
    let number = crate::tests::scalar("number");
    let root = square_root(&(number * number)).unwrap();
    assert!(root == number || root == -number);
    // 2 is no square modulo a prime that is 5 modulo 8.
    assert_eq!(square_root(&Scalar::from(2u8)), None);
}
