//! The election keys `P_o` and every trustee's verification keys `Y_{i,o}`, derived by everyone alike (§9.7).

use curve25519_dalek::traits::Identity;
use sha2::{Digest, Sha256};

use super::shares;
use crate::group::{Point, PointBytes, encode_point};
use crate::threshold::CeremonyParams;
use crate::transcript::domain;

/// The keys of one ceremony. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectionKeys {
    /// `P_o = Σ_j A_{j,o,0}`, by key `o`: none is the identity, all are distinct.
    pub p: Vec<PointBytes>,
    /// `Y_{i,o} = Σ_j Σ_m [i^m]A_{j,o,m}`: first by trustee (`y[0]` is trustee 1's), then by key.
    pub y: Vec<Vec<PointBytes>>,
}

/// With these commitments a key is the identity or equals another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key {key} is zero or stands twice")]
pub struct DegenerateKeys {
    /// The first such key, from 0.
    pub key: u32,
}

impl ElectionKeys {
    /// `commitments` has one list per trustee, each of `K·t` points. Variable time: public data only.
    pub(super) fn derive(
        params: &CeremonyParams,
        commitments: &[Vec<Point>],
    ) -> Result<Self, DegenerateKeys> {
        let t = params.coefficient_count();
        let mut sums = vec![Point::identity(); params.key_count() * t];
        for list in commitments {
            for (sum, point) in sums.iter_mut().zip(list) {
                *sum += point;
            }
        }
        let p: Vec<PointBytes> = sums.iter().step_by(t).map(encode_point).collect();
        let at = |index| shares::evaluate_commitments(&sums, t, index).iter().map(encode_point).collect();
        let keys = Self { p, y: params.indices().map(at).collect() };
        keys.check()?;
        Ok(keys)
    }

    fn check(&self) -> Result<(), DegenerateKeys> {
        const ZERO: PointBytes = PointBytes([0; 32]);
        for (position, (key, point)) in (0u32..).zip(&self.p).enumerate() {
            let repeated = self.p.iter().take(position).any(|earlier| earlier == point);
            let zero_share = self.y.iter().any(|own| own.get(position) == Some(&ZERO));
            if *point == ZERO || repeated || zero_share {
                return Err(DegenerateKeys { key });
            }
        }
        Ok(())
    }

    /// The verification keys of trustee `index` (from 1), by key `o`.
    pub fn verification_keys(&self, index: u16) -> Option<&[PointBytes]> {
        self.y.get(usize::from(index).checked_sub(1)?).map(Vec::as_slice)
    }

    /// SHA-256(domain ‖ `P_o` by `o` ‖ `Y_{i,o}` by `i`, then `o`).
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(domain::KEY_DIGEST);
        for point in self.p.iter().chain(self.y.iter().flatten()) {
            hash.update(point.0);
        }
        hash.finalize().into()
    }
}
