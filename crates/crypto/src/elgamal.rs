//! Sums of shared-nonce ElGamal ciphertexts (§6.6). Only here may a point be the identity.

use thiserror::Error;

use crate::group::{DecodeError, Point, PointBytes, identity};

/// `Σ R` and `Σ E_o` over some ballots. The empty sum has only identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// `Σ R`.
    pub r: Point,
    /// `Σ E_o`, by tallied number.
    pub e: Vec<Point>,
}

/// Why nothing was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SumError {
    /// A point is none.
    #[error("a point of the ciphertext: {0}")]
    Point(#[from] DecodeError),
    /// Another contest's ciphertext.
    #[error("a ciphertext of {found} points or numbers, where {expected} belong")]
    Contest {
        /// `k` of this sum, or the points of a whole ballot.
        expected: usize,
        /// The same of what was to be added.
        found: usize,
    },
}

impl Sum {
    /// The empty sum of a contest with `k` tallied numbers.
    #[must_use]
    pub fn empty(k: usize) -> Self {
        Self { r: identity(), e: vec![identity(); k] }
    }

    /// Adds one ballot's `R, E_1 … E_k`; where that fails, the sum stays as it was. Public data: variable time.
    ///
    /// # Errors
    /// [`SumError`].
    pub fn add(&mut self, r: &PointBytes, e: &[PointBytes]) -> Result<(), SumError> {
        self.ensure(e.len())?;
        let r = r.decode()?;
        let e = e.iter().map(PointBytes::decode).collect::<Result<Vec<Point>, _>>()?;
        self.merge(&Self { r, e })
    }

    /// Adds another sum of the same contest.
    ///
    /// # Errors
    /// [`SumError::Contest`].
    pub fn merge(&mut self, other: &Self) -> Result<(), SumError> {
        self.ensure(other.e.len())?;
        self.r += other.r;
        for (sum, e) in self.e.iter_mut().zip(&other.e) {
            *sum += e;
        }
        Ok(())
    }

    const fn ensure(&self, found: usize) -> Result<(), SumError> {
        let expected = self.e.len();
        if found == expected { Ok(()) } else { Err(SumError::Contest { expected, found }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dlog::DiscreteLog;
    use crate::group::{RISTRETTO_BASEPOINT_POINT, encode_point, is_identity};
    use crate::tests::{INVALID, Question, legal, yes_no_blank};

    fn counted(q: &Question, sum: &Sum) -> Vec<u64> {
        let table = DiscreteLog::new(100).unwrap();
        let count = |(e, secret): (&Point, _)| table.solve(&(e - sum.r * secret)).unwrap();
        sum.e.iter().zip(&q.secrets).map(count).collect()
    }

    #[test]
    fn sums_open_to_the_sum_of_what_was_chosen_however_they_are_merged() {
        let q = Question::new(yes_no_blank());
        let (mut whole, mut parts) = (Sum::empty(2), [Sum::empty(2), Sum::empty(2)]);
        let mut expected = [0; 2];
        for voter in 0..12 {
            let bits = &legal(&q.form)[voter % 5 % 3];
            let contest = q.encrypt(&format!("voter {voter}"), bits).ciphertext;
            whole.add(&contest.r, &contest.e).unwrap();
            parts[voter % 2].add(&contest.r, &contest.e).unwrap();
            expected[0] += u64::from(bits[0]);
            expected[1] += u64::from(bits[1]);
        }
        let [mut merged, other] = parts;
        merged.merge(&other).unwrap();
        assert_eq!(merged, whole);
        assert_eq!(counted(&q, &whole), expected);
    }

    #[test]
    fn the_sum_over_no_ballots_is_the_identity_and_counts_zero() {
        let (q, mut sum) = (Question::new(yes_no_blank()), Sum::empty(2));
        assert_eq!(encode_point(&sum.r), PointBytes::IDENTITY);
        assert!(sum.e.iter().all(is_identity));
        assert_eq!(counted(&q, &sum), [0, 0]);
        sum.merge(&Sum::empty(2)).unwrap();
        assert_eq!(sum, Sum::empty(2));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_leaves_the_sum_as_it_was() {
        let q = Question::new(yes_no_blank());
        let contest = q.encrypt("voter", &[1, 0, 0]).ciphertext;
        let mut sum = Sum::empty(2);
        sum.add(&contest.r, &contest.e).unwrap();
        let before = sum.clone();
        let g = encode_point(&RISTRETTO_BASEPOINT_POINT);
        for e in [&contest.e[..1], &[], &[g; 3]] {
            let expected = Err(SumError::Contest { expected: 2, found: e.len() });
            assert_eq!(sum.add(&contest.r, e), expected);
        }
        assert_eq!(sum.merge(&Sum::empty(1)), Err(SumError::Contest { expected: 2, found: 1 }));
        for (bad, error) in
            [(PointBytes::IDENTITY, DecodeError::Identity), (PointBytes(INVALID[0]), DecodeError::Point)]
        {
            assert_eq!(sum.add(&bad, &contest.e), Err(error.into()));
            assert_eq!(sum.add(&contest.r, &[contest.e[0], bad]), Err(error.into()));
        }
        assert_eq!(sum, before);
    }
}
