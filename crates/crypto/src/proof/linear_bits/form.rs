//! Linear bit forms `(N, k, M, v, L)`: bits, rules with ordered pivots, tallied numbers (§6.1).

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::group::{Scalar, scalar_from_i64};
use crate::transcript::domain;

/// One rule `Σ M_i·b_i = v` with the bit that is solved from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `(i, M_i)`, indices from 0, ascending, no coefficient zero.
    pub terms: Vec<(usize, i64)>,
    /// `v`.
    pub value: i64,
    /// The pivot: a term of this row with coefficient ±1.
    pub pivot: usize,
}

/// A compiled question. Only [`LinearForm::new`] makes one, so that every form's pivots can be solved in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinearForm {
    bits: usize,
    rows: Vec<Row>,
    tallied: Vec<Vec<(usize, i64)>>,
    free: Vec<usize>,
    digest: [u8; 32],
}

/// Why numbers are no linear bit form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FormError {
    /// There is nothing to encrypt or nothing to count.
    #[error("a form has at least one bit and one tallied number")]
    Empty,
    /// More bits, rules or tallied numbers than a u16 counts.
    #[error("a form has at most 65,535 bits, rules and tallied numbers")]
    TooLarge,
    /// A list of terms is empty, not ascending, has an index out of range or a zero coefficient.
    #[error("terms of {place} are empty, not ascending, out of range or zero")]
    Terms {
        /// Which list.
        place: &'static str,
    },
    /// A pivot that is no term of its row, or has another coefficient than ±1.
    #[error("row {row}: the pivot is no term with coefficient 1 or -1")]
    Pivot {
        /// The row.
        row: usize,
    },
    /// Two rows with one pivot, or a row that holds the pivot of a later one.
    #[error("row {row} holds the pivot of row {other}")]
    PivotOrder {
        /// The row.
        row: usize,
        /// The row whose pivot it holds.
        other: usize,
    },
    /// `Σ|M_i| + |v|` of a row, or `Σ|L_i|` of a tallied number, reaches 2^62.
    #[error("coefficients of {place} reach 2^62")]
    Coefficients {
        /// Which list.
        place: &'static str,
    },
    /// Bits that do not satisfy the form.
    #[error("the bits are no legal choice")]
    Bits,
}

impl LinearForm {
    /// Checks and fixes a form. `tallied` has the terms of each `L_o`.
    ///
    /// # Errors
    /// [`FormError`] unless pivots are distinct, have coefficient ±1 and stand in no earlier row than their own.
    pub fn new(bits: usize, rows: Vec<Row>, tallied: Vec<Vec<(usize, i64)>>) -> Result<Self, FormError> {
        if bits == 0 || tallied.is_empty() {
            return Err(FormError::Empty);
        }
        if [bits, rows.len(), tallied.len()].into_iter().any(|count| count > usize::from(u16::MAX)) {
            return Err(FormError::TooLarge);
        }
        for (index, row) in rows.iter().enumerate() {
            check_terms(&row.terms, row.value, bits, "a rule")?;
            check_pivot(index, row)?;
        }
        tallied.iter().try_for_each(|terms| check_terms(terms, 0, bits, "a tallied number"))?;
        let solved = solved_by(&rows, bits)?;
        let free = solved.iter().enumerate().filter(|(_, row)| row.is_none()).map(|(bit, _)| bit).collect();
        let mut form = Self { bits, rows, tallied, free, digest: [0; 32] };
        form.digest = Sha256::new().chain_update(domain::FORM).chain_update(form.encode()).finalize().into();
        Ok(form)
    }

    /// `N`.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.bits
    }

    /// `d`, the number of rules.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.rows.len()
    }

    /// `k`, the number of tallied numbers.
    #[must_use]
    pub fn tallied(&self) -> usize {
        self.tallied.len()
    }

    /// `N − d`, the number of responses that are sent.
    #[must_use]
    pub fn free(&self) -> usize {
        self.free.len()
    }

    /// Indices of the bits that are no pivots, ascending.
    #[must_use]
    pub fn free_bits(&self) -> &[usize] {
        &self.free
    }

    /// The rules, in the order in which their pivots are solved.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The terms of each tallied number.
    #[must_use]
    pub fn forms(&self) -> &[Vec<(usize, i64)>] {
        &self.tallied
    }

    /// SHA-256(domain ‖ canonical encoding).
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Bytes of an encrypted contest: `k + 7` points and `N − d + 3` scalars.
    #[must_use]
    pub fn wire_len(&self) -> usize {
        32 * (self.tallied() + 7 + self.free() + 3)
    }

    /// Greatest value that a tallied number can take over all bits, legal or not: below 2^62.
    #[must_use]
    pub fn greatest(&self) -> u64 {
        let most = |terms: &Vec<(usize, i64)>| -> u64 {
            terms.iter().filter(|(_, c)| *c > 0).map(|(_, c)| c.unsigned_abs()).sum()
        };
        self.tallied.iter().map(most).max().unwrap_or(0)
    }

    /// Whether these are `N` bits that satisfy every rule. Not constant time: it is asked before anything is encrypted,
    /// on the voter's own device, and the answer for a legal choice is always the same.
    ///
    /// # Errors
    /// [`FormError::Bits`].
    pub fn check_bits(&self, bits: &[u8]) -> Result<(), FormError> {
        let legal = self.are_bits(bits) && self.rows.iter().all(|row| sum_of(&row.terms, bits) == row.value);
        if legal { Ok(()) } else { Err(FormError::Bits) }
    }

    /// `m_o = L_o·b` for every tallied number; `bits` are bytes of 0 or 1, whether or not they obey the rules.
    ///
    /// # Errors
    /// [`FormError::Bits`] unless there are `N` bytes of 0 or 1.
    pub fn tally_of(&self, bits: &[u8]) -> Result<Vec<i64>, FormError> {
        if !self.are_bits(bits) {
            return Err(FormError::Bits);
        }
        Ok(self.tallied.iter().map(|terms| sum_of(terms, bits)).collect())
    }

    fn are_bits(&self, bits: &[u8]) -> bool {
        bits.len() == self.bits && bits.iter().all(|bit| *bit <= 1)
    }

    /// Canonical encoding (§6.1): N u32 ‖ d u32 ‖ rows (pivot u32 ‖ v i64 ‖ terms) ‖ k u32 ‖ forms (terms), where terms
    /// are count u32 ‖ (index u32 ‖ coefficient i64)*.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Every number is at most 65,535: `new` has checked it.
        let number = |out: &mut Vec<u8>, value: usize| {
            out.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes());
        };
        let terms = |out: &mut Vec<u8>, terms: &[(usize, i64)]| {
            number(out, terms.len());
            for (index, coefficient) in terms {
                number(out, *index);
                out.extend_from_slice(&coefficient.to_be_bytes());
            }
        };
        number(&mut out, self.bits);
        number(&mut out, self.rows.len());
        for row in &self.rows {
            number(&mut out, row.pivot);
            out.extend_from_slice(&row.value.to_be_bytes());
            terms(&mut out, &row.terms);
        }
        number(&mut out, self.tallied.len());
        for form in &self.tallied {
            terms(&mut out, form);
        }
        out
    }

    /// Completes values at the free bits by solving the pivots in order: afterwards `Σ M_i·w_i = v·scale` for every rule.
    /// Used with secrets too; which operations it does depends on the form alone.
    pub(crate) fn solve_pivots(&self, free: &[Scalar], scale: &Scalar) -> Vec<Scalar> {
        let mut all = vec![Scalar::ZERO; self.bits];
        for (bit, value) in self.free.iter().zip(free) {
            set(&mut all, *bit, *value);
        }
        for row in &self.rows {
            let mut rest = times(row.value, scale);
            let mut sign = 1;
            for (bit, coefficient) in &row.terms {
                if *bit == row.pivot {
                    sign = *coefficient;
                } else {
                    rest -= times(*coefficient, &get(&all, *bit));
                }
            }
            set(&mut all, row.pivot, if sign < 0 { -rest } else { rest });
        }
        all
    }

    /// `L_o·w` for every tallied number.
    pub(crate) fn evaluate(&self, values: &[Scalar]) -> Vec<Scalar> {
        let one = |terms: &Vec<(usize, i64)>| {
            terms.iter().map(|(bit, coefficient)| times(*coefficient, &get(values, *bit))).sum()
        };
        self.tallied.iter().map(one).collect()
    }
}

/// `coefficient·value`; most coefficients are 1. What is done depends on the coefficient alone, which is public.
fn times(coefficient: i64, value: &Scalar) -> Scalar {
    match coefficient {
        1 => *value,
        -1 => -value,
        _ => scalar_from_i64(coefficient) * value,
    }
}

fn get(values: &[Scalar], index: usize) -> Scalar {
    values.get(index).copied().unwrap_or(Scalar::ZERO)
}

fn set(values: &mut [Scalar], index: usize, value: Scalar) {
    if let Some(place) = values.get_mut(index) {
        *place = value;
    }
}

/// `Σ c_i·b_i` over bytes of 0 or 1. No overflow: `Σ|c_i|` is below 2^62.
fn sum_of(terms: &[(usize, i64)], bits: &[u8]) -> i64 {
    terms.iter().map(|(bit, coefficient)| coefficient * i64::from(bits.get(*bit).copied().unwrap_or(0))).sum()
}

fn check_terms(
    terms: &[(usize, i64)],
    value: i64,
    bits: usize,
    place: &'static str,
) -> Result<(), FormError> {
    let ascending = terms.is_sorted_by(|a, b| a.0 < b.0);
    let proper = terms.iter().all(|(bit, coefficient)| *bit < bits && *coefficient != 0);
    if terms.is_empty() || !ascending || !proper {
        return Err(FormError::Terms { place });
    }
    // No overflow: at most 65,535 numbers of 64 bits.
    let size: u128 = terms.iter().map(|(_, c)| *c).chain([value]).map(|c| u128::from(c.unsigned_abs())).sum();
    if size >= 1 << 62 { Err(FormError::Coefficients { place }) } else { Ok(()) }
}

fn check_pivot(index: usize, row: &Row) -> Result<(), FormError> {
    let unit = row.terms.iter().any(|(bit, c)| *bit == row.pivot && c.unsigned_abs() == 1);
    if unit { Ok(()) } else { Err(FormError::Pivot { row: index }) }
}

/// For each bit the row that it is the pivot of. Each pivot stands in no row before its own: so the rows can be solved in
/// their order, and are independent.
fn solved_by(rows: &[Row], bits: usize) -> Result<Vec<Option<usize>>, FormError> {
    let mut solved = vec![None; bits];
    for (other, row) in rows.iter().enumerate().rev() {
        // Only pivots of later rows are marked yet.
        let later = row.terms.iter().find_map(|(bit, _)| solved.get(*bit).copied().flatten());
        if let Some(later) = later {
            return Err(FormError::PivotOrder { row: other, other: later });
        }
        if let Some(place) = solved.get_mut(row.pivot) {
            *place = Some(other);
        }
    }
    Ok(solved)
}
