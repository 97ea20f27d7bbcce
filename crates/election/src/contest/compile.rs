//! The compiler: any question that is a set of small linear equations over bits → [`LinearForm`] (§13.2).
//!
//! Every kind of question only *describes* its equations; their order, their pivots and every
//! limit are found and judged here, by one rule for all kinds.

use plebiscite_crypto::proof::linear_bits::{FormError, LinearForm, Row};

/// `Σ coefficient·b_index = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equation {
    /// Pairs (index of the bit, coefficient): ascending indices, no coefficient zero.
    pub terms: Vec<(usize, i64)>,
    /// What they add up to.
    pub value: i64,
}

/// A question as equations over bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// `N`: how many bits there are.
    pub bits: usize,
    /// The rule that a ballot's bits obey.
    pub equations: Vec<Equation>,
    /// The numbers that are added up, as combinations of bits.
    pub tallied: Vec<Vec<(usize, i64)>>,
}

/// Why a question is no linear bit form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// No bits or nothing to tally.
    #[error("there is nothing to ask")]
    Empty,
    /// More bits than a ballot could carry.
    #[error("{bits} bits are too many: at most {MAX_BITS}")]
    Bits {
        /// How many the question would take.
        bits: u64,
    },
    /// A term is out of range, out of order, doubled, or zero.
    #[error("{place} has a term that is out of range, out of order, doubled or zero")]
    Terms {
        /// Which equation or tallied number.
        place: String,
    },
    /// `Σ|M_ri| + |v_r| ≥ 2^62`.
    #[error("equation {equation} has numbers that are too large")]
    TooLarge {
        /// The equation, in the order described.
        equation: usize,
    },
    /// No order of the equations gives each a bit of its own with the coefficient 1 or −1.
    #[error("equation {equation} has no bit that can be solved for")]
    NoPivot {
        /// The first equation that is left over, in the order described.
        equation: usize,
    },
    /// A tallied number can be negative.
    #[error("tallied number {tallied} can be negative")]
    Negative {
        /// The tallied number.
        tallied: usize,
    },
    /// The greatest roll times the greatest tallied number reaches the bound of the discrete logarithm.
    #[error("tallied number {tallied} can reach {greatest} a ballot: too much for a roll of {roll}")]
    TallyTooLarge {
        /// The tallied number.
        tallied: usize,
        /// The greatest value of one ballot.
        greatest: u64,
        /// The greatest roll.
        roll: u32,
    },
    /// The proof system refuses the form.
    #[error("the form is refused: {0}")]
    Form(#[from] FormError),
}

/// The discrete logarithm of a tally lies below this number.
pub const TALLY_BOUND: u64 = 1 << 32;

/// Most bits of a contest.
pub const MAX_BITS: u64 = 4_096;

/// Compiles `description` for a roll of at most `roll` credentials.
///
/// The pivots are found from the last equation to be solved to the first: of the equations left,
/// the first in the order described that has a bit with coefficient ±1 which no other equation left
/// holds is put before those found already, and the last such bit is its pivot.
///
/// # Errors
/// [`CompileError`] names what is wrong with the question.
pub fn compile(description: &Description, roll: u32) -> Result<LinearForm, CompileError> {
    if description.bits == 0 || description.tallied.is_empty() {
        return Err(CompileError::Empty);
    }
    check_bits(description.bits)?;
    for (index, equation) in description.equations.iter().enumerate() {
        check_terms(&equation.terms, description.bits, || format!("equation {index}"))?;
        check_size(equation, index)?;
    }
    for (index, terms) in description.tallied.iter().enumerate() {
        check_terms(terms, description.bits, || format!("tallied number {index}"))?;
        check_tallied(terms, index, roll)?;
    }
    let rows = order(description)?;
    Ok(LinearForm::new(description.bits, rows, description.tallied.clone())?)
}

/// Refuses a question of more bits than [`MAX_BITS`].
///
/// # Errors
/// [`CompileError::Bits`].
pub(super) fn check_bits(bits: usize) -> Result<(), CompileError> {
    match u64::try_from(bits) {
        Ok(bits) if bits <= MAX_BITS => Ok(()),
        bits => Err(CompileError::Bits { bits: bits.unwrap_or(u64::MAX) }),
    }
}

fn check_terms(
    terms: &[(usize, i64)],
    bits: usize,
    place: impl FnOnce() -> String,
) -> Result<(), CompileError> {
    let ascending = terms.iter().zip(terms.iter().skip(1)).all(|(before, after)| before.0 < after.0);
    let inside = terms.iter().all(|&(index, coefficient)| index < bits && coefficient != 0);
    if ascending && inside && !terms.is_empty() {
        Ok(())
    } else {
        Err(CompileError::Terms { place: place() })
    }
}

fn check_size(equation: &Equation, index: usize) -> Result<(), CompileError> {
    let magnitudes = equation.terms.iter().map(|term| term.1.unsigned_abs());
    let sum = magnitudes.chain([equation.value.unsigned_abs()]).try_fold(0_u64, u64::checked_add);
    match sum {
        Some(sum) if sum < 1 << 62 => Ok(()),
        _ => Err(CompileError::TooLarge { equation: index }),
    }
}

/// The greatest value over all bit strings bounds the greatest over the ballots that the rule allows.
fn check_tallied(terms: &[(usize, i64)], tallied: usize, roll: u32) -> Result<(), CompileError> {
    let mut greatest = 0_u64;
    for &(_, coefficient) in terms {
        let coefficient = u64::try_from(coefficient).map_err(|_| CompileError::Negative { tallied })?;
        greatest = greatest.saturating_add(coefficient);
    }
    match greatest.checked_mul(u64::from(roll)) {
        Some(most) if most < TALLY_BOUND => Ok(()),
        _ => Err(CompileError::TallyTooLarge { tallied, greatest, roll }),
    }
}

fn order(description: &Description) -> Result<Vec<Row>, CompileError> {
    let mut holders = vec![0_usize; description.bits];
    for &(index, _) in description.equations.iter().flat_map(|equation| &equation.terms) {
        if let Some(count) = holders.get_mut(index) {
            *count = count.saturating_add(1);
        }
    }
    let mut left: Vec<(usize, &Equation)> = description.equations.iter().enumerate().collect();
    let mut rows = Vec::with_capacity(left.len());
    while let Some(&(first_left, _)) = left.first() {
        let found = left
            .iter()
            .enumerate()
            .find_map(|(place, (_, equation))| own_bit(equation, &holders).map(|pivot| (place, pivot)));
        let Some((place, pivot)) = found else { return Err(CompileError::NoPivot { equation: first_left }) };
        let (_, equation) = left.remove(place);
        for &(index, _) in &equation.terms {
            if let Some(count) = holders.get_mut(index) {
                *count = count.saturating_sub(1);
            }
        }
        rows.push(Row { terms: equation.terms.clone(), value: equation.value, pivot });
    }
    rows.reverse();
    Ok(rows)
}

fn own_bit(equation: &Equation, holders: &[usize]) -> Option<usize> {
    let own = |index: usize| holders.get(index) == Some(&1);
    equation.terms.iter().rev().find(|term| term.1.abs() == 1 && own(term.0)).map(|term| term.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equation(terms: &[(usize, i64)], value: i64) -> Equation {
        Equation { terms: terms.to_vec(), value }
    }

    fn single(bits: usize) -> Description {
        Description {
            bits,
            equations: vec![equation(&(0..bits).map(|i| (i, 1)).collect::<Vec<_>>(), 1)],
            tallied: (0..bits).map(|i| vec![(i, 1)]).collect(),
        }
    }

    #[test]
    fn a_single_choice_is_one_equation_solved_for_its_last_bit() {
        let form = compile(&single(3), 100).unwrap();
        assert_eq!((form.bits(), form.free()), (3, 2));
        assert_eq!(order(&single(3)).unwrap().first().unwrap().pivot, 2);
    }

    #[test]
    fn no_row_holds_a_pivot_of_a_later_row() {
        // A permutation matrix of four options: row sums, and all column sums but the last.
        let cell = |row: usize, column: usize| (4 * row + column, 1);
        let mut equations: Vec<Equation> = (0..4)
            .map(|row| equation(&(0..4).map(|column| cell(row, column)).collect::<Vec<_>>(), 1))
            .collect();
        equations.extend(
            (0..3).map(|column| equation(&(0..4).map(|row| cell(row, column)).collect::<Vec<_>>(), 1)),
        );
        let tallied = (0..4)
            .map(|row| (0..4).map(|c| (4 * row + c, i64::try_from(c).unwrap())).skip(1).collect())
            .collect();
        let borda = Description { bits: 16, equations, tallied };
        let rows = order(&borda).unwrap();
        assert_eq!(rows.len(), 7);
        for (place, row) in rows.iter().enumerate() {
            assert!(row.terms.iter().any(|&(index, value)| index == row.pivot && value.abs() == 1));
            for earlier in rows.iter().take(place) {
                assert!(earlier.terms.iter().all(|&(index, _)| index != row.pivot));
            }
        }
        assert_eq!(compile(&borda, 1000).unwrap().free(), 9);
    }

    #[test]
    fn equations_without_an_order_of_pivots_are_refused() {
        let twice = Description { equations: vec![equation(&[(0, 1), (1, 1)], 1); 2], ..single(2) };
        assert_eq!(compile(&twice, 9).unwrap_err(), CompileError::NoPivot { equation: 0 });
        let doubled = Description { equations: vec![equation(&[(0, 2), (1, 2)], 2)], ..single(2) };
        assert_eq!(compile(&doubled, 9).unwrap_err(), CompileError::NoPivot { equation: 0 });
        let minus = Description { equations: vec![equation(&[(0, 2), (1, -1)], 1)], ..single(2) };
        assert!(compile(&minus, 9).is_ok());
    }

    #[test]
    fn a_question_has_at_most_4096_bits_and_may_have_no_equation() {
        let free = |bits: usize| Description { equations: vec![], ..single(bits) };
        assert_eq!(compile(&free(4_096), 9).unwrap().free(), 4_096);
        assert_eq!(compile(&free(4_097), 9).unwrap_err(), CompileError::Bits { bits: 4_097 });
        assert_eq!(compile(&free(0), 9).unwrap_err(), CompileError::Empty);
    }

    #[test]
    fn terms_are_ascending_inside_and_not_zero() {
        for terms in [vec![(0, 1), (2, 1)], vec![(1, 1), (0, 1)], vec![(0, 1), (0, 1)], vec![(0, 0)], vec![]]
        {
            let bad = Description { equations: vec![equation(&terms, 1)], ..single(2) };
            assert!(matches!(compile(&bad, 9), Err(CompileError::Terms { .. })), "{terms:?}");
            let bad = Description { tallied: vec![terms], ..single(2) };
            assert!(matches!(compile(&bad, 9), Err(CompileError::Terms { .. })));
        }
        assert_eq!(
            compile(&Description { tallied: vec![], ..single(2) }, 9).unwrap_err(),
            CompileError::Empty
        );
    }

    #[test]
    fn numbers_of_a_row_stay_below_two_to_the_62() {
        let most = (1_i64 << 62) - 1;
        let row = |value: i64| Description { equations: vec![equation(&[(0, 1)], value)], ..single(1) };
        assert!(check_size(&row(most - 1).equations[0], 0).is_ok());
        assert_eq!(compile(&row(most), 9).unwrap_err(), CompileError::TooLarge { equation: 0 });
        assert_eq!(compile(&row(i64::MIN), 9).unwrap_err(), CompileError::TooLarge { equation: 0 });
    }

    #[test]
    fn a_tally_stays_below_the_bound_of_the_discrete_logarithm() {
        let scored = |coefficient: i64| Description { tallied: vec![vec![(0, coefficient)]], ..single(2) };
        assert!(compile(&scored(1), u32::MAX).is_ok());
        assert!(compile(&scored(65_536), 65_535).is_ok());
        assert_eq!(
            compile(&scored(65_536), 65_536).unwrap_err(),
            CompileError::TallyTooLarge { tallied: 0, greatest: 65_536, roll: 65_536 }
        );
        assert_eq!(compile(&scored(-1), 9).unwrap_err(), CompileError::Negative { tallied: 0 });
    }
}
